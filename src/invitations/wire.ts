import { z } from 'zod'
import { isDid, isPlainText, MAX_TIME_S, partnerRoles } from '../core/index.ts'
import { type Signer, signJws } from '../jose/index.ts'
import { addressSchema } from '../registration/index.ts'
import { sides, toldStates } from './invitation-state.ts'

/**
 * What an inviter signs for the trust anchor. Whoever signs is the DID of the header's `kid`.
 * - order: bring this partner into the network; `id` is the inviter's own, and sent again means the same order;
 * - change: what comes after: take the order back, another contact, a message, how far it is.
 */
export const typOf = {
  order: 'regie-invitation-order+jwt',
  change: 'regie-invitation-change+jwt',
} as const

export const MAX_MESSAGE = 4_000
export const MAX_REASON = 500

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')
const plain = (max: number) => z.string().min(1).max(max).refine(isPlainText)
const time = z.int().min(0).max(MAX_TIME_S)
/** A UUID in lower case. */
export const wireId = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

export const languages = ['nl', 'en'] as const

/** Whom the invitation is for. */
export const invitedSchema = z.strictObject({
  name: line(200),
  kvk_number: z
    .string()
    .regex(/^\d{8}$/, '8 digits')
    .optional(),
  vat_number: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9]{2,12}$/, 'without blanks or dots')
    .optional(),
  /** Books often know a town without a street, or only the postal code. */
  address: addressSchema.partial().optional(),
  website: line(300).optional(),
})
export type InvitedOrganisation = z.output<typeof invitedSchema>

/** Who is written to there. */
export const contactSchema = z.strictObject({
  name: line(200),
  email: z.email().max(254),
  phone: line(40).optional(),
  language: z.enum(languages),
})
export type InvitedContact = z.output<typeof contactSchema>

const addressed = {
  iss: z.string().max(2_048).refine(isDid),
  /** The trust anchor's address. */
  aud: z.string().max(2_048),
  iat: time,
  exp: time,
  jti: wireId,
}

export const orderSchema = z.strictObject({
  ...addressed,
  id: wireId,
  partner: invitedSchema,
  contact: contactSchema,
  roles: z.array(z.enum(partnerRoles)).max(partnerRoles.length),
  /** Why the partner is invited, in the inviter's words; the partner reads it. */
  why: plain(MAX_REASON),
})
export type Order = z.output<typeof orderSchema>

export const changeSchema = z.strictObject({
  ...addressed,
  /** The order it is about. */
  id: wireId,
  ask: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('withdraw'), reason: plain(MAX_REASON).optional() }),
    z.strictObject({ kind: z.literal('contact'), contact: contactSchema }),
    z.strictObject({ kind: z.literal('message'), message: wireId, body: plain(MAX_MESSAGE) }),
    /** What was said since: moves after `seq`, and every message of the servicedesk. */
    z.strictObject({ kind: z.literal('state'), seq: z.int().min(0) }),
  ]),
})
export type Change = z.output<typeof changeSchema>
export type Ask = Change['ask']

/** One move, as the trust anchor tells it: in a Tell, and when it is asked. Times are seconds since the epoch. */
export const toldMove = z.strictObject({
  /** Goes up by one with each move of this order: what came before is not news. */
  seq: z.int().min(1).max(1_000_000),
  state: z.enum(toldStates),
  at: time,
  side: z.enum(sides),
  /** Why, where people said so. */
  reason: plain(MAX_REASON).optional(),
  /** When the next move is expected. */
  expected: time.optional(),
  /** Of a stalled one: who is to act, and when it is talked over. */
  talk: z.strictObject({ at: time, owner: z.enum(sides) }).optional(),
  /** Of a registered one: who it became in the network. */
  did: z.string().max(2_048).refine(isDid).optional(),
})
export type ToldMove = z.output<typeof toldMove>

export const toldMessage = z.strictObject({ message: wireId, body: plain(MAX_MESSAGE), at: time })
export type ToldMessage = z.output<typeof toldMessage>

/** What the trust anchor answers to an order and to a change. */
export const orderAnswer = z.object({
  id: z.string(),
  moves: z.array(toldMove).max(200),
  messages: z.array(toldMessage).max(500),
})
export type OrderAnswer = z.output<typeof orderAnswer>

interface Payloads {
  readonly order: Order
  readonly change: Change
}

export const signWire = <K extends keyof Payloads>(kind: K, payload: Payloads[K], signer: Signer) =>
  signJws({ typ: typOf[kind] }, payload, signer)
