// Forms of visits that were begun and not sent. Going back, a reload and a session that ends leave them; sending and giving
// up end them. They live as long as the page's tab, and are about customers: signing out ends them all.
import type { PostedAction } from '@/api/client'
import { kept_list } from '@/tickets/kept_list'
import { longest_path } from './signature'

export const blank_values = () => ({ reason: '', note: '', description: '', signed_by: '', signature: '' })
export type VisitValues = ReturnType<typeof blank_values>

export interface KeptForm {
  user_id: number
  ticket_id: number
  form: PostedAction
  values: VisitValues
}

const { all, store } = kept_list<KeptForm>('callout.phone.forms', 5)

export const is_entered = (values: VisitValues) => Object.values(values).some((value) => value.trim() !== '')

export function keep_form(kept: KeptForm): void {
  const signature = kept.values.signature.length <= longest_path ? kept.values.signature : ''
  store([...all().filter((one) => one.ticket_id !== kept.ticket_id), { ...kept, values: { ...kept.values, signature } }])
}

export function kept_form(user_id: number, ticket_id: number): KeptForm | null {
  const kept = all().find((one) => one.user_id === user_id && one.ticket_id === ticket_id)
  return kept ? { ...kept, values: { ...blank_values(), ...kept.values } } : null
}

export const kept_tickets = (user_id: number) => all().filter((one) => one.user_id === user_id).map((one) => one.ticket_id)
export const forget_form = (ticket_id: number) => store(all().filter((one) => one.ticket_id !== ticket_id))
export const forget_forms = () => store([])
