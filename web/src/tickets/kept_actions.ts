// What was typed into an action's form and neither sent nor given up, by ticket and action. A reload and a session that ends
// leave it. It is about customers: signing out ends it.
import type { PostedAction } from '@/api/client'
import type { Values } from './forms'
import { kept_list } from './kept_list'

interface KeptAction {
  user_id: number
  ticket_id: number
  action: PostedAction
  values: Values
}

const { all, store } = kept_list<KeptAction>('callout.actions', 5)
const is_of = (ticket_id: number, action: PostedAction) => (one: KeptAction) => one.ticket_id === ticket_id && one.action === action
const others_than = (ticket_id: number, action: PostedAction) => all().filter((one) => !is_of(ticket_id, action)(one))

export const keep_action = (kept: KeptAction) => store([...others_than(kept.ticket_id, kept.action), kept])
export const forget_action = (ticket_id: number, action: PostedAction) => store(others_than(ticket_id, action))
export const forget_actions = () => store([])
export const kept_action = (user_id: number, ticket_id: number, action: PostedAction): Values | null =>
  all().find((one) => one.user_id === user_id && is_of(ticket_id, action)(one))?.values ?? null

// The one she was at last.
export const action_begun = (user_id: number, ticket_id: number): PostedAction | null =>
  all().filter((one) => one.user_id === user_id && one.ticket_id === ticket_id).at(-1)?.action ?? null
