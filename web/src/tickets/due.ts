// What a ticket's page counts down to. While an offer waits for its answer that is its end, not the reminder before it.
import type { Ticket } from '@/api/client'

export function due_of(ticket: Pick<Ticket, 'state' | 'due_at' | 'due_kind' | 'offers'>): { kind: string; at: string } | null {
  const pending = ticket.state === 'offered' ? ticket.offers.find((offer) => offer.outcome === 'pending') : undefined
  if (pending) return { kind: 'offer_expiry', at: pending.expires_at }
  return ticket.due_at && ticket.due_kind ? { kind: ticket.due_kind, at: ticket.due_at } : null
}
