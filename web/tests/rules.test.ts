import { describe, expect, it } from 'vitest'
import { baseCompile } from '@intlify/message-compiler'
import { may_stand_below, may_work_in, in_tree_order } from '@/administration/units'
import type { Ticket, TicketEvent, Unit } from '@/api/client'
import { others_number } from '@/calls/party'
import { ringing_after } from '@/calls/ringing'
import { faults_in_order, type Fault } from '@/catalogue/catalogue'
import { difference_texts, is_better, reason_text } from '@/plans/figures'
import { event_text } from '@/tickets/event_text'
import { distance_km } from '@/tickets/distance'
import { body_of, forms, is_missing } from '@/tickets/forms'
import { due_of } from '@/tickets/due'
import { arrow_to, is_composing, lookup_query, ticket_number } from '@/tickets/keyboard'
import { duration_text, obstacle_text, passes_over_first, reason_texts } from '@/tickets/suggestion'
import console_en from '@/words/console_en'
import console_zh from '@/words/console_zh'
import en from '@/words/en'
import { phone_in_field, phone_text } from '@/words/phones'
import { span_text } from '@/words/times'
import zh from '@/words/zh'

describe('the look-up field', () => {
  it('takes any tail of four or more digits, however it is written', () => {
    expect(lookup_query('5678')).toEqual({ phone_tail: '5678' })
    expect(lookup_query('139-1234 5678')).toEqual({ phone_tail: '13912345678' })
    expect(lookup_query('+86 139 1234 5678')).toEqual({ phone_tail: '8613912345678' })
    expect(lookup_query('0471-610 0185')).toEqual({ phone_tail: '4716100185' })
    expect(lookup_query('0728')).toEqual({ phone_tail: '0728' })
    expect(lookup_query('678')).toBeNull()
  })
  it('takes what an input method left full-width', () => {
    expect(lookup_query('５６７８')).toEqual({ phone_tail: '5678' })
    expect(lookup_query('（0471）６１００１８５')).toEqual({ phone_tail: '4716100185' })
    expect(lookup_query('Ｌｉ　')).toEqual({ q: 'Li' })
  })
  it('takes names, a single Han character too', () => {
    expect(lookup_query('王')).toEqual({ q: '王' })
    expect(lookup_query('L')).toBeNull()
    expect(lookup_query('Li')).toEqual({ q: 'Li' })
    expect(lookup_query('  ')).toBeNull()
  })
  it("leaves the Enter that ends an input method's word alone", () => {
    expect(is_composing(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true }))).toBe(true)
    expect(is_composing(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229 }))).toBe(true)
    expect(is_composing(new KeyboardEvent('keydown', { key: 'Enter' }))).toBe(false)
  })
})

const ticket = { offers: [{ number: 1 }, { number: 2 }] } as Ticket

describe('a number', () => {
  it('of this country is said in groups, without +86', () => {
    expect(phone_text('+8613912345678')).toBe('139 1234 5678')
    expect(phone_text('+86199****0447')).toBe('199 **** 0447')
    expect(phone_text('+861060100000')).toBe('010-60100000')
    expect(phone_text('+864716100185')).toBe('0471-6100185')
    expect(phone_text('+864008001234')).toBe('400-800-1234')
  })
  it('of another country, or none at all, stays as it is', () => {
    for (const kept of ['+4915112345678', '801', '']) expect(phone_text(kept)).toBe(kept)
  })
  it('stands in a field as people type it', () => {
    const shown = ['+8613800000000', '+8657188880000', '+864008100000', '+86139****0447', '+4915112345678', '+8695598', ''].map(phone_in_field)
    expect(shown).toEqual(['13800000000', '0571-88880000', '400-810-0000', '139****0447', '+4915112345678', '+8695598', ''])
  })
})

it('opens a ticket by its number, however it is typed, but by none that cannot be counted to', () => {
  expect(['#3005', ' ３００５ ', '0'].map(ticket_number)).toEqual([3005, 3005, null])
  expect(ticket_number('1234567890123456789')).toBeNull()
})

