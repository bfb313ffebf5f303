import { IntlMessageFormat } from 'intl-messageformat'
import { createContext, useContext, useMemo } from 'react'

export const languages = ['nl', 'en'] as const
export type Language = (typeof languages)[number]

export const LanguageContext = createContext<{ language: Language; set: (language: Language) => void }>({
  language: 'nl',
  set: () => undefined,
})
export const useLanguage = () => useContext(LanguageContext)

type Values = Readonly<Record<string, string | number | Date>>

/** Words of one part of the console, in every language: one that is left out does not compile. */
export interface Words<K extends string> {
  readonly nl: Readonly<Record<K, string>>
  readonly en: Readonly<Record<K, string>>
}

/** ICU messages by key. */
export const words = <K extends string>(all: Words<K>): Words<K> => all

/** A message in which names are filled in and nothing else: the first plural of a page costs tens of milliseconds. */
const NAMES_ONLY = /^[^{}']*(?:\{\w+\}[^{}']*)*$/

const formats = new Map<string, IntlMessageFormat>()

export type Say<K extends string> = (key: K, values?: Values) => string

/** Says things in the reader's language. */
export function useWords<K extends string>(all: Words<K>): Say<K> {
  const { language } = useLanguage()
  return useMemo(() => sayIn(all, language), [all, language])
}

export function sayIn<K extends string>(all: Words<K>, language: Language): Say<K> {
  return (key, values) => {
    const text = all[language][key]
    if (NAMES_ONLY.test(text)) return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values?.[name] ?? ''))
    const id = `${language} ${text}`
    const format = formats.get(id) ?? new IntlMessageFormat(text, language, undefined, { ignoreTag: true })
    formats.set(id, format)
    return String(format.format(values))
  }
}

const written = {
  nl: formatsOf('nl-NL'),
  en: formatsOf('en-GB'),
}

/** Each format is made at its first use and kept: making one takes longer than many uses of it. */
function formatsOf(locale: string) {
  // A day that something begins or ends is a Dutch one, wherever it is read.
  const day = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'Europe/Amsterdam' }))
  const moment = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }))
  const number = once(() => new Intl.NumberFormat(locale))
  return {
    day: (iso: string) => day().format(new Date(iso)),
    moment: (iso: string) => moment().format(new Date(iso)),
    number: (value: number) => number().format(value),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Moments and numbers as the reader writes them, in her own time zone. */
export const useFormats = () => written[useLanguage().language]
