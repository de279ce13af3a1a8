import console_en from '@/words/console_en'
import console_zh from '@/words/console_zh'
import en from '@/words/en'
import { make_words } from '@/words/language'
import zh from '@/words/zh'

export const words = make_words({ ...zh, ...console_zh }, { ...en, ...console_en })
