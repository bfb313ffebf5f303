import { dayOf } from '../core/index.ts'

/** A year, a quarter or a month: `2026`, `2026-Q3`, `2026-10`. */
export const PERIOD = /^\d{4}(?:-(?:Q[1-4]|0[1-9]|1[0-2]))?$/

/** Whether a period is over, in Europe/Amsterdam: what is said of it does not change any more. */
export function isOver(period: string, now: number): boolean {
  const today = dayOf(now)
  if (/^\d{4}$/.test(period)) return today.slice(0, 4) > period
  const [year = '', part = ''] = period.split('-')
  const lastMonth = part.startsWith('Q') ? String(Number(part.slice(1)) * 3).padStart(2, '0') : part
  return today.slice(0, 7) > `${year}-${lastMonth}`
}
