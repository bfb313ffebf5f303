import { dayOf } from '../core/index.ts'

/** A year, a quarter or a month: `2026`, `2026-Q3`, `2026-10`. */
export const PERIOD = /^\d{4}(?:-(?:Q[1-4]|0[1-9]|1[0-2]))?$/

/** Whether a period is over, in Europe/Amsterdam: what is said of it does not change any more. */
export const isOver = (period: string, now: number): boolean => dayOf(now).slice(0, 7) > lastMonth(period)

/** Whether a period has not begun, in Europe/Amsterdam. */
export const isAhead = (period: string, now: number): boolean => dayOf(now).slice(0, 7) < firstMonth(period)

/** Orders periods by when they end. */
export const comparePeriods = (one: string, other: string): number =>
  lastMonth(one).localeCompare(lastMonth(other))

const firstMonth = (period: string): string => {
  const [year = '', part = '01'] = period.split('-')
  return `${year}-${part.startsWith('Q') ? monthText(Number(part.slice(1)) * 3 - 2) : part}`
}

const lastMonth = (period: string): string => {
  const [year = '', part = '12'] = period.split('-')
  return `${year}-${part.startsWith('Q') ? monthText(Number(part.slice(1)) * 3) : part}`
}

const monthText = (month: number): string => String(month).padStart(2, '0')
