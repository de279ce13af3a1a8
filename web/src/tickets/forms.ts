// What each action asks for. The names are the fields of the contract, so that errors find their way back to them.
import type { PostedAction, Ticket } from '@/api/client'

export type FieldKind = 'choice' | 'line' | 'text' | 'dealer' | 'technician' | 'instant' | 'score' | 'yes_no' | 'ticket'

export interface Field {
  name: string
  kind: FieldKind
  required?: boolean
  // The group of words with the choices.
  words?: string
  // Another label than the field's own.
  label?: string
  shown?: (values: Values) => boolean
}

export type Value = string | number | boolean | null
export type Values = Record<string, Value>

// As the contract has it.
export const longest = { description: 4000, contact_name: 200, contact_phone: 40, address: 500, customer_name: 200 }

const why: Field = { name: 'why', kind: 'text' }
const note: Field = { name: 'note', kind: 'text' }
const reason = (words: string): Field => ({ name: 'reason', kind: 'choice', words, required: true })
const note_beside_reason: Field = { name: 'note', kind: 'text' }
// Asked for when another dealer is suggested first; `passed_over` is what the choice says of itself.
const override_reason: Field = { name: 'override_reason', kind: 'choice', words: 'override_reason', required: true, shown: (values) => values['passed_over'] === true }
const dealer: Field = { name: 'dealer_unit_id', kind: 'dealer', label: 'dealer', required: true }
const was_reached = (values: Values) => values['outcome'] === 'reached'

export const forms: Record<PostedAction, Field[]> = {
  offer: [dealer, override_reason, why],
  recall: [reason('recall_reason'), note_beside_reason],
  redispatch: [reason('recall_reason'), note_beside_reason, dealer, override_reason, why],
  confirm: [{ name: 'promised_arrival_at', kind: 'instant' }],
  reject: [reason('reject_reason'), note_beside_reason],
  name_technician: [{ name: 'technician_id', kind: 'technician', label: 'technician', required: true }],
  depart: [],
  arrive: [],
  pause: [reason('pause_reason'), note_beside_reason],
  resume: [],
  finish: [
    { name: 'description', kind: 'text', label: 'work_done', required: true },
    { name: 'signed_by', kind: 'line', required: true },
  ],
  leave_unrepaired: [reason('unrepaired_reason'), note_beside_reason],
  record_callback: [
    { name: 'outcome', kind: 'choice', words: 'callback_outcome', required: true },
    { name: 'fixed', kind: 'yes_no', required: true, shown: was_reached },
    { name: 'score', kind: 'score', shown: was_reached },
    note,
  ],
  merge: [{ name: 'into_id', kind: 'ticket', required: true }],
  unmerge: [note],
  cancel: [reason('cancel_reason'), note_beside_reason],
  chase: [{ ...note, required: true }],
  note: [{ ...note, required: true }],
  answer: [{ name: 'answer', kind: 'text', required: true }],
  investigate: [note],
  resolve: [{ name: 'resolution', kind: 'text', required: true }],
  close: [],
  leave_incident: [note],
}

export const dangerous: readonly PostedAction[] = ['cancel', 'reject', 'leave_unrepaired', 'recall']

export function is_missing(field: Field, values: Values): boolean {
  if (field.shown && !field.shown(values)) return false
  const value = values[field.name]
  // "Other" says nothing by itself.
  if (field.name === 'note' && values['reason'] === 'other') return !value
  if (field.name === 'why' && values['override_reason'] === 'other' && values['passed_over']) return !value
  return Boolean(field.required) && (value === undefined || value === null || value === '')
}

// The body of the request: only what is shown and filled in, and which offer an answer is about.
export function body_of(action: PostedAction, values: Values, ticket: Pick<Ticket, 'offers'>): Record<string, Value> {
  const body: Record<string, Value> = {}
  for (const field of forms[action]) {
    if (field.shown && !field.shown(values)) continue
    const value = values[field.name]
    if (value === undefined || value === null || value === '' || (field.kind === 'score' && value === 0)) continue
    body[field.name] = typeof value === 'string' ? value.trim() : value
  }
  if (action === 'confirm' || action === 'reject') {
    const last = ticket.offers.at(-1)
    if (last) body['offer_number'] = last.number
  }
  return body
}
