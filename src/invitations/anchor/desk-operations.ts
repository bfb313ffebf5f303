import { z } from 'zod'
import {
  type AnyOperation,
  type Did,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  requireUser,
} from '../../core/index.ts'
import { LessThan, type Store } from '../../store/index.ts'
import { finalStates, toldStates } from '../invitation-state.ts'
import { contactSchema, invitedSchema, MAX_MESSAGE } from '../wire.ts'
import type { OrderIntake } from './intake.ts'
import type { InvitedParties } from './parties.ts'
import type { Redemption } from './redemption.ts'
import {
  choices,
  type InvitationOrderRow,
  type InvitedPartyRow,
  invitationOrderTable,
  invitedPartyTable,
} from './tables.ts'
import type { Threads } from './threads.ts'

export interface DeskDeps {
  readonly store: Store
  readonly parties: InvitedParties
  readonly intake: OrderIntake
  readonly redemption: Redemption
  readonly threads: Threads
  readonly nameOf: (did: Did) => Promise<string | null>
}

const time = z.iso.datetime()
const id = z.uuid()
const state = z.enum([...toldStates, 'withdrawn'])

const orderOutput = z.object({
  id,
  inviter: z.object({ did: z.string(), name: z.string().nullable() }),
  state,
  why: z.string().nullable(),
  roles: z.array(z.string()),
  unread: z.int(),
  received_at: time,
})

const invitedOutput = z.object({
  id,
  case: z.string().nullable().describe('the servicedesk’s case file'),
  state,
  since: time,
  organisation: invitedSchema,
  contact: contactSchema,
  choice: z.enum(choices).nullable(),
  node: z.object({ url: z.string(), since: time }).nullable().describe('the node we made for it'),
  joined_by: z.string().nullable().describe('DID of the node that came with the code'),
  strangers: z.int().describe('how often another organisation came with this code'),
  links_sent: z.int(),
  link_until: time.nullable(),
  expected_at: time.nullable(),
  orders: z.array(orderOutput).describe('of who invited it; nobody where it asked itself'),
  alike: z.array(z.string()).describe('ids of other open ones that share an e-mail domain or name and place'),
  version: z.int(),
})

const messageOutput = z.object({
  side: z.enum(['inviter', 'servicedesk']),
  body: z.string(),
  at: time,
})

export function deskOperations(deps: DeskDeps): AnyOperation[] {
  const { store, parties, intake, redemption, threads } = deps
  const allow = { users: ['servicedesk'] } as const
  const shown = async (one: string) => describe(await parties.require(one), deps)
  return [
    operation({
      name: 'invited.list',
      summary: 'Invited organisations, newest first; each is one case, whoever invited it',
      method: 'GET',
      path: '/invited',
      input: z.strictObject({ ...pageInput, state: state.optional() }),
      output: pageOf(invitedOutput),
      allow,
      run: async ({ cursor, limit, state: wanted }) => {
        const found = await store.reader.find(invitedPartyTable, {
          where: { ...(wanted && { state: wanted }), ...(cursor && { id: LessThan(cursor) }) },
          order: { id: 'DESC' },
          take: limit,
        })
        const items = []
        for (const row of found) items.push(await describe(row, deps))
        return { items, next: found.length === limit ? (found.at(-1)?.id ?? null) : null }
      },
    }),
    operation({
      name: 'invited.show',
      summary: 'One invited organisation, and every company that invited it',
      method: 'GET',
      path: '/invited/:id',
      input: z.strictObject({ id }),
      output: invitedOutput,
      positional: ['id'],
      allow,
      run: (input) => shown(input.id),
    }),
    operation({
      name: 'invited.contact',
      summary: 'Write to somebody else there from now on: the old link opens nothing, a new one goes out',
      method: 'POST',
      path: '/invited/:id/contact',
      input: z.strictObject({ id, ...contactSchema.shape }),
      output: invitedOutput,
      positional: ['id'],
      allow,
      run: async ({ id: one, ...contact }, { caller }) => {
        await store.transact((tx) => intake.changeContact(tx, one, contact, { kind: 'servicedesk', caller }))
        return shown(one)
      },
    }),
    operation({
      name: 'invited.resend',
      summary: 'Send a new link; the one before opens nothing any more',
      method: 'POST',
      path: '/invited/:id/link',
      input: z.strictObject({ id }),
      output: invitedOutput,
      positional: ['id'],
      allow,
      run: async (input, { caller }) => describe(await redemption.resend(caller, input.id), deps),
    }),
    operation({
      name: 'invitation-orders.read',
      summary: 'What was written about an order; what its inviter wrote is read with it',
      method: 'POST',
      path: '/invitation-orders/:id/messages/read',
      input: z.strictObject({ id }),
      output: z.object({ items: z.array(messageOutput) }),
      positional: ['id'],
      allow,
      run: (input) => read(input.id),
    }),
    operation({
      name: 'invitation-orders.message',
      summary: 'Write to the company that gave this order; other inviters see nothing of it',
      method: 'POST',
      path: '/invitation-orders/:id/messages',
      input: z.strictObject({
        id,
        body: z
          .string()
          .trim()
          .min(1)
          .max(MAX_MESSAGE)
          .regex(
            /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*(?:[\n\t][^\p{Cc}\u202a-\u202e\u2066-\u2069]*)*$/u,
            'plain text',
          ),
      }),
      output: z.object({ items: z.array(messageOutput) }),
      status: 201,
      positional: ['id', 'body'],
      allow,
      run: async (input, { caller }) => {
        await threads.write(requireUser(caller), input.id, input.body)
        return read(input.id)
      },
    }),
  ]

  async function read(orderId: string) {
    const messages = await threads.read(orderId)
    return { items: messages.map(({ row, body }) => ({ side: row.side, body, at: isoTime(row.at) })) }
  }
}

async function describe(row: InvitedPartyRow, deps: DeskDeps): Promise<z.input<typeof invitedOutput>> {
  const { parties, store } = deps
  const { partner, contact } = await parties.open(row)
  const orders = await store.reader.find(invitationOrderTable, {
    where: { partyId: row.id },
    order: { id: 'ASC' },
  })
  const isOver = (finalStates as readonly string[]).includes(row.state)
  return {
    ...{ id: row.id, case: row.caseId, state: row.state, since: isoTime(row.stateAt) },
    ...{
      organisation: partner,
      contact,
      choice: row.choice,
      joined_by: row.joinedBy,
      node:
        row.nodeUrl === null || row.nodeAt === null ? null : { url: row.nodeUrl, since: isoTime(row.nodeAt) },
      strangers: row.strangers,
    },
    ...{ links_sent: row.linksSent, link_until: isoTimeOrNull(row.linkExpiresAt) },
    expected_at: isoTimeOrNull(row.expectedAt),
    orders: await Promise.all(orders.map((order) => describeOrder(order, deps))),
    ...{ alike: isOver ? [] : await parties.alike(row), version: row.version },
  }
}

async function describeOrder(
  order: InvitationOrderRow,
  { parties, nameOf }: DeskDeps,
): Promise<z.input<typeof orderOutput>> {
  const content = await parties.openOrder(order)
  return {
    ...{
      id: order.id,
      inviter: { did: order.inviter, name: await nameOf(order.inviter) },
      state: order.state,
    },
    ...{ why: content?.why ?? null, roles: [...(content?.roles ?? [])] },
    ...{ unread: order.unread, received_at: isoTime(order.receivedAt) },
  }
}
