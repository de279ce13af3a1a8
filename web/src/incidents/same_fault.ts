// Which tickets become one incident, and how: pure rules, so that they can be tested without a page.
import type { Schemas, TicketState, TicketSummary } from '@/api/client'

export type SameFault = Schemas['SameFault']
export type IncidentKind = Schemas['IncidentKind']
export type Member = Pick<TicketSummary, 'id' | 'kind' | 'state' | 'opened_at' | 'incident_id' | 'lead_ticket_id' | 'customer_name' | 'product_name' | 'fault_name' | 'address'>

const before_repair: TicketState[] = ['open', 'offered', 'confirmed', 'en_route', 'on_site', 'paused']
const longest_title = 200

const is_repair_to_come = (ticket: Member) => ticket.kind === 'repair' && before_repair.includes(ticket.state)

// Whose fault a new ticket can be said to be: it follows this one, or this one's lead. A campaign has no lead.
export function can_be_joined({ ticket, incident_kind }: { ticket: Member; incident_kind: IncidentKind | null }): boolean {
  return is_repair_to_come(ticket) && incident_kind !== 'campaign'
}

// Whose visit can repair others as well.
export function can_lead(ticket: Member): boolean {
  return is_repair_to_come(ticket) && ticket.lead_ticket_id === null
}

// Who can still be put into an incident; into one of a same fault only while nobody was sent to him.
export function can_join(ticket: Member, kind: IncidentKind): boolean {
  return ticket.kind === 'repair' && ticket.incident_id === null && (kind === 'same_fault' ? ticket.state === 'open' : [...before_repair, 'repaired'].includes(ticket.state))
}

// The incidents that some of the tickets are in already: none makes a new one, one is joined by the others, several
// cannot become one.
export function incidents_of(tickets: Member[]): number[] {
  return [...new Set(tickets.flatMap((ticket) => ticket.incident_id ?? []))]
}

// The one that somebody is being sent to, as far along as can be; else the oldest.
export function proposed_lead(tickets: Member[]): number | null {
  const progress = (ticket: Member) => before_repair.indexOf(ticket.state)
  const [first] = tickets.filter(can_lead).sort((a, b) => progress(b) - progress(a) || Date.parse(a.opened_at) - Date.parse(b.opened_at) || a.id - b.id)
  return first?.id ?? null
}

// One fault has a place; a defect of a batch has a product.
export function proposed_title(kind: IncidentKind, ticket: Member): string {
  const { fault_name, product_name, address } = ticket
  const parts = kind === 'campaign' ? [product_name, fault_name] : [fault_name || product_name, address]
  return parts.filter(Boolean).join(' · ').slice(0, longest_title)
}
