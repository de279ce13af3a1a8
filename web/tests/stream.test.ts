import { beforeEach, describe, expect, it } from 'vitest'
import type { TicketEvent } from '@/api/client'
import { delay_ms, Stream, type Socket } from '@/api/stream'

class TestSocket implements Socket {
  sent: string[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((message: { data: unknown }) => void) | null = null
  onclose: ((close: { code: number }) => void) | null = null
  constructor(readonly after: number) {}
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    this.closed = true
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  break_off(code: number) {
    this.onclose?.({ code })
  }
}

const event = (seq: number) => ({ type: 'event', seq, kind: 'ticket.chased', ticket_id: 1, from_state: 'open', to_state: 'open', attributes: {} })

describe('the stream', () => {
  let sockets: TestSocket[]
  let timers: { action: () => void; delay: number }[]
  let stream: Stream
  let seen: number[]
  let resyncs: number

  beforeEach(() => {
    sockets = []
    timers = []
    seen = []
    resyncs = 0
    stream = new Stream({
      open: (after) => {
        const socket = new TestSocket(after)
        sockets.push(socket)
        return socket
      },
      set_timer: (action, delay) => timers.push({ action, delay }),
      clear_timer: () => undefined,
      random: () => 1,
    })
    stream.listen({ event: (one: TicketEvent) => seen.push(one.seq), resync: () => (resyncs += 1) })
    stream.start(10)
  })

  it('resumes after the last event it has seen, and tells none twice', () => {
    sockets[0]!.say({ type: 'hello', head: 12 })
    sockets[0]!.say(event(11))
    sockets[0]!.say(event(12))
    sockets[0]!.break_off(1012)
    expect(stream.state).toBe('waiting')
    expect(stream.absence).toBe('restart')
    timers[0]!.action()
    expect(sockets[1]!.after).toBe(12)
    sockets[1]!.say({ type: 'hello', head: 14 })
    sockets[1]!.say(event(12))
    sockets[1]!.say(event(14))
    expect(seen).toEqual([11, 12, 14])
    expect(stream.state).toBe('live')
    expect(stream.absence).toBeNull()
  })

  it('goes on after the head of a resync', () => {
    sockets[0]!.say({ type: 'hello', head: 900 })
    sockets[0]!.say({ type: 'resync', head: 900 })
    sockets[0]!.break_off(1006)
    timers[0]!.action()
    expect(resyncs).toBe(1)
    expect(sockets[1]!.after).toBe(900)
  })

  it('waits longer each time it fails, and not at all when signed out', () => {
    sockets[0]!.break_off(1006)
    timers[0]!.action()
    sockets[1]!.break_off(1006)
    expect(timers[1]!.delay).toBeGreaterThan(timers[0]!.delay)
    timers[1]!.action()
    sockets[2]!.break_off(4401)
    expect(stream.state).toBe('signed_out')
    expect(timers).toHaveLength(2)
  })

  it('never waits longer than its bound', () => {
    expect(delay_ms('network', 50, 1)).toBeLessThanOrEqual(15_000)
    expect(delay_ms('database', 0, 0)).toBeGreaterThan(0)
  })

  it('says again after a reconnect which ticket is open here', () => {
    sockets[0]!.say({ type: 'hello', head: 10 })
    stream.show_presence(7, false)
    sockets[0]!.break_off(1012)
    timers[0]!.action()
    expect(sockets[1]!.sent).toEqual([])
    sockets[1]!.say({ type: 'hello', head: 10 })
    expect(JSON.parse(sockets[1]!.sent[0]!)).toEqual({ type: 'presence', ticket_id: 7, typing: false })
  })

  it('hurries instead of waiting when asked to', () => {
    sockets[0]!.break_off(1006)
    stream.hurry()
    expect(sockets).toHaveLength(2)
  })
})
