import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Ticket } from '@/api/client'
import { Outbox } from '@/phone/outbox'
import type { KeptStep } from '@/phone/step_report'
import type { StepStore } from '@/phone/step_store'

const ticket = { id: 5, version: 7, actions: ['depart'] as Ticket['actions'] } as Ticket
let kept: Map<string, KeptStep>
let online: boolean
let requests: { key: string | null; version: string | null; kept_before: KeptStep | undefined }[]
let answers: { status: number; body: object }[]

// What a browser keeps is a copy.
const copy = (step: KeptStep) => JSON.parse(JSON.stringify(step)) as KeptStep
const store: StepStore = {
  keep: async (step) => void kept.set(step.key, copy(step)),
  forget: async (key) => void kept.delete(key),
  all: async () => [...kept.values()].map(copy),
}
const around = { is_online: () => online, steady_ms: () => 1000, own_now_ms: () => 2000, server_now_ms: () => 3000 }

async function page_of(user_id: number): Promise<Outbox> {
  const outbox = new Outbox(store, around)
  await outbox.open(user_id)
  return outbox
}

beforeEach(() => {
  kept = new Map()
  online = true
  requests = []
  answers = []
  vi.stubGlobal('fetch', (request: Request) => {
    const key = request.headers.get('Idempotency-Key')
    requests.push({ key, version: request.headers.get('If-Match'), kept_before: kept.get(key!) })
    const { status, body } = answers.shift() ?? { status: 200, body: { ...ticket, state: 'en_route' } }
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } }))
  })
})
afterEach(() => vi.unstubAllGlobals())

it('keeps a step as it is sent, before it is sent, and forgets it with its answer', async () => {
  const outbox = await page_of(3)
  expect(await outbox.send(outbox.press(ticket, 'depart', {}))).toMatchObject({ state: 'en_route' })
  expect(requests[0]!.kept_before).toMatchObject({ key: requests[0]!.key, ticket_id: 5, body: {} })
  expect(kept.size).toBe(0)
  expect(outbox.waiting.size).toBe(0)
})

it('has a step of an earlier page waiting, and sends it once under its key', async () => {
  online = false
  const earlier = await page_of(3)
  const report = earlier.press(ticket, 'depart', {})
  await expect(earlier.send(report)).rejects.toMatchObject({ status: 0 })
  const later = await page_of(3)
  const waiting = later.waiting.get(5)!
  expect(waiting.kept.step).toBe('depart')
  online = true
  await Promise.all([later.send(waiting), later.send(waiting)])
  expect(requests.map(({ key }) => key)).toEqual([report.kept.key])
  expect((await page_of(3)).waiting.size).toBe(0)
})

it('shows and sends nobody another person’s steps', async () => {
  online = false
  const outbox = await page_of(3)
  await outbox.send(outbox.press(ticket, 'depart', {})).catch(() => undefined)
  await outbox.open(4)
  expect(outbox.waiting.size).toBe(0)
  await outbox.open(3)
  expect(outbox.waiting.size).toBe(1)
})

it('keeps a step whose session ran out, and drops one that was refused', async () => {
  const outbox = await page_of(3)
  const report = outbox.press(ticket, 'depart', {})
  answers = [{ status: 401, body: { code: 'not_signed_in' } }, { status: 409, body: { code: 'ticket_state_forbids' } }]
  await expect(outbox.send(report)).rejects.toMatchObject({ status: 401 })
  expect(outbox.waiting.get(5)).toBe(report)
  await expect(outbox.send(report)).rejects.toMatchObject({ status: 409 })
  expect(outbox.waiting.size + kept.size).toBe(0)
})

it('takes a step on the ticket as it is by now, where it still can be taken', async () => {
  const outbox = await page_of(3)
  answers = [{ status: 412, body: { code: 'version_conflict', current: { ...ticket, version: 8 } } }]
  await outbox.send(outbox.press(ticket, 'depart', {}))
  expect(requests.map(({ version }) => version)).toEqual(['"7"', '"8"'])
  answers = [{ status: 412, body: { code: 'version_conflict', current: { ...ticket, version: 9, actions: [] } } }]
  await expect(outbox.send(outbox.press(ticket, 'depart', {}))).rejects.toMatchObject({ status: 412 })
  expect(kept.size).toBe(0)
})

it('sends a step although the browser keeps nothing', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const { browser_store } = await import('@/phone/step_store') // no IndexedDB here
  const outbox = new Outbox(browser_store, around)
  await outbox.open(3)
  online = false
  const report = outbox.press(ticket, 'depart', {})
  await outbox.send(report).catch(() => undefined)
  expect(outbox.waiting.get(5)).toBe(report)
  online = true
  await outbox.send(report)
  expect(requests).toHaveLength(1)
})
