// What people can, where and when they work, and what a fault asks for, as the pages read it.
import { useQuery } from '@tanstack/vue-query'
import { answer_of, api, type Schemas } from '@/api/client'
import type { Fault } from '@/catalogue/catalogue'
import { exceptions_text, week_text, type DaySpan, type WeekSpan } from './hours'

export type Technician = Schemas['Technician']
export type ServiceArea = Schemas['ServiceArea']
export type FaultRequirement = Schemas['FaultRequirement']
export type Part = Schemas['Part']

// A technician works as his dealer does where he has said nothing of his own.
export interface PlacedTechnician {
  technician: Technician
  dealer: ServiceArea
}

export interface PlacedRequirement {
  fault: Fault
  requirement: FaultRequirement
  // What holds while nobody has written one for the fault itself: that of the nearest above it that has one.
  inherited: { from: Fault; requirement: FaultRequirement } | null
}

export const code_kinds = ['skills', 'licences', 'tools'] as const

export const read_area = (unit_id: number) => answer_of(api.GET('/api/v1/organisation/{id}/service-area', { params: { path: { id: unit_id } } }))

export async function read_technician(id: number): Promise<PlacedTechnician> {
  const technician = await answer_of(api.GET('/api/v1/technicians/{id}', { params: { path: { id } } }))
  return { technician, dealer: await read_area(technician.unit_id) }
}

export async function read_requirement(fault: Fault, faults: Fault[]): Promise<PlacedRequirement> {
  const of = ({ id }: Fault) => answer_of(api.GET('/api/v1/faults/{id}/requirement', { params: { path: { id } } }))
  const above = (one: Fault) => faults.find(({ id }) => id === one.parent_id)
  const own = await of(fault)
  for (let from = above(fault); from; from = above(from)) {
    const requirement = await of(from)
    if (requirement.version > 0) return { fault, requirement: own, inherited: { from, requirement } }
  }
  return { fault, requirement: own, inherited: null }
}

// What stands in profiles and requirements already, so that one thing is written one way.
export function use_codes() {
  return useQuery({ queryKey: ['codes_in_use'], queryFn: () => answer_of(api.GET('/api/v1/codes-in-use')), staleTime: 60_000 })
}

// The entries of a record's list for a form, which changes its own only.
export const copies = <Entry extends object>(entries: Entry[] | undefined): Entry[] => (entries ?? []).map((one) => ({ ...one }))
export const is_numbered = (parts: Part[]) => parts.every(({ number }) => number.trim())

type Translate = (key: string, named: Record<string, unknown>) => string

// How a field of these records is said where somebody else has changed it; undefined: as it is.
export function value_text(name: string, value: unknown, t: Translate): string | undefined {
  if (name === 'weekly_hours') return week_text(value as WeekSpan[], t) || undefined
  if (name === 'exceptions') return exceptions_text(value as DaySpan[], t) || undefined
  if (name === 'parts') return parts_text(value as Part[], t) || t('none', {})
  return Array.isArray(value) ? value.join(t('comma', {})) || t('none', {}) : undefined
}

export function parts_text(parts: Part[], t: Translate): string {
  return parts.map(({ number, quantity }) => `${number} × ${quantity}`).join(t('comma', {}))
}

// 90 min; common_rail, diesel; INJ-4010 × 1
export function requirement_text({ duration_min, parts, ...codes }: FaultRequirement, t: Translate): string {
  const needs = code_kinds.flatMap((kind) => (codes[kind]?.length ? [`${t(`field.${kind}`, {})} ${codes[kind].join(t('comma', {}))}`] : []))
  const pieces = parts?.length ? [`${t('field.parts', {})} ${parts_text(parts, t)}`] : []
  return [t('age.minutes', { n: duration_min }), ...needs, ...pieces].join(t('semicolon', {}))
}
