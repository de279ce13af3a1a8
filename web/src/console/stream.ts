// The console's one stream, and what a component may want of it.
import { onScopeDispose, reactive } from 'vue'
import { open_browser_socket, Stream, type Absence, type Listener, type Person, type StreamState } from '@/api/stream'

export const stream = new Stream({ open: open_browser_socket })

export const connection = reactive<{ state: StreamState; absence: Absence | null; resyncs: number }>({
  state: 'connecting',
  absence: null,
  resyncs: 0,
})

export const people_at = reactive(new Map<number, Person[]>())

stream.listen({
  state: (state, absence) => {
    connection.state = state
    connection.absence = absence
    if (state !== 'live') people_at.clear()
  },
  resync: () => (connection.resyncs += 1),
  presence: (ticket_id, people) => people_at.set(ticket_id, people),
})

window.addEventListener('online', () => stream.hurry())

// Listens while the component lives.
export function use_stream(listener: Listener): void {
  onScopeDispose(stream.listen(listener))
}
