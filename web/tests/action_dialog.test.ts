// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import type { Ticket } from '@/api/client'
import { words } from '@/console/words'
import ActionDialog from '@/tickets/ActionDialog.vue'

afterEach(() => vi.unstubAllGlobals())

const ticket = (version: number) => ({ id: 5, version, state: 'open', offers: [], actions: ['cancel'] }) as unknown as Ticket

it('says who was faster after a conflict, keeps what was typed, and goes on from the new version', async () => {
  const versions: (string | null)[] = []
  const keys: (string | null)[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    versions.push(request.headers.get('If-Match'))
    keys.push(request.headers.get('Idempotency-Key'))
    const conflict = { type: 'about:blank', title: '版本已变', status: 412, code: 'version_conflict', request_id: 'r', current: { ...ticket(4), state: 'offered' } }
    return Promise.resolve(new Response(JSON.stringify(versions.length === 1 ? conflict : ticket(5)), { status: versions.length === 1 ? 412 : 200, headers: { 'Content-Type': 'application/json' } }))
  })
  const wrapper = mount(ActionDialog, { props: { action: 'cancel', ticket: ticket(3) }, global: { plugins: [words] }, attachTo: document.body })
  const button = (name: string) => document.querySelector<HTMLElement>(`[data-test="${name}"]`)!
  await flushPromises()
  const choice = await vi.waitUntil(() => document.querySelector<HTMLInputElement>('[data-choice="customer_withdrew"] input'))
  choice.click()
  await flushPromises()
  button('submit-action').click()
  await vi.waitUntil(() => button('problem'))
  expect(button('problem').textContent).toContain('已派工')
  expect(wrapper.emitted('done')).toBeUndefined()

  await wrapper.setProps({ ticket: ticket(4) })
  button('submit-action').click()
  await vi.waitUntil(() => wrapper.emitted('done'))
  expect(versions).toEqual(['"3"', '"4"'])
  expect(keys[0]).not.toBe(keys[1])
  expect(wrapper.emitted('done')).toHaveLength(1)
})
