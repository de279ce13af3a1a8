// The server's time as this phone last heard it, in the Date of an answer; the phone's own until then.
let server_ahead_ms = 0

export function heard(date: string | null, own_now_ms = Date.now()): void {
  const told_ms = date === null ? Number.NaN : Date.parse(date)
  if (!Number.isNaN(told_ms)) server_ahead_ms = told_ms - own_now_ms
}

export function server_now_ms(own_now_ms = Date.now()): number {
  return own_now_ms + server_ahead_ms
}
