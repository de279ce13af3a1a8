// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Session, TicketSummary } from '@/api/client'
import { use_session } from '@/console/session'
import { words } from '@/console/words'
import IncidentPage from '@/incidents/Incident.vue'
import IncidentNote from '@/incidents/IncidentNote.vue'
import Incidents from '@/incidents/Incidents.vue'
import SameFault from '@/incidents/SameFault.vue'
import { can_be_joined, can_join, can_lead, incidents_of, proposed_lead, proposed_title, type IncidentKind, type Member } from '@/incidents/same_fault'
import TicketList from '@/tickets/TicketList.vue'

vi.setConfig({ testTimeout: 20_000 })

const ticket = (id: number, more: Partial<TicketSummary> = {}) =>
  ({ id, version: 1, kind: 'repair', state: 'open', customer_name: `客户${id}`, product_name: 'WP10', fault_name: '停机', address: '一号泵站', description: '停机', opened_at: `2026-03-0${id}T08:00:00Z`, incident_id: null, lead_ticket_id: null, ...more }) as TicketSummary
const candidate = (one: TicketSummary, kind = 'same_fault') => ({ ticket: one, kind, score: 6, reasons: ['same_site', 'same_hours'], distance_m: 40, minutes_apart: 12, incident_kind: null })
const incident = { id: 8, kind: 'same_fault', lead_ticket_id: 1, title: '停机 · 一号泵站', note: '', created_by: 1, created_by_name: '林晓燕', created_at: '2026-03-01T08:00:00Z' }

describe('the rules of an incident', () => {
  it('let those lead whom a visit is still to come to and who follow nobody', () => {
    expect([can_lead(ticket(1)), can_lead(ticket(1, { state: 'on_site' })), can_lead(ticket(1, { state: 'repaired' }))]).toEqual([true, true, false])
    expect(can_lead(ticket(1, { lead_ticket_id: 2 }))).toBe(false)
  })
  it('let a new ticket follow what is still to be repaired, by its own visit or its lead’s', () => {
    const joinable = (one: Member, incident_kind: IncidentKind | null = null) => can_be_joined({ ticket: one, incident_kind })
    expect([joinable(ticket(1)), joinable(ticket(1, { incident_id: 8, lead_ticket_id: 2 }), 'same_fault')]).toEqual([true, true])
    expect([joinable(ticket(1, { state: 'repaired' })), joinable(ticket(1, { state: 'repaired', incident_id: 8, lead_ticket_id: 2 }), 'same_fault')]).toEqual([false, false])
    expect(joinable(ticket(1, { incident_id: 8 }), 'campaign'), 'a campaign has no lead').toBe(false)
  })
  it('let only those follow to whom nobody was sent, and mark any', () => {
    expect([can_join(ticket(1), 'same_fault'), can_join(ticket(1, { state: 'offered' }), 'same_fault'), can_join(ticket(1, { state: 'offered' }), 'campaign')]).toEqual([true, false, true])
    expect(can_join(ticket(1, { incident_id: 8 }), 'campaign')).toBe(false)
  })
  it('propose as lead the one furthest on its way, else the oldest', () => {
    expect(proposed_lead([ticket(3), ticket(2), ticket(4)])).toBe(2)
    expect(proposed_lead([ticket(2), ticket(3, { state: 'offered' }), ticket(4, { state: 'en_route' })])).toBe(4)
    expect(proposed_lead([ticket(2, { state: 'repaired' })])).toBeNull()
  })
  it('name a fault by its place and a campaign by its product', () => {
    expect(proposed_title('same_fault', ticket(1))).toBe('停机 · 一号泵站')
    expect(proposed_title('same_fault', ticket(1, { fault_name: '' }))).toBe('WP10 · 一号泵站')
    expect(proposed_title('campaign', ticket(1))).toBe('WP10 · 停机')
    expect(incidents_of([ticket(1), ticket(2, { incident_id: 8 }), ticket(3, { incident_id: 8 })])).toEqual([8])
  })
})

let answers: Record<string, object> = {}
let refusal: object | null = null
let posted: { url: string; body: unknown }[] = []

