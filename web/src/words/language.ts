// Which language the pages speak: what the person chose here, else what his account says, else Chinese.
import { createI18n } from 'vue-i18n'

export type Language = 'zh' | 'en'
const stored_as = 'callout.language'

export function stored_language(): Language | null {
  const value = localStorage.getItem(stored_as)
  return value === 'zh' || value === 'en' ? value : null
}

export function make_words<T extends Record<string, object | string>>(zh: T, en: T) {
  const language = stored_language() ?? 'zh'
  document.documentElement.lang = language
  return createI18n<[object], Language, false>({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh',
    messages: { zh, en },
    missingWarn: false,
    fallbackWarn: false,
  })
}

export function remember_language(language: Language): void {
  localStorage.setItem(stored_as, language)
  document.documentElement.lang = language
}
