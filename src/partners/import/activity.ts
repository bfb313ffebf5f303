import { type Day, monthsBefore } from './day.ts'

/** `unknown`: the file holds no bookings to tell by. */
export type Activity = 'active' | 'dormant' | 'inactive' | 'unknown'

/** How long ago the last sale or purchase may be, in calendar months before the file's latest booking. */
export interface ActivityMonths {
  readonly active: number
  readonly dormant: number
}

export const defaultMonths: ActivityMonths = { active: 12, dormant: 24 }

/** What the books say about a relation: shown, so that the coordinator decides. Amounts are in cents. */
export interface Evidence {
  /** Last sale or purchase: `effDate`, else `trDt`, of a line in a journal of type S or P. */
  readonly last?: Day
  /** Last booking in any journal. */
  readonly lastAny?: Day
  /** Transactions in journals of type S or P. */
  readonly count: number
  /** Sold to and bought from the relation, credit notes taken off, VAT included, as booked on the relation. */
  readonly sales: number
  readonly purchases: number
  /**
   * Debit minus credit over all journals, without the opening balance: positive is still to be received. Undefined
   * when the package names the relation on both sides of a booking, so that it cannot be derived.
   */
  readonly balance?: number
}

/** Places the last sale or purchase in time; both edges count in. */
export function classify(
  last: Day | undefined,
  latestBooking: Day | undefined,
  months: ActivityMonths = defaultMonths,
): Activity {
  if (latestBooking === undefined) return 'unknown'
  if (last === undefined) return 'inactive'
  if (last >= monthsBefore(latestBooking, months.active)) return 'active'
  return last >= monthsBefore(latestBooking, months.dormant) ? 'dormant' : 'inactive'
}

const order: readonly Activity[] = ['active', 'dormant', 'inactive', 'unknown']

/** A company is as active as the most active of its records. */
export const mostActive = (activities: readonly Activity[]): Activity =>
  order.find((activity) => activities.includes(activity)) ?? 'unknown'

/** Evidence of the same relation from two files of one administration. */
export function addEvidence(a: Evidence, b: Evidence): Evidence {
  const last = later(a.last, b.last)
  const lastAny = later(a.lastAny, b.lastAny)
  return {
    count: a.count + b.count,
    sales: a.sales + b.sales,
    purchases: a.purchases + b.purchases,
    ...(last === undefined ? {} : { last }),
    ...(lastAny === undefined ? {} : { lastAny }),
    ...(a.balance === undefined || b.balance === undefined ? {} : { balance: a.balance + b.balance }),
  }
}

export const later = (a: Day | undefined, b: Day | undefined): Day | undefined =>
  a !== undefined && (b === undefined || a > b) ? a : b
