import { z } from 'zod'
import { type AnyOperation, operation, pageInput, pageOf } from '../core/index.ts'
import { callUpOperations } from './call-up-operations.ts'
import type { OpenMessage } from './inbox.ts'
import { choices, monthlyLimits } from './kinds.ts'
import type { MessageRow } from './message-tables.ts'
import {
  body,
  describeMessage,
  id,
  kinds,
  type MessagesOperationsDeps,
  messageOutput,
  momentOf,
  senders,
  subject,
  until,
} from './operation-values.ts'
import { monthOf, talliesOf } from './tallies.ts'

const sentOutput = messageOutput.pick({
  id: true,
  kind: true,
  partner: true,
  grant: true,
  state: true,
  at: true,
  until: true,
})

const asSent = (row: MessageRow): z.input<typeof sentOutput> =>
  describeMessage({ row, content: { subject: '', body: '' }, answer: null })

export function messagesOperations(deps: MessagesOperationsDeps): AnyOperation[] {
  const { messages, inbox, stops, clock, partiesOf, partner } = deps
  const ours = async () => [await deps.us()]
  const page = (found: readonly OpenMessage[], limit: number) => ({
    items: found.map(describeMessage),
    next: found.length === limit ? (found.at(-1)?.row.id ?? null) : null,
  })
  return [
    operation({
      name: 'messages.send',
      summary: 'Write to a partner along a grant it gave for that',
      method: 'POST',
      path: '/messages',
      input: z.strictObject({
        partner: z.string().trim().min(1).max(300).describe('DID, KVK number or name'),
        kind: kinds.exclude(['call_up']).describe('what it is: each kind needs a grant for its own purpose'),
        subject,
        body,
        until: until.optional(),
      }),
      output: sentOutput,
      status: 201,
      allow: { users: senders },
      run: async (input, { caller }) => {
        const { did } = await partner(input.partner)
        const expiresAt = momentOf(input.until, clock)
        return asSent(await messages.send(caller, { ...input, partner: did, expiresAt }))
      },
    }),
    operation({
      name: 'messages.sent',
      summary: 'What we wrote to partners, whether it arrived, and their answers; newest first',
      method: 'GET',
      path: '/messages/sent',
      input: z.strictObject({ ...pageInput, kind: kinds.optional() }),
      output: pageOf(messageOutput),
      allow: { users: senders },
      run: async ({ kind, ...asked }) =>
        page(await inbox.list('sent', await ours(), asked, kind && { kind }), asked.limit),
    }),
    operation({
      name: 'messages.list',
      summary: 'What partners wrote to you, and your answers; newest first',
      method: 'GET',
      path: '/messages',
      input: z.strictObject({
        ...pageInput,
        kind: kinds.optional(),
        waiting: z
          .boolean()
          .optional()
          .describe('only what asks for an answer that was not given and can still be given'),
      }),
      output: pageOf(messageOutput),
      allow: { users: ['signed_in'] },
      run: async ({ kind, waiting, ...asked }, { caller }) =>
        page(
          await inbox.list('received', await partiesOf(caller), asked, { ...(kind && { kind }), waiting }),
          asked.limit,
        ),
    }),
    operation({
      name: 'messages.answer',
      summary: 'Answer a message, once',
      method: 'POST',
      path: '/messages/:id/answer',
      positional: ['id'],
      input: z.strictObject({
        id,
        body,
        choice: z.enum(choices).optional().describe('to a call-up: whether you come'),
      }),
      output: sentOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ id, body, choice }, { caller }) =>
        asSent(
          await messages.answer(caller, await partiesOf(caller), id, { body, ...(choice && { choice }) }),
        ),
    }),
    operation({
      name: 'messages.resend',
      summary: 'Send a message or an answer once more that did not arrive',
      method: 'POST',
      path: '/messages/:id/resend',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: sentOutput,
      status: 202,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => {
        const isSender = caller.kind === 'user' && senders.some((role) => caller.roles.includes(role))
        const parties = [...(await partiesOf(caller)), ...(isSender ? await ours() : [])]
        return asSent(await messages.resend(caller, parties, id))
      },
    }),
    operation({
      name: 'messages.stop',
      summary: 'No more messages of a kind from a partner, at once',
      method: 'POST',
      path: '/messages/stops',
      input: z.strictObject({
        partner: z.string().trim().min(1).max(300).describe('DID, KVK number or name'),
        kind: kinds,
      }),
      output: z.object({
        stopped: z.array(
          z.object({
            partner: z.object({ did: z.string(), name: z.string() }),
            for: z.string().describe('the party of ours that gets no more'),
            kind: kinds,
          }),
        ),
      }),
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => ({
        stopped: (
          await stops.stop(caller, await partiesOf(caller), {
            ...input,
            partner: await deps.identify(input.partner),
          })
        ).map(({ partner: did, partnerName: name, party, kind }) => ({
          partner: { did, name },
          for: party,
          kind,
        })),
      }),
    }),
    operation({
      name: 'messages.limit',
      summary: 'Take fewer messages of a kind a month along a grant you gave',
      method: 'POST',
      path: '/messages/limits',
      positional: ['grant'],
      input: z.strictObject({
        grant: id,
        kind: kinds,
        most: z.int().min(0).max(1000).describe('how many a month, at most; not more than usual'),
      }),
      output: z.object({ grant: z.string(), kind: kinds, most: z.int(), usual: z.int() }),
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        await stops.limit(caller, await partiesOf(caller), input)
        return { ...input, usual: monthlyLimits[input.kind] }
      },
    }),
    operation({
      name: 'messages.counts',
      summary: 'How many messages went both ways this month, by partner and kind',
      method: 'GET',
      path: '/messages/counts',
      input: z.strictObject({
        month: z
          .string()
          .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as 2026-11')
          .optional()
          .describe('YYYY-MM; this month unless told'),
      }),
      output: z.object({
        month: z.string(),
        items: z.array(
          z.object({
            partner: z.string(),
            partner_name: z.string().nullable(),
            kind: kinds,
            sent: z.int(),
            answered: z.int().describe('of what we sent'),
            not_taken: z.int().describe('of what we sent: they had stopped it'),
            received: z.int(),
            answers: z.int().describe('of ours, to what we received'),
            stopped: z.int().describe('of what came: after we had stopped it'),
          }),
        ),
      }),
      allow: { users: senders },
      run: async ({ month = monthOf(clock.now()) }) => ({
        month,
        items: await Promise.all(
          totals(await talliesOf(deps.store.reader, month)).map(async (total) => ({
            ...total,
            partner_name: await deps.organisationName(total.partner),
          })),
        ),
      }),
    }),
    ...callUpOperations(deps),
  ]
}

function totals(rows: Awaited<ReturnType<typeof talliesOf>>) {
  const none = { sent: 0, answered: 0, not_taken: 0, received: 0, answers: 0, stopped: 0 }
  const all = new Map<string, { partner: string; kind: (typeof rows)[number]['kind'] } & typeof none>()
  for (const { direction, partner, kind, messages, answers, stopped } of rows) {
    const key = `${partner} ${kind}`
    const total = all.get(key) ?? { partner, kind, ...none }
    if (direction === 'sent') {
      total.sent += messages
      total.answered += answers
      total.not_taken += stopped
    } else {
      total.received += messages
      total.answers += answers
      total.stopped += stopped
    }
    all.set(key, total)
  }
  return [...all.values()]
}
