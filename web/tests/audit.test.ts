// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import Audit from '@/administration/Audit.vue'
import type { Schemas, Session } from '@/api/client'
import { use_session } from '@/console/session'
import { words } from '@/console/words'

afterEach(() => vi.unstubAllGlobals())
vi.setConfig({ testTimeout: 20_000 })

const entry = { recorded_at: '2026-03-01T08:00:00Z', user_id: 31, user_name: '李娜', login: 'li.na', action: 'user.changed', subject_kind: 'user', subject_id: 32, subject_name: '张三', details: {}, detail_names: {}, address: '', request_id: '' }
const entries: Schemas['AuditEntry'][] = [
  { ...entry, id: 1, details: { unit_id_before: 44, unit_id: 45, active: true }, detail_names: { unit_id_before: '济南站', unit_id: '德州站' } },
  { ...entry, id: 2, action: 'customer.phones_revealed', subject_kind: 'customer', subject_id: 33, subject_name: '王芳' },
  { ...entry, id: 3, login: 'supervisor', action: 'session.signed_in', subject_kind: 'session', subject_id: 34, subject_name: '' },
  { ...entry, id: 4, user_id: null, user_name: '', login: 'command line', action: 'import.finished', subject_kind: '', subject_id: null, subject_name: '' },
]

async function audit_for(permissions: string[]) {
  setActivePinia(createPinia())
  use_session().session = { permissions } as unknown as Session
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ items: entries, next_cursor: null }), { headers: { 'Content-Type': 'application/json' } })))
  const wrapper = mount(Audit, { global: { plugins: [words, [VueQueryPlugin, { queryClient: new QueryClient() }]], stubs: { RouterLink: RouterLinkStub } } })
  await vi.waitUntil(() => wrapper.findAll('.el-table__row').length === entries.length)
  const text = wrapper.findAll('.el-table__row').map((row) => row.text().replace(/\s+/g, ' '))
  return { wrapper, text }
}

it('names people and things; the ids are only what the mouse finds', async () => {
  const { wrapper, text } = await audit_for(['view_audit', 'view_customers'])
  expect(text[0]).toContain('李娜 li.na')
  expect(text[0]).toContain('用户 张三')
  expect(text[0]).toContain('济南站')
  expect(text[0]).toContain('德州站；启用：是')
  expect(text[2]).toContain('李娜 supervisor')
  expect(text[2]).toContain('会话')
  expect(text[3]).toContain('命令行')
  expect(text.join()).not.toMatch(/\b3[1-4]\b|\b4[45]\b/)
  const titles = wrapper.findAll('.el-table__row')[0]!.findAll('[title]').map((one) => one.attributes('title'))
  expect(titles).toEqual(['#31', '#32', '44', '45'])
})

it('leads to the customer, for whoever may go there', async () => {
  const { wrapper } = await audit_for(['view_audit', 'view_customers'])
  expect(wrapper.getComponent(RouterLinkStub).props('to')).toEqual({ name: 'customer', params: { id: 33 } })
  expect(wrapper.getComponent(RouterLinkStub).text()).toBe('王芳')
  expect((await audit_for(['view_audit'])).wrapper.findComponent(RouterLinkStub).exists()).toBe(false)
})
