import { dayOf, endOfDay, Refusal } from '../core/index.ts'

const PERIOD = /^(\d{4})-(0[1-9]|1[0-2])$/

/** A month of the calendar in Europe/Amsterdam, `YYYY-MM`: what is invoiced together. */
export type Period = string

export const isPeriod = (text: string): boolean => PERIOD.test(text)

/** The month of a moment. */
export const periodOf = (ms: number): Period => dayOf(ms).slice(0, 7)

export const nextPeriod = (period: Period): Period => {
  const [year, month] = parts(period)
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
}

/** The last millisecond of a month in Europe/Amsterdam. */
export const endOfPeriod = (period: Period): number => {
  const [year, month] = parts(period)
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return endOfDay(`${period}-${lastDay}`)
}

export const laterPeriod = (one: Period, other: Period | null): Period =>
  other !== null && other > one ? other : one

function parts(period: Period): [year: number, month: number] {
  const found = PERIOD.exec(period)
  if (!found) throw new Refusal('invalid', 'period_invalid', 'a period is a month, as 2026-11')
  return [Number(found[1]), Number(found[2])]
}
