// Products and faults, each read whole once: catalogues are short.
import { useQuery } from '@tanstack/vue-query'
import { all_pages, answer_of, api, type Schemas } from '@/api/client'

export type Product = Schemas['Product']
export type Fault = Schemas['Fault']

export function use_products() {
  return useQuery({
    queryKey: ['products'],
    queryFn: () => all_pages((cursor) => answer_of(api.GET('/api/v1/products', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } }))),
    staleTime: 300_000,
  })
}

export function use_faults() {
  return useQuery({
    queryKey: ['faults'],
    queryFn: () => all_pages((cursor) => answer_of(api.GET('/api/v1/faults', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } }))),
    staleTime: 300_000,
  })
}

export interface PlacedFault extends Fault {
  depth: number
}

// Groups with what is below them, each level by code. A fault whose group is not there stands at the top.
export function faults_in_order(faults: Fault[]): PlacedFault[] {
  const known = new Set(faults.map((fault) => fault.id))
  const children = new Map<number | null, Fault[]>()
  for (const fault of faults) {
    const parent = fault.parent_id !== null && known.has(fault.parent_id) ? fault.parent_id : null
    children.set(parent, [...(children.get(parent) ?? []), fault])
  }
  const below = (parent: number | null, depth: number): PlacedFault[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .flatMap((fault) => [{ ...fault, depth }, ...below(fault.id, depth + 1)])
  return below(null, 0)
}
