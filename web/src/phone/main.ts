import { createApp } from 'vue'
import { api } from '@/api/client'
import en from '@/words/en'
import { make_words } from '@/words/language'
import zh from '@/words/zh'
import Phone from './Phone.vue'
import './phone.css'

// So that a time line can say where a step was reported from.
api.use({
  onRequest({ request }) {
    request.headers.set('X-Callout-Client', 'phone_app')
    return request
  },
})

createApp(Phone).use(make_words(zh, en)).mount('#app')
