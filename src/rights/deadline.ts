import { endOfMonths } from '../core/index.ts'

/** AVG, article 12(3): within one month of receipt, which may be made longer by two. */
const MONTHS = 1
const EXTRA_MONTHS = 2
const DAY_MS = 86_400_000
const WARNED_DAYS = 7

/** The last moment to answer a request, in ms. */
export const dueAtOf = (receivedAt: number, isExtended: boolean): number =>
  endOfMonths(receivedAt, isExtended ? MONTHS + EXTRA_MONTHS : MONTHS)

/** From when a request is announced as nearly due. */
export const warnedFrom = (dueAt: number): number => dueAt - WARNED_DAYS * DAY_MS
