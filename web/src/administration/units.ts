// The organisation as pages need it: read whole once, in the order of its tree.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { all_pages, answer_of, api, type Schemas, type Unit } from '@/api/client'

export type UnitKind = Schemas['UnitKind']
export type Role = Schemas['Role']

export interface PlacedUnit extends Unit {
  depth: number
  // The names of the units above it, the highest first.
  above: string
}

const ids_of = (path: string) => path.split('/').filter(Boolean)

// Each unit below its parent, and beside its siblings in the order they were made.
export function in_tree_order(units: Unit[]): PlacedUnit[] {
  const names = new Map(units.map((unit) => [String(unit.id), unit.name]))
  const key = (unit: Unit) => ids_of(unit.path).map((id) => id.padStart(19, '0')).join('/')
  return units
    .map((unit) => {
      const ids = ids_of(unit.path)
      return { ...unit, depth: ids.length - 1, above: ids.slice(0, -1).map((id) => names.get(id) ?? '').filter(Boolean).join(' / ') }
    })
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

// Which kinds may stand below which: the server's rule, so that a form offers nothing it would refuse.
const kinds_below: Record<UnitKind, UnitKind[]> = { headquarters: ['office', 'dealer'], office: ['dealer'], dealer: ['substation'], substation: [] }

export function may_stand_below(kind: UnitKind, parent: UnitKind): boolean {
  return kinds_below[parent].includes(kind)
}

// Outside the house work dealers and technicians, inside everybody else.
export function may_work_in(role: Role, kind: UnitKind): boolean {
  return (kind === 'dealer' || kind === 'substation') === (role === 'dealer' || role === 'technician')
}

export function use_units() {
  const query = useQuery({
    queryKey: ['units'],
    queryFn: () => all_pages((cursor) => answer_of(api.GET('/api/v1/organisation', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } }))),
    staleTime: 60_000,
  })
  return { ...query, units: computed(() => in_tree_order(query.data.value ?? [])) }
}
