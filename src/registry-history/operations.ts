import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import {
  type AnyOperation,
  type Clock,
  type Did,
  downloadSchema,
  endOfDay,
  isDid,
  isoTime,
  operation,
  Refusal,
  registryRoles,
} from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { Store } from '../store/index.ts'
import { notRegistered, type Registry } from '../trust/index.ts'
import { unauthorisedCodes, whyNot } from './authorisation.ts'
import type { MadeHead, RegistryHeads } from './heads.ts'
import { historyOfNow } from './now.ts'
import { type PartyHistory, standingAt, standingSchema } from './party-history.ts'
import { anchorOf, proofOf, proofSchema } from './proof.ts'

export interface RegistryHistoryDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly types: CredentialTypes
  readonly registry: Registry
  readonly heads: RegistryHeads
  readonly chain: { readonly chainId: number; readonly registry: string }
  /** The trust anchor's own DID. */
  readonly ownDid: () => Promise<Did>
}

const did = z.string().max(2_048).refine(isDid, 'a DID')
const day = z.iso.date()
const ANYONE = 'who is in the network, and was, is public'

const headView = z.object({
  number: z.int(),
  made_at: z.iso.datetime(),
  size: z.int().describe('organisations in it'),
  root: z.string(),
  policy: z.object({ version: z.int(), digest: z.string() }),
  head: z.string().describe('as the trust anchor signed it'),
  anchor: proofSchema.shape.anchor.describe('where it is on the chain'),
})

/** What the trust anchor offers about its registry over time. */
export function registryHistoryOperations(deps: RegistryHistoryDeps): AnyOperation[] {
  return [...openOperations(deps), rolesOperation(deps)]
}

function openOperations(deps: RegistryHistoryDeps): AnyOperation[] {
  const { heads, chain, clock } = deps
  return [
    operation({
      name: 'registry.heads',
      summary:
        'The registry over time: a signed hash of all of it after each hour with a change, and where the chain has it',
      method: 'GET',
      path: '/registry/heads',
      input: z.strictObject({
        before: z.coerce.number().int().min(1).optional().describe('only those with a lower number'),
        limit: z.coerce.number().int().min(1).max(200).default(20),
      }),
      output: z.object({ items: z.array(headView), next: z.int().nullable() }),
      allow: { anyone: ANYONE },
      run: async (page) => {
        const items = await heads.list(page)
        const last = items.at(-1)
        return {
          items: items.map((head) => showHead(head, chain)),
          next: items.length === page.limit && last && last.number > 1 ? last.number : null,
        }
      },
    }),
    operation({
      name: 'registry.history',
      summary: 'All that happened to an organisation in the registry, oldest first',
      method: 'GET',
      path: '/registry/parties/:did/history',
      input: z.strictObject({ did }),
      output: z.object({ did: z.string(), history: z.array(standingSchema) }),
      allow: { anyone: ANYONE },
      positional: ['did'],
      run: async (input) => requireHistory(deps, input.did),
    }),
    operation({
      name: 'registry.proof',
      summary:
        'A file that proves later, without the trust anchor, how an organisation stood in the registry on a day',
      method: 'GET',
      path: '/registry/parties/:did/proof',
      input: z.strictObject({ did, on: day.optional().describe('the day; today unless told') }),
      output: proofSchema,
      allow: { anyone: ANYONE },
      positional: ['did'],
      run: (input) =>
        proofOf({ did: input.did, at: input.on === undefined ? undefined : endOfDay(input.on) }, deps),
    }),
    operation({
      name: 'registry.authorization',
      summary: 'Whether an organisation is authorised for an action on a resource, now or then (TRQP 2.0)',
      method: 'POST',
      path: '/registry/authorization',
      input: z.strictObject({
        entity_id: did,
        authority_id: did.describe('the trust anchor'),
        action: z.string().min(1).max(100).describe('participate, act-as or issue'),
        resource: z
          .string()
          .min(1)
          .max(500)
          .describe('trust-network; a role of the registry; a credential type'),
        context: z.object({ time: z.iso.datetime({ offset: true }).optional() }).optional(),
      }),
      output: z.object({
        entity_id: z.string(),
        authority_id: z.string(),
        action: z.string(),
        resource: z.string(),
        authorized: z.boolean(),
        time_requested: z.string().nullable(),
        time_evaluated: z.iso.datetime(),
        message: z.string(),
        code: z.enum(unauthorisedCodes).nullable(),
      }),
      allow: { anyone: ANYONE },
      run: async ({ context, ...asked }) => {
        if (asked.authority_id !== (await deps.ownDid())) throw authorityUnknown()
        const at = context?.time === undefined ? clock.now() : Date.parse(context.time)
        const history = await historyOfNow(deps.store.reader, asked.entity_id)
        const code = whyNot(history && standingAt(history, at), asked, deps.types)
        return {
          ...asked,
          authorized: code === null,
          time_requested: context?.time ?? null,
          time_evaluated: isoTime(at),
          message: code === null ? 'authorised' : `not authorised: ${code.replaceAll('_', ' ')}`,
          code,
        }
      },
    }),
    operation({
      name: 'registry.export',
      summary: 'The whole registry over time as lines of JSON: whoever hashes them gets the root of its head',
      method: 'GET',
      path: '/registry/export',
      input: z.strictObject({}),
      output: downloadSchema,
      allow: { anyone: ANYONE },
      download: true,
      run: async () => {
        const head = await heads.latest()
        if (!head)
          throw new Refusal('conflict', 'registry_head_missing', 'the registry was not put in a head yet')
        return {
          fileName: `registry-${head.number}.jsonl`,
          mediaType: 'application/jsonl',
          content: lines(head, deps),
        }
      },
    }),
  ]
}

