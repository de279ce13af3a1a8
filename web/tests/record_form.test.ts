import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/client'
import { use_record_form } from '@/console/record_form'
import { change_of, has_name, values_of } from '@/customers/customer_form'
import type { Customer } from '@/api/client'

interface Unit {
  version: number
  name: string
  phone: string
}
const read = (unit: Unit | null) => ({ name: unit?.name ?? '', phone: unit?.phone ?? '' })
const before: Unit = { version: 3, name: '济南站', phone: '1' }
const conflict = (current: Unit) => new Problem(412, { code: 'version_conflict', current: current as never })

afterEach(() => vi.useRealTimers())

describe('a form over a record', () => {
  it('sends only what was changed, with the version it saw', async () => {
    const change = vi.fn((record: Unit, changed: object) => Promise.resolve({ ...record, ...changed, version: 4 }))
    const done = vi.fn()
    const form = use_record_form<Unit, ReturnType<typeof read>>({ record: before, read, change, done })
    expect(form.is_dirty.value).toBe(false)
    form.values.phone = '2'
    await form.submit()
    expect(change.mock.calls[0]!.slice(0, 2)).toEqual([before, { phone: '2' }])
    expect(done).toHaveBeenCalledWith({ version: 4, name: '济南站', phone: '2' })
  })

  it("shows what somebody else changed meanwhile, keeps both, and saves on top of that", async () => {
    const sent: [number, object][] = []
    const change = vi.fn((record: Unit, changed: object) => {
      sent.push([record.version, changed])
      return sent.length === 1 ? Promise.reject(conflict({ version: 5, name: '济南东站', phone: '1' })) : Promise.resolve({ ...record, ...changed })
    })
    const done = vi.fn()
    const form = use_record_form<Unit, ReturnType<typeof read>>({ record: before, read, change, done })
    form.values.phone = '2'
    await form.submit()
    expect(form.overtaken.value).toEqual([{ name: 'name', theirs: '济南东站', contested: false }])
    expect(form.values).toEqual({ name: '济南东站', phone: '2' })
    expect(done).not.toHaveBeenCalled()
    await form.submit()
    expect(sent).toEqual([[3, { phone: '2' }], [5, { phone: '2' }]])
    expect(done).toHaveBeenCalledWith({ version: 5, name: '济南东站', phone: '2' })
  })

  it('says when both changed the same field, and lets go of its own change when asked', async () => {
    const change = () => Promise.reject(conflict({ version: 5, name: '历城站', phone: '1' }))
    const form = use_record_form<Unit, ReturnType<typeof read>>({ record: before, read, change, done: () => undefined })
    form.values.name = '济南西站'
    await form.submit()
    expect(form.overtaken.value).toEqual([{ name: 'name', theirs: '历城站', contested: true }])
    expect(form.values.name).toBe('济南西站')
    form.take_theirs()
    expect(form.values.name).toBe('历城站')
    expect(form.is_dirty.value).toBe(false)
  })

  it('knows what is changed in a list that came from somebody else', async () => {
    interface Tagged { version: number; tags: string[] }
    const theirs: Tagged = { version: 5, tags: ['大客户'] }
    const form = use_record_form<Tagged, { tags: string[] }>({
      record: { version: 3, tags: [] }, read: (record) => ({ tags: [...(record?.tags ?? [])] }), change: () => Promise.reject(conflict(theirs as never)), done: () => undefined,
    })
    await form.submit()
    expect(form.is_dirty.value).toBe(false)
    form.values.tags.push('老客户')
    expect(form.changed.value).toEqual({ tags: ['大客户', '老客户'] })
  })

  it('says at a field what is wrong with it or with a part of it', async () => {
    const refused = new Problem(422, { code: 'invalid_input', errors: [{ pointer: '/phone/1/number', code: 'phone_too_short', message: '位数不足' }] })
    const form = use_record_form<Unit, ReturnType<typeof read>>({ record: before, read, change: () => Promise.reject(refused), done: () => undefined })
    form.values.phone = '2'
    await form.submit()
    expect(form.error_of('phone')).toBe('位数不足')
    expect(form.error_of('name')).toBe('')
  })

  it('says it at the entry of a list it was said of, wherever that stands by now', async () => {
    interface Book { version: number; people: { name: string; phone: string }[] }
    const refused = new Problem(422, { code: 'invalid_input', errors: [{ pointer: '/people/1/phone', code: 'phone_too_short', message: '位数不足' }] })
    const people = [{ name: '甲', phone: '' }, { name: '乙', phone: '1' }]
    const form = use_record_form<Book, { people: Book['people'] }>({
      record: { version: 1, people }, read: (book) => ({ people: (book?.people ?? []).map((one) => ({ ...one })) }), change: () => Promise.reject(refused), done: () => undefined,
    })
    form.values.people[0]!.name = '丙'
    expect(form.error_of_entry('people', 1)).toBe('')
    await form.submit()
    const said = () => form.values.people.map((_, index) => [form.error_of_entry('people', index, 'phone'), form.error_of_entry('people', index, 'name')])
    expect(said()).toEqual([['', ''], ['位数不足', '']])
    form.values.people.splice(0, 1)
    expect(said()).toEqual([['位数不足', '']])
    form.values.people = [{ name: '丁', phone: '' }, ...form.values.people]
    expect(said()).toEqual([['', ''], ['位数不足', '']])
  })

  it('may be saved as it stands while nobody has written it', () => {
    const of_version = (version: number) => use_record_form<Unit, ReturnType<typeof read>>({ record: { ...before, version }, read, done: () => undefined })
    expect([of_version(0).may_save.value, of_version(1).may_save.value]).toEqual([true, false])
  })

  it('makes a new one under one key, and under another after a refusal', async () => {
    const keys: string[] = []
    const create = (values: ReturnType<typeof read>, header: { 'Idempotency-Key': string }) => {
      keys.push(header['Idempotency-Key'])
      if (keys.length === 1) return Promise.reject(new Problem(503, { code: 'unavailable' }))
      if (keys.length === 2) return Promise.reject(new Problem(422, { code: 'invalid_input' }))
      return Promise.resolve({ ...values, version: 1 })
    }
    vi.useFakeTimers()
    const form = use_record_form<Unit, ReturnType<typeof read>>({ record: null, read, create, done: () => undefined })
    const first = form.submit()
    await vi.runAllTimersAsync()
    await first
    await form.submit()
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[1])
  })
})

