// @vitest-environment jsdom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { is_entered, keep_form, kept_form, blank_values } from '@/phone/kept_forms'
import Phone from '@/phone/Phone.vue'
import { longest_path } from '@/phone/signature'
import en from '@/words/en'
import { make_words } from '@/words/language'
import zh from '@/words/zh'

// There is no canvas to draw on: what was drawn, and is shown, is what the field says to it.
const drawn = vi.hoisted(() => ({ strokes: [] as { points: { x: number; y: number }[] }[], end_stroke: () => undefined as unknown }))
vi.mock('signature_pad', () => ({
  default: class {
    addEventListener = (_: string, end_stroke: () => unknown) => (drawn.end_stroke = end_stroke)
    fromData = (strokes: typeof drawn.strokes) => (drawn.strokes = strokes)
    toData = () => drawn.strokes
    clear = () => (drawn.strokes = [])
    off = () => undefined
  },
}))
HTMLCanvasElement.prototype.getContext = () => null
Object.defineProperties(HTMLElement.prototype, { offsetWidth: { value: 1000 }, offsetHeight: { value: 400 } })
vi.mock('@/phone/step_store', () => ({ browser_store: { keep: async () => undefined, forget: async () => undefined, all: async () => [] } }))
vi.setConfig({ testTimeout: 20_000 })

const visit = { id: 3005, version: 4, state: 'on_site', urgency: 'normal', customer_name: '王记农机', actions: ['finish', 'pause'], address: '', longitude: null, latitude: null }
const signed_out = { title: '请先登录', status: 401, code: 'not_signed_in' }
let user_id: number
let is_signed_in: boolean
let is_mine: boolean
let posted: { url: string; body: unknown }[]
let pages: VueWrapper[]

