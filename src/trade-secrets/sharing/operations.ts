import { z } from 'zod'
import {
  type AnyOperation,
  downloadSchema,
  isDid,
  isoTime,
  isoTimeOrNull,
  isPlainText,
  operation,
  pageInput,
  pageOf,
  requireUser,
} from '../../core/index.ts'
import { ownRole } from '../secret.ts'
import type { GivenShare, GivenShares } from './given-shares.ts'
import { settledHow, shareStates } from './life.ts'
import type { ReceivedShare, ReceivedShares } from './received-shares.ts'

export interface SharingOperationsDeps {
  readonly given: GivenShares
  readonly received: ReceivedShares
}

const id = z.uuid()
const time = z.iso.datetime()
const did = z.string().max(2048).refine(isDid)
const line = (max: number) => z.string().trim().min(1).max(max).refine(isPlainText)
const keepers = { users: ['administrator'] } as const
const people = { users: ['signed_in'] } as const
const state = z.enum(shareStates)
const partner = z.object({ did: z.string(), name: z.string() })

const sharedSchema = {
  ...{ id, partner, agreement: z.string(), label: z.string(), purpose: z.string(), state },
  need_to_know: z.object({ persons: z.array(z.string()), roles: z.array(z.string()) }),
  digest: z.string().describe('salted, of the text that is shared'),
  ...{ shared_at: time, ended_at: time.nullable(), end_code: z.string().nullable() },
  return_by: time.nullable().describe('until when it has to be returned or destroyed'),
  ...{ settled_at: time.nullable(), how: z.enum(settledHow).nullable() },
}
const given = z.object({
  ...sharedSchema,
  secret: z.string(),
  version: z.int().describe('of the secret, when it was shared'),
  documents: z.array(z.string()),
  told_at: time.nullable().describe('when the partner’s node took it'),
  refused: z.string().nullable().describe('why the partner’s node never will'),
  statement: z.string().nullable().describe('the partner’s signed word that it was returned or destroyed'),
})
const document = { id: z.string(), media_type: z.string(), size: z.int(), digest: z.string() }
const received = z.object({ ...sharedSchema, documents: z.array(z.object(document)) })
const fetched = z.object({
  ...{ id, label: z.string(), purpose: z.string(), title: z.string(), description: z.string() },
  ...{ digest: z.string(), documents: z.array(z.object({ ...document, name: z.string() })) },
})

/** Trade secrets between companies: shared under an agreement, fetched, and returned or destroyed when it is over. */
export function sharingOperations(deps: SharingOperationsDeps): AnyOperation[] {
  return [...givingOperations(deps), ...receivingOperations(deps)]
}

function givingOperations({ given: shares }: SharingOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'trade-secrets.share',
      summary: 'Let people of a partner see a trade secret, while an agreement that covers it is in force',
      method: 'POST',
      path: '/trade-secrets/:id/shares',
      positional: ['id'],
      input: z.strictObject({
        id,
        partner: z.string().trim().min(1).max(300).describe('name, KVK number or DID'),
        agreement: id.describe('in force, and covering trade secrets'),
        label: line(200).describe('what the partner sees it called before somebody opens it'),
        purpose: line(500).describe('what they need it for'),
        persons: z.array(did).max(50).default([]).describe('DIDs of who there need to know'),
        roles: z.array(ownRole).max(20).default([]).describe('roles there that need to know'),
        documents: z
          .array(id)
          .max(50)
          .default([])
          .describe('its documents that go with it; none unless named'),
      }),
      output: given,
      status: 201,
      allow: keepers,
      run: async ({ id: secret, persons, roles, ...wanted }, { caller }) =>
        describeGiven(
          await shares.share(requireUser(caller), { ...wanted, secret, needToKnow: { persons, roles } }),
        ),
    }),
    operation({
      name: 'trade-secrets.unshare',
      summary:
        'Take a shared trade secret back: it closes at once, and is returned or destroyed within 30 days',
      method: 'POST',
      path: '/trade-secret-shares/:id/end',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: given,
      allow: keepers,
      run: async (input, { caller }) => describeGiven(await shares.unshare(requireUser(caller), input.id)),
    }),
    operation({
      name: 'trade-secrets.shares',
      summary: 'What of our trade secrets partners may see, or have to return or destroy; the newest first',
      method: 'GET',
      path: '/trade-secret-shares',
      input: z.strictObject({
        secret: id.optional(),
        state: state.optional(),
        overdue: z.boolean().optional().describe('only what should have been returned or destroyed by now'),
        agreement: id.optional().describe('only what is shared under it'),
        ...pageInput,
      }),
      output: pageOf(given),
      allow: keepers,
      run: async (filter) => {
        const { items, next } = await shares.list(filter)
        return { items: items.map(describeGiven), next }
      },
    }),
  ]
}

