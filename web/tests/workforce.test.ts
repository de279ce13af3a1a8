// @vitest-environment jsdom
// The editors of profiles, service areas and requirements: what is shown, what is sent, where a mistake is told.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { words } from '@/console/words'
import { clock_of, exceptions_text, has_fault, span_faults, week_text, written_out } from '@/workforce/hours'
import RequirementDialog from '@/workforce/RequirementDialog.vue'
import ServiceAreaDialog from '@/workforce/ServiceAreaDialog.vue'
import TechnicianDialog from '@/workforce/TechnicianDialog.vue'
import { read_requirement, type FaultRequirement, type ServiceArea, type Technician } from '@/workforce/workforce'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})
const t = words.global.t as (key: string, named: Record<string, unknown>) => string

const usual = [1, 2, 3, 4, 5, 6].flatMap((weekday) => [{ weekday, from: '08:00', until: '12:00' }, { weekday, from: '13:00', until: '17:30' }])
const dealer: ServiceArea = { unit_id: 4, version: 7, name: '济南站', region_codes: [], weekly_hours: [], usual_weekly_hours: usual, exceptions: [] }
const technician: Technician = {
  id: 9, version: 0, name: '张师傅', unit_id: 4, home_longitude: null, home_latitude: null, visits_a_day: 8,
  skills: [], tools: [], licences: [], parts: [], weekly_hours: [], exceptions: [],
}

interface Sent {
  method: string
  path: string
  version: string | null
  body: Record<string, unknown> | undefined
}

// Answers GETs by their path and every write with `write`; answers what was written.
function serve(gets: Record<string, unknown>, write: (sent: Sent) => { status: number; body: unknown } = ({ body }) => ({ status: 200, body: { ...technician, ...body, version: 1 } })) {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1', '')
    const reply = (status: number, body: unknown) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
    if (request.method === 'GET') return path in gets ? reply(200, gets[path]) : reply(404, { code: 'not_found' })
    const one = { method: request.method, path, version: request.headers.get('If-Match'), body: JSON.parse((await request.text()) || 'null') as Record<string, unknown> }
    sent.push(one)
    const { status, body } = write(one)
    return reply(status, body)
  })
  return sent
}

const lists = { '/codes-in-use': { skills: ['common_rail', 'diesel'], tools: [], licences: [], parts: ['WP-2201'] }, '/organisation': { items: [], next_cursor: null } }
const refusal = (...errors: [string, string][]) => ({ status: 422, body: { code: 'invalid_input', title: '', errors: errors.map(([pointer, message]) => ({ pointer, code: 'x', message })) } })

async function show(dialog: object, props: object) {
  const wrapper = mount(dialog, { props: props as never, global: { plugins: [words, [VueQueryPlugin, { queryClient: new QueryClient() }]] }, attachTo: document.body })
  await flushPromises()
  return wrapper
}
const one = <E extends Element = HTMLElement>(selector: string) => document.querySelector<E>(selector)!
const say = async (selector: string, text: string) => {
  const input = one<HTMLInputElement>(selector)
  input.value = text
  input.dispatchEvent(new Event('input'))
  input.dispatchEvent(new Event('change'))
  await flushPromises()
}
const press = async (selector: string) => {
  one(selector).click()
  await flushPromises()
}
const own_hours = () => press('[data-test=own-hours] input')
const tuesday = '[data-test=weekly-hours] [data-weekday="2"]'
const save_is_off = () => one<HTMLButtonElement>('[data-test=save-record]').disabled

describe('a time of day', () => {
  it('may be typed loosely', () => {
    expect(['8', '830', '8:30', '17：05', '1730', '24'].map(clock_of)).toEqual(['08:00', '08:30', '08:30', '17:05', '17:30', '24:00'])
  })
  it('is none when there is no such time', () => {
    expect(['', '25', '24:01', '8:7', '12:60', 'noon'].map(clock_of)).toEqual([null, null, null, null, null, null])
  })
})

