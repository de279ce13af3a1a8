// @vitest-environment jsdom
import { QueryClient } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import SignIn from '@/account/SignIn.vue'
import type { Session } from '@/api/client'
import { ask_to_sign_in } from '@/console/ended'
import { use_session } from '@/console/session'
import { words } from '@/console/words'

beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
})

async function somewhere() {
  const router = createRouter({ history: createMemoryHistory(), routes: ['sign_in', 'ticket'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<p />' } })) })
  await router.push('/ticket/5')
  return { router, queries: new QueryClient() }
}

it('the sign-in says why one is asked again, and nothing that was read stays', async () => {
  const { router, queries } = await somewhere()
  const session = use_session()
  session.session = { user: { id: 1 } } as Session
  queries.setQueryData(['ticket', 5], { customer_name: '王记农机' })
  ask_to_sign_in(queries, router)
  // The stream and a request may both say so: it ends once, and she comes back to where she was.
  ask_to_sign_in(queries, router)
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe('/sign_in?next=/ticket/5')
  expect(queries.getQueryData(['ticket', 5])).toBeUndefined()
  const wrapper = mount(SignIn, { global: { plugins: [words] } })
  expect(wrapper.get('[data-test=ended]').text()).toContain('会话已结束，请重新登录')
})

it('the sign-in says nothing of the kind to whoever was not signed in, or signed out', async () => {
  const { router, queries } = await somewhere()
  ask_to_sign_in(queries, router)
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe('/ticket/5')
  use_session().forget()
  expect(mount(SignIn, { global: { plugins: [words] } }).find('[data-test=ended]').exists()).toBe(false)
})
