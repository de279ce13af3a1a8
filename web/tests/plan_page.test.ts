// @vitest-environment jsdom
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Schemas, Session } from '@/api/client'
import { use_session } from '@/console/session'
import { words } from '@/console/words'
import PlanPage from '@/plans/Plan.vue'
import PlansPage from '@/plans/Plans.vue'
import { change_text, deeds_text, still_chosen, summary_text, type Change, type Plan } from '@/plans/proposal'

vi.setConfig({ testTimeout: 20_000 })

const zhou = { technician_id: 7, technician_name: '周建华', arrives_at: '2026-03-01T11:50:00Z' }
const figures = { visits: 0, unserved: 0, late_priority_min: 0, working_min: 0, road_km: 0 }
const offer = (ticket_id: number, state: Change['state'] = 'open'): Change => ({
  ticket_id, ticket_version: 1, action: 'offer', state, from: null, to: zhou, arrival_difference_min: null, road_difference_km: 3, reasons: [{ code: 'nobody_has_it', before: 0, after: 0 }],
})
const taken_back: Change = { ...offer(14), action: 'leave_out', from: { ...zhou, arrives_at: null }, to: null, road_difference_km: null, reasons: [{ code: 'holder_cannot', before: 0, after: 0 }] }
const stop = (ticket_id: number) => ({ ticket_id, customer_name: `客户${ticket_id}`, departed: false, leaves_at: zhou.arrives_at, arrives_at: zhou.arrives_at, starts_at: zhou.arrives_at, ends_at: zhou.arrives_at, road_km: 1 })
const plan = (version: number, changes: Change[]) => ({
  id: 3, version, office_unit_id: 2, office_name: '西北办事处', day: '2026-03-01', state: 'open', created_at: '2026-03-01T00:00:00Z', created_by: 1, created_by_name: '孙敏', decided_at: null, decided_by: null, decided_by_name: '',
  now: figures, proposed: figures, difference: figures, changes,
  tours: [{ technician_id: 7, technician_name: '周建华', dealer_unit_id: 40, home_at: zhou.arrives_at, working_min: 60, stops: [11, 12, 13].map(stop) }],
  unserved: [{ ticket_id: 14, customer_name: '客户14', obstacle: 'not_working', what: '' }],
}) as Plan

let stands: Plan
let listed: Plan[]
let accepts: (body: Schemas['PlanAcceptance']) => object
let accepted: Schemas['PlanAcceptance'][]

