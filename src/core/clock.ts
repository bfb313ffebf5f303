import { Refusal } from './refusal.ts'

/** Time is passed in, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** The latest moment we reckon with, in seconds: beyond it dates cannot be written (year 9999). */
export const MAX_TIME_S = 253_402_300_799

/** A moment as text: RFC 3339 in UTC. Shows what it is given, never fails: what lies beyond is shown as the end. */
export const isoTime = (ms: number): string =>
  new Date(Math.min(Math.max(ms, 0), MAX_TIME_S * 1000)).toISOString()

/** The same of a moment that may not be there. */
export const isoTimeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms))

/** Whole seconds, as JWT NumericDate wants them (RFC 7519, section 2). */
export const seconds = (ms: number): number => Math.floor(ms / 1000)

/** Whole milliseconds of a NumericDate, which may have a fraction (RFC 7519, section 2). */
export const milliseconds = (numericDate: number): number => Math.round(numericDate * 1000)

/** How far two clocks may differ before a time claim counts as wrong, in seconds. */
export const CLOCK_SKEW_S = 30

/**
 * The last millisecond of a calendar day in Europe/Amsterdam: what "until 31 January" means to a Dutch reader.
 * @param day `YYYY-MM-DD`
 * @returns milliseconds since the epoch
 */
export function endOfDay(day: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  const next = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + 1) : Number.NaN
  if (!match || new Date(next - 86_400_000).toISOString().slice(0, 10) !== day)
    throw new Refusal('invalid', 'invalid_date', 'a date is written as YYYY-MM-DD, a time from now as P30D')
  return momentAt(next) - 1
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?$/

/**
 * A moment as people write it: with a zone (`2026-11-21T09:30:00Z`), without one as it is on a clock in
 * Europe/Amsterdam (`2026-11-21T09:30`), or a day, which is its beginning there.
 * @returns milliseconds since the epoch; null for anything else
 */
export function momentOf(text: string): number | null {
  const local = LOCAL.exec(text)
  if (!local)
    return /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? orNull(Date.parse(text)) : null
  const [, day = '', hours = '00', minutes = '00', seconds = '00'] = local
  const utc = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`)
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== day) return null
  return momentAt(utc)
}

/**
 * The moment at which clocks in Amsterdam show this; of an hour that they show twice or never, one of the two.
 * @param shown what they show, as if it were UTC; ms
 */
const momentAt = (shown: number): number => shown - amsterdamOffset(shown - amsterdamOffset(shown))

const orNull = (ms: number): number | null => (Number.isNaN(ms) ? null : ms)

// Made once: making one takes longer than all it is used for.
const AMSTERDAM_OFFSET = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Amsterdam',
  timeZoneName: 'longOffset',
})

/** Amsterdam's distance to UTC at a moment, in ms. */
function amsterdamOffset(at: number): number {
  const parts = AMSTERDAM_OFFSET.formatToParts(new Date(at)).find(
    (part) => part.type === 'timeZoneName',
  )?.value
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(parts ?? '')
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}
