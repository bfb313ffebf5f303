import { z } from 'zod'
import {
  type AnyOperation,
  downloadSchema,
  isoTime,
  operation,
  pageInput,
  pageOf,
  requireUpload,
  requireUser,
  type UserCaller,
} from '../core/index.ts'
import type { Documents } from './documents.ts'
import type { Keeping, Register, ShownSecret } from './register.ts'
import { ownRole, registeredSchema } from './secret.ts'
import { type SharingOperationsDeps, sharingOperations } from './sharing/operations.ts'
import type { TradeSecretRow } from './tables.ts'

export interface TradeSecretsOperationsDeps extends SharingOperationsDeps {
  readonly register: Register
  readonly documents: Documents
  /** The person of an account that is in use. @throws Refusal `account_unknown` */
  readonly personOf: (account: string) => Promise<string>
  /** Names of people of ours; who is gone is left out. */
  readonly names: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

const id = z.uuid()
const time = z.iso.datetime()
const account = z.string().trim().min(1).max(64)
const person = z.object({ id: z.string(), name: z.string().nullable() })
const keepers = { users: ['administrator'] } as const
const people = { users: ['signed_in'] } as const

const keeping = {
  owner: account.describe('account of who answers for it'),
  persons: z.array(account).max(200).default([]).describe('accounts of who need to know'),
  roles: z.array(ownRole).max(20).default([]).describe('roles that need to know'),
}
const listed = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['registered', 'withdrawn']),
  version: z.int(),
  changed_at: time,
})
const shown = z.object({
  ...{ ...listed.shape, ...registeredSchema.shape },
  digest: z.string().describe('salted, of what is said here; see the proof'),
  owner: person,
  need_to_know: z.object({ persons: z.array(person), roles: z.array(ownRole) }),
  documents: z.array(
    z.object({
      ...{ id: z.string(), name: z.string(), media_type: z.string(), size: z.int(), digest: z.string() },
      added_at: time,
    }),
  ),
  registered_at: time,
})

/** Trade secrets of our own: what article 1 of the act asks a holder to be able to show. */
export function tradeSecretsOperations(deps: TradeSecretsOperationsDeps): AnyOperation[] {
  return [...keepingOperations(deps), ...readingOperations(deps), ...sharingOperations(deps)]
}

function keepingOperations(deps: TradeSecretsOperationsDeps): AnyOperation[] {
  const { register, documents } = deps
  return [
    operation({
      name: 'trade-secrets.add',
      summary: 'Register a trade secret: what it is, how it is kept secret, and who needs to know',
      method: 'POST',
      path: '/trade-secrets',
      input: z.strictObject({ ...registeredSchema.shape, ...keeping }),
      output: listed,
      status: 201,
      allow: keepers,
      run: async ({ owner, persons, roles, ...said }, { caller }) => {
        const kept = await keepingOf(deps, { owner, persons, roles })
        return describe(await register.add(requireUser(caller), said, kept), said.title)
      },
    }),
    operation({
      name: 'trade-secrets.change',
      summary:
        'Register a trade secret anew: its text and who needs to know; what was registered can still be proven',
      method: 'POST',
      path: '/trade-secrets/:id/versions',
      positional: ['id'],
      input: z.strictObject({ id, ...registeredSchema.shape, ...keeping }),
      output: listed,
      status: 201,
      allow: keepers,
      run: async ({ id, owner, persons, roles, ...said }, { caller, ifMatch }) => {
        const kept = await keepingOf(deps, { owner, persons, roles })
        return describe(await register.change(requireUser(caller), id, said, kept, ifMatch), said.title)
      },
    }),
    operation({
      name: 'trade-secrets.withdraw',
      summary: 'Take a trade secret out of the register; that it was in it can still be proven',
      method: 'POST',
      path: '/trade-secrets/:id/withdrawal',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: z.object({ id: z.string(), state: z.enum(['registered', 'withdrawn']) }),
      allow: keepers,
      run: async ({ id }, { caller }) => {
        const { state } = await register.withdraw(requireUser(caller), id)
        return { id, state }
      },
    }),
    operation({
      name: 'trade-secrets.attach',
      summary: 'Put a document with a trade secret: PDF, PNG or JPEG, at most 64 MB; it lies sealed',
      method: 'POST',
      path: '/trade-secrets/:id/documents',
      positional: ['id'],
      input: z.strictObject({ id, name: z.string().trim().min(1).max(200).describe('what it is called') }),
      output: shown,
      status: 201,
      allow: keepers,
      upload: true,
      run: async ({ id, name }, context) => {
        const caller = requireUser(context.caller)
        await documents.attach(caller, id, { content: requireUpload(context), name })
        return show(deps, caller, id)
      },
    }),
    operation({
      name: 'trade-secrets.log',
      summary: 'Who looked at a trade secret, of ours and of partners it is shared with; the newest first',
      method: 'GET',
      path: '/trade-secrets/:id/looks',
      positional: ['id'],
      input: z.strictObject({ id, ...pageInput }),
      output: pageOf(
        z.object({
          ...{ id: z.string(), person, version: z.int(), document: z.string().nullable(), at: time },
          share: z.string().nullable().describe('how a partner’s person saw it'),
        }),
      ),
      allow: keepers,
      run: async ({ id, cursor, limit }, { caller }) => {
        const { items, next } = await register.looks(requireUser(caller), id, { cursor, limit })
        const names = await deps.names(items.map(({ personId }) => personId))
        return {
          items: items.map((look) => ({
            ...{ id: look.id, version: look.version, document: look.documentId, at: isoTime(look.at) },
            share: look.shareId,
            person: { id: look.personId, name: names.get(look.personId) ?? null },
          })),
          next,
        }
      },
    }),
  ]
}

