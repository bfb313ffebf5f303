import { z } from 'zod'
import { type AnyOperation, operation, partnerRoles, requireUser } from '../../core/index.ts'
import { contactSchema, MAX_MESSAGE, MAX_REASON } from '../wire.ts'
import type { Coordinating } from './coordinating.ts'
import type { Invitations } from './invitations.ts'
import type { Inviting } from './inviting.ts'
import {
  describe,
  describeFully,
  describeMessage,
  describeOutcome,
  fullInvitationOutput,
  invitationOutput,
  messageOutput,
  outcomeOutput,
} from './output.ts'
import { type ReadingDeps, readingOperations } from './reading-operations.ts'

export interface InviterOperationsDeps extends ReadingDeps {
  readonly inviting: Inviting
  readonly coordinating: Coordinating
  readonly invitations: Invitations
}

const id = z.uuid().describe('of the invitation')
const ids = z.array(z.uuid()).min(1).max(500).describe('of invitations')
const oneLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(
      /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*(?:[\n\t][^\p{Cc}\u202a-\u202e\u2066-\u2069]*)*$/u,
      'plain text',
    )
const contact = contactSchema.omit({ language: true })
const language = z.enum(['nl', 'en']).optional().describe('in which the partner is written to')

/** What every node offers: bringing its partners in. */
export function inviterOperations(deps: InviterOperationsDeps): AnyOperation[] {
  const { inviting, coordinating, invitations, accounts } = deps
  const allow = { users: ['coordinator', 'administrator'] } as const
  const shown = async (one: string) =>
    describeFully(await invitations.get(one), await invitations.moves(one), await accounts())
  return [
    operation({
      name: 'invitations.invite',
      summary: 'Choose partners to invite, by name or all that fit; each becomes a draft',
      method: 'POST',
      path: '/invitations',
      input: z
        .strictObject({
          partners: z
            .array(oneLine(300))
            .min(1)
            .max(500)
            .optional()
            .describe('their ids, DIDs, KVK numbers or names'),
          role: z.enum(partnerRoles).optional().describe('all that are this to us'),
          activity: z
            .enum(['active', 'dormant', 'inactive', 'unknown'])
            .optional()
            .describe('all that are so active'),
          why: words(MAX_REASON).describe('why you invite them; they read it'),
          roles: z
            .array(z.enum(partnerRoles))
            .max(partnerRoles.length)
            .optional()
            .describe('what they are to be to us'),
          ...{ contact: contact.optional().describe('whom to write to; for one partner'), language },
        })
        .refine(
          ({ partners, role, activity }) =>
            (partners !== undefined) !== (role !== undefined || activity !== undefined),
          {
            message: 'name partners, or say which role or activity they have',
          },
        ),
      output: z.object({
        made: z.array(invitationOutput),
        skipped: z
          .array(
            z.object({
              partner: z.object({ id: z.string().nullable(), name: z.string() }),
              code: z.string(),
            }),
          )
          .describe('who is not invited, and why'),
      }),
      status: 201,
      positional: ['partners'],
      allow,
      run: async ({ partners, role, activity, why, roles, contact, language }, { caller }) => {
        const invite = { why, roles, contact, language }
        const { made, skipped } = await inviting.invite(
          requireUser(caller),
          { partners, role, activity },
          invite,
        )
        const opened = await Promise.all(made.map((row) => invitations.get(row.id)))
        return { made: opened.map(describe), skipped: [...skipped] }
      },
    }),
    operation({
      name: 'invitations.inform',
      summary: 'Announce to the partners’ contacts, by mail, that an invitation is coming',
      method: 'POST',
      path: '/invitations/informed',
      input: z.strictObject({
        ids,
        draft: z
          .boolean()
          .optional()
          .describe('write the mails only: you read and change them first, and sending one announces it'),
      }),
      output: z.object({ items: z.array(outcomeOutput) }),
      positional: ['ids'],
      allow,
      run: async (input, { caller }) => ({
        items: (await coordinating.inform(requireUser(caller), input.ids, input.draft)).map(describeOutcome),
      }),
    }),
    operation({
      name: 'invitations.submit',
      summary: 'Order the trust anchor to bring the partners in: their details go there',
      method: 'POST',
      path: '/invitations/submitted',
      input: z.strictObject({ ids }),
      output: z.object({ items: z.array(outcomeOutput) }),
      status: 202,
      positional: ['ids'],
      allow,
      run: async (input, { caller }) => ({
        items: (await coordinating.submit(requireUser(caller), input.ids)).map(describeOutcome),
      }),
    }),
    operation({
      name: 'invitations.withdraw',
      summary: 'Take an invitation back, also one that is ordered',
      method: 'POST',
      path: '/invitations/:id/withdrawal',
      input: z.strictObject({ id, reason: words(MAX_REASON).optional() }),
      output: fullInvitationOutput,
      positional: ['id'],
      allow,
      run: async (input, { caller }) => {
        await coordinating.withdraw(requireUser(caller), input.id, input.reason)
        return shown(input.id)
      },
    }),
    operation({
      name: 'invitations.contact',
      summary: 'Say whom to write to at the partner; a link that went out opens nothing any more',
      method: 'POST',
      path: '/invitations/:id/contact',
      input: z.strictObject({
        id,
        ...contactSchema.shape,
        language: contactSchema.shape.language.default('nl'),
      }),
      output: fullInvitationOutput,
      positional: ['id'],
      allow,
      run: async ({ id: one, ...contact }, { caller }) => {
        await coordinating.setContact(requireUser(caller), one, contact)
        return shown(one)
      },
    }),
    operation({
      name: 'invitations.message',
      summary: 'Write to the servicedesk about an invitation',
      method: 'POST',
      path: '/invitations/:id/messages',
      input: z.strictObject({ id, body: words(MAX_MESSAGE) }),
      output: z.object({ items: z.array(messageOutput) }),
      status: 201,
      positional: ['id', 'body'],
      allow,
      run: async (input, { caller }) => {
        await coordinating.write(requireUser(caller), input.id, input.body)
        return { items: (await coordinating.messages(input.id)).map(describeMessage) }
      },
    }),
    operation({
      name: 'invitations.read',
      summary: 'What was written about an invitation; what the servicedesk wrote is read with it',
      method: 'POST',
      path: '/invitations/:id/messages/read',
      input: z.strictObject({ id }),
      output: z.object({ items: z.array(messageOutput) }),
      positional: ['id'],
      allow,
      run: async (input) => {
        await coordinating.read(input.id)
        return { items: (await coordinating.messages(input.id)).map(describeMessage) }
      },
    }),
    operation({
      name: 'invitations.refresh',
      summary: 'Ask the trust anchor how an invitation stands',
      method: 'POST',
      path: '/invitations/:id/refreshed',
      input: z.strictObject({ id }),
      output: fullInvitationOutput,
      positional: ['id'],
      allow,
      run: async (input) => {
        await coordinating.refresh(input.id)
        return shown(input.id)
      },
    }),
    ...readingOperations(deps, shown),
  ]
}
