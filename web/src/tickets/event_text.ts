// What an event adds to its name: facts of a few words, and what somebody wrote.
import type { Ticket, TicketEvent } from '@/api/client'
import { distance_text } from './distance'

type Translate = (key: string, named?: Record<string, unknown>) => string

export interface EventText {
  facts: string[]
  texts: string[]
}

const reason_words: Record<string, string> = {
  'offer.rejected': 'reject_reason',
  'offer.recalled': 'recall_reason',
  'visit.paused': 'pause_reason',
  'visit.unrepaired': 'unrepaired_reason',
  'ticket.cancelled': 'cancel_reason',
}
const written = ['why', 'note', 'description', 'answer', 'resolution'] as const

export function event_text(event: TicketEvent, ticket: Ticket, t: Translate, time: (instant: string) => string): EventText {
  const about = event.attributes
  const facts: string[] = []
  const text = (name: string) => (typeof about[name] === 'string' ? (about[name] as string) : '')
  const number = (name: string) => (typeof about[name] === 'number' ? (about[name] as number) : null)

  const dealer = ticket.offers.find((offer) => offer.dealer_unit_id === number('dealer_unit_id'))?.dealer_name
  if (dealer) facts.push(dealer)
  const technician = technician_name(ticket, number('technician_id'))
  // Whoever did it is named beside the event already.
  if (technician && number('technician_id') !== event.actor?.id) facts.push(technician)
  const words = reason_words[event.kind]
  if (words && text('reason')) facts.push(t(`${words}.${text('reason')}`))
  if (text('promised_arrival_at')) facts.push(`${t('field.promised_arrival_at')} ${time(text('promised_arrival_at'))}`)
  if (event.kind === 'offer.made' && text('expires_at')) facts.push(t('ticket.expires', { time: time(text('expires_at')) }))
  if (text('override_reason')) facts.push(t(`override_reason.${text('override_reason')}`))
  const distance = number('distance_to_site_m')
  if (distance !== null) facts.push(distance_text(distance, t))
  if (text('outcome')) facts.push(t(`callback_outcome.${text('outcome')}`))
  if (number('score') !== null) facts.push(t('ticket.score', { n: number('score') }))
  const into = number('merged_into_id')
  if (into !== null) facts.push(`#${into}`)
  if (text('signed_by')) facts.push(`${t('ticket.signed_by')} ${text('signed_by')}`)
  return { facts, texts: written.map(text).filter(Boolean) }
}

function technician_name(ticket: Ticket, id: number | null): string {
  if (id === null) return ''
  if (ticket.technician_id === id) return ticket.technician_name
  return ticket.visits.find((visit) => visit.technician_id === id)?.technician_name ?? ''
}
