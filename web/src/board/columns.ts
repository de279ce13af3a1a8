// What the board shows where: pure rules, so that they can be tested without a page.
import type { TicketEvent, TicketState, TicketSummary } from '@/api/client'

export interface Column {
  name: 'open' | 'offered' | 'confirmed' | 'in_service' | 'repaired' | 'others'
  states: TicketState[]
}

export const columns: Column[] = [
  { name: 'open', states: ['open'] },
  { name: 'offered', states: ['offered'] },
  { name: 'confirmed', states: ['confirmed'] },
  { name: 'in_service', states: ['en_route', 'on_site', 'paused'] },
  { name: 'repaired', states: ['repaired'] },
  { name: 'others', states: ['answered', 'investigating', 'resolved', 'followed_up'] },
]

export const live_states: TicketState[] = columns.flatMap((column) => column.states)

export function is_ended(state: string): boolean {
  return state === 'closed' || state === 'merged' || state === 'cancelled'
}

// Urgent first, then whoever has waited longest.
export function by_need(a: TicketSummary, b: TicketSummary): number {
  if (a.urgency !== b.urgency) return a.urgency === 'urgent' ? -1 : 1
  return Date.parse(a.opened_at) - Date.parse(b.opened_at) || a.id - b.id
}

export interface Filter {
  only_urgent: boolean
  kind: TicketSummary['kind'] | ''
  office_unit_id: number | null
  text: string
}

export function fits(ticket: TicketSummary, filter: Filter): boolean {
  if (filter.only_urgent && ticket.urgency !== 'urgent') return false
  if (filter.kind && ticket.kind !== filter.kind) return false
  if (filter.office_unit_id !== null && ticket.office_unit_id !== filter.office_unit_id) return false
  const text = filter.text.trim().toLowerCase()
  if (!text) return true
  return [String(ticket.id), ticket.customer_name, ticket.serial_number, ticket.product_name, ticket.address, ticket.description, ticket.dealer_name]
    .some((part) => part?.toLowerCase().includes(text))
}

// Urgent tickets stand first in the `limit` that are read of a column, so all of them are here unless the column is full
// of them; then the server's count, of the whole scope, is the better one.
export function urgent_count(tickets: Iterable<TicketSummary>, told: Counts, limit: number): number {
  const urgent = [...tickets].filter((ticket) => ticket.urgency === 'urgent')
  return columns.reduce((sum, { states }) => {
    const here = urgent.filter((ticket) => states.includes(ticket.state)).length
    const by_server = states.reduce((n, state) => n + (told[state] ?? 0), 0)
    return sum + (here >= limit ? Math.max(here, by_server) : here)
  }, 0)
}

export type Counts = Record<string, number>

// The counts after an event that is newer than they are. Never below zero: a ticket may have entered the scope just now.
export function count_event(counts: Counts, event: Pick<TicketEvent, 'from_state' | 'to_state'>): Counts {
  const { from_state, to_state } = event
  if (from_state === to_state || !to_state) return counts
  const after = { ...counts, [to_state]: (counts[to_state] ?? 0) + 1 }
  if (from_state) after[from_state] = Math.max(0, (counts[from_state] ?? 0) - 1)
  return after
}
