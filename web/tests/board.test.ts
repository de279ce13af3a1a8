import { describe, expect, it } from 'vitest'
import type { TicketSummary } from '@/api/client'
import { by_need, columns, count_event, fits, live_states, urgent_count } from '@/board/columns'

const ticket = (changes: Partial<TicketSummary>) =>
  ({ id: 1, urgency: 'normal', kind: 'repair', state: 'open', opened_at: '2026-03-01T08:00:00.000Z', office_unit_id: 4, customer_name: '王建国', description: '冒黑烟', address: '', serial_number: 'WD615-1', product_name: '', dealer_name: '', ...changes }) as TicketSummary

describe('the board', () => {
  it('puts urgent tickets first and among equals the longest waiting', () => {
    const order = [
      ticket({ id: 1, opened_at: '2026-03-01T09:00:00.000Z' }),
      ticket({ id: 2, opened_at: '2026-03-01T08:00:00.000Z' }),
      ticket({ id: 3, opened_at: '2026-03-01T10:00:00.000Z', urgency: 'urgent' }),
    ].sort(by_need)
    expect(order.map((one) => one.id)).toEqual([3, 2, 1])
  })

  it('counts a step from one state to the next and an opening, but no event that leaves the state', () => {
    const counts = { open: 2, offered: 0 }
    expect(count_event(counts, { from_state: 'open', to_state: 'offered' })).toEqual({ open: 1, offered: 1 })
    expect(count_event(counts, { from_state: '', to_state: 'open' })).toEqual({ open: 3, offered: 0 })
    expect(count_event(counts, { from_state: 'open', to_state: 'open' })).toBe(counts)
    expect(count_event({}, { from_state: 'open', to_state: 'cancelled' })).toEqual({ open: 0, cancelled: 1 })
  })

  it('counts the urgent tickets it has, and asks the server only for a column that is full of them', () => {
    const tickets = [ticket({ id: 1, urgency: 'urgent' }), ticket({ id: 2, urgency: 'urgent' }), ticket({ id: 3, state: 'repaired' }), ticket({ id: 4, state: 'en_route', urgency: 'urgent' })]
    expect(urgent_count(tickets, { open: 1, repaired: 7 }, 60)).toBe(3)
    expect(urgent_count(tickets, { open: 90, on_site: 5 }, 2)).toBe(91)
    expect(urgent_count([], { open: 3 }, 60)).toBe(0)
  })

  it('shows every living state in exactly one column', () => {
    expect(new Set(live_states).size).toBe(live_states.length)
    expect(columns.map((column) => column.name)).toContain('in_service')
  })

  it('finds by name, serial number or ticket number', () => {
    const filter = { only_urgent: false, kind: '' as const, office_unit_id: null, text: '' }
    expect(fits(ticket({}), { ...filter, text: '建国' })).toBe(true)
    expect(fits(ticket({}), { ...filter, text: 'wd615' })).toBe(true)
    expect(fits(ticket({}), { ...filter, text: '李' })).toBe(false)
    expect(fits(ticket({}), { ...filter, only_urgent: true })).toBe(false)
    expect(fits(ticket({}), { ...filter, office_unit_id: 5 })).toBe(false)
  })
})
