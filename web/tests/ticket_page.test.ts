// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import type { Session, Ticket } from '@/api/client'
import { use_session } from '@/console/session'
import { stream } from '@/console/stream'
import { words } from '@/console/words'
import ActionDialog from '@/tickets/ActionDialog.vue'
import { keep_action } from '@/tickets/kept_actions'
import TicketPage from '@/tickets/Ticket.vue'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => vi.unstubAllGlobals())

const ticket = { id: 5, version: 1, kind: 'repair', state: 'open', urgency: 'normal', channel: 'phone', asset_id: 4, serial_number: 'SN-1', merged_ticket_ids: [], offers: [], visits: [], callbacks: [], calls: [], actions: [] as string[] }

async function page_of(warranty: Ticket['warranty']) {
  setActivePinia(createPinia())
  use_session().session = { user: { id: 1 }, permissions: [] } as unknown as Session
  vi.stubGlobal('fetch', (request: Request) => Promise.resolve(new Response(JSON.stringify(request.url.includes('events') ? { items: [], next_cursor: null } : { ...ticket, warranty }), { headers: { 'Content-Type': 'application/json' } })))
  const wrapper = mount(TicketPage, { props: { id: 5 }, global: { plugins: [words, [VueQueryPlugin, { queryClient: new QueryClient() }]], stubs: { RouterLink: RouterLinkStub } } })
  await vi.waitUntil(() => wrapper.find('[data-test=ticket]').exists())
  return wrapper
}

it('shows to others that she is here only when there is such a ticket', async () => {
  const shown = vi.spyOn(stream, 'show_presence')
  await page_of(null)
  expect(shown.mock.calls).toEqual([[5, false]])
  shown.mockClear()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ title: '没有', status: 404, code: 'not_found' }), { status: 404, headers: { 'Content-Type': 'application/problem+json' } })))
  const wrapper = mount(TicketPage, { props: { id: Number('1234567890123456789') }, global: { plugins: [words, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]], stubs: { RouterLink: RouterLinkStub } } })
  await vi.waitUntil(() => wrapper.text().includes('没有这张工单'))
  expect(shown.mock.calls).toEqual([])
})

it('opens the form again that she was at when the session ended, while that can still be done', async () => {
  keep_action({ user_id: 1, ticket_id: 5, action: 'note', values: { note: '客户催' } })
  expect((await page_of(null)).findComponent(ActionDialog).exists()).toBe(false)
  ticket.actions = ['note']
  const wrapper = await page_of(null)
  await vi.waitUntil(() => wrapper.findComponent(ActionDialog).exists())
  expect(wrapper.findComponent(ActionDialog).props('action')).toBe('note')
  wrapper.unmount()
  ticket.actions = []
})

it('says whether the machine is under warranty, to a dealer who sees no customers too', async () => {
  const covered = await page_of({ in_warranty: true, until: '2027-05-01', hours_limit: null, reason: 'in_force' })
  expect(covered.get('[data-test=warranty]').text()).toBe('保内至 2027-05-01')
  const worn = await page_of({ in_warranty: false, until: '2027-05-01', hours_limit: 2000, reason: 'hours_exceeded' })
  expect(worn.get('[data-test=warranty]').text()).toMatch(/已过保\s*工时已超/)
  expect((await page_of(null)).find('[data-test=warranty]').exists()).toBe(false)
})
