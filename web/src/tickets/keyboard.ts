// An input method ends a word with Enter: that Enter is not ours. Some browsers report it by key code 229 only.
export function is_composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

// Ctrl+Enter (on a Mac also Command+Enter) saves, wherever in a form one is.
export function is_save_key(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !is_composing(event)
}

// Which of `count` radio buttons an arrow leads to from one of them, the first following the last; null: no such key.
export function arrow_to(key: string, from: number, count: number): number | null {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key]
  return by === undefined || count === 0 ? null : (from + by + count) % count
}

// As it was meant: an input method that is on writes digits, letters and blanks at full width.
export const plain = (typed: string) => typed.normalize('NFKC').trim()

// The number of a ticket as it is typed, "#3005" too; null for what is none. One that a computer cannot count to is none.
export function ticket_number(typed: string): number | null {
  const id = Number(plain(typed).replace(/\D/g, ''))
  return id > 0 && Number.isSafeInteger(id) ? id : null
}

// What the agent typed into the one look-up field: a tail of a number, or part of a name.
export function lookup_query(typed: string): { phone_tail: string } | { q: string } | null {
  const text = plain(typed)
  const written = text.replace(/[\s+\-()（）]/g, '')
  // A whole number dialled within the country begins with a 0 that is not kept.
  const digits = written.length >= 10 ? written.replace(/^0+/, '') : written
  if (/^\d+$/.test(digits)) return digits.length >= 4 ? { phone_tail: digits.slice(-15) } : null
  return text.length >= 2 || /[\u3400-\u9fff]/.test(text) ? { q: text } : null
}
