// How instants and spans are said.
import { onScopeDispose, ref, type Ref } from 'vue'

type Translate = (key: string, named: Record<string, unknown>) => string

const minute_ms = 60_000

export function span_text(span_ms: number, t: Translate): string {
  const minutes = Math.floor(Math.abs(span_ms) / minute_ms)
  if (minutes < 1) return t('age.now', {})
  if (minutes < 120) return t('age.minutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return t('age.hours', { n: hours })
  return t('age.days', { n: Math.floor(hours / 24) })
}

export function due_text(due_at: string, now_ms: number, t: Translate): string {
  const left_ms = Date.parse(due_at) - now_ms
  return t(left_ms >= 0 ? 'age.left' : 'age.over', { age: span_text(left_ms, t) })
}

export function time_text(instant: string | null, language: string): string {
  if (!instant) return ''
  const at = new Date(instant)
  const today = new Date().toDateString() === at.toDateString()
  const this_year = new Date().getFullYear() === at.getFullYear()
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    ...(today ? {} : { month: '2-digit', day: '2-digit' }),
    ...(this_year ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(at)
}

// The present, to the nearest tick, while the component lives.
export function use_now(tick_ms = 15_000): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), tick_ms)
  onScopeDispose(() => clearInterval(timer))
  return now
}
