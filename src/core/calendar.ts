import { endOfDay } from './clock.ts'

const AMSTERDAM_DAY = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/**
 * The calendar day of a moment in Europe/Amsterdam.
 * @param ms milliseconds since the epoch
 * @returns `YYYY-MM-DD`
 */
export const dayOf = (ms: number): string => AMSTERDAM_DAY.format(new Date(ms))

/**
 * When a term of months ends: the last millisecond, in Europe/Amsterdam, of the day with the same date, or of the last
 * day of that month where it has no such day (Regulation (EEC, Euratom) 1182/71, article 3). It does not move on where
 * that is a Saturday, a Sunday or a holiday, as the regulation would allow: who works by it is never late.
 * @param from milliseconds since the epoch
 * @returns milliseconds since the epoch
 */
export function endOfMonths(from: number, months: number): number {
  const [year = 0, month = 1, day = 1] = dayOf(from).split('-').map(Number)
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  const date = new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)))
  return endOfDay(date.toISOString().slice(0, 10))
}
