// What went wrong, in words.
import type { ComposerTranslation } from 'vue-i18n'
import { Problem } from '@/api/client'

export function said(error: unknown, t: ComposerTranslation): string {
  if (!(error instanceof Problem)) return String(error)
  if (error.status === 0) return t('problem.unreachable')
  const current = error.is_conflict && error.current && 'state' in error.current ? t('problem.overtaken', { state: t(`state.${error.current.state}`) }) : ''
  return [error.message, ...error.errors.map((one) => one.message), current].filter(Boolean).join(' ')
}
