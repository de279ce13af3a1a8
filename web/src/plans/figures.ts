// What a plan would change about a day, in words: only what changes.
import type { Schemas } from '@/api/client'

export type Figures = Schemas['PlanFigures']
type Translate = (key: string, named: Record<string, unknown>) => string

export const figure_names = ['visits', 'unserved', 'late_priority_min', 'working_min', 'road_km'] as const

export function difference_texts(difference: Figures, t: Translate): string[] {
  return figure_names
    .map((name) => ({ name, change: Math.round(difference[name]) }))
    .filter(({ change }) => change !== 0)
    .map(({ name, change }) => `${t(`plan.figure.${name}`, {})} ${change > 0 ? '+' : '−'}${Math.abs(change)}`)
}

// More visits are better; of everything else less is.
export function is_better(name: (typeof figure_names)[number], change: number): boolean {
  return name === 'visits' ? change > 0 : change < 0
}

// "late_min 40 → 0", in words. Of what is taken back one wants to know what its holder cannot.
export function reason_text({ code, before, after }: Schemas['PlanChange']['reasons'][number], t: Translate, action?: Schemas['PlanChange']['action']): string {
  if (code === 'holder_cannot' && action === 'leave_out') return t('plan.holder_lost', {})
  return t(`plan.reason.${code}`, { before: Math.round(before), after: Math.round(after) })
}
