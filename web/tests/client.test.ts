import { afterEach, describe, expect, it, vi } from 'vitest'
import { act_on_ticket, all_pages, answer_of, Intention, on_signed_out, persistently, Problem } from '@/api/client'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } })
}

describe('a request', () => {
  it('keeps its key when it is sent again, and has another for another intention', () => {
    const intention = new Intention()
    const key = intention.key
    expect(intention.key).toBe(key)
    intention.begin_anew()
    expect(intention.key).not.toBe(key)
    expect(key).toMatch(/^[A-Za-z0-9._:-]{8,100}$/)
  })

  it('is repeated while nobody answers and given up after a refusal', async () => {
    let tries = 0
    const flaky = () => (++tries < 3 ? Promise.reject(new Problem(0, undefined)) : Promise.resolve('done'))
    expect(await persistently(flaky, [0, 0, 0])).toBe('done')
    expect(tries).toBe(3)
    const refused = vi.fn(() => Promise.reject(new Problem(409, { code: 'ticket_state_forbids' })))
    await expect(persistently(refused, [0])).rejects.toMatchObject({ status: 409 })
    expect(refused).toHaveBeenCalledTimes(1)
  })

  it('becomes a problem with its fields', async () => {
    const response = answer(422, {})
    const error = { type: 'about:blank', title: 'x', status: 422, code: 'invalid', request_id: 'r', errors: [{ pointer: '/contact_phone', code: 'invalid_phone', message: 'not a number' }] }
    const problem = await answer_of(Promise.resolve({ error, response })).catch((failure: unknown) => failure)
    expect(problem).toBeInstanceOf(Problem)
    expect((problem as Problem).field('contact_phone')).toBe('not a number')
    expect((problem as Problem).field('address')).toBe('')
  })

  it('asks to sign in again when the session is over, not when a password is wrong', async () => {
    const signed_out = vi.fn()
    on_signed_out(signed_out)
    const refusal = (code: string) => answer_of(Promise.resolve({ error: { code }, response: answer(401, {}) })).catch(() => undefined)
    await refusal('wrong_login_or_password')
    expect(signed_out).not.toHaveBeenCalled()
    await refusal('not_signed_in')
    expect(signed_out).toHaveBeenCalledTimes(1)
  })

  it('names the version and the key of an action, and its own path', async () => {
    const requests: Request[] = []
    vi.stubGlobal('fetch', (request: Request) => {
      requests.push(request)
      return Promise.resolve(answer(200, { id: 5 }))
    })
    const intention = new Intention()
    await act_on_ticket({ id: 5, version: 7 }, 'leave_unrepaired', { reason: 'part_missing' }, intention)
    await act_on_ticket({ id: 5, version: 7 }, 'note', { note: 'x' }, new Intention())
    expect(new URL(requests[0]!.url).pathname).toBe('/api/v1/tickets/5/leave-unrepaired')
    expect(requests[0]!.headers.get('If-Match')).toBe('"7"')
    expect(requests[0]!.headers.get('Idempotency-Key')).toBe(intention.key)
    expect(requests[1]!.headers.get('If-Match')).toBeNull()
  })

  it('reads all pages of a short list', async () => {
    const pages: Record<string, { items: number[]; next_cursor: number | null }> = { '': { items: [1, 2], next_cursor: 2 }, '2': { items: [3], next_cursor: null } }
    expect(await all_pages((cursor) => Promise.resolve(pages[cursor ?? '']!))).toEqual([1, 2, 3])
  })
})