beforeEach(() => {
  answers = {}
  refusal = null
  posted = []
  setActivePinia(createPinia())
  use_session().session = { user: { id: 1 }, permissions: ['view_tickets', 'merge_tickets'] } as unknown as Session
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url)
    if (request.method === 'POST') posted.push({ url: pathname, body: await request.json() })
    const refused = request.method === 'POST' ? refusal : null
    return new Response(JSON.stringify(refused ?? answers[pathname + search] ?? answers[pathname]), { status: refused ? 422 : 200, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function shown(page: Component, props: object, at = '/incidents') {
  const router = createRouter({ history: createMemoryHistory(), routes: ['ticket', 'tickets', 'incident', 'incidents'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<p />' } })) })
  await router.push(at)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = mount(page, { props, global: { plugins: [words, router, [VueQueryPlugin, { queryClient }]] }, attachTo: document.body })
  await flushPromises()
  return wrapper
}

const save = () => document.querySelector<HTMLButtonElement>('[data-test=save-record]')!

it('makes one incident of what was chosen, led by the one on its way, and says at each ticket why not', async () => {
  answers['/api/v1/tickets/2/same-fault'] = { items: [candidate(ticket(1, { state: 'offered' })), candidate(ticket(3))] }
  answers['/api/v1/incidents'] = { ...incident, tickets: [] }
  const page = await shown(SameFault, { ticket: ticket(2) })
  expect(page.get('[data-candidate="3"]').text()).toMatch(/客户3.*同一地点.*相距 40 米 · 报修相隔 12 分钟/)
  expect(page.find('[data-test=group]').exists()).toBe(false)
  for (const id of [1, 3]) await page.get(`[data-candidate="${id}"] input`).setValue(true)
  await page.get('[data-test=group]').trigger('click')
  await vi.waitUntil(() => document.querySelector('[data-lead="1"] input:checked'))
  expect(document.querySelector<HTMLInputElement>('[data-test=title]')!.value).toBe('停机 · 一号泵站')

  refusal = { status: 422, code: 'invalid_input', title: '', errors: [{ pointer: '/ticket_ids/1', code: 'ticket_state_forbids', message: '不行' }] }
  save().click()
  await vi.waitUntil(() => document.querySelector('[data-test=record-dialog] [role=alert].urgent_text'))
  expect(posted).toEqual([{ url: '/api/v1/incidents', body: { kind: 'same_fault', lead_ticket_id: 1, ticket_ids: [2, 3], title: '停机 · 一号泵站', note: '' } }])
  const refused = () => document.querySelector('[data-test=record-dialog] [role=alert].urgent_text')!.parentElement!.textContent
  expect(refused()).toContain('#3')
  document.querySelector<HTMLInputElement>('[data-lead="3"] input')!.click()
  await flushPromises()
  expect(refused()).toContain('#3')
  document.querySelector<HTMLInputElement>('[data-lead="1"] input')!.click()
  refusal = null
  save().click()
  await vi.waitUntil(() => !document.querySelector('[data-test=record-dialog]'))
})

it('marks a campaign when the same defect is elsewhere', async () => {
  answers['/api/v1/tickets/2/same-fault'] = { items: [candidate(ticket(3), 'campaign')] }
  answers['/api/v1/incidents'] = { ...incident, kind: 'campaign', tickets: [] }
  const page = await shown(SameFault, { ticket: ticket(2) })
  await page.get('[data-candidate="3"] input').setValue(true)
  await page.get('[data-test=mark]').trigger('click')
  await vi.waitUntil(() => document.querySelector('[data-test=title]'))
  save().click()
  await vi.waitUntil(() => posted.length > 0)
  expect(posted[0]!.body).toMatchObject({ kind: 'campaign', lead_ticket_id: null, ticket_ids: [2, 3], title: 'WP10 · 停机' })
})

it('joins the incident that is there instead of making another, and cannot unite two', async () => {
  answers['/api/v1/tickets/2/same-fault'] = { items: [candidate(ticket(1, { incident_id: 8 })), candidate(ticket(3)), candidate(ticket(4, { incident_id: 9 }))] }
  answers['/api/v1/incidents/8'] = { ...incident, tickets: [] }
  answers['/api/v1/incidents/8/tickets'] = { ...incident, tickets: [] }
  const page = await shown(SameFault, { ticket: ticket(2) })
  for (const id of [1, 3, 4]) await page.get(`[data-candidate="${id}"] input`).setValue(true)
  expect(page.text()).toContain('所选工单分属不同的故障事件')
  await page.get('[data-candidate="4"] input').setValue(false)
  await vi.waitUntil(() => page.find('[data-test=join-incident]').text().includes('停机 · 一号泵站'))
  await page.get('[data-test=join-incident]').trigger('click')
  await vi.waitUntil(() => posted.length > 0)
  expect(posted).toEqual([{ url: '/api/v1/incidents/8/tickets', body: { ticket_ids: [2, 3] } }])
})

it('says at the top of a ticket whether it leads, follows, or is only marked', async () => {
  const tickets = [ticket(1, { incident_id: 8 }), ticket(2, { incident_id: 8, lead_ticket_id: 1 }), ticket(3, { incident_id: 8, lead_ticket_id: 1 })]
  answers['/api/v1/incidents/8'] = { ...incident, tickets, tickets_count: 3 }
  answers['/api/v1/incidents/9'] = { ...incident, id: 9, kind: 'campaign', lead_ticket_id: null, tickets, tickets_count: 3 }
  expect((await shown(IncidentNote, { ticket: tickets[0] })).text()).toContain('同时修复另外 2 张工单')
  expect((await shown(IncidentNote, { ticket: tickets[1] })).text()).toMatch(/随主工单的上门一并修复.*#1/)
  expect((await shown(IncidentNote, { ticket: ticket(4, { incident_id: 8 }) })).text()).toContain('但单独派工')
  expect((await shown(IncidentNote, { ticket: ticket(4, { incident_id: 9 }) })).text()).toMatch(/批次问题.*单独派工/)
})

it('shows an incident with its states counted, and takes more tickets in', async () => {
  const tickets = [ticket(1, { incident_id: 8, state: 'offered' }), ticket(2, { incident_id: 8, lead_ticket_id: 1 }), ticket(3, { incident_id: 8, lead_ticket_id: 1 })]
  answers['/api/v1/incidents/8'] = { ...incident, tickets, tickets_count: 3, open_tickets_count: 3 }
  answers['/api/v1/incidents/8/tickets'] = { ...incident, tickets: [...tickets, ticket(4, { incident_id: 8, lead_ticket_id: 1 })], tickets_count: 4, open_tickets_count: 4 }
  answers['/api/v1/tickets/1/same-fault'] = { items: [candidate(ticket(4)), candidate(ticket(5, { incident_id: 9 })), candidate(ticket(6), 'campaign')] }
  const page = await shown(IncidentPage, { id: 8 })
  expect(page.get('[data-test=counts]').text()).toMatch(/未结 3 \/ 共 3.*已派工 1.*待派工 2/)
  expect(page.find('[data-test=newest]').exists()).toBe(false)
  expect(page.findAll('[data-take-out]').map((button) => button.attributes('data-take-out'))).toEqual(['1', '2', '3'])
  expect(page.findAll('[data-candidate]').map((one) => one.attributes('data-candidate'))).toEqual(['4'])
  await page.get('[data-candidate="4"] input').setValue(true)
  refusal = { status: 422, code: 'invalid_input', title: '', errors: [{ pointer: '/ticket_ids/0', code: 'ticket_state_forbids', message: '不行' }] }
  await page.get('[data-test=add]').trigger('click')
  await vi.waitUntil(() => page.get('[data-test=add-tickets]').text().includes('不行'))
  await page.get('[data-candidate="4"] input').setValue(false)
  expect(page.get('[data-test=add-tickets]').text()).toContain('#4：不行')
  await page.get('[data-candidate="4"] input').setValue(true)
  refusal = null
  posted = []
  await page.get('[data-test=add]').trigger('click')
  await vi.waitUntil(() => page.get('[data-test=counts]').text().includes('待派工 3'))
  expect(posted).toEqual([{ url: '/api/v1/incidents/8/tickets', body: { ticket_ids: [4] } }])
})

it('says that it shows the newest of many only, and where all are; counts by state would be wrong', async () => {
  answers['/api/v1/incidents/8'] = { ...incident, tickets: [ticket(1), ticket(2, { lead_ticket_id: 1 })], tickets_count: 250, open_tickets_count: 190 }
  answers['/api/v1/tickets/1/same-fault'] = { items: [] }
  const page = await shown(IncidentPage, { id: 8 })
  expect(page.get('[data-test=counts]').text()).toBe('未结 190 / 共 250')
  expect(page.get('[data-test=newest]').text()).toContain('共 250 张工单，这里只列最新的 2 张')
  expect(page.get('[data-test=newest] a').attributes('href')).toBe('/tickets?incident_id=8')
  expect((await shown(IncidentNote, { ticket: ticket(1, { incident_id: 8 }) })).text()).toContain('其余工单随它修复')
})

it('lists the tickets of one incident, until all are wanted', async () => {
  answers['/api/v1/tickets?limit=50&incident_id=8'] = { items: [ticket(1)], next_cursor: null }
  answers['/api/v1/tickets?limit=50'] = { items: [ticket(1), ticket(2)], next_cursor: null }
  const page = await shown(TicketList, {}, '/tickets?incident_id=8')
  await vi.waitUntil(() => page.text().includes('客户1'))
  expect(page.text()).not.toContain('客户2')
  expect(page.get('[data-test=of-incident] a').attributes('href')).toBe('/incident/8')
  await page.get('[data-test=of-incident] button').trigger('click')
  await vi.waitUntil(() => page.text().includes('客户2'))
  expect(page.find('[data-test=of-incident]').exists()).toBe(false)
})

it('lists incidents with how many tickets are still open', async () => {
  answers['/api/v1/incidents?limit=50&open=true'] = { items: [{ ...incident, tickets_count: 3, open_tickets_count: 2 }], next_cursor: null }
  const page = await shown(Incidents, {})
  await vi.waitUntil(() => page.text().includes('停机 · 一号泵站'))
  expect(page.text()).toContain('未结 2 / 共 3')
})
