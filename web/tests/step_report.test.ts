import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Ticket } from '@/api/client'
import { heard, server_now_ms } from '@/phone/server_clock'
import { StepReport } from '@/phone/step_report'

const ticket = { id: 5, version: 7 } as Ticket
let requests: { body: Record<string, unknown>; key: string | null }[]
let answers: (() => Promise<Response>)[]
let online: boolean
let steady_ms: number
const around = { is_online: () => online, steady_ms: () => steady_ms, server_now_ms: () => Date.parse('2026-03-01T08:10:00Z') }
const done = () => Promise.resolve(new Response(JSON.stringify({ id: 5 }), { status: 200, headers: { 'Content-Type': 'application/json' } }))

beforeEach(() => {
  requests = []
  answers = []
  online = true
  steady_ms = 1000
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push({ body: (await request.json()) as Record<string, unknown>, key: request.headers.get('Idempotency-Key') })
    return (answers.shift() ?? done)()
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('leaves the time to the server while there is a network, whatever the clock of the phone', async () => {
  await new StepReport('depart', {}, around).send(ticket)
  expect(requests.map(({ body }) => body)).toEqual([{}])
})

it('says by the clock of the server how long ago a step was pressed without a network', async () => {
  online = false
  const report = new StepReport('arrive', { longitude: 117 }, around)
  await expect(report.send(ticket)).rejects.toMatchObject({ status: 0 })
  expect(requests).toEqual([])
  online = true
  steady_ms += 120_000
  await report.send(ticket)
  expect(requests[0]!.body).toEqual({ longitude: 117, happened_at: '2026-03-01T08:08:00.000Z' })
})

it('is the same request under the same key when its answer was lost', async () => {
  answers = Array.from({ length: 4 }, () => () => Promise.reject(new TypeError('failed to fetch')))
  const report = new StepReport('depart', {}, around)
  const first = report.send(ticket).catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  expect(await first).toMatchObject({ status: 0 })
  steady_ms += 60_000
  await report.send(ticket)
  expect(new Set(requests.map(({ key }) => key)).size).toBe(1)
  expect(requests.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => ({})))
})

it('hears the time of the server in its answers', () => {
  heard('Mon, 23 Nov 2026 22:26:56 GMT', Date.parse('2026-11-23T20:00:00Z'))
  expect(server_now_ms(Date.parse('2026-11-23T20:00:10Z'))).toBe(Date.parse('2026-11-23T22:27:06Z'))
  heard(null)
  heard('nonsense')
  expect(server_now_ms(Date.parse('2026-11-23T20:00:10Z'))).toBe(Date.parse('2026-11-23T22:27:06Z'))
})