describe('the spans of a day', () => {
  it('are told apart by what is wrong with them; two that overlap at the later one', () => {
    const span = (from: string, until: string) => ({ from, until })
    expect(span_faults([span('8', '12'), span('13', '12:30'), span('11:59', '14'), span('12', '13'), span('x', '9')])).toEqual([null, 'reversed', 'overlaps', 'overlaps', 'not_a_time'])
    expect(span_faults([span('08:00', '12:00'), span('12:00', '24:00')])).toEqual([null, null])
  })
  it('overlap only within their own day', () => {
    const monday = { weekday: 1, from: '08:00', until: '12:00' }
    expect(has_fault([monday, { ...monday, weekday: 2 }], [])).toBe(false)
    expect(has_fault([monday, { ...monday, from: '11:00' }], [])).toBe(true)
    expect(has_fault([], [{ day: '2026-10-01', from: '12:00', until: '08:00' }])).toBe(true)
  })
  it('are said shortly: days alike together, days off not at all', () => {
    expect(week_text([...usual, { weekday: 7, from: '09:00', until: '12:00' }], t)).toBe('周一至周六 08:00–12:00、13:00–17:30；周日 09:00–12:00')
    expect(exceptions_text([{ day: '2026-10-01', from: null, until: null }, { day: '2026-10-10', from: '08:00', until: '12:00' }], t)).toBe('2026-10-01 周四 休息；2026-10-10 周六 08:00–12:00')
  })
  it('are sent written out, days off as they are', () => {
    expect(written_out([{ from: '8', until: '1730' }, { from: null, until: null }])).toEqual([{ from: '08:00', until: '17:30' }, { from: null, until: null }])
  })
})

