// One incident as the console holds it: read anew whenever something happens to one of its tickets.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer_of, api, once, Problem, type Intention, type Schemas } from '@/api/client'
import { use_stream } from '@/console/stream'

export type Incident = Schemas['Incident']

export function use_incident(id: () => number | null) {
  const query = useQuery({
    queryKey: computed(() => ['incident', id()]),
    enabled: computed(() => id() !== null),
    queryFn: () => answer_of(api.GET('/api/v1/incidents/{id}', { params: { path: { id: id()! } } })),
  })
  const read_again = () => void (id() !== null && query.refetch())
  use_stream({
    event: (event) => {
      const is_member = query.data.value?.tickets.some((ticket) => ticket.id === event.ticket_id)
      if (is_member || event.attributes['incident_id'] === id()) read_again()
    },
    resync: read_again,
  })
  return query
}

export function add_to_incident(id: number, ticket_ids: number[], intention: Intention): Promise<Incident> {
  return answer_of(api.POST('/api/v1/incidents/{id}/tickets', { params: { path: { id }, header: once(intention) }, body: { ticket_ids } }))
}

// What the server has against tickets that were to be added. It knows one by its place in the request, people by its
// number.
export function refused_tickets(problem: unknown, sent_ids: number[], t: (key: string) => string): string[] {
  if (!(problem instanceof Problem)) return []
  const said = (index: number) => problem.field(`ticket_ids/${index}`)
  return sent_ids.flatMap((id, index) => (said(index) ? [`#${id}${t('colon')}${said(index)}`] : []))
}
