import { z } from 'zod'
import type { PartnerBooks } from './partner.ts'

export const networkStates = z
  .enum(['in_network', 'not_in_network', 'unknown'])
  .describe('unknown: the trust anchor did not answer')

const amount = z.string().nullable().describe('euros, such as 1250.00')

export const activityOutput = z.object({
  state: z.enum(['active', 'dormant', 'inactive', 'unknown']).describe('unknown: no bookings were imported'),
  last_date: z.iso.date().nullable().describe('of the last sale or purchase'),
  last_booking: z.iso.date().nullable(),
  count: z.int().nullable().describe('sales and purchases'),
  revenue: amount,
  spend: amount,
  balance: amount.describe('still to be received, or below zero to be paid; null when it cannot be told'),
})

/** How active a relation is and what says so. */
export function describeBooks({ activity, evidence }: PartnerBooks): z.output<typeof activityOutput> {
  return {
    state: activity,
    last_date: evidence?.last ?? null,
    last_booking: evidence?.lastAny ?? null,
    count: evidence?.count ?? null,
    revenue: euros(evidence?.sales),
    spend: euros(evidence?.purchases),
    balance: euros(evidence?.balance),
  }
}

const euros = (cents: number | undefined): string | null =>
  cents === undefined ? null : (cents / 100).toFixed(2)