describe("a technician's profile", () => {
  it('says that nobody has written it, and whose hours hold until then', async () => {
    serve(lists)
    await show(TechnicianDialog, { technician, dealer })
    expect(one('[data-test=unwritten]').textContent).toContain('还没有人填写过')
    expect(one('[data-test=fallback-hours]').textContent).toContain('按通用时间')
    expect(one('[data-test=hours-in-force]').textContent).toBe('周一至周六 08:00–12:00、13:00–17:30')
  })

  it("shows the dealer's hours and special days where the technician has none of his own", async () => {
    serve(lists)
    const weekly_hours = [{ weekday: 1, from: '09:00', until: '15:00' }]
    await show(TechnicianDialog, { technician: { ...technician, version: 3 }, dealer: { ...dealer, weekly_hours, exceptions: [{ day: '2026-10-01', from: null, until: null }] } })
    expect(document.querySelector('[data-test=unwritten]')).toBeNull()
    expect(one('[data-test=fallback-hours]').textContent).toContain('按服务商的时间')
    expect(one('[data-test=hours-in-force]').textContent).toBe('周一 09:00–15:00')
    expect(document.body.textContent).toContain('服务商的特殊日期也适用：2026-10-01 周四 休息')
  })

  it('sends the whole of it over the version that was seen', async () => {
    const sent = serve(lists)
    const wrapper = await show(TechnicianDialog, { technician, dealer })
    await press('[data-test=add-part]')
    expect(save_is_off()).toBe(true) // a part without a number
    await say('[data-test=part-number]', 'WP-2201')
    await say('[data-test=quantity] input', '3')
    await own_hours()
    await press(`${tuesday} button.plain`)
    await say(`${tuesday} [data-test=from]`, '9')
    await say(`${tuesday} [data-test=until]`, '1845')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    const { weekly_hours, ...rest } = sent[0]!.body as { weekly_hours: { weekday: number }[] }
    expect([sent[0]!.method, sent[0]!.path, sent[0]!.version]).toEqual(['PUT', '/technicians/9', '"0"'])
    expect(rest).toEqual({
      skills: [], licences: [], tools: [], parts: [{ number: 'WP-2201', quantity: 3 }], visits_a_day: 8, home_longitude: null, home_latitude: null, exceptions: [],
    })
    expect(weekly_hours.filter(({ weekday }) => weekday === 2)).toEqual([{ weekday: 2, from: '09:00', until: '18:45' }])
    expect(weekly_hours).toHaveLength(usual.length - 1)
  })

  it('tells a reversed span at its row, and is not saved with it', async () => {
    serve(lists)
    await show(TechnicianDialog, { technician, dealer })
    await own_hours()
    expect(save_is_off()).toBe(false)
    await say(`${tuesday} [data-test=until]`, '7')
    expect(one(`${tuesday} .fault`).textContent).toBe('结束时间要晚于开始时间')
    expect(document.querySelectorAll('.fault')).toHaveLength(1)
    expect(save_is_off()).toBe(true)
  })

  it("gives Monday's hours to the working days, and lets weekends be", async () => {
    serve(lists)
    const weekly_hours = [{ weekday: 1, from: '07:00', until: '11:00' }, { weekday: 3, from: '20:00', until: '22:00' }, { weekday: 7, from: '09:00', until: '10:00' }]
    await show(TechnicianDialog, { technician: { ...technician, weekly_hours }, dealer })
    await press('[data-test=copy-monday]')
    const shown = [...document.querySelectorAll('[data-weekday]')].map((day) => [...day.querySelectorAll('input')].map((input) => input.value).join('-'))
    expect(shown).toEqual(['07:00-11:00', '07:00-11:00', '07:00-11:00', '07:00-11:00', '07:00-11:00', '', '09:00-10:00'])
  })

  it('says what the server refuses at the row it is about', async () => {
    const weekly_hours = [{ weekday: 5, from: '08:00', until: '12:00' }, { weekday: 2, from: '08:00', until: '12:00' }]
    const exceptions = [{ day: '2026-10-01', from: null, until: null }, { day: '2026-10-02', from: '08:00', until: '12:00' }]
    serve(lists, () => refusal(['/weekly_hours/1/until', '星期二有误'], ['/exceptions/1/from', '这一天有误'], ['/parts/1/number', '件号有误']))
    await show(TechnicianDialog, { technician: { ...technician, weekly_hours, exceptions, parts: [{ number: 'A', quantity: 1 }, { number: 'B', quantity: 1 }] }, dealer })
    await say('[data-test=quantity] input', '3')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => document.querySelector(`${tuesday} .fault`))
    expect(one(`${tuesday} .fault`).textContent).toBe('星期二有误')
    expect(one('[data-day="2026-10-02"] .fault').textContent).toBe('这一天有误')
    expect(document.querySelectorAll('.part')[1]!.querySelector('.fault')!.textContent).toBe('件号有误')
    expect(document.querySelectorAll('.fault')).toHaveLength(3)
  })

  it('keeps at its row what the server refuses, when rows before it go and when it is corrected, until it is saved again', async () => {
    const weekly_hours = [{ weekday: 2, from: '08:00', until: '12:00' }, { weekday: 2, from: '13:00', until: '17:00' }]
    const exceptions = [{ day: '2026-10-01', from: '08:00', until: '12:00' }, { day: '2026-10-02', from: '08:00', until: '12:00' }]
    const parts = [{ number: 'A', quantity: 1 }, { number: 'B', quantity: 1 }, { number: 'C', quantity: 1 }]
    let refused = refusal(['/weekly_hours/1/until', '下午有误'], ['/exceptions/1/from', '这一天有误'], ['/parts/1/number', '件号有误'])
    serve(lists, () => refused)
    const profile = { ...technician, weekly_hours, exceptions, parts }
    await show(TechnicianDialog, { technician: profile, dealer })
    const faults = () => [...document.querySelectorAll('.fault')].map((one) => [one.closest('.part, .span')!.querySelector('input')!.value, one.textContent])
    await say('[data-test=quantity] input', '3')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => document.querySelector('.fault'))
    await press('.part button.plain')
    await press(`${tuesday} button.plain`)
    await press('[data-day="2026-10-01"] .el-button--danger')
    expect(faults()).toEqual([['B', '件号有误'], ['13:00', '下午有误'], ['08:00', '这一天有误']])
    await say('[data-test=part-number]', 'B2')
    await say(`${tuesday} [data-test=from]`, '13:30')
    expect(faults()).toEqual([['B2', '件号有误'], ['13:30', '下午有误'], ['08:00', '这一天有误']])
    await press('.part button.plain')
    expect(faults()).toEqual([['13:30', '下午有误'], ['08:00', '这一天有误']])
    expect(profile).toMatchObject({ weekly_hours, exceptions, parts })
    expect(weekly_hours[1]!.from).toBe('13:00')

    refused = refusal(['/parts/0/number', '还是有误'])
    await press('[data-test=save-record]')
    await vi.waitUntil(() => document.querySelector('.part .fault'))
    expect(faults()).toEqual([['C', '还是有误']])
  })

  it('takes hours on a special day, and makes it a day off without them', async () => {
    const sent = serve(lists)
    const wrapper = await show(TechnicianDialog, { technician: { ...technician, exceptions: [{ day: '2026-10-01', from: null, until: null }, { day: '2026-10-02', from: '08:00', until: '12:00' }] }, dealer })
    expect(one('[data-day="2026-10-01"]').textContent).toContain('休息')
    await press('[data-day="2026-10-01"] [data-test=add-span]')
    await press('[data-day="2026-10-02"] button.plain')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(sent[0]!.body!['exceptions']).toEqual([{ day: '2026-10-01', from: '08:00', until: '12:00' }, { day: '2026-10-02', from: null, until: null }])
  })

  it('shows in words what somebody else changed meanwhile', async () => {
    const current = { ...technician, version: 4, skills: ['diesel', 'turbo'], weekly_hours: [{ weekday: 1, from: '08:00', until: '12:00' }] }
    const sent = serve(lists, ({ version }) => (version === '"0"' ? { status: 412, body: { code: 'version_conflict', title: '', current } } : { status: 200, body: current }))
    const wrapper = await show(TechnicianDialog, { technician, dealer })
    await press('[data-test=add-part]')
    await say('[data-test=part-number]', 'A')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => document.querySelector('[data-test=overtaken]'))
    expect(one('[data-test=overtaken]').textContent).toContain('技能：diesel、turbo')
    expect(one('[data-test=overtaken]').textContent).toContain('工作时间：周一 08:00–12:00')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(sent[1]).toMatchObject({ version: '"4"', body: { skills: ['diesel', 'turbo'], parts: [{ number: 'A', quantity: 1 }] } })
  })

  it('warns when neither he nor his dealer has a place to set out from', async () => {
    const units = (place: object) => ({ ...lists, '/organisation': { items: [{ id: 4, path: '/1/4/', name: '济南站', kind: 'dealer', region_code: '', ...place }], next_cursor: null } })
    serve(units({ longitude: null, latitude: null }))
    await show(TechnicianDialog, { technician, dealer })
    await vi.waitUntil(() => document.body.textContent!.includes('服务商也没有登记坐标'))
    document.body.innerHTML = ''
    serve(units({ longitude: 117, latitude: 36 }))
    await show(TechnicianDialog, { technician, dealer })
    expect(document.body.textContent).not.toContain('服务商也没有登记坐标')
  })
})

