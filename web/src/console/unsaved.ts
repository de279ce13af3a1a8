// Forms that are open with something in them: whoever leaves the page is asked first.
import { onScopeDispose } from 'vue'

interface Unsaved {
  is_dirty: () => boolean
  drop: () => void
}

const open = new Set<Unsaved>()

// `drop`: she was asked, and leaves all the same.
export function use_unsaved(is_dirty: () => boolean, drop: () => void = () => undefined): void {
  const one = { is_dirty, drop }
  open.add(one)
  onScopeDispose(() => open.delete(one))
}

export const has_unsaved = () => [...open].some((one) => one.is_dirty())

// Whether she may go to another page: at once, or because she says so.
export async function may_leave(ask: () => Promise<boolean>): Promise<boolean> {
  if (!has_unsaved()) return true
  if (!(await ask())) return false
  for (const one of open) one.drop()
  return true
}

// Closing the window or reloading: the browser asks in its own words.
export function ask_before_unload(event: BeforeUnloadEvent): void {
  if (has_unsaved()) event.preventDefault()
}
