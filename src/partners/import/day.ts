/** A calendar day, `YYYY-MM-DD`; days compare as text. */
export type Day = string

/** The day a date or date-time begins with, or undefined when there is no such day. */
export function dayOf(text: string | undefined): Day | undefined {
  const day = /^\s*(\d{4}-\d{2}-\d{2})(?:[TZ+-]|\s|$)/.exec(text ?? '')?.[1]
  if (day === undefined) return undefined
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day ? day : undefined
}

/** The same day so many calendar months earlier; the last day of the month where that one is shorter. */
export function monthsBefore(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const target = year * 12 + (month - 1) - months
  const [y, m] = [Math.floor(target / 12), target % 12]
  const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate()
  const pad = (value: number, length: number): string => String(value).padStart(length, '0')
  return `${pad(y, 4)}-${pad(m + 1, 2)}-${pad(Math.min(date, last), 2)}`
}