describe('a customer in a form', () => {
  const customer = {
    kind: 'company', name: '王记', tier: 'gold', note: '', address: '', tags: ['大客户'],
    phones: [{ number: '+8653188001234', extension: '12', label: '总机' }, { number: '+8613912345678', extension: '', label: '手机' }],
    contacts: [{ id: 7, name: '王建国', job: '机主', email: '', birthday: null, phones: [{ number: '+8613800000001', extension: '', label: '手机' }] }],
  } as unknown as Customer
  it('comes back as it was when only something else is changed', () => {
    const values = values_of(customer)
    const { phones, contacts, tags } = change_of(values, customer)
    expect(phones).toEqual([{ number: '+8653188001234 转12', label: '总机' }, { number: '+8613912345678', label: '手机' }])
    expect(contacts).toEqual([{ id: 7, name: '王建国', job: '机主', email: '', birthday: null, phones: [{ number: '+8613800000001', label: '手机' }] }])
    expect(tags).toEqual(['大客户'])
  })
  it('shows numbers as people type them, and sends those that stay as they were', () => {
    const values = values_of(customer)
    expect(values.phones).toBe('0531-88001234 转12\n13912345678')
    expect(values.contacts[0]!.phones).toBe('13800000001')
    expect(change_of({ phones: `${values.phones}\n+4915112345678\n0571-88880000` }, customer)).toEqual({
      phones: [{ number: '+8653188001234 转12', label: '总机' }, { number: '+8613912345678', label: '手机' }, { number: '+4915112345678', label: '' }, { number: '0571-88880000', label: '' }],
    })
  })
  it('sends of numbers, tags and contacts only what was changed', () => {
    expect(change_of({ note: 'x' }, customer)).toEqual({ note: 'x' })
    expect(change_of({ tags: '甲 乙，甲' }, customer)).toEqual({ tags: ['甲', '乙'] })
  })
  it('never leaves out a contact: one whose name was cleared is asked about, not removed', () => {
    const contacts = values_of(customer).contacts.map((contact) => ({ ...contact, name: ' ' }))
    expect(contacts.every(has_name)).toBe(false)
    expect(change_of({ contacts }, customer).contacts).toMatchObject([{ id: 7, job: '机主' }])
  })
})
