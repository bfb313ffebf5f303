/** By what somebody is known in what others wrote. */
export interface HerWords {
  /** What names nobody else: her full name, her e-mail address, her telephone number. */
  readonly own: readonly string[]
  /** What others are called too, such as a given name: it counts only where a text names her otherwise as well. */
  readonly shared: readonly string[]
}

/** Finds somebody in what others wrote, and takes her out of it. */
export interface Blotter {
  /** @param content a text, or what JSON holds */
  mentions(content: unknown): boolean
  /** The same with her words blotted out; texts that do not name her stay as they are. */
  without<T>(content: T): T
}

const BLOT = '█'
const SHORTEST = 2
const SHORTEST_SHARED = 3
/** A telephone number as people write it: without its country or with it, in whatever groups. */
const PHONE = /^(\+|00)?[\d\s().-]{8,}$/

/**
 * Words are found whole, whatever their case and however an accent is encoded; a telephone number in whatever groups
 * its digits are written. A single name counts with its capital only: there are bakers beside Mr Baker. What describes
 * somebody without naming her is not found: nothing can.
 */
export function blotter({ own, shared }: HerWords): Blotter {
  const hers = patternsOf(own.filter((word) => word.trim().length >= SHORTEST))
  const alsoHers = patternsOf(shared.filter((word) => word.trim().length >= SHORTEST_SHARED))
  const isIn = (text: string) => hers.some((pattern) => text.normalize('NFC').search(pattern) >= 0)
  const mentions = (content: unknown): boolean => textsIn(content).some(isIn)
  return {
    mentions,
    without: (content) =>
      mentions(content)
        ? (eachText(content, (text) => blotted(text, [...hers, ...alsoHers])) as typeof content)
        : content,
  }
}

/** Only what names her is written anew: how the rest is encoded stays. */
function blotted(text: string, patterns: readonly RegExp[]): string {
  const composed = text.normalize('NFC')
  const without = patterns.reduce((left, pattern) => left.replace(pattern, BLOT), composed)
  return without === composed ? text : without
}

/** What is more than a name first: of a full name nothing is left standing. */
function patternsOf(words: readonly string[]): RegExp[] {
  const all = [...new Set(words.map((word) => word.trim().normalize('NFC')))].sort(
    (a, b) => b.length - a.length,
  )
  const names = all.filter((word) => /^\p{L}+$/u.test(word))
  const others = all.filter((word) => !names.includes(word))
  return [
    ...patternOf(
      others.map((word) => (PHONE.test(word) ? phonePattern(word) : wordPattern(word))),
      'giu',
    ),
    ...patternOf(names.flatMap(asWritten), 'gu'),
  ]
}

const asWritten = (name: string): string[] => {
  const [first = '', ...rest] = name
  return [first.toUpperCase() + rest.join(''), name.toUpperCase()]
}

// A Dutch genitive has no apostrophe: Gerdas.
const patternOf = (parts: readonly string[], flags: string): RegExp[] =>
  parts.length > 0
    ? [new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join('|')})(?:['’]?s)?(?![\\p{L}\\p{N}])`, flags)]
    : []

const wordPattern = (word: string): string => word.split(/\s+/).map(escaped).join('\\s+')

function phonePattern(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  const national = /^\s*(\+|00)/.test(phone) ? digits.replace(/^00/, '').slice(2) : digits.replace(/^0/, '')
  return `(?:(?:\\+|00)?\\d{2}[\\s().-]*)?(?:\\(?0\\)?[\\s().-]*)?${[...national].join('[\\s().-]*')}`
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const textsIn = (content: unknown): string[] => {
  if (typeof content === 'string') return [content]
  return typeof content === 'object' && content !== null ? Object.values(content).flatMap(textsIn) : []
}

function eachText(content: unknown, change: (text: string) => string): unknown {
  if (typeof content === 'string') return change(content)
  if (Array.isArray(content)) return content.map((one) => eachText(one, change))
  if (typeof content !== 'object' || content === null) return content
  return Object.fromEntries(Object.entries(content).map(([name, one]) => [name, eachText(one, change)]))
}
