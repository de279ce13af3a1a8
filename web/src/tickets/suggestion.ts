// How a suggestion's reasons are said, and when taking somebody else needs one of its own.
import type { Schemas } from '@/api/client'

type Reason = Schemas['Suggestion']['reasons'][number]
type Translate = (key: string, named: Record<string, unknown>) => string

// The district's number says nothing to whoever reads it.
export function obstacle_text({ obstacle, what }: { obstacle: string; what: string }, t: Translate): string {
  const said = t(`obstacle.${obstacle}`, {})
  return what && obstacle !== 'outside_territory' ? said + t('aside', { text: what }) : said
}

// The way there is said with its length; when he arrives stands beside his name already.
const said_elsewhere: Reason['code'][] = ['road_km', 'detour_km', 'response_min']
// Nothing to say when there is none of it.
const silent_at_zero: Reason['code'][] = ['detour_min', 'waiting_min', 'asset_visits', 'dealer_waiting_visits', 'skills', 'tools', 'licences', 'parts', 'slack_min']

export function reason_texts(reasons: Reason[], t: Translate): string[] {
  const value_of = (code: Reason['code']) => reasons.find((reason) => reason.code === code)?.value ?? 0
  return reasons
    .filter(({ code, value }) => !said_elsewhere.includes(code) && !(silent_at_zero.includes(code) && value === 0))
    .map(({ code, value }) => {
      if (code === 'visits_that_day' && value === 0) return t('suggest.free', {})
      return t(`suggest.reason.${code}`, { n: Math.round(value), km: Math.round(value_of('road_km')), time: duration_text(value, t) })
    })
}

// Minutes as people say them.
export function duration_text(minutes: number, t: Translate): string {
  return minutes < 120 ? t('age.minutes', { n: Math.round(minutes) }) : t('age.hours', { n: (minutes / 60).toFixed(1) })
}

export function passes_over_first(suggested: number[], chosen: number | null): boolean {
  return chosen !== null && suggested.length > 0 && suggested[0] !== chosen
}
