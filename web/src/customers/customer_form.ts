// A customer as a form shows him: numbers one a line, tags as words, contacts one under the other.
import type { Customer, Schemas } from '@/api/client'
import { phone_in_field } from '@/words/phones'

type Phone = Schemas['Phone']

export interface ContactValues {
  id: number | null
  name: string
  job: string
  phones: string
  email: string
  birthday: string | null
}

export interface CustomerValues {
  kind: Schemas['CustomerKind']
  name: string
  phones: string
  address: string
  tier: Schemas['CustomerTier']
  tags: string
  note: string
  contacts: ContactValues[]
}

const extended = (number: string, { extension }: Phone) => number + (extension ? ` 转${extension}` : '')
const line = (phone: Phone) => extended(phone_in_field(phone.number), phone)
const lines = (phones: Phone[] | undefined) => (phones ?? []).map(line).join('\n')
const words_of = (text: string, separator: RegExp) => text.split(separator).map((word) => word.trim()).filter(Boolean)

export function values_of(customer: Customer | null): CustomerValues {
  return {
    kind: customer?.kind ?? 'person',
    name: customer?.name ?? '',
    phones: lines(customer?.phones),
    address: customer?.address ?? '',
    tier: customer?.tier ?? 'standard',
    tags: (customer?.tags ?? []).join(' '),
    note: customer?.note ?? '',
    contacts: (customer?.contacts ?? []).map((contact) => ({
      id: contact.id ?? null,
      name: contact.name,
      job: contact.job ?? '',
      phones: lines(contact.phones),
      email: contact.email ?? '',
      birthday: contact.birthday ?? null,
    })),
  }
}

export const has_name = (contact: ContactValues) => contact.name.trim() !== ''

export const new_contact = (): ContactValues => ({ id: null, name: '', job: '', phones: '', email: '', birthday: null })

// Numbers that stay are sent as they were, with their labels, which the form does not show.
function phones_of(text: string, known: Phone[]): Phone[] {
  const kept = new Map(known.map((phone) => [line(phone), { number: extended(phone.number, phone), label: phone.label ?? '' }]))
  return words_of(text, /[\n,，;；、]/).map((typed) => kept.get(typed) ?? { number: typed, label: '' })
}

export function change_of(values: Partial<CustomerValues>, known: Customer | null): Schemas['CustomerChange'] {
  const { phones, tags, contacts, ...rest } = values
  return {
    ...rest,
    ...(phones === undefined ? {} : { phones: phones_of(phones, known?.phones ?? []) }),
    ...(tags === undefined ? {} : { tags: [...new Set(words_of(tags, /[\s,，、]+/))] }),
    ...(contacts === undefined ? {} : { contacts: contacts.map((contact) => contact_of(contact, known)) }),
  }
}

function contact_of({ id, phones, ...rest }: ContactValues, known: Customer | null): Schemas['Contact'] {
  const before = known?.contacts?.find((contact) => contact.id === id)
  return { ...rest, name: rest.name.trim(), ...(id === null ? {} : { id }), phones: phones_of(phones, before?.phones ?? []) }
}
