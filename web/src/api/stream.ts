// The live stream: each event reaches its listeners once and in order, however often the connection breaks.
import type { TicketEvent } from './client'

export interface Person {
  user_id: number
  name: string
  typing: boolean
}

export type ServerMessage =
  | { type: 'hello'; head: number }
  | ({ type: 'event' } & TicketEvent)
  | { type: 'presence'; ticket_id: number; people: Person[] }
  | { type: 'resync'; head: number }

export type StreamState = 'connecting' | 'live' | 'waiting' | 'signed_out'

// Why the connection is away, as far as the close code tells.
export type Absence = 'restart' | 'overloaded' | 'database' | 'network'

export interface Listener {
  event?(event: TicketEvent): void
  // What was missed cannot be replayed: read everything shown anew.
  resync?(): void
  presence?(ticket_id: number, people: Person[]): void
  state?(state: StreamState, absence: Absence | null): void
}

// What of a WebSocket is needed; a test brings its own.
export interface Socket {
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((message: { data: unknown }) => void) | null
  onclose: ((close: { code: number }) => void) | null
}

export interface StreamOptions {
  open: (after: number) => Socket
  set_timer?: (action: () => void, delay_ms: number) => unknown
  clear_timer?: (timer: unknown) => void
  random?: () => number
}

const longest_delay_ms = 15_000

export function absence_of(code: number): Absence {
  if (code === 1012) return 'restart'
  if (code === 1013) return 'overloaded'
  if (code === 1011) return 'database'
  return 'network'
}

// Milliseconds until the next try: growing, and spread so that a thousand consoles do not come back at one instant.
export function delay_ms(absence: Absence, failures: number, random: number): number {
  const first_ms = { restart: 300, overloaded: 1000, database: 2000, network: 500 }[absence]
  const grown_ms = Math.min(longest_delay_ms, first_ms * 2 ** Math.min(failures, 10))
  return grown_ms * (0.5 + random / 2)
}

export class Stream {
  private readonly listeners = new Set<Listener>()
  private socket: Socket | null = null
  private timer: unknown = null
  private failures = 0
  private last_seq = 0
  private running = false
  private current_state: StreamState = 'connecting'
  private current_absence: Absence | null = null
  private own_presence: { ticket_id: number | null; typing: boolean } = { ticket_id: null, typing: false }

  constructor(private readonly options: StreamOptions) {}

  get state(): StreamState {
    return this.current_state
  }

  get absence(): Absence | null {
    return this.current_absence
  }

  get seq(): number {
    return this.last_seq
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  // Begins after the event with this number.
  start(after: number): void {
    this.stop()
    this.running = true
    this.last_seq = after
    this.failures = 0
    this.connect()
  }

  stop(): void {
    this.running = false
    this.cancel_timer()
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onclose = socket.onmessage = socket.onopen = null
      socket.close()
    }
  }

  // Does not wait any longer: the network came back, or a person asks for it.
  hurry(): void {
    if (!this.running || this.socket) return
    this.cancel_timer()
    this.connect()
  }

  show_presence(ticket_id: number | null, typing: boolean): void {
    this.own_presence = { ticket_id, typing }
    this.send_presence()
  }

  private connect(): void {
    this.enter('connecting', this.current_absence)
    const socket = this.options.open(this.last_seq)
    this.socket = socket
    socket.onmessage = (message) => {
      if (typeof message.data === 'string') this.receive(JSON.parse(message.data) as ServerMessage)
    }
    socket.onclose = (close) => this.closed(close.code)
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.failures = 0
        this.enter('live', null)
        if (this.own_presence.ticket_id !== null) this.send_presence()
        break
      case 'event':
        if (message.seq <= this.last_seq) return
        this.last_seq = message.seq
        for (const listener of this.listeners) listener.event?.(message)
        break
      case 'resync':
        this.last_seq = message.head
        for (const listener of this.listeners) listener.resync?.()
        break
      case 'presence':
        for (const listener of this.listeners) listener.presence?.(message.ticket_id, message.people)
        break
    }
  }

  private closed(code: number): void {
    this.socket = null
    if (!this.running) return
    if (code === 4401) {
      this.running = false
      this.enter('signed_out', null)
      return
    }
    const absence = absence_of(code)
    const wait_ms = delay_ms(absence, this.failures, (this.options.random ?? Math.random)())
    this.failures += 1
    this.enter('waiting', absence)
    this.timer = (this.options.set_timer ?? setTimeout)(() => this.connect(), wait_ms)
  }

  private send_presence(): void {
    if (this.socket && this.current_state === 'live')
      this.socket.send(JSON.stringify({ type: 'presence', ...this.own_presence }))
  }

  private enter(state: StreamState, absence: Absence | null): void {
    this.current_state = state
    this.current_absence = absence
    for (const listener of this.listeners) listener.state?.(state, absence)
  }

  private cancel_timer(): void {
    if (this.timer === null) return
    ;(this.options.clear_timer ?? ((timer) => clearTimeout(timer as number)))(this.timer)
    this.timer = null
  }
}

export function open_browser_socket(after: number): Socket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return new WebSocket(`${scheme}://${location.host}/api/v1/stream?after=${after}`) as unknown as Socket
}
