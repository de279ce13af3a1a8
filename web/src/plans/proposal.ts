// A proposal as its page shows it: what stays chosen, what accepting would do, and whom each change is about.
import type { Schemas } from '@/api/client'

export type Plan = Schemas['Plan']
export type Change = Schemas['PlanChange']
type Outcome = Schemas['AcceptedPlan']['outcomes'][number]
type Translate = (key: string, named?: Record<string, unknown>) => string

// Everything is chosen when a proposal is first seen. From then on it is the reader's choice: what is decided leaves it,
// by whomever, and nothing comes into it by itself.
export function still_chosen(chosen: ReadonlySet<number> | null, open_ids: readonly number[]): Set<number> {
  return new Set(chosen ? open_ids.filter((id) => chosen.has(id)) : open_ids)
}

// The list says of a proposal only its figures. As many visits as before, made and not: it may change nothing at all, and
// whether it does is to be asked.
export function may_change_nothing({ state, difference }: Schemas['PlanHead']): boolean {
  return state === 'open' && difference.visits === 0 && difference.unserved === 0
}

// "3 offers, 1 recall": what accepting these would do.
export function deeds_text(changes: readonly Change[], t: Translate): string {
  const actions = ['offer', 'name_technician', 'reschedule', 'leave_out'] as const
  return actions
    .map((action) => ({ action, n: changes.filter((change) => change.action === action).length }))
    .filter(({ n }) => n > 0)
    .map(({ action, n }) => t(`plan.deed.${action}`, { n }))
    .join(t('comma'))
}

// What became of it: how many were done, how many not.
export function summary_text(outcomes: readonly Outcome[], t: Translate): string {
  const done = outcomes.filter(({ outcome }) => outcome === 'accepted').length
  const left = outcomes.length - done
  return left === 0 ? t('plan.all_done', { done }) : t('plan.some_left', { done, left })
}

// The customers of the proposal's tickets, by ticket; and the dealers of its technicians, by technician.
export function customers_of(plan: Plan): Map<number, string> {
  return new Map([...plan.tours.flatMap((tour) => tour.stops), ...plan.unserved].map((one) => [one.ticket_id, one.customer_name]))
}
export function dealers_of(plan: Plan): Map<number, number> {
  return new Map(plan.tours.map((tour) => [tour.technician_id, tour.dealer_unit_id]))
}

// "周建华 18:00 → 李强 19:50（榆林站）". What is taken back goes to nobody: it is open again. The dealer is named where he
// gets something, for it is he whom an offer goes to.
export function change_text(change: Change, dealer_name: string, t: Translate, time: (instant: string) => string): string {
  const { from, to } = change
  const at = (arrives_at: string | null) => (arrives_at ? time(arrives_at) : '')
  const before = from ? [from.technician_name, at(from.arrives_at)].filter(Boolean).join(' ') : ''
  if (!to) return [before || t('plan.nobody'), t('state.open')].join(' → ')
  const is_same = from?.technician_id === to.technician_id
  const after = [is_same ? '' : to.technician_name, at(to.arrives_at)].filter(Boolean).join(' ')
  return [before, after].filter(Boolean).join(' → ') + (dealer_name && !is_same ? t('aside', { text: dealer_name }) : '')
}
