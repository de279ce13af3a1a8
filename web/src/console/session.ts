// Who is signed in, and what he may do.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { answer_of, api, Intention, once, Problem, type Session } from '@/api/client'
import { words } from '@/console/words'
import { remember_language, stored_language, type Language } from '@/words/language'
import { stream } from './stream'

export const use_session = defineStore('session', () => {
  const session = shallowRef<Session | null>(null)
  const asked = shallowRef(false)
  // It ended without being asked to; the sign-in says so.
  const ended = shallowRef(false)
  const user = computed(() => session.value?.user ?? null)
  const is_ready = computed(() => session.value !== null && !session.value.must_change_password)

  function may(permission: string): boolean {
    return session.value?.permissions.includes(permission) ?? false
  }

  function begin(value: Session): void {
    session.value = value
    asked.value = true
    ended.value = false
    const chosen = stored_language()
    if (!chosen) words.global.locale.value = value.language
    else if (chosen !== value.language && !value.must_change_password) void tell_language(chosen)
    if (!value.must_change_password) stream.start(value.head)
  }

  // The page speaks it at once; the server's own words follow.
  function speak(language: Language): void {
    words.global.locale.value = language
    remember_language(language)
    if (is_ready.value) void tell_language(language)
  }

  // What the server says to this person (errors, messages) is in the language of his account. If it does not hear, its
  // words stay in the other language for now; the next sign-in tells it again.
  async function tell_language(language: Language): Promise<void> {
    await answer_of(api.PATCH('/api/v1/session', { body: { language } })).catch(() => undefined)
  }

  // Asks once who this browser belongs to.
  async function load(): Promise<void> {
    if (asked.value) return
    try {
      begin(await answer_of(api.GET('/api/v1/session')))
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      asked.value = true
    }
  }

  async function sign_in(login: string, password: string): Promise<void> {
    begin(await answer_of(api.POST('/api/v1/session', { body: { login, password } })))
  }

  async function change_password(current_password: string, new_password: string): Promise<void> {
    const header = once(new Intention())
    await answer_of(api.POST('/api/v1/password', { params: { header }, body: { current_password, new_password } }))
    begin(await answer_of(api.GET('/api/v1/session')))
  }

  async function sign_out(): Promise<void> {
    await answer_of(api.DELETE('/api/v1/session')).catch(() => undefined)
    forget()
  }

  function forget(): void {
    stream.stop()
    session.value = null
    asked.value = true
  }

  function end(): void {
    forget()
    ended.value = true
  }

  return { session, user, is_ready, ended, end, may, speak, load, sign_in, change_password, sign_out, forget }
})
