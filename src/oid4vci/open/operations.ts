import { z } from 'zod'
import { type AnyOperation, isoTime, operation, pageInput, pageOf } from '../../core/index.ts'
import { qrSvg } from '../../documents/index.ts'
import type { Parties } from '../../parties/index.ts'
import { FORMAT } from '../names.ts'
import type { OfferLinks } from './links.ts'
import type { OpenOffers } from './open-offers.ts'
import { grantKinds, type OpenOfferRow, openOfferStates } from './tables.ts'

export interface IssuingOperationsDeps {
  readonly offers: OpenOffers
  readonly links: OfferLinks
  readonly parties: Pick<Parties, 'organisation' | 'urlOf'>
  readonly clock: { now(): number }
}

const allow = { users: ['administrator', 'servicedesk'] as const }
const MINUTE_MS = 60_000
const MAX_MINUTES = 30 * 24 * 60

const openOffer = z.object({
  id: z.string(),
  type: z.string(),
  configuration: z.string().describe('credential_configuration_id'),
  grants: z.array(z.enum(grantKinds)).readonly(),
  state: z.enum([...openOfferStates, 'expired']),
  deferred: z.boolean().describe('whether we look before it is issued'),
  has_tx_code: z.boolean(),
  renewable_days: z.number().nullable().describe('days a wallet may fetch newer ones after the first'),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})

const shown = openOffer.extend({
  link: z.string().describe('opens a wallet: whoever has it can redeem the offer'),
  qr: z.string().describe('the link as QR code, SVG'),
})

const id = { id: z.uuid() }

/** What an issuer does for holders not known beforehand. */
export function issuingOperations(deps: IssuingOperationsDeps): AnyOperation[] {
  const { offers, links, parties, clock } = deps
  const issuer = async () => (await parties.organisation()).id
  const show = (row: OpenOfferRow, by: 'value' | 'reference') => {
    const link = links.link(row, parties.urlOf({ id: row.issuerParty }), by)
    return { ...view(row, clock.now()), link, qr: qrSvg(link) }
  }
  return [
    operation({
      name: 'issuing.offer',
      summary: 'Offer a credential to whoever redeems it: any wallet that speaks OpenID4VCI',
      method: 'POST',
      path: '/issuing/offers',
      secret: true,
      input: z.strictObject({
        type: z.string().min(1).max(64).describe('credential type, such as customer-statement'),
        claims: z.record(z.string(), z.unknown()).describe('what it says; kept sealed until it is issued'),
        format: z.string().max(40).default(FORMAT),
        grants: z
          .array(z.enum(grantKinds))
          .min(1)
          .max(grantKinds.length)
          .default(['pre_authorized'])
          .describe('how it is redeemed: with the code in it, or by way of a page the holder agrees on'),
        by: z
          .enum(['reference', 'value'])
          .default('reference')
          .describe('value: the link holds the code itself'),
        tx_code_length: z
          .number()
          .int()
          .min(4)
          .max(12)
          .optional()
          .describe('ask the holder for a code of so many digits, which you pass on another way'),
        tx_code_description: z.string().trim().min(1).max(300).optional(),
        deferred: z.boolean().default(false).describe('look at it once more when somebody came for it'),
        renewable_days: z
          .number()
          .int()
          .min(1)
          .max(366)
          .optional()
          .describe(
            'let a wallet with a key of its own fetch newer ones so long; the claims are kept until then',
          ),
        valid_minutes: z.number().int().min(1).max(MAX_MINUTES).default(60),
      }),
      output: shown.extend({ tx_code: z.string().nullable().describe('shown this once') }),
      status: 201,
      allow,
      run: async (input, { caller }) => {
        const { type, claims, format, by, deferred } = input
        const { row, txCode } = await offers.create(
          {
            ...{ type, claims, format, by, deferred, renewableDays: input.renewable_days },
            issuerParty: await issuer(),
            grants: [...new Set(input.grants)],
            validMs: input.valid_minutes * MINUTE_MS,
            ...(input.tx_code_length !== undefined && {
              txCode: {
                length: input.tx_code_length,
                ...(input.tx_code_description && { description: input.tx_code_description }),
              },
            }),
          },
          caller,
        )
        return { ...show(row, by), tx_code: txCode }
      },
    }),
    operation({
      name: 'issuing.list',
      summary: 'What we offered to whoever redeems it, and what came of it, newest first',
      method: 'GET',
      path: '/issuing/offers',
      input: z.strictObject(pageInput),
      output: pageOf(openOffer),
      allow,
      run: async (input) => {
        const { items, next } = await offers.list(await issuer(), input)
        return { items: items.map((row) => view(row, clock.now())), next }
      },
    }),
    operation({
      name: 'issuing.show',
      summary: 'The link and QR code of an offer that is open, once more',
      method: 'GET',
      path: '/issuing/offers/:id',
      positional: ['id'],
      input: z.strictObject(id),
      output: shown,
      allow,
      run: async (input) => show(await offers.requireOpen(input.id, await issuer()), 'reference'),
    }),
    operation({
      name: 'issuing.approve',
      summary: 'Issue what its holder waits for',
      method: 'POST',
      path: '/issuing/offers/:id/approval',
      positional: ['id'],
      input: z.strictObject(id),
      output: openOffer,
      allow,
      run: async (input, { caller }) =>
        view(await offers.decide(input.id, await issuer(), true, caller), clock.now()),
    }),
    operation({
      name: 'issuing.deny',
      summary: 'Do not issue what its holder waits for',
      method: 'POST',
      path: '/issuing/offers/:id/denial',
      positional: ['id'],
      input: z.strictObject(id),
      output: openOffer,
      allow,
      run: async (input, { caller }) =>
        view(await offers.decide(input.id, await issuer(), false, caller), clock.now()),
    }),
    operation({
      name: 'issuing.suspend',
      summary: 'Suspend what was issued under an offer, until it is resumed',
      method: 'POST',
      path: '/issuing/offers/:id/suspension',
      positional: ['id'],
      input: z.strictObject(id),
      output: openOffer,
      allow,
      run: async (input, { caller }) =>
        view(await offers.suspend(input.id, await issuer(), true, caller), clock.now()),
    }),
    operation({
      name: 'issuing.resume',
      summary: 'Let what was issued under an offer hold again',
      method: 'POST',
      path: '/issuing/offers/:id/resumption',
      positional: ['id'],
      input: z.strictObject(id),
      output: openOffer,
      allow,
      run: async (input, { caller }) =>
        view(await offers.suspend(input.id, await issuer(), false, caller), clock.now()),
    }),
    operation({
      name: 'issuing.revoke',
      summary: 'Take an offer back, and revoke what was issued under it',
      method: 'POST',
      path: '/issuing/offers/:id/revocation',
      positional: ['id'],
      input: z.strictObject(id),
      output: openOffer,
      allow,
      run: async (input, { caller }) =>
        view(await offers.revoke(input.id, await issuer(), caller), clock.now()),
    }),
  ]
}

function view(row: OpenOfferRow, now: number): z.input<typeof openOffer> {
  const isExpired = row.expiresAt <= now && (row.state === 'open' || row.state === 'claimed')
  return {
    id: row.id,
    type: row.type,
    configuration: row.configurationId,
    grants: row.grants,
    state: isExpired ? 'expired' : row.state,
    deferred: row.deferred,
    has_tx_code: row.txCode !== null,
    renewable_days: row.renewableDays,
    created_at: isoTime(row.createdAt),
    expires_at: isoTime(row.expiresAt),
  }
}
