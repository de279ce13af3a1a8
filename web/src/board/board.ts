// The board's tickets and counts: read once, then kept by the stream.
import { defineStore } from 'pinia'
import { reactive, ref, shallowReactive, shallowRef } from 'vue'
import { answer_of, api, type TicketEvent, type TicketSummary } from '@/api/client'
import { use_session } from '@/console/session'
import { stream } from '@/console/stream'
import { columns, count_event, fits, is_ended, type Counts, type Filter } from './columns'

export const per_column = 60
// Changes of this long are read together; the first one at once.
const batch_ms = 200
const most_ids = 200
const recount_ms = 1500
const highlight_ms = 4000

export const use_board = defineStore('board', () => {
  const session = use_session()
  const tickets = shallowReactive(new Map<number, TicketSummary>())
  const fresh = shallowReactive(new Set<number>())
  const counts = ref<Counts>({})
  const urgent = ref<Counts>({})
  const loading = ref(false)
  const problem = shallowRef<unknown>(null)
  const filter = reactive<Filter>({ only_urgent: false, kind: '', office_unit_id: null, text: '' })

  let counted_to = 0
  let changed = new Set<number>()
  let flushing: ReturnType<typeof setTimeout> | null = null
  let flushed_at = 0
  let recounting: ReturnType<typeof setTimeout> | null = null
  let stop_listening: (() => void) | null = null

  // What the server is asked to cut the lists to; the text is looked for here.
  function server_filter() {
    return {
      ...(filter.kind ? { kind: filter.kind } : {}),
      ...(filter.only_urgent ? { urgency: 'urgent' as const } : {}),
      ...(filter.office_unit_id !== null ? { office_unit_id: filter.office_unit_id } : {}),
    }
  }

  async function count(): Promise<void> {
    const board = await answer_of(api.GET('/api/v1/board'))
    counts.value = board.counts
    urgent.value = board.urgent
    counted_to = board.seq
  }

  async function load(): Promise<void> {
    loading.value = true
    problem.value = null
    try {
      const read = (query: object) => answer_of(api.GET('/api/v1/tickets', { params: { query: { ...query, ...server_filter() } } }))
      const [, ...lists] = await Promise.all([
        count(),
        ...columns.map((column) => read({ state: column.states, limit: per_column, order: 'urgency' })),
      ])
      tickets.clear()
      for (const list of lists) for (const ticket of list.items) keep(ticket)
    } catch (error) {
      problem.value = error
    } finally {
      loading.value = false
    }
  }

  function keep(ticket: TicketSummary): void {
    const known = tickets.get(ticket.id)
    if (known && known.version > ticket.version) return
    if (is_ended(ticket.state) || !fits(ticket, { ...filter, text: '' })) tickets.delete(ticket.id)
    else tickets.set(ticket.id, ticket)
  }

  function take(event: TicketEvent): void {
    if (event.ticket_id === null) return
    if (event.seq > counted_to) {
      counted_to = event.seq
      if (session.user?.unit_kind === 'headquarters') counts.value = count_event(counts.value, event)
      else recount_soon()
    }
    if (is_ended(event.to_state)) {
      tickets.delete(event.ticket_id)
      changed.delete(event.ticket_id)
      return
    }
    changed.add(event.ticket_id)
    if (flushing === null) flushing = setTimeout(() => void flush(), Math.max(0, flushed_at + batch_ms - Date.now()))
  }

  async function flush(): Promise<void> {
    const ids = [...changed].slice(0, most_ids)
    changed = new Set([...changed].slice(most_ids))
    flushed_at = Date.now()
    try {
      const { items } = await answer_of(api.GET('/api/v1/tickets', { params: { query: { id: ids, limit: most_ids } } }))
      const seen = new Set(items.map((ticket) => ticket.id))
      for (const ticket of items) {
        keep(ticket)
        highlight(ticket.id)
      }
      for (const id of ids) if (!seen.has(id)) tickets.delete(id)
    } catch (error) {
      problem.value = error
      for (const id of ids) changed.add(id)
      flushed_at = Date.now() + 2000
    }
    flushing = changed.size > 0 ? setTimeout(() => void flush(), Math.max(batch_ms, flushed_at + batch_ms - Date.now())) : null
  }

  function highlight(id: number): void {
    fresh.add(id)
    setTimeout(() => fresh.delete(id), highlight_ms)
  }

  // A scope smaller than everything sees tickets come and go: its counts are asked for again.
  function recount_soon(): void {
    recounting ??= setTimeout(() => {
      recounting = null
      void count().catch(() => undefined)
    }, recount_ms)
  }

  function open(): void {
    stop_listening ??= stream.listen({ event: take, resync: () => void load() })
    void load()
  }

  function close(): void {
    stop_listening?.()
    stop_listening = null
    if (flushing) clearTimeout(flushing)
    if (recounting) clearTimeout(recounting)
    flushing = recounting = null
    changed.clear()
  }

  return { tickets, fresh, counts, urgent, loading, problem, filter, load, open, close }
})
