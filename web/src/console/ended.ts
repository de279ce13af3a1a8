// The session is over, by its time or by somebody's hand: nothing of it stays on the page but where she was.
import type { QueryClient } from '@tanstack/vue-query'
import type { Router } from 'vue-router'
import { use_session } from './session'

export function ask_to_sign_in(queries: QueryClient, router: Router): void {
  const session = use_session()
  if (!session.user) return // nobody was signed in: the router asks, and knows where to
  session.end()
  queries.clear()
  void router.push({ name: 'sign_in', query: { next: router.currentRoute.value.fullPath } })
}
