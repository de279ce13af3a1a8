// Working hours as pages need them: weeks of spans, days unlike their weekday, how both are said, what is wrong with them.
import type { Schemas } from '@/api/client'

export type WeekSpan = Schemas['WeeklyHours'][number]
export type DaySpan = Schemas['WorkingExceptions'][number]

export interface Span {
  from: string
  until: string
}

// A span where it stands in its list, for that is how the server speaks of it: /weekly_hours/3/until.
export interface PlacedSpan extends Span {
  index: number
}

export type SpanFault = 'not_a_time' | 'reversed' | 'overlaps'
type Translate = (key: string, named: Record<string, unknown>) => string

export const weekdays = [1, 2, 3, 4, 5, 6, 7]

// What people type for a time of day (8, 830, 8：30) as HH:MM, 24:00 for its end; null when it is none.
export function clock_of(typed: string): string | null {
  const found = /^(\d{1,2})[:：]?(\d{2})?$/.exec(typed.trim())
  if (!found) return null
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)]
  if (minute > 59 || hour * 60 + minute > 24 * 60) return null
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

// For each span of one day. Two that overlap: told at the one that stands later.
export function span_faults(spans: Span[]): (SpanFault | null)[] {
  const known = spans.map(({ from, until }) => ({ from: clock_of(from), until: clock_of(until) }))
  return known.map(({ from, until }, at) => {
    if (from === null || until === null) return 'not_a_time'
    if (until <= from) return 'reversed'
    const is_hit = known.slice(0, at).some((other) => other.from !== null && other.until !== null && other.from < until && from < other.until)
    return is_hit ? 'overlaps' : null
  })
}

export function on_weekday(week: WeekSpan[], weekday: number): PlacedSpan[] {
  return week.flatMap((one, index) => (one.weekday === weekday ? [{ index, from: one.from, until: one.until }] : []))
}

// A day off has none.
export function on_day(exceptions: DaySpan[], day: string): PlacedSpan[] {
  return exceptions.flatMap((one, index) => (one.day === day && is_work(one) ? [{ index, from: one.from ?? '', until: one.until ?? '' }] : []))
}

export const is_work = ({ from, until }: DaySpan) => typeof from === 'string' || typeof until === 'string'
export const days_of = (exceptions: DaySpan[]) => [...new Set(exceptions.map(({ day }) => day))].sort()

export function has_fault(week: WeekSpan[], exceptions: DaySpan[]): boolean {
  const days = [...weekdays.map((weekday) => on_weekday(week, weekday)), ...days_of(exceptions).map((day) => on_day(exceptions, day))]
  return days.some((spans) => span_faults(spans).some(Boolean))
}

// As the server takes them: what was typed loosely is written out.
export function written_out<Entry extends { from?: string | null; until?: string | null }>(entries: Entry[]): Entry[] {
  const clock = (typed: string) => clock_of(typed) ?? typed
  return entries.map((one) => (typeof one.from === 'string' && typeof one.until === 'string' ? { ...one, from: clock(one.from), until: clock(one.until) } : one))
}

// What to begin with on a day that has these already: morning, afternoon, then whatever is typed.
export function next_span(spans: Span[]): Span {
  if (spans.length === 0) return { from: '08:00', until: '12:00' }
  if (spans.every(({ until }) => until <= '13:00')) return { from: '13:00', until: '17:30' }
  return { from: '', until: '' }
}

function spans_text(spans: Span[], t: Translate): string {
  return spans.map(({ from, until }) => `${from}–${until}`).join(t('comma', {})) || t('hours.off', {})
}

// Monday to Friday 08:00–12:00, 13:00–17:30; Saturday 08:00–12:00. Days off go without saying.
export function week_text(week: WeekSpan[], t: Translate): string {
  const groups: { first: number; last: number; said: string }[] = []
  for (const weekday of weekdays) {
    const spans = on_weekday(week, weekday)
    if (spans.length === 0) continue
    const said = spans_text(spans, t)
    const before = groups.at(-1)
    if (before && before.last === weekday - 1 && before.said === said) before.last = weekday
    else groups.push({ first: weekday, last: weekday, said })
  }
  const name = (weekday: number) => t(`hours.weekday.${weekday}`, {})
  return groups.map(({ first, last, said }) => `${first === last ? name(first) : t('hours.days', { from: name(first), until: name(last) })} ${said}`).join(t('semicolon', {}))
}

export function day_text(day: string, t: Translate): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
  return `${day} ${t(`hours.weekday.${weekday}`, {})}`
}

export function exceptions_text(exceptions: DaySpan[], t: Translate): string {
  return days_of(exceptions).map((day) => `${day_text(day, t)} ${spans_text(on_day(exceptions, day), t)}`).join(t('semicolon', {}))
}
