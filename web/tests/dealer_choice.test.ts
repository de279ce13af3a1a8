// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PostedAction, Session, Ticket } from '@/api/client'
import { use_session } from '@/console/session'
import { words } from '@/console/words'
import ActionDialog from '@/tickets/ActionDialog.vue'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

let answer_suggestions: () => void
const dealer = (dealer_unit_id: number) => ({ dealer_unit_id, dealer_name: `站${dealer_unit_id}`, technician_name: '周建华', arrives_at: '2026-03-01T08:00:00Z', cost_min: 30, reasons: [] })

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
  use_session().session = { user: { id: 1 } } as Session
  const suggestions = new Promise<Response>((come) => (answer_suggestions = () => come(new Response(JSON.stringify({ dealers: [4, 7, 9].map(dealer), why_not: [], nobody: null }), { headers: { 'Content-Type': 'application/json' } }))))
  vi.stubGlobal('fetch', () => suggestions)
})

async function dialog_of(action: PostedAction) {
  const ticket = { id: 5, version: 1, kind: 'repair', state: 'open', dealer_unit_id: null, offers: [], actions: [action] } as unknown as Ticket
  const wrapper = mount(ActionDialog, { props: { action, ticket }, global: { plugins: [words, [VueQueryPlugin, { queryClient: new QueryClient() }]] }, attachTo: document.body })
  await flushPromises()
  wrapper.findComponent({ name: 'ElDialog' }).vm.$emit('opened')
  return wrapper
}

const radios = () => [...document.querySelectorAll<HTMLElement>('[data-suggestion]')]
const focused = () => radios().indexOf(document.activeElement as HTMLElement)
const press = async (key: string) => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await flushPromises()
}
const checked = () => radios().map((one) => one.getAttribute('aria-checked') === 'true')
const stops = () => radios().map((one) => one.tabIndex)

it('has the first suggestion under the hands as soon as it is there, and goes on with the arrows', async () => {
  await dialog_of('offer')
  answer_suggestions()
  await vi.waitUntil(() => radios().length === 3)
  await vi.waitUntil(() => focused() === 0)
  expect([checked(), stops()]).toEqual([[false, false, false], [0, -1, -1]])
  await press('ArrowDown')
  expect([focused(), checked(), stops()]).toEqual([1, [false, true, false], [-1, 0, -1]])
  await press('ArrowUp')
  await press('ArrowUp')
  expect([focused(), checked()]).toEqual([2, [false, false, true]])
})

it('takes the focus from nobody who has begun elsewhere in the form', async () => {
  await dialog_of('offer')
  const why = document.querySelector<HTMLTextAreaElement>('[data-field=why] textarea')!
  why.focus()
  answer_suggestions()
  await vi.waitUntil(() => radios().length === 3)
  await flushPromises()
  expect(document.activeElement).toBe(why)
})

it('waits for its turn where it is not the first question', async () => {
  await dialog_of('redispatch')
  answer_suggestions()
  await vi.waitUntil(() => radios().length === 3)
  await flushPromises()
  expect(focused()).toBe(-1)
})
