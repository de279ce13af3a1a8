// An input method ends a word with Enter: that Enter is not ours. Some browsers report it by key code 229 only.
export function is_composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

// What the agent typed into the one look-up field: a tail of a number, or part of a name.
export function lookup_query(typed: string): { phone_tail: string } | { q: string } | null {
  const text = typed.trim()
  const digits = text.replace(/[\s+\-()（）]/g, '')
  if (/^\d+$/.test(digits)) return digits.length >= 4 ? { phone_tail: digits.slice(-15) } : null
  return text.length >= 2 || /[\u3400-\u9fff]/.test(text) ? { q: text } : null
}
