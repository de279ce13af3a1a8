// @vitest-environment jsdom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Session, Ticket } from '@/api/client'
import { use_session } from '@/console/session'
import { may_leave } from '@/console/unsaved'
import { words } from '@/console/words'
import ActionDialog from '@/tickets/ActionDialog.vue'

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
  use_session().session = { user: { id: 1 } } as Session
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

enableAutoUnmount(afterEach)

const ticket = (version: number) => ({ id: 5, version, state: 'open', offers: [], actions: ['cancel'] }) as unknown as Ticket

const button = (name: string) => document.querySelector<HTMLElement>(`[data-test="${name}"]`)!

interface Asked { version: string | null; key: string | null }

// Answers each request by the next of `answers`; `null` is none.
function server(answers: (Response | null)[]): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push({ version: request.headers.get('If-Match'), key: request.headers.get('Idempotency-Key') })
    const answer = answers.shift()
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('no network'))
  })
  return asked
}

const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

async function cancel_dialog(version: number) {
  const wrapper = mount(ActionDialog, { props: { action: 'cancel', ticket: ticket(version) }, global: { plugins: [words] }, attachTo: document.body })
  await flushPromises()
  const choice = await vi.waitUntil(() => document.querySelector<HTMLInputElement>('[data-choice="customer_withdrew"] input'))
  choice.click()
  await flushPromises()
  return wrapper
}

it('says who was faster after a conflict, keeps what was typed, and goes on from the new version', async () => {
  const conflict = { type: 'about:blank', title: '版本已变', status: 412, code: 'version_conflict', request_id: 'r', current: { ...ticket(4), state: 'offered' } }
  const asked = server([answer(412, conflict), answer(200, ticket(5))])
  const wrapper = await cancel_dialog(3)
  button('submit-action').click()
  await vi.waitUntil(() => button('problem'))
  expect(button('problem').textContent).toContain('已派工')
  expect(wrapper.emitted('done')).toBeUndefined()

  await wrapper.setProps({ ticket: ticket(4) })
  button('submit-action').click()
  await vi.waitUntil(() => wrapper.emitted('done'))
  expect(asked.map(({ version }) => version)).toEqual(['"3"', '"4"'])
  expect(asked[0]!.key).not.toBe(asked[1]!.key)
  expect(wrapper.emitted('done')).toHaveLength(1)
})

describe('without an answer', () => {
  afterEach(() => vi.useRealTimers())

  async function unanswered(answers: Response[]) {
    const asked = server([null, null, null, null, ...answers])
    const wrapper = await cancel_dialog(3)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    button('submit-action').click()
    await vi.runAllTimersAsync()
    vi.useRealTimers()
    await vi.waitUntil(() => button('problem'))
    return { wrapper, asked }
  }

  it('sends the very same request again, though the ticket moved on meanwhile', async () => {
    const { wrapper, asked } = await unanswered([answer(200, ticket(4))])
    await wrapper.setProps({ ticket: ticket(4) })
    button('submit-action').click()
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(asked.at(-1)).toEqual(asked[0])
  })

  it('asks under another key for something else, and for the version it was asked for at first', async () => {
    const { wrapper, asked } = await unanswered([answer(200, ticket(4))])
    await wrapper.setProps({ ticket: ticket(4) })
    document.querySelector<HTMLInputElement>('[data-choice="wrong_entry"] input')!.click()
    await flushPromises()
    button('submit-action').click()
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(asked.at(-1)!.key).not.toBe(asked[0]!.key)
    expect(asked.at(-1)!.version).toBe(asked[0]!.version)
  })
})

it('is sent by Ctrl+Enter from anywhere in the form, but not by the one that ends a word of an input method', async () => {
  const asked = server([answer(200, ticket(4))])
  const wrapper = await cancel_dialog(3)
  const press = (init: KeyboardEventInit) => document.querySelector('[data-choice="customer_withdrew"]')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...init }))
  press({})
  press({ ctrlKey: true, isComposing: true })
  await flushPromises()
  expect(asked).toEqual([])
  press({ ctrlKey: true })
  await vi.waitUntil(() => wrapper.emitted('done'))
  expect(asked).toHaveLength(1)
})

describe('what was typed', () => {
  async function begun() {
    const wrapper = await cancel_dialog(3)
    const note = document.querySelector<HTMLTextAreaElement>('[data-field=note] textarea')!
    note.value = '客户说自己修好了'
    note.dispatchEvent(new Event('input'))
    await flushPromises()
    return wrapper
  }
  async function opened_again() {
    document.body.innerHTML = ''
    const wrapper = mount(ActionDialog, { props: { action: 'cancel', ticket: ticket(3) }, global: { plugins: [words] }, attachTo: document.body })
    const note = await vi.waitUntil(() => document.querySelector<HTMLTextAreaElement>('[data-field=note] textarea'))
    const shown = [note.value, document.querySelector<HTMLInputElement>('[data-choice="customer_withdrew"] input')!.checked]
    wrapper.unmount()
    return shown
  }

  it('is there again when the session ended or the page was reloaded, for her alone', async () => {
    ;(await begun()).unmount()
    use_session().session = { user: { id: 2 } } as Session
    expect(await opened_again()).toEqual(['', false])
    use_session().session = { user: { id: 1 } } as Session
    expect(await opened_again()).toEqual(['客户说自己修好了', true])
  })

  it('is gone when the form was closed, or sent', async () => {
    const wrapper = await begun()
    document.querySelectorAll<HTMLElement>('.el-dialog__footer button')[0]!.click()
    await flushPromises()
    expect(wrapper.emitted('close')).toHaveLength(1)
    wrapper.unmount()
    expect(await opened_again()).toEqual(['', false])

    document.body.innerHTML = ''
    server([answer(200, ticket(4))])
    const sent = await begun()
    button('submit-action').click()
    await vi.waitUntil(() => sent.emitted('done'))
    sent.unmount()
    expect(await opened_again()).toEqual(['', false])
  })

  it('is asked about before the page is left, and gone when that was meant', async () => {
    const nothing_typed = mount(ActionDialog, { props: { action: 'cancel', ticket: ticket(3) }, global: { plugins: [words] } })
    expect(await may_leave(() => Promise.reject(new Error('asked')))).toBe(true)
    nothing_typed.unmount()
    const wrapper = await begun()
    expect(await may_leave(async () => false)).toBe(false)
    expect(await may_leave(async () => true)).toBe(true)
    wrapper.unmount()
    expect(await opened_again()).toEqual(['', false])
    expect(await may_leave(() => Promise.reject(new Error('asked')))).toBe(true)
  })
})