function readingOperations(deps: TradeSecretsOperationsDeps): AnyOperation[] {
  const { register, documents } = deps
  return [
    operation({
      name: 'trade-secrets.list',
      summary: 'The trade secrets you need to know of',
      method: 'GET',
      path: '/trade-secrets',
      input: z.strictObject({}),
      output: z.object({ items: z.array(listed) }),
      allow: people,
      run: async (_input, { caller }) => ({
        items: (await register.list(requireUser(caller))).map((row) => describe(row, row.title)),
      }),
    }),
    operation({
      name: 'trade-secrets.show',
      summary: 'One trade secret; that you looked is recorded',
      method: 'GET',
      path: '/trade-secrets/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: shown,
      allow: people,
      run: ({ id }, { caller }) => show(deps, requireUser(caller), id),
    }),
    operation({
      name: 'trade-secrets.proof',
      summary: 'The text that the digest of a version is of: proves what was registered that day',
      method: 'GET',
      path: '/trade-secrets/:id/proof',
      positional: ['id'],
      input: z.strictObject({ id, version: z.coerce.number().int().min(1).optional() }),
      output: z.object({
        ...{ id: z.string(), version: z.int(), digest: z.string(), registered_at: time },
        text: z.string().describe('RFC 8785: its SHA-256 is the digest'),
      }),
      allow: people,
      run: async ({ id, version }, { caller }) => {
        const found = await register.proof(requireUser(caller), id, version)
        const { digest, text, at } = found
        return { id, version: found.version, digest, registered_at: isoTime(at), text }
      },
    }),
    operation({
      name: 'trade-secrets.download',
      summary: 'A document of a trade secret, to save; that you looked is recorded',
      method: 'GET',
      path: '/trade-secrets/:id/documents/:document',
      positional: ['id', 'document'],
      input: z.strictObject({ id, document: z.uuid() }),
      output: downloadSchema,
      allow: people,
      download: true,
      run: async (input, { caller }) => {
        const { document, content } = await documents.open(requireUser(caller), input.id, input.document)
        const ending = document.mediaType.slice(document.mediaType.indexOf('/') + 1)
        const { mediaType, size } = document
        return { fileName: `${document.id}.${ending}`, mediaType, size, content }
      },
    }),
  ]
}

async function show(deps: TradeSecretsOperationsDeps, caller: UserCaller, id: string) {
  const { row, said, digest, documents }: ShownSecret = await deps.register.show(caller, id)
  const { persons, roles } = row.needToKnow
  const names = await deps.names([row.ownerParty, ...persons])
  const named = (one: string) => ({ id: one, name: names.get(one) ?? null })
  return {
    ...{ ...describe(row, said.title), ...said, digest, registered_at: isoTime(row.createdAt) },
    owner: named(row.ownerParty),
    need_to_know: { persons: persons.map(named), roles: [...roles] },
    documents: documents.map(({ mediaType, at, ...one }) => ({
      ...{ ...one, media_type: mediaType, added_at: isoTime(at) },
    })),
  }
}

async function keepingOf(
  { personOf }: TradeSecretsOperationsDeps,
  {
    owner,
    persons,
    roles,
  }: { owner: string; persons: readonly string[]; roles: Keeping['needToKnow']['roles'] },
): Promise<Keeping> {
  const [ownerParty, ...others] = await Promise.all([personOf(owner), ...persons.map(personOf)])
  return { ownerParty, needToKnow: { persons: [...new Set(others)], roles: [...new Set(roles)] } }
}

const describe = ({ id, state, version, changedAt }: TradeSecretRow, title: string) => ({
  ...{ id, title, state, version, changed_at: isoTime(changedAt) },
})
