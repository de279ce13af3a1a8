// Whom the hotline speaks with: his number is the caller's when he called, the called one when we did.
import type { Call } from '@/api/client'

export function others_number(call: Pick<Call, 'direction' | 'from_number' | 'to_number'>): string {
  return call.direction === 'in' ? call.from_number : call.to_number
}
