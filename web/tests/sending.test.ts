import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem, type Intention } from '@/api/client'
import { use_sending } from '@/console/sending'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const unanswered = () => Promise.reject(new Problem(0, undefined))
const refused = () => Promise.reject(new Problem(422, { code: 'invalid_input' }))
const done = () => Promise.resolve({ id: 1 })

// Sends, and says under which keys it was asked for.
function sender() {
  const sending = use_sending()
  const send = async (meant: unknown, answer: () => Promise<{ id: number }>) => {
    const keys: string[] = []
    const request = (intention: Intention) => {
      keys.push(intention.key)
      return answer()
    }
    const [result] = await Promise.all([sending.send(meant, request), vi.runAllTimersAsync()])
    return { keys: [...new Set(keys)], times: keys.length, result }
  }
  return { ...sending, send }
}

it('keeps the key of what nobody answered, however often it is meant again', async () => {
  const { send, problem } = sender()
  const first = await send({ hours: 100 }, unanswered)
  expect(first.times).toBeGreaterThan(1)
  expect(first.keys).toHaveLength(1)
  expect(first.result).toBeUndefined()
  expect(problem.value).toMatchObject({ status: 0 })
  const again = await send({ hours: 100 }, done)
  expect(again.keys).toEqual(first.keys)
  expect(again.result).toEqual({ id: 1 })
  expect(problem.value).toBeNull()
})

it('has another key for another thing, and still knows that of the first', async () => {
  const { send } = sender()
  const first = await send({ hours: 100 }, unanswered)
  const other = await send({ hours: 200 }, done)
  const again = await send({ hours: 100 }, done)
  expect(other.keys).not.toEqual(first.keys)
  expect(again.keys).toEqual(first.keys)
})

it('begins anew what was done or refused', async () => {
  const { send } = sender()
  const keys = []
  for (const answer of [done, refused, done]) keys.push(...(await send('x', answer)).keys)
  expect(new Set(keys).size).toBe(3)
})

it('does one thing at a time', async () => {
  const { send, busy } = sender()
  let answer: (saved: { id: number }) => void = () => undefined
  const slow = send('slow', () => new Promise((resolve) => (answer = resolve)))
  expect(busy.value).toBe(true)
  expect(await send('other', done)).toMatchObject({ times: 0, result: undefined })
  answer({ id: 2 })
  expect((await slow).result).toEqual({ id: 2 })
  expect(busy.value).toBe(false)
})
