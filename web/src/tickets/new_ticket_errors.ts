// Where on the page of a new ticket it stands what the server says of a field. Without a contact's number the new
// customer's own is sent in its place: what is wrong with it is said where it was typed.
import type { FieldError } from '@/api/client'

export const slots = ['new_name', 'new_phone', 'description', 'contact_name', 'contact_phone', 'address', 'asset_id', 'fault_id', 'complained_ticket_id', 'same_fault_as', 'caller'] as const
export type Slot = (typeof slots)[number]

const pointers: Partial<Record<Slot, string[]>> = {
  new_name: ['/customer/name'],
  new_phone: ['/customer/phones'],
  address: ['/address', '/customer/address'],
  caller: ['/customer_id'],
}

export function error_at(slot: Slot, errors: readonly FieldError[], contact_is_new_phone: boolean): string {
  const wanted = [...(pointers[slot] ?? [`/${slot}`])]
  if (contact_is_new_phone && slot === 'new_phone') wanted.push('/contact_phone')
  if (contact_is_new_phone && slot === 'contact_phone') return ''
  const is_here = ({ pointer }: FieldError) => wanted.some((one) => pointer === one || pointer.startsWith(`${one}/`))
  return errors.find(is_here)?.message ?? ''
}

// What has a slot shown now; of anything else the page speaks as a whole.
export function said_at(shown: readonly Slot[], contact_is_new_phone: boolean): string[] {
  const names = shown.flatMap((slot) => (pointers[slot] ?? [`/${slot}`]).map((pointer) => pointer.slice(1)))
  return contact_is_new_phone && shown.includes('new_phone') ? [...names, 'contact_phone'] : names
}
