import { createApp } from 'vue'
import { api } from '@/api/client'
import en from '@/words/en'
import { make_words } from '@/words/language'
import zh from '@/words/zh'
import Phone from './Phone.vue'
import { heard } from './server_clock'
import './phone.css'

api.use({
  // So that a time line can say where a step was reported from.
  onRequest({ request }) {
    request.headers.set('X-Callout-Client', 'phone_app')
    return request
  },
  onResponse({ response }) {
    heard(response.headers.get('Date'))
  },
})

createApp(Phone).use(make_words(zh, en)).mount('#app')
