import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { on_signed_out, Problem } from '@/api/client'
import { words } from '@/console/words'
import App from './App.vue'
import { ask_to_sign_in } from './ended'
import { router } from './router'
import { ask_before_unload } from './unsaved'
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
on_signed_out(() => ask_to_sign_in(queries, router))
window.addEventListener('beforeunload', ask_before_unload)
app.use(router)
app.mount('#app')
