// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import Calls from '@/calls/Calls.vue'
import { words } from '@/console/words'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => vi.unstubAllGlobals())

it('begins a ticket with the number of the other party, whoever called', async () => {
  const call = { id: 1, direction: 'in', state: 'ended', from_number: '+8613912345678', to_number: '+864008001234', ringing_at: '2026-03-01T08:00:00Z', answered_by_name: '', ticket_id: null, customer_id: null }
  const items = [call, { ...call, id: 2, direction: 'out', from_number: '+864008001234', to_number: '+8613800000001' }]
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ items, next_cursor: null }), { headers: { 'Content-Type': 'application/json' } })))
  const router = createRouter({ history: createMemoryHistory(), routes: ['ticket', 'customer', 'new_ticket'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<p />' } })) })
  const wrapper = mount(Calls, { global: { plugins: [words, router, [VueQueryPlugin, { queryClient: new QueryClient() }]] } })
  await vi.waitUntil(() => wrapper.findAll('a').length === 2)
  const phones = wrapper.findAll('a').map((link) => new URL(link.attributes('href')!, 'http://x').searchParams.get('phone'))
  expect(phones).toEqual(['+8613912345678', '+8613800000001'])
})
