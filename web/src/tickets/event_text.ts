// What an event adds to its name, said in words: reason, note, promise, score.
import type { Ticket, TicketEvent } from '@/api/client'

type Translate = (key: string, named?: Record<string, unknown>) => string

const reason_words: Record<string, string> = {
  'offer.rejected': 'reject_reason',
  'offer.recalled': 'recall_reason',
  'visit.paused': 'pause_reason',
  'visit.unrepaired': 'unrepaired_reason',
  'ticket.cancelled': 'cancel_reason',
}
const told_as_they_are = ['why', 'note', 'description', 'answer', 'resolution', 'signed_by'] as const

export function event_lines(event: TicketEvent, ticket: Ticket, t: Translate, time: (instant: string) => string): string[] {
  const about = event.attributes
  const lines: string[] = []
  const text = (name: string) => (typeof about[name] === 'string' ? (about[name] as string) : '')
  const number = (name: string) => (typeof about[name] === 'number' ? (about[name] as number) : null)

  const dealer = ticket.offers.find((offer) => offer.dealer_unit_id === number('dealer_unit_id'))?.dealer_name
  if (dealer) lines.push(dealer)
  const technician = technician_name(ticket, number('technician_id'))
  if (technician) lines.push(technician)
  const words = reason_words[event.kind]
  if (words && text('reason')) lines.push(t(`${words}.${text('reason')}`))
  if (text('promised_arrival_at')) lines.push(`${t('field.promised_arrival_at')} ${time(text('promised_arrival_at'))}`)
  if (event.kind === 'offer.made' && text('expires_at')) lines.push(t('ticket.expires', { time: time(text('expires_at')) }))
  const distance = number('distance_to_site_m')
  if (distance !== null) lines.push(t('ticket.distance', { m: Math.round(distance) }))
  if (text('outcome')) lines.push(t(`callback_outcome.${text('outcome')}`))
  if (number('score') !== null) lines.push(t('ticket.score', { n: number('score') }))
  const into = number('merged_into_id')
  if (into !== null) lines.push(`#${into}`)
  for (const name of told_as_they_are) if (text(name)) lines.push(name === 'signed_by' ? `${t('field.signed_by')} ${text(name)}` : text(name))
  return lines
}

function technician_name(ticket: Ticket, id: number | null): string {
  if (id === null) return ''
  if (ticket.technician_id === id) return ticket.technician_name
  return ticket.visits.find((visit) => visit.technician_id === id)?.technician_name ?? ''
}