it('goes from one radio button to the next with the arrows, round and round', () => {
  expect([arrow_to('ArrowDown', 0, 3), arrow_to('ArrowDown', 2, 3), arrow_to('ArrowUp', 0, 3), arrow_to('ArrowLeft', 2, 3)]).toEqual([1, 0, 2, 1])
  expect([arrow_to('Enter', 0, 3), arrow_to('ArrowDown', 0, 0)]).toEqual([null, null])
})

it('counts down to the end of an offer that waits for its answer, not to the reminder', () => {
  const due = { due_at: '2026-03-01T08:07:30Z', due_kind: 'offer_reminder' as const }
  const offers = [{ outcome: 'expired', expires_at: '2026-03-01T07:15:00Z' }, { outcome: 'pending', expires_at: '2026-03-01T08:15:00Z' }] as Ticket['offers']
  expect(due_of({ state: 'offered', offers, ...due })).toEqual({ kind: 'offer_expiry', at: '2026-03-01T08:15:00Z' })
  expect(due_of({ state: 'confirmed', offers: [], due_at: due.due_at, due_kind: 'technician_naming' })).toEqual({ kind: 'technician_naming', at: due.due_at })
  expect(due_of({ state: 'open', offers: [], due_at: null, due_kind: null })).toBeNull()
})

describe('why somebody cannot go', () => {
  it('names what is missing, but not the number of the district', () => {
    const t = (key: string, named: Record<string, unknown>) => (key === 'aside' ? `(${String(named['text'])})` : key)
    expect(obstacle_text({ obstacle: 'skill_missing', what: 'S1' }, t)).toBe('obstacle.skill_missing(S1)')
    expect(obstacle_text({ obstacle: 'outside_territory', what: '500000' }, t)).toBe('obstacle.outside_territory')
  })
})

describe('the form of an action', () => {
  it('answers the latest offer', () => {
    expect(body_of('reject', { reason: 'too_far' }, ticket)).toEqual({ reason: 'too_far', offer_number: 2 })
  })
  it('asks whether it is fixed only when the customer was reached', () => {
    const fixed = forms.record_callback.find((field) => field.name === 'fixed')!
    expect(is_missing(fixed, { outcome: 'unreached' })).toBe(false)
    expect(is_missing(fixed, { outcome: 'reached' })).toBe(true)
    expect(is_missing(fixed, { outcome: 'reached', fixed: false })).toBe(false)
    expect(body_of('record_callback', { outcome: 'unreached', fixed: true, score: 5 }, ticket)).toEqual({ outcome: 'unreached' })
    expect(body_of('record_callback', { outcome: 'reached', fixed: true, score: 0 }, ticket)).toEqual({ outcome: 'reached', fixed: true })
  })
  it('wants words when the reason is "other"', () => {
    const note = forms.cancel.find((field) => field.name === 'note')!
    expect(is_missing(note, { reason: 'other' })).toBe(true)
    expect(is_missing(note, { reason: 'customer_withdrew' })).toBe(false)
  })
})

describe('a choice of dealers', () => {
  const words = (key: string, named: Record<string, unknown>) => [key.split('.').at(-1), named['time'] ?? named['n']].filter((part) => part !== undefined).join(' ')
  it('says what speaks for him in a few words and leaves out what there is none of', () => {
    const reasons = [
      { code: 'travel_min', value: 32.4, cost_min: 32.4 }, { code: 'road_km', value: 28, cost_min: 0 }, { code: 'response_min', value: 40, cost_min: 4 },
      { code: 'visits_that_day', value: 0, cost_min: 0 }, { code: 'asset_visits', value: 0, cost_min: 0 }, { code: 'skills', value: 2, cost_min: 0 },
    ] as const
    expect(reason_texts([...reasons], words)).toEqual(['travel_min minutes 32', 'free', 'skills minutes 2'])
    expect(duration_text(150, words)).toBe('hours 2.5')
  })
  it('asks why when somebody else is suggested first, in words when the reason is "other"', () => {
    expect(passes_over_first([4, 7], 4)).toBe(false)
    expect(passes_over_first([4, 7], 7)).toBe(true)
    expect(passes_over_first([4], 99)).toBe(true)
    expect(passes_over_first([], 99)).toBe(false)
    const override = forms.offer.find((field) => field.name === 'override_reason')!
    const why = forms.offer.find((field) => field.name === 'why')!
    expect(is_missing(override, { passed_over: false })).toBe(false)
    expect(is_missing(override, { passed_over: true })).toBe(true)
    expect(is_missing(why, { passed_over: true, override_reason: 'other' })).toBe(true)
    expect(body_of('offer', { dealer_unit_id: 7, passed_over: true, override_reason: 'has_parts' }, ticket)).toEqual({ dealer_unit_id: 7, override_reason: 'has_parts' })
    expect(body_of('offer', { dealer_unit_id: 4, passed_over: false, override_reason: 'has_parts' }, ticket)).toEqual({ dealer_unit_id: 4 })
  })
})

