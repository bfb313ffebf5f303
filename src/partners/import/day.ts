/** A calendar day, `YYYY-MM-DD`; days compare as text. */
export type Day = string

const DAY = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[TZ+-]|\s|$)/

/** The day a date or date-time begins with, or undefined when there is no such day. */
export function dayOf(text: string | undefined): Day | undefined {
  const match = DAY.exec(text ?? '')
  if (match === null) return undefined
  const [, year, month, date] = match
  const exists = Number(date) >= 1 && Number(date) <= daysInMonth(Number(year), Number(month))
  return exists ? `${year}-${month}-${date}` : undefined
}

/** The same day so many calendar months earlier; the last day of the month where that one is shorter. */
export function monthsBefore(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const target = year * 12 + (month - 1) - months
  const [y, m] = [Math.floor(target / 12), (target % 12) + 1]
  const pad = (value: number, length: number): string => String(value).padStart(length, '0')
  return `${pad(y, 4)}-${pad(m, 2)}-${pad(Math.min(date, daysInMonth(y, m)), 2)}`
}

/** Zero for a month that does not exist. @param month from 1 */
function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}