function receivingOperations({ received: shares }: SharingOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'trade-secrets.received',
      summary: 'What of partners’ trade secrets you may see, or have to return or destroy; the newest first',
      method: 'GET',
      path: '/received-secrets',
      input: z.strictObject({
        state: state.optional(),
        agreement: id.optional().describe('only what is shared under it'),
        ...pageInput,
      }),
      output: pageOf(received),
      allow: people,
      run: async (filter, { caller }) => {
        const { items, next } = await shares.list(requireUser(caller), filter)
        return { items: items.map(describeReceived), next }
      },
    }),
    operation({
      name: 'trade-secrets.fetch',
      summary:
        'Fetch a partner’s trade secret to read; the partner sees that you looked, and no copy stays here',
      method: 'GET',
      path: '/received-secrets/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: fetched,
      allow: people,
      run: async (input, { caller }) => {
        const { share, text } = await shares.fetch(requireUser(caller), input.id)
        const { label, purpose, digest } = share
        return { id: share.id, label, purpose, digest, ...text.secret, documents: text.documents }
      },
    }),
    operation({
      name: 'trade-secrets.fetch-document',
      summary: 'Fetch a document of a partner’s trade secret, to save; the partner sees that you looked',
      method: 'GET',
      path: '/received-secrets/:id/documents/:document',
      positional: ['id', 'document'],
      input: z.strictObject({ id, document: id }),
      output: downloadSchema,
      allow: people,
      download: true,
      run: async (input, { caller }) => {
        const { document, content } = await shares.fetchDocument(
          requireUser(caller),
          input.id,
          input.document,
        )
        const ending = document.media_type.slice(document.media_type.indexOf('/') + 1)
        const { media_type: mediaType, size } = document
        return { fileName: `${document.id}.${ending}`, mediaType, size, content }
      },
    }),
    operation({
      name: 'trade-secrets.confirm',
      summary: 'Confirm, signed by our company, that what we had of a partner’s trade secret is gone: once',
      method: 'POST',
      path: '/received-secrets/:id/confirmation',
      positional: ['id'],
      input: z.strictObject({ id, how: z.enum(settledHow) }),
      output: received,
      allow: keepers,
      run: async (input, { caller }) =>
        describeReceived(await shares.settle(requireUser(caller), input.id, input.how)),
    }),
  ]
}

const describeShared = (one: GivenShare | ReceivedShare) => ({
  ...{ id: one.id, partner: { did: one.partner, name: one.partnerName }, agreement: one.agreementId },
  ...{ label: one.label, purpose: one.purpose, state: one.state, digest: one.digest },
  need_to_know: { persons: [...one.needToKnow.persons], roles: [...one.needToKnow.roles] },
  ...{ shared_at: isoTime(one.createdAt), ended_at: isoTimeOrNull(one.endedAt), end_code: one.endCode },
  ...{ return_by: isoTimeOrNull(one.settleBy), settled_at: isoTimeOrNull(one.settledAt), how: one.how },
})

const describeGiven = (one: GivenShare) => ({
  ...describeShared(one),
  ...{ secret: one.secretId, version: one.version, documents: [...one.documents] },
  ...{ told_at: isoTimeOrNull(one.toldAt), refused: one.refused, statement: one.statement },
})

const describeReceived = (one: ReceivedShare) => ({ ...describeShared(one), documents: [...one.documents] })
