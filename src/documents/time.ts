import type { DocumentLanguage } from './page.ts'

const LOCALES = { nl: 'nl-NL', en: 'en-GB' } as const
const ZONE = { timeZone: 'Europe/Amsterdam' } as const
const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const

/** A day in words, as it is in Europe/Amsterdam: `31 januari 2026`. */
export const dayInWords = (ms: number, language: DocumentLanguage): string =>
  new Intl.DateTimeFormat(LOCALES[language], { ...ZONE, ...DAY }).format(new Date(ms))

/** A moment in words, to the minute, in the time of Europe/Amsterdam, with the name of that time: `12:30 CET`. */
export const timeInWords = (ms: number, language: DocumentLanguage): string =>
  new Intl.DateTimeFormat(LOCALES[language], {
    ...ZONE,
    ...DAY,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(ms))
