import { z } from 'zod'
import { invitationStates, isoTime, isoTimeOrNull } from '../../core/index.ts'
import type { StepLength } from '../forecast.ts'
import { sides } from '../invitation-state.ts'
import { contactSchema, invitedSchema } from '../wire.ts'
import type { Message, Outcome } from './coordinating.ts'
import type { BoardColumn, Invitation, Move } from './invitations.ts'

const time = z.iso.datetime()
const text = z.string().nullable()
const state = z.enum(invitationStates)
const side = z.enum(sides)

const expectedOutput = z.object({
  at: time,
  basis: z
    .enum(['history', 'target', 'talk', 'overdue'])
    .describe(
      'what the date rests on: what went before, what is aimed for, a talk that was agreed; or it is over',
    ),
})

export const invitationOutput = z.object({
  id: z.string(),
  partner: z.object({
    id: z.string(),
    name: text,
    kvk: text,
    did: text.describe('once it is in the network'),
  }),
  state,
  since: time,
  overdue: z.boolean(),
  roles: z.array(z.string()).describe('what the partner is to be to us'),
  language: z.enum(['nl', 'en']),
  order: z.object({
    state: z.enum(['none', 'waiting', 'taken', 'refused']).describe('whether the trust anchor has our order'),
    code: text.describe('why it did not take it'),
    checked_at: time.nullable(),
  }),
  expected: z.object({
    next: expectedOutput.nullable(),
    registered: expectedOutput.nullable(),
    registered_p80: time
      .nullable()
      .describe('four of five are registered by then; null while too few went before'),
    told: time.nullable().describe('when the other side said the next move is to be expected'),
  }),
  talk: z
    .object({ at: time, owner: side.nullable() })
    .nullable()
    .describe('where it is stalled: when it is talked over, and who is to act'),
  unread: z.int(),
  created_at: time,
  version: z.int(),
})

export const moveOutput = z.object({
  from: state.nullable(),
  to: state,
  at: time,
  side: side.describe('who made the move'),
  account: text.describe('who of ours'),
  reason: text,
  expected_at: time.nullable(),
  talk: z.object({ at: time, owner: side.nullable() }).nullable(),
})

export const fullInvitationOutput = invitationOutput.extend({
  organisation: invitedSchema.nullable().describe('as it goes to the trust anchor'),
  contact: contactSchema.omit({ language: true }).nullable(),
  why: text,
  moves: z.array(moveOutput).describe('oldest first, of both sides'),
})

export const messageOutput = z.object({
  id: z.string(),
  side: z.enum(['inviter', 'servicedesk']),
  body: z.string(),
  at: time,
  state: z.enum(['waiting', 'delivered', 'refused']),
  read: z.boolean(),
})

export const outcomeOutput = z.object({
  id: z.string(),
  state: state.nullable(),
  code: text.describe('why nothing came of it'),
})

export const boardOutput = z.object({
  columns: z.array(
    z.object({ state, count: z.int(), overdue: z.int(), unread: z.int(), items: z.array(invitationOutput) }),
  ),
  steps: z
    .array(
      z.object({
        state,
        median_days: z.number().nullable().describe('null while fewer than five went before'),
        p80_days: z.number().nullable(),
        count: z.int(),
      }),
    )
    .describe('how long each step lasted here in the past year'),
})

export function describe({
  row,
  content,
  forecast,
  isOverdue,
}: Invitation): z.input<typeof invitationOutput> {
  const { next, registered, registeredP80 } = forecast
  const dated = (one: typeof next) => one && { at: isoTime(one.at), basis: one.basis }
  return {
    id: row.id,
    partner: {
      ...{ id: row.partnerId, name: content?.partner.name ?? null, did: row.partnerDid },
      kvk: content?.partner.kvk_number ?? null,
    },
    ...{ state: row.state, since: isoTime(row.stateAt), overdue: isOverdue },
    ...{ roles: [...row.roles], language: row.language },
    order: { state: row.orderState, code: row.orderCode, checked_at: isoTimeOrNull(row.checkedAt) },
    expected: {
      ...{ next: dated(next), registered: dated(registered) },
      ...{ registered_p80: isoTimeOrNull(registeredP80), told: isoTimeOrNull(row.expectedAt) },
    },
    talk: talkOf(row),
    ...{ unread: row.unread, created_at: isoTime(row.createdAt), version: row.version },
  }
}

export const describeFully = (
  invitation: Invitation,
  moves: readonly Move[],
  accountOf: (person: string) => string | null,
): z.input<typeof fullInvitationOutput> => ({
  ...describe(invitation),
  organisation: invitation.content?.partner ?? null,
  contact: invitation.content?.contact ?? null,
  why: invitation.content?.why ?? null,
  moves: moves.map(({ row, reason }) => ({
    ...{ from: row.fromState, to: row.toState, at: isoTime(row.at), side: row.side, reason },
    ...{ account: row.person && accountOf(row.person), expected_at: isoTimeOrNull(row.expectedAt) },
    talk: talkOf(row),
  })),
})

export const describeMessage = ({ row, body }: Message): z.input<typeof messageOutput> => ({
  ...{ id: row.id, side: row.side, body, at: isoTime(row.at), state: row.state, read: row.readAt !== null },
})

export const describeOutcome = ({ id, state, code }: Outcome): z.input<typeof outcomeOutput> => ({
  id,
  state,
  code,
})

export const describeColumn = (
  { state, count, overdue, unread }: BoardColumn,
  items: readonly Invitation[],
): z.input<typeof boardOutput>['columns'][number] => ({
  ...{ state, count, overdue, unread },
  items: items.map(describe),
})

export const describeStep = ({ state, median, p80, count }: StepLength) => ({
  ...{ state, median_days: median, p80_days: p80, count },
})

const talkOf = ({ talkAt, talkSide }: { talkAt: number | null; talkSide: (typeof sides)[number] | null }) =>
  talkAt === null ? null : { at: isoTime(talkAt), owner: talkSide }
