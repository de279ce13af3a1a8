// The open tickets a new one may have to do with, each once, whatever speaks for it.
import type { Schemas, TicketSummary } from '@/api/client'
import { can_be_joined } from '@/incidents/same_fault'

type Answer = Schemas['SimilarList']

export interface Similar {
  ticket: TicketSummary
  reasons: string[]
  may_be_repeat: boolean
  may_be_same_fault: boolean
  can_be_joined: boolean
}

// Repeats first. The same defect at other customers' is no reason to wait for somebody else's visit.
export function similar_tickets(found: Answer, kind: Schemas['TicketKind']): Similar[] {
  const same = kind === 'repair' ? found.same_fault.filter((one) => one.kind === 'same_fault') : []
  const repeated = new Set(found.items.map((one) => one.ticket.id))
  return [
    ...found.items.map(({ ticket, reasons }) => {
      const fault = same.find((one) => one.ticket.id === ticket.id)
      return {
        ticket,
        reasons: [...new Set<string>([...reasons, ...(fault?.reasons ?? [])])],
        may_be_repeat: true,
        may_be_same_fault: fault !== undefined,
        can_be_joined: fault !== undefined && can_be_joined(fault),
      }
    }),
    ...same
      .filter((one) => !repeated.has(one.ticket.id))
      .map((one) => ({ ticket: one.ticket, reasons: one.reasons, may_be_repeat: false, may_be_same_fault: true, can_be_joined: can_be_joined(one) })),
  ]
}
