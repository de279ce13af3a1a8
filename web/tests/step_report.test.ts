import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Ticket } from '@/api/client'
import { heard, server_now_ms } from '@/phone/server_clock'
import { StepReport, type KeptStep } from '@/phone/step_report'

const ticket = { id: 5, version: 7 } as Ticket
let requests: { body: Record<string, unknown>; key: string | null; version: string | null }[]
let answers: (() => Promise<Response>)[]
let online: boolean
let steady_ms: number
let own_now_ms: number
const around = { is_online: () => online, steady_ms: () => steady_ms, own_now_ms: () => own_now_ms, server_now_ms: () => Date.parse('2026-03-01T08:10:00Z') }
const done = () => Promise.resolve(new Response(JSON.stringify({ id: 5 }), { status: 200, headers: { 'Content-Type': 'application/json' } }))
const pressed = (step: 'depart' | 'arrive', about: object) => StepReport.of(3, ticket, step, about, around)

function send(report: StepReport): Promise<Ticket> {
  report.prepare()
  return report.send()
}

function let_pass(ms: number) {
  steady_ms += ms
  own_now_ms += ms
}

beforeEach(() => {
  requests = []
  answers = []
  online = true
  steady_ms = 1000
  own_now_ms = Date.parse('2001-01-01T00:00:00Z')
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push({ body: (await request.json()) as Record<string, unknown>, key: request.headers.get('Idempotency-Key'), version: request.headers.get('If-Match') })
    return (answers.shift() ?? done)()
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('leaves the time to the server while there is a network, whatever the clock of the phone', async () => {
  await send(pressed('depart', {}))
  expect(requests.map(({ body }) => body)).toEqual([{}])
})

it('says by the clock of the server how long ago a step was pressed without a network', async () => {
  online = false
  const report = pressed('arrive', { longitude: 117 })
  await expect(send(report)).rejects.toMatchObject({ status: 0 })
  expect(requests).toEqual([])
  online = true
  let_pass(120_000)
  own_now_ms = Date.parse('2030-01-01T00:00:00Z') // somebody set the phone's clock
  await send(report)
  expect(requests[0]!.body).toEqual({ longitude: 117, happened_at: '2026-03-01T08:08:00.000Z' })
})

it('goes on counting while the page is closed, by the only clock there is then', async () => {
  online = false
  const kept = JSON.parse(JSON.stringify(pressed('depart', {}).kept)) as KeptStep
  steady_ms = 5 // of the page that was opened two minutes later
  own_now_ms += 120_000
  online = true
  let_pass(60_000)
  await send(new StepReport(kept, around))
  expect(requests).toEqual([{ body: { happened_at: '2026-03-01T08:07:00.000Z' }, key: kept.key, version: '"7"' }])
})

it('never happens in the future, although the clock of the phone was set back', async () => {
  online = false
  const { kept } = pressed('depart', {})
  own_now_ms -= 3_600_000
  online = true
  await send(new StepReport(kept, around))
  expect(requests[0]!.body).toEqual({ happened_at: '2026-03-01T08:10:00.000Z' })
})

it('is the same request under the same key when its answer was lost', async () => {
  answers = Array.from({ length: 4 }, () => () => Promise.reject(new TypeError('failed to fetch')))
  const report = pressed('depart', {})
  const first = send(report).catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  expect(await first).toMatchObject({ status: 0 })
  let_pass(60_000)
  await send(report)
  expect(new Set(requests.map(({ key, version }) => `${key} ${version}`)).size).toBe(1)
  expect(requests.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => ({})))
})

it('hears the time of the server in its answers', () => {
  heard('Mon, 23 Nov 2026 22:26:56 GMT', Date.parse('2026-11-23T20:00:00Z'))
  expect(server_now_ms(Date.parse('2026-11-23T20:00:10Z'))).toBe(Date.parse('2026-11-23T22:27:06Z'))
  heard(null)
  heard('nonsense')
  expect(server_now_ms(Date.parse('2026-11-23T20:00:10Z'))).toBe(Date.parse('2026-11-23T22:27:06Z'))
})