function rolesOperation({ store, audit, registry }: RegistryHistoryDeps): AnyOperation {
  const given = z.enum(registryRoles).exclude(['trust_anchor', 'member'])
  return operation({
    name: 'registry.roles',
    summary: 'Say what a member is to the network besides: issuer, verifier, intermediary',
    method: 'POST',
    path: '/registry/parties/:did/roles',
    input: z.strictObject({
      did,
      roles: z.array(given).max(10),
      reason: z.string().trim().min(1).max(500),
    }),
    output: z.object({ did: z.string(), roles: z.array(z.enum(registryRoles)) }),
    allow: { users: ['servicedesk'] },
    positional: ['did'],
    run: async (input, { caller }) =>
      store.transact(async (tx) => {
        const entry = await registry.find(input.did)
        if (!entry) throw notRegistered()
        const kept = entry.roles.filter((role) => role === 'trust_anchor' || role === 'member')
        const roles = [...kept, ...new Set(input.roles)]
        await registry.setRoles(tx, input.did, roles)
        await audit.record(tx, caller, 'registry.roles_set', {
          organisation: input.did,
          roles: roles.join(' '),
          reason: input.reason,
        })
        return { did: input.did, roles }
      }),
  })
}

async function requireHistory({ store }: RegistryHistoryDeps, wanted: Did): Promise<PartyHistory> {
  const history = await historyOfNow(store.reader, wanted)
  if (history) return history
  throw notRegistered()
}

/** The head first, then each organisation as it was hashed. */
async function* lines(head: MadeHead, { heads, chain }: RegistryHistoryDeps): AsyncGenerator<Uint8Array> {
  const first = { format: 'regie-registry-export-1', head: head.token, anchor: anchorOf(head, chain) }
  yield Buffer.from(`${JSON.stringify(first)}\n`, 'utf8')
  for await (const party of heads.parties(head.number))
    yield Buffer.from(`${canonicalize(party) ?? ''}\n`, 'utf8')
}

const showHead = (head: MadeHead, chain: RegistryHistoryDeps['chain']): z.input<typeof headView> => ({
  number: head.number,
  made_at: isoTime(head.madeAt),
  size: head.size,
  root: head.root,
  policy: { version: head.policyVersion, digest: head.policyDigest },
  head: head.token,
  anchor: anchorOf(head, chain),
})

const authorityUnknown = () =>
  new Refusal('not_found', 'registry_authority_unknown', 'this registry is of another authority')