describe("a dealer's service area", () => {
  it('is sent with what was typed for regions, several at once', async () => {
    const sent = serve(lists, ({ body }) => ({ status: 200, body: { ...dealer, ...body, version: 8 } }))
    const wrapper = await show(ServiceAreaDialog, { area: dealer })
    expect(one('[data-test=hours-in-force]').textContent).toContain('周一至周六')
    wrapper.getComponent({ name: 'ElSelect' }).vm.$emit('update:modelValue', ['370100， 370200', '370100'])
    await flushPromises()
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(sent[0]).toEqual({ method: 'PUT', path: '/organisation/4/service-area', version: '"7"', body: { region_codes: ['370100', '370200'], weekly_hours: [], exceptions: [] } })
  })
})

describe('what a fault needs', () => {
  const none: FaultRequirement = { fault_id: 3, version: 0, duration_min: 60, skills: [], tools: [], licences: [], parts: [] }
  const fault = (id: number, parent_id: number | null, name: string) => ({ id, parent_id, name, code: `F${id}`, active: true, version: 1 }) as never
  const faults = [fault(1, null, '发动机'), fault(2, 1, '燃油系统'), fault(3, 2, '喷油器')]

  it('is what the nearest above it says, and can begin with that', async () => {
    const written = { ...none, fault_id: 1, version: 2, duration_min: 90, skills: ['diesel'], parts: [{ number: 'P1', quantity: 2 }] }
    const sent = serve({ ...lists, '/faults/3/requirement': none, '/faults/2/requirement': { ...none, fault_id: 2 }, '/faults/1/requirement': written }, ({ body }) => ({ status: 200, body: { ...none, ...body, version: 1 } }))
    const placed = await read_requirement(faults[2]!, faults)
    expect(placed.inherited).toEqual({ from: faults[0], requirement: written })
    const wrapper = await show(RequirementDialog, placed)
    expect(one('[data-test=inherited]').textContent).toContain('现在按上级「发动机」的所需：90 分钟；技能 diesel；备件 P1 × 2')
    expect(document.querySelector('[data-test=restore]')).toBeNull()
    await press('[data-test=begin-with-inherited]')
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(sent[0]).toEqual({ method: 'PUT', path: '/faults/3/requirement', version: '"0"', body: { duration_min: 90, skills: ['diesel'], licences: [], tools: [], parts: [{ number: 'P1', quantity: 2 }] } })
  })

  it('is said to be nothing when nobody has written any', async () => {
    serve({ ...lists, '/faults/1/requirement': { ...none, fault_id: 1 } })
    const placed = await read_requirement(faults[0]!, faults)
    expect(placed.inherited).toBeNull()
    await show(RequirementDialog, placed)
    expect(one('[data-test=unwritten]').textContent).toContain('还没有人填写过')
  })

  it('may be just what it is taken for while nobody has written it', async () => {
    const sent = serve({ ...lists, '/faults/1/requirement': { ...none, fault_id: 1 } }, ({ body }) => ({ status: 200, body: { ...none, ...body, version: 1 } }))
    const wrapper = await show(RequirementDialog, await read_requirement(faults[0]!, faults))
    expect(save_is_off()).toBe(false)
    await press('[data-test=save-record]')
    await vi.waitUntil(() => wrapper.emitted('done'))
    expect(sent[0]).toMatchObject({ method: 'PUT', version: '"0"', body: { duration_min: 60, skills: [] } })
  })

  describe('once it is written', () => {
    const own = { ...none, version: 4, skills: ['turbo'] }
    const above = { ...none, fault_id: 1, version: 2, duration_min: 90, skills: ['diesel'] }
    const served = { ...lists, '/faults/3/requirement': own, '/faults/2/requirement': { ...none, fault_id: 2 }, '/faults/1/requirement': above }
    const sure = async () => {
      await press('[data-test=restore]')
      await vi.waitUntil(() => document.querySelector('.el-message-box__btns .el-button--primary'))
      return document.querySelector<HTMLElement>('.el-message-box')!
    }
    const yes = () => press('.el-message-box__btns .el-button--primary')

    it('goes back to what the one above it says, which is told before', async () => {
      const sent = serve(served, () => ({ status: 204, body: null }))
      const wrapper = await show(RequirementDialog, await read_requirement(faults[2]!, faults))
      expect(save_is_off()).toBe(true)
      expect((await sure()).textContent).toContain('上级「发动机」的所需：90 分钟；技能 diesel')
      expect(sent).toEqual([])
      await yes()
      await vi.waitUntil(() => wrapper.emitted('restored'))
      expect(sent).toMatchObject([{ method: 'DELETE', path: '/faults/3/requirement', version: '"4"' }])
    })

    it('says that nothing in particular is needed then, when nobody above has said it', async () => {
      serve({ ...served, '/faults/1/requirement': { ...none, fault_id: 1 } })
      await show(RequirementDialog, await read_requirement(faults[2]!, faults))
      expect((await sure()).textContent).toContain('不需要技能、资质、工具和备件')
    })

    it('stays when somebody else changed it meanwhile, and shows what', async () => {
      serve(served, () => ({ status: 412, body: { code: 'version_conflict', title: '', current: { ...own, version: 5, skills: ['diesel', 'turbo'] } } }))
      const wrapper = await show(RequirementDialog, await read_requirement(faults[2]!, faults))
      await sure()
      await yes()
      await vi.waitUntil(() => document.querySelector('[data-test=overtaken]'))
      expect(one('[data-test=overtaken]').textContent).toContain('diesel、turbo')
      expect(wrapper.emitted('restored')).toBeUndefined()
    })
  })
})
