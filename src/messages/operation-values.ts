import { z } from 'zod'
import {
  addDuration,
  type Caller,
  type Clock,
  type Did,
  endOfDay,
  isDuration,
  isoTime,
  isoTimeOrNull,
  MAX_TIME_S,
  Refusal,
} from '../core/index.ts'
import type { Store } from '../store/index.ts'
import type { CallUps } from './call-ups.ts'
import type { Inbox, OpenMessage } from './inbox.ts'
import { choices, MAX_BODY_BYTES, MAX_SUBJECT, messageKinds } from './kinds.ts'
import type { Messages } from './messages.ts'
import type { Stops } from './stops.ts'

export interface MessagesOperationsDeps {
  readonly messages: Messages
  readonly inbox: Inbox
  readonly callUps: CallUps
  readonly stops: Stops
  readonly clock: Clock
  readonly store: Pick<Store, 'reader'>
  /** The parties whose messages this caller reads and answers. */
  readonly partiesOf: (caller: Caller) => Promise<readonly string[]>
  readonly us: () => Promise<string>
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: string) => Promise<string | null>
  /** Whom a DID, KVK number or name means, whether or not it can be reached. @throws Refusal `partner_unknown` and others */
  readonly identify: (reference: string) => Promise<Did>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (reference: string) => Promise<{ readonly did: Did; readonly name: string }>
}

export const time = z.iso.datetime()
export const kinds = z.enum(messageKinds)
export const subject = z.string().trim().min(1).max(MAX_SUBJECT)
export const body = z
  .string()
  .min(1)
  .max(MAX_BODY_BYTES)
  .describe('plain text, at most 8 KiB; - takes it from stdin')
export const id = z.string().max(100)
export const until = z
  .string()
  .max(40)
  .describe('until when it can be answered: YYYY-MM-DD, or how long from now: P2D, PT6H')

/** Who may send in the company’s name. */
export const senders = ['account_manager', 'coordinator', 'administrator'] as const

const answerOutput = z.object({
  id: z.string(),
  choice: z.enum(choices).nullable(),
  body: z.string(),
  at: time,
  state: z.enum(['waiting', 'told', 'undeliverable', 'received']),
  outcome: z.string().nullable().describe('why it did not arrive'),
})

export const messageOutput = z.object({
  id: z.string(),
  kind: kinds,
  partner: z.object({ did: z.string(), name: z.string() }),
  grant: z.string().describe('the grant it goes along'),
  for: z.string().describe('the party of ours it is from or for'),
  subject: z.string(),
  body: z.string(),
  state: z.enum(['waiting', 'told', 'undeliverable', 'received']),
  outcome: z.string().nullable().describe('why it did not arrive, or is over'),
  last_error: z.string().nullable(),
  tries: z.int(),
  at: time,
  told_at: time.nullable(),
  until: time.nullable().describe('until when it can be answered'),
  answer: answerOutput.nullable(),
})

export const describeMessage = ({ row, content, answer }: OpenMessage): z.input<typeof messageOutput> => ({
  id: row.id,
  kind: row.kind,
  partner: { did: row.partner, name: row.partnerName },
  grant: row.grantId,
  for: row.party,
  subject: content.subject,
  body: content.body,
  state: row.state,
  outcome: row.outcomeCode,
  last_error: row.lastError,
  tries: row.attempts,
  at: isoTime(row.createdAt),
  told_at: isoTimeOrNull(row.toldAt),
  until: isoTimeOrNull(row.expiresAt),
  answer: answer && {
    id: answer.row.id,
    choice: answer.content.choice ?? null,
    body: answer.content.body,
    at: isoTime(answer.row.createdAt),
    state: answer.row.state,
    outcome: answer.row.outcomeCode,
  },
})

/** The moment `until` means, in ms. @throws Refusal `invalid_date` */
export function momentOf(text: string | undefined, clock: Clock): number | null {
  if (text === undefined) return null
  const moment = isDuration(text) ? addDuration(clock.now(), text) : endOfDay(text)
  if (moment > clock.now() && moment <= MAX_TIME_S * 1000) return Math.floor(moment / 1000) * 1000
  throw new Refusal('invalid', 'invalid_answer_by', 'that moment has passed, or is too far away')
}
