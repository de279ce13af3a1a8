// New tickets that were begun and not saved. Whatever an agent looks at meanwhile, what she typed is there when she comes
// back; a reload and a new sign-in leave it too. It lives as long as her tab, and signing out ends it: it is about
// customers, and the next at this desk is somebody else.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Customer, Schemas } from '@/api/client'
import { use_session } from '@/console/session'

export function blank_form() {
  return {
    typed: '',
    customer: null as Customer | null,
    is_new_customer: false,
    new_name: '',
    new_phone: '',
    kind: 'repair' as Schemas['TicketKind'],
    urgency: 'normal' as Schemas['Urgency'],
    asset_id: null as number | null,
    fault_id: null as number | null,
    complained_ticket_id: undefined as number | undefined,
    same_fault_as: null as number | null,
    description: '',
    contact_name: '',
    contact_phone: '',
    address: '',
    // The customer's or the machine's: while it stands, another one takes its place; what was typed stays.
    proposed_address: '',
  }
}

export interface Draft {
  user_id: number
  // The page it was begun on: each call has its own.
  path: string
  // Of its saving, so that one nobody answered is not done twice.
  key: string
  form: ReturnType<typeof blank_form>
}

const stored_as = 'callout.drafts'

export const use_drafts = defineStore('drafts', () => {
  const session = use_session()
  const all = shallowRef(JSON.parse(sessionStorage.getItem(stored_as) ?? '[]') as Draft[])
  const own = computed(() => all.value.filter((draft) => draft.user_id === session.user?.id))

  function store(drafts: Draft[]): void {
    all.value = drafts
    sessionStorage.setItem(stored_as, JSON.stringify(drafts))
  }

  const others_than = (path: string) => all.value.filter((draft) => draft.path !== path || draft.user_id !== session.user?.id)

  function keep(draft: Omit<Draft, 'user_id'>): void {
    if (session.user) store([...others_than(draft.path), { ...draft, user_id: session.user.id }])
  }

  const forget = (path: string) => store(others_than(path))
  const forget_all = () => store([])

  return { own, keep, forget, forget_all }
})