beforeEach(() => {
  accepted = []
  setActivePinia(createPinia())
  use_session().session = { user: { id: 1 }, permissions: ['plan_visits'] } as unknown as Session
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = request.url.replace(location.origin, '')
    let answer: object = { items: [], next_cursor: null }
    if (url.endsWith('/accept')) {
      const body = (await request.json()) as Schemas['PlanAcceptance']
      accepted.push(body)
      answer = accepts(body)
    } else if (url.startsWith('/api/v1/plans/3')) answer = stands
    else if (url.startsWith('/api/v1/plans/')) answer = listed.find((one) => url.endsWith(`/${one.id}`))!
    else if (url.startsWith('/api/v1/plans?')) answer = { items: listed, next_cursor: null }
    else if (url.startsWith('/api/v1/organisation')) answer = { items: [{ id: 40, name: '榆林站' }], next_cursor: null }
    return new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function page() {
  const router = createRouter({ history: createMemoryHistory(), routes: ['ticket', 'plans', 'plan'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<p />' } })) })
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = mount(PlanPage, { props: { id: 3 }, global: { plugins: [words, router, [VueQueryPlugin, { queryClient }]] }, attachTo: document.body })
  await vi.waitUntil(() => wrapper.find('[data-test=plan]').exists())
  await flushPromises()
  const ticked = () => wrapper.findAll<HTMLInputElement>('[data-change] input[type=checkbox]').filter((box) => box.element.checked).map((box) => Number(box.element.closest('[data-change]')!.getAttribute('data-change')))
  const button = () => wrapper.get('[data-test=accept]')
  return { wrapper, queryClient, ticked, button }
}

const answer_to_question = async (which: 'primary' | 'other') => {
  const selector = which === 'primary' ? '.el-message-box__btns .el-button--primary' : '.el-message-box__btns .el-button:not(.el-button--primary)'
  ;(await vi.waitUntil(() => document.querySelector<HTMLElement>(selector))).click()
  await flushPromises()
}

describe('what is chosen of a proposal', () => {
  it('is everything at first, and afterwards only loses what is decided', () => {
    expect([...still_chosen(null, [1, 2, 3])]).toEqual([1, 2, 3])
    expect([...still_chosen(new Set([1, 2]), [2, 3])]).toEqual([2])
    expect([...still_chosen(new Set(), [2, 3])]).toEqual([])
  })

  it('stays excluded after a part was accepted: the button that is left does not accept it', async () => {
    stands = plan(1, [offer(11), offer(12), offer(13)])
    accepts = ({ ticket_ids }) => {
      stands = plan(2, [offer(11, 'accepted'), offer(12), offer(13)])
      return { ...stands, outcomes: ticket_ids!.map((ticket_id) => ({ ticket_id, outcome: 'accepted', code: '', depends_on: [] })) }
    }
    const { wrapper, ticked, button } = await page()
    expect(ticked()).toEqual([11, 12, 13])
    for (const id of [12, 13]) await wrapper.get(`[data-change="${id}"] input`).setValue(false)
    expect(button().text()).toBe('采纳所选 1 项')
    await button().trigger('click')
    await vi.waitUntil(() => wrapper.find('[data-test=summary]').exists())
    expect(wrapper.get('[data-test=summary]').text()).toBe('已采纳 1 项')
    expect(ticked()).toEqual([])
    await button().trigger('click')
    await flushPromises()
    expect(accepted).toEqual([{ ticket_ids: [11] }])
  })

  it('is not filled again by what somebody else accepts', async () => {
    stands = plan(1, [offer(11), offer(12), offer(13)])
    const { wrapper, queryClient, ticked } = await page()
    await wrapper.get('[data-change="12"] input').setValue(false)
    queryClient.setQueryData(['plan', 3], plan(2, [offer(11, 'accepted'), offer(12), offer(13)]))
    await flushPromises()
    expect(ticked()).toEqual([13])
  })
})

describe('everything', () => {
  beforeEach(() => {
    stands = plan(1, [offer(11), offer(12), taken_back])
    accepts = () => ({ ...plan(2, [offer(11, 'accepted'), offer(12, 'conflict'), { ...taken_back, state: 'accepted' }]), outcomes: [11, 12, 14].map((ticket_id) => ({ ticket_id, outcome: ticket_id === 12 ? 'conflict' : 'accepted', code: '', depends_on: [] })) })
  })

  it('is asked about first, with what it does, and not done when that was not meant', async () => {
    const { button } = await page()
    expect(button().text()).toBe('全部采纳')
    await button().trigger('click')
    await vi.waitUntil(() => document.querySelector('.el-message-box'))
    expect(document.querySelector('.el-message-box')!.textContent).toContain('全部采纳后立即执行：派工 2 单、从服务商处收回 1 单。')
    await answer_to_question('other')
    expect(accepted).toEqual([])
  })

  it('is summed up afterwards, and says of what was not done what to do now', async () => {
    const { wrapper, button } = await page()
    await button().trigger('click')
    await answer_to_question('primary')
    await vi.waitUntil(() => wrapper.find('[data-test=summary]').exists())
    expect(accepted).toEqual([{}])
    expect(wrapper.get('[data-test=summary]').text()).toContain('已采纳 2 项，1 项未执行')
    expect(wrapper.get('[data-change="12"]').text()).toContain('请打开工单处理，或重新排程。')
  })
})

it('says of each change whose it is and which dealer gets it', async () => {
  stands = plan(1, [offer(11), taken_back])
  const { wrapper } = await page()
  expect(wrapper.get('[data-change="11"]').text()).toMatch(/#11 ?客户11.*派工.*周建华 \S+ ?\S*（榆林站）/)
  const back = wrapper.get('[data-change="14"]').text()
  expect(back).toMatch(/客户14.*收回待派.*周建华 → 待派工/)
  expect(back).toContain('现在的技师当天不上班，或赶不上承诺的时间')
  expect(back).toContain('工单回到待派工，可以重新派工')
})

it('that changes nothing waits for nobody: it says so, and is not among those that do', async () => {
  listed = [{ ...plan(1, []), id: 21, office_name: '华南办事处' }, { ...plan(1, [offer(11)]), id: 22, office_name: '西北办事处' }]
  const router = createRouter({ history: createMemoryHistory(), routes: ['ticket', 'plans', 'plan'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<p />' } })) })
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = mount(PlansPage, { global: { plugins: [words, router, [VueQueryPlugin, { queryClient }]] }, attachTo: document.body })
  await vi.waitUntil(() => wrapper.text().includes('西北办事处') && !wrapper.text().includes('华南办事处'))
  await wrapper.get('input[type=checkbox]').setValue(false)
  await vi.waitUntil(() => wrapper.text().includes('华南办事处'))
  const row = (name: string) => wrapper.findAll('.el-table__row').find((one) => one.text().includes(name))!.text()
  expect(row('华南')).toContain('无需改动')
  expect(row('华南')).not.toContain('待确认')
  expect(row('西北')).toContain('待确认')

  stands = plan(1, [])
  const { wrapper: shown } = await page()
  expect(shown.get('[data-test=plan-state]').text()).toBe('无需改动')
  expect(shown.find('[data-test=accept]').exists()).toBe(false)
})

describe('the words of a change', () => {
  const t = (key: string, named?: Record<string, unknown>) => (named ? `${key}(${Object.values(named).join()})` : key === 'comma' ? '、' : key)
  const time = (instant: string) => instant.slice(11, 16)
  const text = (change: Partial<Change>, dealer = '') => change_text({ ...offer(1), ...change }, dealer, t, time)
  it('name a technician once when only the time is another, and nobody where nobody has it', () => {
    expect(text({})).toBe('周建华 11:50')
    expect(text({}, '榆林站')).toBe('周建华 11:50aside(榆林站)')
    expect(text({ from: { ...zhou, arrives_at: '2026-03-01T09:00:00Z' } }, '榆林站')).toBe('周建华 09:00 → 11:50')
    expect(text({ from: { ...zhou, technician_id: 8, technician_name: '李强' } })).toBe('李强 11:50 → 周建华 11:50')
    expect(text({ from: { ...zhou, arrives_at: null }, to: null })).toBe('周建华 → state.open')
  })
  it('count what accepting does and what was done', () => {
    expect(deeds_text([offer(1), taken_back, offer(2)], t)).toBe('plan.deed.offer(2)、plan.deed.leave_out(1)')
    const outcome = (of: 'accepted' | 'depends') => ({ ticket_id: 1, outcome: of, code: '', depends_on: [] })
    expect(summary_text([outcome('accepted')], t)).toBe('plan.all_done(1)')
    expect(summary_text([outcome('accepted'), outcome('depends')], t)).toBe('plan.some_left(1,1)')
  })
})
