import { z } from 'zod'
import {
  type AnyOperation,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  partnerRoles,
} from '../core/index.ts'
import type { OpenCallUp } from './call-ups.ts'
import {
  body,
  describeMessage,
  id,
  type MessagesOperationsDeps,
  messageOutput,
  momentOf,
  senders,
  subject,
  time,
  until,
} from './operation-values.ts'

const callUpOutput = z.object({
  id: z.string(),
  role: z.string(),
  subject: z.string(),
  state: z.enum(['open', 'closed']),
  wanted: z.int().nullable().describe('how many times yes is enough'),
  yes: z.int(),
  no: z.int(),
  maybe: z.int(),
  at: time,
  until: time.nullable(),
  closed_at: time.nullable(),
  not_sent: z
    .array(z.object({ partner: z.string(), name: z.string(), code: z.string() }))
    .describe('who in the role did not get it, and why'),
})

const fullOutput = callUpOutput.extend({
  body: z.string(),
  sent: z.array(messageOutput).describe('who it was sent to, whether it arrived, and what they said'),
})

/** As many messages as one call-up has. */
const MOST = 2_000

export function callUpOperations({ callUps, inbox, clock, us }: MessagesOperationsDeps): AnyOperation[] {
  const fully = async (callUp: OpenCallUp): Promise<z.input<typeof fullOutput>> => {
    const { id: callUpId } = callUp.row
    const sent = await inbox.list('sent', [await us()], { limit: MOST }, { callUpId })
    return { ...describe(callUp), body: callUp.content.body, sent: sent.map(describeMessage) }
  }
  return [
    operation({
      name: 'call_ups.start',
      summary: 'Call up everybody in a role: all who gave a grant for that get it',
      method: 'POST',
      path: '/call-ups',
      input: z.strictObject({
        role: z.enum(partnerRoles).describe('what they are to us'),
        subject,
        body,
        wanted: z.int().min(1).max(MOST).optional().describe('closes by itself once so many said yes'),
        until: until.optional(),
      }),
      output: fullOutput,
      status: 201,
      allow: { users: senders },
      run: async ({ role, subject, body, wanted = null, until }, { caller }) =>
        fully(
          await callUps.start(caller, { role, subject, body, wanted, expiresAt: momentOf(until, clock) }),
        ),
    }),
    operation({
      name: 'call_ups.list',
      summary: 'Our call-ups and how many come, newest first',
      method: 'GET',
      path: '/call-ups',
      input: z.strictObject(pageInput),
      output: pageOf(callUpOutput),
      allow: { users: senders },
      run: async (page) => {
        const found = await callUps.list(page)
        const next = found.length === page.limit ? (found.at(-1)?.row.id ?? null) : null
        return { items: found.map(describe), next }
      },
    }),
    operation({
      name: 'call_ups.show',
      summary: 'One call-up: who got it, who did not, and what they said',
      method: 'GET',
      path: '/call-ups/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: fullOutput,
      allow: { users: senders },
      run: async ({ id }) => fully(await callUps.require(id)),
    }),
    operation({
      name: 'call_ups.close',
      summary: 'Close a call-up: whoever got it is told',
      method: 'POST',
      path: '/call-ups/:id/closing',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: fullOutput,
      allow: { users: senders },
      run: async ({ id }, { caller }) => fully(await callUps.close(caller, id)),
    }),
  ]
}

const describe = ({ row, content }: OpenCallUp): z.input<typeof callUpOutput> => ({
  id: row.id,
  role: row.role,
  subject: content.subject,
  state: row.state,
  wanted: row.wanted,
  yes: row.yes,
  no: row.no,
  maybe: row.maybe,
  at: isoTime(row.createdAt),
  until: isoTimeOrNull(row.expiresAt),
  closed_at: isoTimeOrNull(row.closedAt),
  not_sent: content.skipped.map(({ id: partner, name, code }) => ({ partner, name, code })),
})
