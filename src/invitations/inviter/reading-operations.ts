import { z } from 'zod'
import {
  type AnyOperation,
  invitationStates,
  operation,
  pageInput,
  pageOf,
  partnerRoles,
  requireUser,
} from '../../core/index.ts'
import { isFinal } from '../invitation-state.ts'
import type { Digests } from './digests.ts'
import type { Ecosystem } from './ecosystem.ts'
import type { Invitations } from './invitations.ts'
import {
  boardOutput,
  describe,
  describeColumn,
  describeStep,
  fullInvitationOutput,
  invitationOutput,
} from './output.ts'

export interface ReadingDeps {
  readonly invitations: Invitations
  readonly ecosystem: Ecosystem
  readonly digests: Digests
  /** Accounts of our people, by their party id. */
  readonly accounts: () => Promise<(person: string) => string | null>
}

type Shown = (id: string) => Promise<z.input<typeof fullInvitationOutput>>

/** Invitations a column of the board shows; the list has them all. */
const A_COLUMN = 10

export function readingOperations(
  { invitations, ecosystem, digests }: ReadingDeps,
  shown: Shown,
): AnyOperation[] {
  const allow = { users: ['account_manager', 'coordinator', 'administrator'] } as const
  return [
    operation({
      name: 'invitations.board',
      summary: 'How many invitations are where, which are overdue, and how long each step lasts',
      method: 'GET',
      path: '/invitations/board',
      input: z.strictObject({ mine: z.boolean().optional().describe('only those you made') }),
      output: boardOutput,
      allow,
      run: async ({ mine }, { caller }) => {
        const person = mine ? requireUser(caller).personId : undefined
        const columns = await invitations.board(person)
        const filled = columns.map(async (column) => {
          if (column.count === 0 || isFinal(column.state)) return describeColumn(column, [])
          const { items } = await invitations.list({ state: column.state, person }, { limit: A_COLUMN })
          return describeColumn(column, items)
        })
        return { columns: await Promise.all(filled), steps: (await invitations.lengths()).map(describeStep) }
      },
    }),
    operation({
      name: 'invitations.list',
      summary: 'Our invitations, newest first',
      method: 'GET',
      path: '/invitations',
      input: z.strictObject({
        state: z.enum(invitationStates).optional(),
        overdue: z.boolean().optional().describe('only those that should have gone on by now'),
        unread: z.boolean().optional().describe('only those with messages that nobody read'),
        mine: z.boolean().optional().describe('only those you made'),
        partner: z.uuid().optional().describe('id of the partner in our list'),
        ...pageInput,
      }),
      output: pageOf(invitationOutput),
      allow,
      run: async ({ state, overdue, unread, mine, partner, cursor, limit }, { caller }) => {
        const person = mine ? requireUser(caller).personId : undefined
        const page = await invitations.list({ state, overdue, unread, partner, person }, { cursor, limit })
        return { items: page.items.map(describe), next: page.next }
      },
    }),
    operation({
      name: 'invitations.show',
      summary: 'One invitation: what it says, every move of both sides, and when it goes on',
      method: 'GET',
      path: '/invitations/:id',
      input: z.strictObject({ id: z.uuid() }),
      output: fullInvitationOutput,
      positional: ['id'],
      allow,
      run: ({ id }) => shown(id),
    }),
    operation({
      name: 'invitations.ecosystem',
      summary: 'Our partners by their role, and which of them are in the network, invited, or neither',
      method: 'GET',
      path: '/invitations/ecosystem',
      input: z.strictObject({}),
      output: z.object({
        roles: z.array(
          z.object({
            role: z
              .enum([...partnerRoles, 'none'])
              .describe('what they are to us; `none` where our list does not say'),
            partners: z.int(),
            in_network: z.int(),
            invited: z.int().describe('on their way in'),
            declined: z.int().describe('who said no, or was turned down'),
            not_invited: z.int(),
            active: z.int().describe('of those not invited, how many do business with us'),
          }),
        ),
      }),
      allow,
      run: async () => ({ roles: await ecosystem.byRole() }),
    }),
    operation({
      name: 'invitations.digest-choice',
      summary: 'Whether you get a daily mail of what moved, stalled and is overdue',
      method: 'GET',
      path: '/invitations/digest',
      input: z.strictObject({}),
      output: z.object({ on: z.boolean() }),
      allow: { users: ['coordinator', 'administrator'] },
      run: async (_, { caller }) => ({ on: await digests.isOn(requireUser(caller)) }),
    }),
    operation({
      name: 'invitations.digest',
      summary: 'Say whether you want a daily mail of what moved, stalled and is overdue',
      method: 'POST',
      path: '/invitations/digest',
      input: z.strictObject({ on: z.boolean() }),
      output: z.object({ on: z.boolean() }),
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ on }, { caller }) => {
        await digests.set(requireUser(caller), on)
        return { on }
      },
    }),
  ]
}
