/** A duration of ISO 8601 in whole units: `P1Y`, `P6M`, `PT12H`. */
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

const MAX_DIGITS = 6

export const isDuration = (text: string): boolean => {
  const parts = DURATION.exec(text)?.slice(1)
  return (
    parts !== undefined &&
    !text.endsWith('T') &&
    parts.every((part) => part === undefined || part.length <= MAX_DIGITS) &&
    parts.some((part) => Number(part ?? 0) > 0)
  )
}

/**
 * The moment a duration after another, by the UTC calendar: a month after 31 January is the last day of February.
 * @param from milliseconds since the epoch
 * @param duration one that {@link isDuration} accepts
 * @returns milliseconds since the epoch
 */
export function addDuration(from: number, duration: string): number {
  const parts = (DURATION.exec(duration) ?? []).slice(1).map((part) => Number(part ?? 0))
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
  const date = new Date(from)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + years * 12 + months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime() + (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000
}