describe('a plan', () => {
  const words = (key: string, named: Record<string, unknown>) => [key.split('.').at(-1), ...Object.values(named)].join(' ')
  it('says of a day only what it would change, and whether that is better', () => {
    const difference = { visits: 2, unserved: -2, late_priority_min: -40.4, working_min: 0.3, road_km: 12 }
    expect(difference_texts(difference, words)).toEqual(['visits +2', 'unserved −2', 'late_priority_min −40', 'road_km +12'])
    expect([is_better('visits', 2), is_better('unserved', -2), is_better('road_km', 12)]).toEqual([true, true, false])
  })
  it('says why each change', () => {
    expect(reason_text({ code: 'late_min', before: 39.6, after: 0 }, words)).toBe('late_min 40 0')
  })
})

describe('ringing calls', () => {
  const at = '2026-03-01T08:00:00.000Z'
  const event = (kind: string, attributes: Record<string, unknown>) => ({ kind, happened_at: at, attributes }) as unknown as TicketEvent
  const ring = event('call.ringing', { call_id: 3, from_number: '+8613912345678', customer_id: 9, customer_name: '王建国' })
  it('come with the caller and go when a colleague answers or the caller gives up', () => {
    const ringing = ringing_after([], ring, 1, Date.parse(at) + 500)
    expect(ringing).toMatchObject([{ call_id: 3, customer_id: 9, customer_name: '王建国' }])
    expect(ringing_after(ringing, event('call.answered', { call_id: 3, answered_by: 2 }), 1, 0)).toEqual([])
    expect(ringing_after(ringing, event('call.answered', { call_id: 3, answered_by: 1 }), 1, 0)).toHaveLength(1)
    expect(ringing_after(ringing, event('call.ended', { call_id: 3 }), 1, 0)).toEqual([])
  })
  it('of long ago do not ring again when the stream replays them', () => {
    expect(ringing_after([], ring, 1, Date.parse(at) + 3_600_000)).toEqual([])
  })
})

it('speaks with the caller, or with whom it called itself', () => {
  const numbers = { from_number: '+8613912345678', to_number: '+8653188001234' }
  expect(others_number({ direction: 'in', ...numbers })).toBe('+8613912345678')
  expect(others_number({ direction: 'out', ...numbers })).toBe('+8653188001234')
})

describe('words', () => {
  const keys = (words: object, prefix = ''): string[] =>
    Object.entries(words).flatMap(([name, value]) => (typeof value === 'string' ? [prefix + name] : keys(value as object, `${prefix}${name}.`)))
  it('are there in both languages', () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort())
    expect(keys(console_en).sort()).toEqual(keys(console_zh).sort())
  })
  it('ask for the same values in both languages', () => {
    const holes = (words: object): string[] => Object.values(words).flatMap((value) => (typeof value === 'string' ? [(value.match(/\{\w+\}/g) ?? []).sort().join()] : holes(value as object)))
    const by_key = (words: object) => {
      const of_each = holes(words)
      return Object.fromEntries(keys(words).map((key, index) => [key, of_each[index]]))
    }
    expect(by_key({ ...en, ...console_en })).toEqual(by_key({ ...zh, ...console_zh }))
  })
  it('say spans', () => {
    const t = (key: string, named: Record<string, unknown>) => `${key}:${String(named['n'] ?? '')}`
    expect(span_text(30_000, t)).toBe('age.now:')
    expect(span_text(45 * 60_000, t)).toBe('age.minutes:45')
    expect(span_text(5 * 3_600_000, t)).toBe('age.hours:5')
    expect(span_text(3 * 86_400_000, t)).toBe('age.days:3')
  })
})

