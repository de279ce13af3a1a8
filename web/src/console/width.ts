// Whether the window is as narrow as a phone: tables then leave out what can be read on the thing's own page.
import { onScopeDispose, ref } from 'vue'

export function use_narrow() {
  const query = typeof matchMedia === 'function' ? matchMedia('(max-width: 640px)') : null
  const narrow = ref(query?.matches ?? false)
  const note = (event: MediaQueryListEvent) => (narrow.value = event.matches)
  query?.addEventListener('change', note)
  onScopeDispose(() => query?.removeEventListener('change', note))
  return narrow
}
