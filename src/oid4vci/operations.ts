import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  requireUser,
} from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { OfferRow } from './offer-table.ts'
import type { Offers } from './offers.ts'

const time = z.iso.datetime().nullable()

const offer = z.object({
  id: z.string(),
  issuer: z.string().describe('the party of this node that offers it'),
  subject: z.string().describe('the only DID it can be redeemed with'),
  types: z.array(z.string()).readonly(),
  state: z.enum(['pending', 'delivered', 'redeemed', 'refused', 'expired']),
  deliver_to: z.string().nullable(),
  attempts: z.number().int(),
  last_error: z.string().nullable().describe('why the last try failed'),
  created_at: z.iso.datetime(),
  delivered_at: time.describe('when the wallet confirmed it'),
  redeemed_at: time.describe('when the last credential was handed over'),
  expires_at: z.iso.datetime(),
})

export function offerOperations(deps: {
  readonly offers: Offers
  readonly deliveries: Deliveries
  readonly parties: Pick<Parties, 'organisation'>
  readonly clock: { now(): number }
}): AnyOperation[] {
  const { offers, deliveries, parties, clock } = deps
  // Whom a person granted or denied something is hers to know, also where she works.
  const offering = async (caller: Caller): Promise<string[]> => {
    const { personId, roles } = requireUser(caller)
    return roles.includes('administrator') ? [personId, (await parties.organisation()).id] : [personId]
  }
  return [
    operation({
      name: 'offers.list',
      summary: 'What we offered to others and whether it arrived, newest first',
      method: 'GET',
      path: '/offers',
      input: z.strictObject(pageInput),
      output: pageOf(offer),
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const { items, next } = await offers.list(await offering(caller), input)
        return { items: items.map((row) => view(row, clock.now())), next }
      },
    }),
    operation({
      name: 'offers.resend',
      summary: 'Send an offer once more that did not arrive',
      method: 'POST',
      path: '/offers/:id/resend',
      positional: ['id'],
      input: z.strictObject({ id: z.uuid() }),
      output: offer,
      status: 202,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) =>
        view(await deliveries.resend(id, await offering(caller), caller), clock.now()),
    }),
  ]
}

function view(row: OfferRow, now: number): z.input<typeof offer> {
  const isOpen = row.state === 'pending' || row.state === 'delivered'
  return {
    id: row.id,
    issuer: row.issuerParty,
    subject: row.subject,
    types: row.configurationIds,
    state: isOpen && row.expiresAt <= now ? 'expired' : row.state,
    deliver_to: row.deliverTo,
    attempts: row.attempts,
    last_error: row.lastError,
    created_at: isoTime(row.createdAt),
    delivered_at: isoTimeOrNull(row.deliveredAt),
    redeemed_at: isoTimeOrNull(row.redeemedAt),
    expires_at: isoTime(row.expiresAt),
  }
}
