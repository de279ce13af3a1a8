import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { on_signed_out, Problem } from '@/api/client'
import { words } from '@/console/words'
import App from './App.vue'
import { router } from './router'
import { use_session } from './session'
// The parts that are called instead of placed bring no styles by themselves.
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import './console.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream says when something changed; asking again on every focus would only load the server.
      refetchOnWindowFocus: false,
      staleTime: 10_000,
      retry: (count, error) => count < 3 && (!(error instanceof Problem) || error.may_pass),
    },
  },
})

const app = createApp(App)
app.use(createPinia())
app.use(words)
app.use(VueQueryPlugin, { queryClient: queries })
on_signed_out(() => {
  const session = use_session()
  if (!session.user) return // nobody was signed in: the router asks, and knows where to
  session.forget()
  queries.clear()
  void router.push({ name: 'sign_in', query: { next: router.currentRoute.value.fullPath } })
})
app.use(router)
app.mount('#app')
