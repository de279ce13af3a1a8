// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import type { Session } from '@/api/client'
import { use_session } from '@/console/session'
import { words } from '@/console/words'
import { use_drafts } from '@/tickets/drafts'
import NewTicket from '@/tickets/NewTicket.vue'

const wang = { id: 9, name: '王记农机', kind: 'company', tier: 'standard', address: '长清区', note: '', phones: [{ number: '+8613912345678' }], contacts: [] }
const asset = { id: 4, product_name: 'WD4', serial_number: 'SN-1', address: '车间', warranty: { in_warranty: false, until: null, hours_limit: null, reason: 'start_unknown' } }
const duplicate = { id: 77, version: 1, state: 'open', opened_at: '2026-03-01T08:00:00Z', customer_name: '王记农机', description: '冒黑烟' }
const other_duplicate = { ...duplicate, id: 79 }
const neighbour = { ...duplicate, id: 70, kind: 'repair', state: 'offered', customer_name: '李家农机', description: '全站停机', incident_id: null, lead_ticket_id: null }
// The first one waits for the parts of the page to be read.
vi.setConfig({ testTimeout: 20_000 })
let answers_similar: () => Promise<object>
const by_itself = { items: [{ ticket: duplicate, reasons: ['same_customer'], distance_m: null }], same_fault: [{ ticket: neighbour, kind: 'same_fault', reasons: ['same_site', 'same_hours'], incident_kind: null }] }
let answers_customers: (url: string) => Promise<object>
let refusal: object | null
let posted: { url: string; body: unknown; key: string | null }[] = []