beforeEach(() => {
  user_id = 9
  is_signed_in = is_mine = true
  posted = []
  drawn.strokes = []
  pages = []
  sessionStorage.clear()
  history.replaceState(null, '')
  vi.stubGlobal('WebSocket', class { close() { /* nothing is open */ } })
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = request.url.replace(location.origin, '').split('?')[0]!
    const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } })
    if (url === '/api/v1/session' && request.method === 'POST') is_signed_in = true
    if (request.method === 'DELETE') is_signed_in = false
    if (!is_signed_in) return answer(401, signed_out)
    if (url === '/api/v1/session') return answer(200, { user: { id: user_id, name: '技师' }, language: 'zh', must_change_password: false, head: 1, permissions: [] })
    if (request.method === 'POST') posted.push({ url, body: await request.json() })
    if (url === '/api/v1/tickets') return answer(200, { items: is_mine ? [visit] : [], next_cursor: null })
    return is_mine ? answer(200, request.method === 'POST' ? { ...visit, state: 'repaired', actions: [] } : visit) : answer(404, { title: '没有', status: 404, code: 'not_found' })
  })
})
afterEach(() => {
  for (const page of pages) page.unmount()
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

// The page as it is after it was opened or reloaded.
async function opened() {
  const page = mount(Phone, { global: { plugins: [make_words(zh, en)] }, attachTo: document.body })
  pages.push(page)
  await flushPromises()
  return page
}

const text = (page: VueWrapper, name: string) => page.get<HTMLInputElement>(`[name=${name}]`).element.value

async function filled_in() {
  const page = await opened()
  await page.get('[data-ticket="3005"]').trigger('click')
  await vi.waitUntil(() => page.find('[data-action=finish]').exists())
  await page.get('[data-action=finish]').trigger('click')
  await vi.waitUntil(() => page.find('[data-test=signature]').exists())
  await page.get('[name=description]').setValue('换喷油嘴')
  drawn.strokes = [{ points: [{ x: 0, y: 0 }, { x: 9, y: 9 }] }]
  drawn.end_stroke()
  await flushPromises()
  return page
}

async function is_there_again(page: VueWrapper) {
  await vi.waitUntil(() => page.find('[data-test=signature]').exists())
  expect(text(page, 'description')).toBe('换喷油嘴')
  expect(drawn.strokes.map(({ points }) => points.map(({ x, y }) => [x, y]))).toEqual([[[0, 0], [9, 9]]])
}

describe('what the customer has signed', () => {
  it('is still there after a reload', async () => {
    ;(await filled_in()).unmount()
    await is_there_again(await opened())
  })

  it("is still there after the browser's own back, which leads to the list", async () => {
    const page = await filled_in()
    history.back()
    await vi.waitUntil(() => page.find('[data-ticket="3005"]').exists())
    expect(page.get('[data-ticket="3005"]').text()).toContain('有填写未提交的内容')
    await page.get('[data-ticket="3005"]').trigger('click')
    await is_there_again(page)
  })

  it('is still there after the session ended, which the sign-in says', async () => {
    const page = await filled_in()
    is_signed_in = false
    await page.get('[name=signed_by]').setValue('王建国')
    await page.get('[data-test=send]').trigger('click')
    await vi.waitUntil(() => page.find('[data-test=ended]').exists())
    expect(page.get('[data-test=ended]').text()).toBe('会话已结束，请重新登录。')
    await page.get('[name=login]').setValue('tech')
    await page.get('[name=password]').setValue('x')
    await page.get('form').trigger('submit')
    // The step was pressed: it is sent by itself.
    await vi.waitUntil(() => posted.some(({ url }) => url.endsWith('/finish')))
    await flushPromises()
    expect(posted.at(-1)!.body).toMatchObject({ description: '换喷油嘴', signature: 'M0 0L9 9', signed_by: '王建国' })
    expect(kept_form(9, 3005)).toBeNull()
    expect(page.find('[data-test=ended]').exists()).toBe(false)
  })

  it('is not thrown away by one touch of "cancel"', async () => {
    const page = await filled_in()
    await page.get('[data-test=cancel]').trigger('click')
    expect(page.text()).toContain('放弃已填写的内容？')
    await page.get('[data-test=go-on]').trigger('click')
    expect(text(page, 'description')).toBe('换喷油嘴')
    await page.get('[data-test=cancel]').trigger('click')
    await page.get('[data-test=drop]').trigger('click')
    expect(page.find('[name=description]').exists()).toBe(false)
    expect(kept_form(9, 3005)).toBeNull()
    await page.get('[data-action=finish]').trigger('click')
    await page.get('[data-test=cancel]').trigger('click')
    expect(page.find('[data-action=finish]').exists()).toBe(true)
  })

  it('is kept no longer than until it is sent, and from whoever signs in next', async () => {
    const page = await filled_in()
    await page.get('[name=signed_by]').setValue('王建国')
    expect(kept_form(9, 3005)).toMatchObject({ form: 'finish', values: { signature: 'M0 0L9 9' } })
    expect(kept_form(10, 3005)).toBeNull()
    await page.get('[data-test=send]').trigger('click')
    await vi.waitUntil(() => posted.length > 0)
    await flushPromises()
    expect(kept_form(9, 3005)).toBeNull()
  })

  it('goes with whoever signs out', async () => {
    const page = await filled_in()
    await page.findAll('header button').at(-1)!.trigger('click')
    await flushPromises()
    expect(kept_form(9, 3005)).toBeNull()
    expect(page.find('[data-test=ended]').exists()).toBe(false)
  })

  it('is kept within bounds', () => {
    const values = { ...blank_values(), description: 'x', signature: 'M'.repeat(longest_path + 1) }
    for (let ticket_id = 1; ticket_id <= 7; ticket_id++) keep_form({ user_id: 9, ticket_id, form: 'finish', values })
    expect([1, 2, 3, 7].map((id) => kept_form(9, id)?.values.signature)).toEqual([undefined, undefined, '', ''])
    sessionStorage.setItem('callout.phone.forms', '{')
    expect(kept_form(9, 7)).toBeNull()
    expect([is_entered(blank_values()), is_entered(values)]).toEqual([false, true])
  })
})

it('does not open the visit of whoever used the page before', async () => {
  ;(await filled_in()).unmount()
  user_id = 10
  const page = await opened()
  expect(page.find('[data-test=visit]').exists()).toBe(false)
  expect(page.find('[data-ticket="3005"]').exists()).toBe(true)
})

it('leads to the list when it is opened anew after the visit was finished', async () => {
  ;(await filled_in()).unmount()
  is_mine = false
  const page = await opened()
  expect(page.find('[data-test=visit]').exists()).toBe(false)
  expect(page.text()).toContain('现在没有派给您的工单')
})

describe('a visit that was taken away', () => {
  const said = (page: VueWrapper) => page.find('[data-test=gone]')

  it('is named in the list when it is gone from there, until he has read it', async () => {
    const page = await opened()
    is_mine = false
    await page.get('main > .big').trigger('click')
    await vi.waitUntil(() => said(page).exists())
    expect(said(page).text()).toContain('#3005 已不再派给您，请联系服务商')
    await said(page).get('button').trigger('click')
    expect(said(page).exists()).toBe(false)
  })

  it('is named when it was open: the page does not just change to the list', async () => {
    const page = await opened()
    is_mine = false
    await page.get('[data-ticket="3005"]').trigger('click')
    await vi.waitUntil(() => said(page).exists())
    await flushPromises()
    expect(page.findAll('[data-test=gone]')).toHaveLength(1)
  })
})