it('measures distances as the crow flies', () => {
  expect(distance_km({ longitude: 116.4, latitude: 39.9 }, { longitude: 121.47, latitude: 31.23 })).toBeCloseTo(1067, -1)
  expect(distance_km({ longitude: null, latitude: null }, { longitude: 1, latitude: 1 })).toBeNull()
})

describe('the time line', () => {
  const words = (key: string, named?: Record<string, unknown>) => (named ? `${key}(${Object.values(named).join()})` : key)
  const at = (instant: string) => instant.slice(11, 16)
  const ticket = { technician_id: 9, technician_name: '朱明', visits: [], offers: [{ dealer_unit_id: 4, dealer_name: '榆林站' }] } as unknown as Ticket
  const event = (kind: string, attributes: object, actor_id = 9) => ({ kind, attributes, actor: { id: actor_id, name: 'x' } }) as unknown as TicketEvent
  it('says reasons in words and does not name twice who did it', () => {
    expect(event_text(event('visit.paused', { technician_id: 9, reason: 'waiting_for_part', note: '等待配件送达' }), ticket, words, at)).toEqual({
      facts: ['pause_reason.waiting_for_part'],
      texts: ['等待配件送达'],
    })
    expect(event_text(event('technician.named', { technician_id: 9 }, 2), ticket, words, at).facts).toEqual(['朱明'])
  })
  it('says whom a ticket was offered to, until when, and why', () => {
    const made = event('offer.made', { dealer_unit_id: 4, expires_at: '2026-03-01T08:15:00Z', why: '最近' }, 2)
    expect(event_text(made, ticket, words, at)).toEqual({ facts: ['榆林站', 'ticket.expires(08:15)'], texts: ['最近'] })
  })
})

describe('the trees', () => {
  it('put a unit below its parent and know what may stand where', () => {
    const unit = (id: number, path: string, name: string) => ({ id, path, name }) as Unit
    const placed = in_tree_order([unit(10, '/1/2/10/', '丙'), unit(3, '/1/3/', '乙'), unit(2, '/1/2/', '甲'), unit(1, '/1/', '总部')])
    expect(placed.map(({ name, depth, above }) => [name, depth, above])).toEqual([['总部', 0, ''], ['甲', 1, '总部'], ['丙', 2, '总部 / 甲'], ['乙', 1, '总部']])
    expect(may_stand_below('substation', 'dealer')).toBe(true)
    expect(may_stand_below('office', 'dealer')).toBe(false)
    expect(may_work_in('technician', 'dealer')).toBe(true)
    expect(may_work_in('agent', 'dealer')).toBe(false)
  })
  it('put faults below their groups, and one whose group is missing at the top', () => {
    const fault = (id: number, parent_id: number | null, code: string) => ({ id, parent_id, code, name: code }) as Fault
    expect(faults_in_order([fault(3, 1, 'F102'), fault(1, null, 'F1'), fault(2, 1, 'F101'), fault(4, 77, 'F9')]).map(({ code, depth }) => [code, depth])).toEqual([['F1', 0], ['F101', 1], ['F102', 1], ['F9', 0]])
  })
})

describe('every word', () => {
  const leaves = (words: object, path = ''): [string, string][] =>
    Object.entries(words).flatMap(([name, word]): [string, string][] => (typeof word === 'string' ? [[`${path}${name}`, word]] : leaves(word as object, `${path}${name}.`)))
  it('can be said: no sign in it means something to vue-i18n', () => {
    const complaints: string[] = []
    for (const [name, word] of [...leaves(zh), ...leaves(console_zh), ...leaves(en), ...leaves(console_en)])
      baseCompile(word, { onError: (error) => complaints.push(`${name}: ${error.message}`) })
    expect(complaints).toEqual([])
  })
})
