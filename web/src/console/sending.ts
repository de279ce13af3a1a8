// What a form or a button sends: one thing at a time, what went wrong with the last, and each thing done once.
import { ref, shallowRef } from 'vue'
import { Intentions, type Intention } from '@/api/client'

export function use_sending() {
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  const intentions = new Intentions()

  // What came of it; undefined when it failed, or something else is under way.
  async function attempt<Done>(action: () => Promise<Done>): Promise<Done | undefined> {
    if (busy.value) return undefined
    busy.value = true
    problem.value = null
    try {
      return await action()
    } catch (failure) {
      problem.value = failure
      return undefined
    } finally {
      busy.value = false
    }
  }

  const send = <Done>(meant: unknown, request: (intention: Intention) => Promise<Done>) =>
    attempt(() => intentions.send(meant, request))

  return { busy, problem, attempt, send }
}
