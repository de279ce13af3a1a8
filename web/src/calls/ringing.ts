// The calls an agent's banner shows, as a pure function of the events.
import type { TicketEvent } from '@/api/client'

export interface Ringing {
  call_id: number
  from_number: string
  customer_id: number | null
  customer_name: string
  queue: string
}

// A replayed ring of long ago is no ring.
const longest_ring_ms = 120_000

export function ringing_after(calls: Ringing[], event: TicketEvent, user_id: number, now_ms: number): Ringing[] {
  const about = event.attributes
  const call_id = typeof about['call_id'] === 'number' ? about['call_id'] : null
  if (call_id === null || !event.kind.startsWith('call.')) return calls
  const others = calls.filter((call) => call.call_id !== call_id)
  if (event.kind === 'call.answered' && about['answered_by'] === user_id) return calls
  if (event.kind !== 'call.ringing' || about['direction'] === 'out') return others
  if (now_ms - Date.parse(event.happened_at) > longest_ring_ms) return others
  const text = (name: string) => (typeof about[name] === 'string' ? (about[name] as string) : '')
  return [
    ...others,
    {
      call_id,
      from_number: text('from_number'),
      customer_id: typeof about['customer_id'] === 'number' ? about['customer_id'] : null,
      customer_name: text('customer_name'),
      queue: text('queue'),
    },
  ]
}
