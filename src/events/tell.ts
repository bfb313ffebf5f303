import { z } from 'zod'
import { compactJws, digestText, termsSchema } from '../agreements/index.ts'
import { byteLength, isDid, isPlainText, MAX_TIME_S } from '../core/index.ts'
import { bounceKind, proposedReason, proposedValue } from '../corrections/index.ts'
import { toldMessage, toldMove } from '../invitations/index.ts'
import { choices, MAX_BODY_BYTES, MAX_SUBJECT, messageKinds } from '../messages/index.ts'

/** A UUID in lower case: a grant, or the `jti` of a token. */
export const eventId = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const code = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
const claim = z.strictObject({
  vct: z.string().min(1).max(500),
  path: z
    .array(z.union([z.string().max(100), z.int().min(0)]))
    .min(1)
    .max(10),
})

const statusChanged = z.strictObject({
  lists: z
    .array(z.url({ protocol: /^https?$/ }).max(2_048))
    .min(1)
    .max(20),
  attestations: z.array(eventId).max(100),
})

const plain = z.string().min(1).refine(isPlainText)

/**
 * What one node tells another, by event type: ids and names, and no value but a proposed one and what people write.
 * A reader that is not a Regie knows from the grant's credential what is meant.
 */
const payloads = {
  /** The owner corrected claims that are, or were, open under this grant. */
  'claims-changed': z.strictObject({ grant: eventId, claims: z.array(claim).min(1).max(100) }),
  /** The owner ended this grant, or who made a delegation, or the owner, ended that: it is named as a grant. */
  'grant-ended': z.strictObject({ grant: eventId, reason: code }),
  /** An owner opened a case with us: a grant follows that names this request, and answers our own catalogue. */
  'case-opened': z.strictObject({
    case: eventId,
    question: z.string().regex(/^[a-z][a-z0-9-]{1,49}$/),
    version: z.int().min(1).max(1_000_000),
    request: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/),
    until: z.int().min(0).max(MAX_TIME_S),
  }),
  /** A case was closed: what was granted for it has ended. */
  'case-closed': z.strictObject({ case: eventId }),
  /** Nothing comes of a counter-offer, or nothing more: `exchange` is what both sides call it. */
  'counter-ended': z.strictObject({ exchange: eventId, reason: code }),
  /** Who asked takes its request back: `request` is the digest of the signed request. */
  'request-withdrawn': z.strictObject({ request: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/) }),
  /** Who asked waits for an answer; `request` as above. */
  'request-nudged': z.strictObject({ request: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/) }),
  /**
   * The holder of a grant lets an intermediary read on its behalf: told to the owner, and then to the intermediary,
   * before there is anything to read with.
   */
  delegated: z.strictObject({
    grant: eventId,
    delegation: eventId,
    to: z.string().max(2048).refine(isDid),
    claims: z.array(claim).min(1).max(100),
    purpose: z.array(z.string().min(1).max(300)).min(1).max(5),
    roles: z.array(code).min(1).max(20).optional(),
    persons: z.array(z.string().max(2048).refine(isDid)).min(1).max(50).optional(),
    systems: z.array(z.string().max(2048).refine(isDid)).min(1).max(20).optional(),
    /** Seconds since the epoch. */
    until: z.int().min(0).max(MAX_TIME_S),
  }),
  /** The owner, who cut this delegation, lets its grant be passed on to the same intermediary again. */
  'delegation-allowed': z.strictObject({ delegation: eventId }),
  /** What became of something told: `tell` is the `jti` of that token. */
  'tell-settled': z.strictObject({
    tell: eventId,
    outcome: z.enum(['acknowledged', 'impossible']),
    reason: code.optional(),
  }),
  /**
   * What became of what was read under a grant that ended, by whoever read it. `reason` is what an employee wrote for
   * the owner to read; `at` and `until` are seconds since the epoch.
   */
  'copy-settled': z.discriminatedUnion('outcome', [
    z.strictObject({ grant: eventId, outcome: z.literal('deleted'), at: z.int().min(0) }),
    z.strictObject({
      grant: eventId,
      outcome: z.literal('kept'),
      at: z.int().min(0),
      reason: z.string().min(1).max(1000),
      until: z.int().min(0).optional(),
    }),
  ]),
  /** Who may read a claim under this grant proposes what it should say: the one kind that carries a value. */
  'correction-proposed': z.strictObject({
    id: eventId,
    grant: eventId,
    claim,
    value: proposedValue.optional(),
    reason: proposedReason,
    bounce: bounceKind.optional(),
  }),
  /** What the owner made of a proposal: `id` is the proposer's. */
  'correction-settled': z.strictObject({
    id: eventId,
    outcome: z.enum(['accepted', 'declined', 'refused']),
    reason: code.optional(),
  }),
  /** What people write to each other along a grant: the one kind that holds more than ids and names. */
  message: z.strictObject({
    id: eventId,
    grant: eventId,
    topic: z.enum(messageKinds),
    subject: plain.max(MAX_SUBJECT),
    body: plain.refine((text) => byteLength(text) <= MAX_BODY_BYTES),
    /** The message it answers, as its receiver calls it. */
    answer_to: eventId.optional(),
    choice: z.enum(choices).optional(),
    /** NumericDate: until when it can be answered. */
    expires: z.int().min(0).max(MAX_TIME_S).optional(),
  }),
  /** Who gave this grant wants no more messages of a kind. */
  'messages-stopped': z.strictObject({ grant: eventId, topic: z.enum(messageKinds) }),
  /** The trust anchor: a partner we ordered it to bring in is somewhere else; why, where people said so. */
  'invitation-moved': toldMove.extend({ invitation: eventId }),
  /** Its servicedesk wrote to us about that order. */
  'invitation-message': toldMessage.extend({ invitation: eventId }),
  /** The trust anchor asks an organisation and its people to accept a version of the policy; `deadline` in seconds. */
  'policy-asked': z.strictObject({
    version: z.int().min(1).max(999_999),
    digest: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/),
    deadline: z.int().min(0).max(MAX_TIME_S),
  }),
  /** Attestations in these status lists do not hold for now, or hold again; it names those of the receiver. */
  'attestation-suspended': statusChanged,
  'attestation-resumed': statusChanged,
  /** A party proposes a text of an agreement: the whole of it, as both sign its digest. */
  'agreement-proposed': z.strictObject({
    agreement: eventId,
    version: z.int().min(1).max(10_000),
    digest: digestText,
    terms: termsSchema,
    by: plain.max(200),
    why: plain.max(1000).optional(),
  }),
  /** It says something of that text, has nothing to change in it, or agrees to it. */
  'agreement-moved': z.strictObject({
    agreement: eventId,
    version: z.int().min(1).max(10_000),
    digest: digestText,
    step: z.enum(['comment', 'review', 'approve']),
    by: plain.max(200),
    text: plain.max(2000).optional(),
  }),
  /** Its signatory signed, and it says that she signs for it. */
  'agreement-signed': z.strictObject({
    agreement: eventId,
    version: z.int().min(1).max(10_000),
    digest: digestText,
    signature: compactJws,
    endorsement: compactJws,
    /** Of those who sign together with her. */
    together: z
      .array(z.strictObject({ signature: compactJws, endorsement: compactJws }))
      .min(1)
      .max(4)
      .readonly()
      .optional(),
    by: plain.max(200),
  }),
  /** It ends the agreement, from a moment on: seconds since the epoch. */
  'agreement-ended': z.strictObject({
    agreement: eventId,
    reason: plain.max(2000),
    by: plain.max(200),
    effective: z.int().min(0).max(MAX_TIME_S),
  }),
  /** It lets people of ours see a trade secret under an agreement: what it calls it, what for, and who; never what it is. */
  'secret-shared': z.strictObject({
    share: eventId,
    agreement: eventId,
    label: plain.max(200),
    purpose: plain.max(500),
    persons: z.array(z.string().max(2048).refine(isDid)).max(50).readonly(),
    roles: z.array(code).max(20).readonly(),
    /** Of the text that is fetched later. */
    digest: digestText,
    documents: z
      .array(
        z.strictObject({ id: eventId, media_type: plain.max(100), size: z.int().min(0), digest: digestText }),
      )
      .max(50)
      .readonly(),
  }),
  /** It is not shared any more: what we have of it is to be returned or destroyed. */
  'secret-share-ended': z.strictObject({ share: eventId, reason: code }),
  /** What we shared was returned or destroyed: `statement` is its company's signed word. */
  'secret-share-settled': z.strictObject({
    share: eventId,
    how: z.enum(['returned', 'destroyed']),
    statement: compactJws,
  }),
  /** A call-up is over: the message, as its sender calls it, is not to be answered any more. */
  'message-closed': z.strictObject({ message: eventId }),
}

export type TellKind = keyof typeof payloads

/** A thing told of each kind. */
export type TellOf<K extends TellKind> = K extends TellKind
  ? { readonly kind: K } & z.infer<(typeof payloads)[K]>
  : never

/** One thing told. */
export type Tell = TellOf<TellKind>

const PREFIX = 'urn:regie:event:'

/** The `events` claim of a token (RFC 8417, section 2.2). */
export function eventsOf({ kind, ...payload }: Tell): Record<string, object> {
  return { [PREFIX + kind]: payload }
}

/** What an `events` claim tells; null when it is not exactly one thing we know, said as we say it. */
export function tellOf(events: unknown): Tell | null {
  if (typeof events !== 'object' || events === null) return null
  const [first, ...more] = Object.entries(events)
  if (!first || more.length > 0) return null
  const kind = first[0].slice(PREFIX.length)
  if (first[0] !== PREFIX + kind || !Object.hasOwn(payloads, kind)) return null
  const parsed = payloads[kind as TellKind].safeParse(first[1])
  return parsed.success ? ({ kind, ...parsed.data } as Tell) : null
}