beforeEach(() => {
  posted = []
  answers_similar = async () => by_itself
  answers_customers = async () => ({ items: [wang] })
  refusal = null
  sessionStorage.clear()
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = request.url.replace(location.origin, '')
    if (request.method === 'POST' && !url.endsWith('/similar')) posted.push({ url, body: await request.json(), key: request.headers.get('Idempotency-Key') })
    const answers: [string, object][] = [
      ['/api/v1/customers/9', wang], ['/api/v1/customers', url.startsWith('/api/v1/customers?') ? await answers_customers(url) : {}], ['/api/v1/assets', { items: [asset] }],
      ['/api/v1/tickets/similar', url.endsWith('/similar') ? await answers_similar() : {}],
      ['/api/v1/tickets/77/chase', duplicate], ['/api/v1/tickets/79/chase', other_duplicate], ['/api/v1/tickets', { id: 78 }],
    ]
    if (refusal && request.method === 'POST' && url === '/api/v1/tickets') return new Response(JSON.stringify(refusal), { status: 422, headers: { 'Content-Type': 'application/problem+json' } })
    const body = answers.find(([path]) => url.startsWith(path))?.[1] ?? { items: [], next_cursor: null }
    return new Response(JSON.stringify(body), { status: 200, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

// A page of the console as it is when somebody has just opened or reloaded it.
async function page_of(user_id: number, path: string) {
  setActivePinia(createPinia())
  use_session().session = { user: { id: user_id } } as Session
  const routes = [
    { path: '/tickets/new', name: 'new_ticket', component: NewTicket },
    { path: '/tickets/:id', name: 'ticket', component: { template: '<p>ticket</p>' } },
  ]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = mount(RouterView, { global: { plugins: [words, router, [VueQueryPlugin, { queryClient }]] }, attachTo: document.body })
  await flushPromises()
  const go = async (to: string) => {
    await router.push(to)
    await flushPromises()
  }
  const description = () => wrapper.get<HTMLTextAreaElement>('textarea')
  const address = () => wrapper.get<HTMLInputElement>('input[data-test=address]')
  return { wrapper, router, go, description, address }
}

const button = (text: string) => [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(text))!

it('has everything still there when she comes back from the duplicate, after a reload too', async () => {
  const { wrapper, router, go, description, address } = await page_of(1, '/tickets/new?customer_id=9')
  await description().setValue('发动机冒黑烟')
  await address().setValue('地头，不在车间')
  button('打开').click()
  await flushPromises()
  await vi.waitUntil(() => router.currentRoute.value.name === 'ticket')
  expect(wrapper.text()).toBe('ticket')
  await go('/tickets/new?customer_id=9')
  expect(description().element.value).toBe('发动机冒黑烟')
  wrapper.unmount()

  const reloaded = await page_of(1, '/tickets/new?customer_id=9')
  await vi.waitUntil(() => reloaded.wrapper.find('[data-test=warranty]').exists())
  expect(reloaded.description().element.value).toBe('发动机冒黑烟')
  expect(reloaded.address().element.value).toBe('地头，不在车间')
  expect(reloaded.wrapper.text()).toContain('王记农机')
})

it('keeps each call apart, and shows what else is not saved', async () => {
  const { wrapper, go, description } = await page_of(1, '/tickets/new?customer_id=9&call_id=5')
  await description().setValue('发动机冒黑烟')
  await go('/tickets/77')
  await go('/tickets/new')
  expect(description().element.value).toBe('')
  expect(wrapper.get('[data-test=other-drafts]').text()).toContain('王记农机 · 发动机冒黑烟')
  expect(wrapper.get('[data-test=other-drafts] a').attributes('href')).toBe('/tickets/new?customer_id=9&call_id=5')
})

it('keeps nothing of a page on which nothing was typed, nothing that was saved, and nothing for others', async () => {
  const { go, description } = await page_of(1, '/tickets/new?customer_id=9')
  await go('/tickets/77')
  expect(use_drafts().own).toEqual([])

  await go('/tickets/new?customer_id=9')
  await description().setValue('发动机冒黑烟')
  const { key } = use_drafts().own[0]!
  button('保存工单').click()
  await vi.waitUntil(() => button('仍然新建'))
  button('仍然新建').click()
  await vi.waitUntil(() => posted.length > 0)
  await flushPromises()
  expect(posted).toMatchObject([{ url: '/api/v1/tickets', key }])
  expect(use_drafts().own).toEqual([])

  await go('/tickets/new')
  await description().setValue('漏水')
  const hers = use_drafts()
  use_session().session = { user: { id: 2 } } as Session
  expect(hers.own).toEqual([])
})

it('is empty again once the draft is discarded', async () => {
  const { wrapper, description } = await page_of(1, '/tickets/new?customer_id=9')
  expect(wrapper.find('[data-test=discard-draft]').exists()).toBe(false)
  await description().setValue('发动机冒黑烟')
  await wrapper.get('[data-test=discard-draft]').trigger('click')
  await vi.waitUntil(() => document.querySelector('.el-message-box__btns .el-button--primary'))
  document.querySelector<HTMLElement>('.el-message-box__btns .el-button--primary')!.click()
  await vi.waitUntil(() => description().element.value === '')
  await flushPromises()
  expect(use_drafts().own).toEqual([])
  expect(sessionStorage.getItem('callout.drafts')).toBe('[]')
  expect(wrapper.text()).toContain('王记农机')
})

it('chases the duplicate with what she typed, and is done with it', async () => {
  const { description } = await page_of(1, '/tickets/new?customer_id=9')
  await description().setValue('客户又来电，冒黑烟更重')
  button('改为催单').click()
  await vi.waitUntil(() => posted.length > 0)
  await flushPromises()
  expect(posted).toMatchObject([{ url: '/api/v1/tickets/77/chase', body: { note: '客户又来电，冒黑烟更重' } }])
  expect(use_drafts().own).toEqual([])
})

it('chases another duplicate as another intention than the one that failed', async () => {
  answers_similar = async () => ({ items: [duplicate, other_duplicate].map((ticket) => ({ ticket, reasons: ['same_customer'], distance_m: null })), same_fault: [] })
  const { wrapper, description } = await page_of(1, '/tickets/new?customer_id=9')
  await description().setValue('冒黑烟')
  const answer = globalThis.fetch
  const refused = { type: 'about:blank', title: '工单已变化', status: 409, code: 'state_forbids', request_id: 'r' }
  vi.stubGlobal('fetch', async (request: Request) => {
    const answered = await answer(request)
    return request.url.endsWith('/77/chase') ? new Response(JSON.stringify(refused), { status: 409, headers: { 'Content-Type': 'application/problem+json' } }) : answered
  })
  const chase = (id: number) => [...wrapper.get(`[data-similar="${id}"]`).element.querySelectorAll('button')].find((one) => one.textContent?.includes('改为催单'))!.click()
  chase(77)
  await vi.waitUntil(() => wrapper.text().includes('工单已变化'))
  chase(79)
  await vi.waitUntil(() => posted.length === 2)
  expect(posted.map(({ url }) => url)).toEqual(['/api/v1/tickets/77/chase', '/api/v1/tickets/79/chase'])
  expect(posted[0]!.key).not.toBe(posted[1]!.key)
})

it('shows what is similar to what is filled in now, though an earlier answer comes later', async () => {
  const late: ((answer: object) => void)[] = []
  answers_similar = () => new Promise((come) => late.push(come))
  const { wrapper, description } = await page_of(1, '/tickets/new?customer_id=9')
  await description().setValue('冒黑烟')
  const earlier = late.length
  expect(earlier).toBeGreaterThan(0)
  button('保存工单').click()
  await vi.waitUntil(() => late.length > earlier)
  late.at(-1)!({ items: [], same_fault: by_itself.same_fault })
  await vi.waitUntil(() => wrapper.find('[data-similar="70"]').exists())
  for (const answer of late.slice(0, -1)) answer(by_itself)
  await flushPromises()
  expect(wrapper.find('[data-similar="77"]').exists()).toBe(false)
})

it('saves the ticket as one more of the same fault, and forgets that when it is no repair', async () => {
  const { wrapper, description } = await page_of(1, '/tickets/new?customer_id=9')
  await description().setValue('全站停机')
  const entry = wrapper.get('[data-similar="70"]')
  expect(entry.text()).toContain('同一地点')
  expect(entry.text()).not.toContain('改为催单')
  expect(wrapper.find('[data-similar="77"] [data-test=same-fault-as]').exists()).toBe(false)
  await entry.get('[data-test=same-fault-as]').trigger('click')
  expect(wrapper.get('[data-test=joining]').text()).toContain('保存后随工单 #70 的上门一并维修')
  expect(use_drafts().own[0]!.form.same_fault_as).toBe(70)
  await wrapper.get('input[value=enquiry]').setValue()
  expect(wrapper.find('[data-test=joining]').exists()).toBe(false)
  await wrapper.get('input[value=repair]').setValue()
  await wrapper.get('[data-similar="70"] [data-test=same-fault-as]').trigger('click')
  button('保存并并入').click()
  await vi.waitUntil(() => posted.length > 0)
  expect(posted).toMatchObject([{ url: '/api/v1/tickets', body: { description: '全站停机', same_fault_as: 70 } }])
})

describe('the look-up of a caller', () => {
  const li = { ...wang, id: 10, name: '李家农机' }
  const lookup = (wrapper: Awaited<ReturnType<typeof page_of>>['wrapper']) => wrapper.get<HTMLInputElement>('[data-test=lookup]')
  let asked: Record<string, (answer: object) => void>
  beforeEach(() => {
    asked = {}
    answers_similar = async () => ({ items: [], same_fault: [] })
    answers_customers = (url) => new Promise((answer) => (asked[new URL(url, 'http://x').searchParams.get('q')!] = answer))
  })

  async function found_wang() {
    const { wrapper } = await page_of(1, '/tickets/new')
    await lookup(wrapper).setValue('王记')
    await vi.waitUntil(() => asked['王记'])
    asked['王记']!({ items: [wang] })
    await vi.waitUntil(() => wrapper.find('[data-test=found]').exists())
    return wrapper
  }

  it('takes nobody who was found for something else: Enter waits for the answer to what stands there', async () => {
    const wrapper = await found_wang()
    await lookup(wrapper).setValue('李家')
    expect(wrapper.findAll('[data-test=found]')).toEqual([])
    await lookup(wrapper).trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(wrapper.text()).not.toContain('王记农机')
    await vi.waitUntil(() => asked['李家'])
    asked['李家']!({ items: [li] })
    await vi.waitUntil(() => !wrapper.find('[data-test=lookup]').exists())
    expect(wrapper.text()).toContain('李家农机')
    expect(wrapper.text()).not.toContain('王记农机')
  })

  it('takes none of several whom she has not seen yet, but shows them', async () => {
    const wrapper = await found_wang()
    await lookup(wrapper).setValue('农机')
    await lookup(wrapper).trigger('keydown', { key: 'Enter' })
    await vi.waitUntil(() => asked['农机'])
    asked['农机']!({ items: [wang, li] })
    await vi.waitUntil(() => wrapper.findAll('[data-test=found]').length === 2)
    await lookup(wrapper).trigger('keydown', { key: 'ArrowDown' })
    await lookup(wrapper).trigger('keydown', { key: 'Enter' })
    await vi.waitUntil(() => !wrapper.find('[data-test=lookup]').exists())
    expect(wrapper.text()).toContain('李家农机')
  })

  it('begins a new customer when nobody is found, and lets go of an Enter whose text was changed meanwhile', async () => {
    const wrapper = await found_wang()
    await lookup(wrapper).setValue('赵家')
    await lookup(wrapper).trigger('keydown', { key: 'Enter' })
    await vi.waitUntil(() => asked['赵家'])
    await lookup(wrapper).setValue('赵家村')
    asked['赵家']!({ items: [li] })
    await flushPromises()
    expect(wrapper.find('[data-test=lookup]').exists()).toBe(true)
    expect(wrapper.find('[data-test=new-name]').exists()).toBe(false)
    await lookup(wrapper).trigger('keydown', { key: 'Enter' })
    await vi.waitUntil(() => asked['赵家村'])
    asked['赵家村']!({ items: [] })
    await vi.waitUntil(() => wrapper.find('[data-test=new-name]').exists())
    expect(wrapper.get<HTMLInputElement>('[data-test=new-name]').element.value).toBe('赵家村')
  })
})

describe('what the server says of a new customer', () => {
  const refused = (...errors: object[]) => ({ type: 'about:blank', title: '有误', status: 422, code: 'invalid_input', request_id: 'r', errors })
  const too_short = { code: 'phone_too_short', message: '位数不足' }
  async function saved(fill: { phone?: string; contact_phone?: string }) {
    answers_similar = async () => ({ items: [], same_fault: [] })
    answers_customers = async () => ({ items: [] })
    const { wrapper, description } = await page_of(1, '/tickets/new')
    await wrapper.get('[data-test=new-customer]').trigger('click')
    await wrapper.get('[data-test=new-name]').setValue('赵家')
    if (fill.phone) await wrapper.get('[data-test=new-phone]').setValue(fill.phone)
    if (fill.contact_phone) await wrapper.get('[data-test=contact-phone]').setValue(fill.contact_phone)
    await description().setValue('冒黑烟')
    button('保存工单').click()
    await vi.waitUntil(() => wrapper.find('[data-test=problem]').exists() && wrapper.find('.el-form-item__error').exists())
    const error_at = (name: string) => wrapper.get(`[data-test=${name}]`).element.closest('.el-form-item')?.querySelector('.el-form-item__error')?.textContent?.trim()
    return { wrapper, error_at }
  }

  it('stands at the number that was typed, not at the empty one it stands in for', async () => {
    refusal = refused({ pointer: '/contact_phone', ...too_short }, { pointer: '/customer/phones/0/number', ...too_short })
    const { error_at } = await saved({ phone: '123' })
    expect([error_at('new-phone'), error_at('contact-phone')]).toEqual(['位数不足', undefined])
  })

  it('stands at the contact when that was typed', async () => {
    refusal = refused({ pointer: '/contact_phone', ...too_short })
    const { error_at } = await saved({ phone: '13912345678', contact_phone: '123' })
    expect([error_at('new-phone'), error_at('contact-phone')]).toEqual([undefined, '位数不足'])
  })

  it('stands at the name and the address, and in the list when there is no field for it', async () => {
    refusal = refused({ pointer: '/customer/name', code: 'too_long', message: '内容过长' }, { pointer: '/customer/address', code: 'too_long', message: '地址过长' }, { pointer: '/customer/tags', code: 'too_many', message: '过多' })
    const { wrapper, error_at } = await saved({})
    expect([error_at('new-name'), error_at('address')]).toEqual(['内容过长', '地址过长'])
    expect(wrapper.get('[data-test=problem]').text()).toContain('过多')
    expect(wrapper.get('[data-test=problem]').text()).not.toContain('内容过长')
  })
})
