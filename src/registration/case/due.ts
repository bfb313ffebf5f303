import { type CaseState, dayOf } from '../../core/index.ts'

/** Hours that a case may be in a state before it is overdue; Saturdays and Sundays do not count. */
export interface CaseTargets {
  readonly submittedHours: number
  readonly investigatingHours: number
  readonly acceptedHours: number
  readonly policyPendingHours: number
}

const HOUR_MS = 3_600_000

/**
 * When a case that comes into a state now should be out of it; null where nobody waits, or a person said when.
 * @param now milliseconds since the epoch
 */
export function expectedEnd(state: CaseState, now: number, targets: CaseTargets): number | null {
  const hours = {
    submitted: targets.submittedHours,
    investigating: targets.investigatingHours,
    accepted: targets.acceptedHours,
    policy_pending: targets.policyPendingHours,
  }[state as 'submitted']
  return hours === undefined ? null : afterWorkingHours(now, hours)
}

/**
 * A moment so many hours on, counted around the clock on Monday to Friday in Europe/Amsterdam. Public holidays count as
 * other days: who promises by it promises too early there, never too late.
 * @param from milliseconds since the epoch
 * @returns milliseconds since the epoch
 */
export function afterWorkingHours(from: number, hours: number): number {
  let at = from
  let left = hours * HOUR_MS
  // Never more than a part of an hour in one step: a day begins at another moment of UTC in summer.
  while (isWeekend(at)) at = nextHour(at)
  while (left > 0) {
    const step = Math.min(left, nextHour(at) - at)
    at += step
    left -= step
    while (left > 0 && isWeekend(at)) at = nextHour(at)
  }
  return at
}

const nextHour = (at: number) => (Math.floor(at / HOUR_MS) + 1) * HOUR_MS

function isWeekend(at: number): boolean {
  const day = new Date(`${dayOf(at)}T00:00:00Z`).getUTCDay()
  return day === 0 || day === 6
}
