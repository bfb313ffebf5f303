import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  isLoopbackHost,
  isoTimeOrNull,
  operation,
  Refusal,
} from '../core/index.ts'
import { changeKinds, type DidChangeRow, fates } from './change-table.ts'
import type { Order } from './order.ts'
import type { OwnDid } from './own-did.ts'
import type { Plan } from './plan.ts'

export interface OwnDidOperationsDeps {
  readonly ownDid: Pick<OwnDid, 'show' | 'changes' | 'plan' | 'begin'>
  /** Whether an address on this machine will do: a network on one machine. */
  readonly loopback: boolean
}

const time = z.iso.datetime().nullable()

const counted = { type: z.string(), count: z.int() }
const plan = z
  .object({
    credentials: z.array(z.object({ ...counted, fate: z.enum(fates) })),
    unpresentable: z.array(z.object(counted)).describe('held of others under the key: ask for them again'),
    signs_after: z.enum(['same_key', 'new_key', 'nothing']),
    transactions: z.int(),
    seen_within_s: z.int().describe('others may remember our DID for so long'),
  })
  .describe('what it does to credentials already issued')

const changeShape = {
  id: z.string().nullable(),
  kind: z.enum(changeKinds),
  state: z.enum(['planned', 'open', 'done']),
  key: z.string().nullable(),
  endpoint: z.string().nullable(),
  outcomes: z.array(z.object({ id: z.string(), type: z.string(), fate: z.enum(fates) })),
  created_at: time,
  done_at: time,
}
const answer = z.object({ ...changeShape, plan })

const dryRun = z.boolean().default(false).describe('say what it would do, and do nothing')
const kid = z.string().min(1).max(2048).describe('a key of our DID: its name, or what comes after the #')
const url = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .describe('https, without query; http on this machine only')

const byAdministrator = { users: ['administrator'] } as const
const byThoseWhoLook = { users: ['administrator', 'auditor'] } as const

/** The organisation's DID over its life. */
export function ownDidOperations({ ownDid, loopback }: OwnDidOperationsDeps): AnyOperation[] {
  const carryOut = async (caller: Caller, order: Order, isDryRun: boolean) => {
    const planned = showPlan(await ownDid.plan(order))
    if (!isDryRun) return { ...showChange(await ownDid.begin(caller, order)), plan: planned }
    const nothing = { id: null, outcomes: [], created_at: null, done_at: null }
    const { kind, kid: key = null, endpoint = null } = order
    return { ...nothing, kind, state: 'planned' as const, key, endpoint, plan: planned }
  }
  const step = { method: 'POST', output: answer, proof: true, allow: byAdministrator } as const
  return [
    operation({
      name: 'did.show',
      summary: 'Our organisation’s DID and its keys',
      method: 'GET',
      path: '/did',
      input: z.strictObject({}),
      output: z.object({
        did: z.string(),
        state: z.enum(['active', 'not_signing', 'deactivated']),
        keys: z.array(
          z.object({
            kid: z.string().nullable(),
            use: z.enum(['signing', 'controller', 'holder']),
            state: z.enum(['pending', 'active', 'retired', 'compromised', 'ended']),
            created_at: time,
            listed_until: time.describe('until when the chain lists it; replace it before'),
          }),
        ),
        open: z.object(changeShape).nullable(),
      }),
      allow: byThoseWhoLook,
      run: async () => {
        const { did, state, keys, open } = await ownDid.show()
        return {
          did,
          state,
          keys: keys.map((key) => ({
            ...{ kid: key.kid, use: key.use, state: key.state },
            ...{ created_at: isoTimeOrNull(key.createdAt), listed_until: isoTimeOrNull(key.listedUntil) },
          })),
          open: open && showChange(open),
        }
      },
    }),
    operation({
      name: 'did.changes',
      summary: 'What was done to our DID, newest first, and what became of the credentials',
      method: 'GET',
      path: '/did/changes',
      input: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      output: z.object({ items: z.array(z.object(changeShape)) }),
      allow: byThoseWhoLook,
      run: async ({ limit }) => ({ items: (await ownDid.changes(limit)).map(showChange) }),
    }),
    operation({
      ...step,
      name: 'did.rotate',
      summary: 'Another key signs for our organisation; what the old one signed stays valid',
      path: '/did/rotate',
      input: z.strictObject({ dry_run: dryRun }),
      run: ({ dry_run }, { caller }) => carryOut(caller, { kind: 'rotate' }, dry_run),
    }),
    operation({
      ...step,
      name: 'did.retire',
      summary: 'Stop signing with a key until did rotate brings another; what it signed stays valid',
      path: '/did/retire',
      positional: ['kid'],
      input: z.strictObject({ kid, dry_run: dryRun }),
      run: ({ kid, dry_run }, { caller }) => carryOut(caller, { kind: 'retire', kid }, dry_run),
    }),
    operation({
      ...step,
      name: 'did.compromise',
      summary: 'Give a key up: what it signed is revoked, and issued once more where we can',
      path: '/did/compromise',
      positional: ['kid'],
      input: z.strictObject({ kid, dry_run: dryRun }),
      run: ({ kid, dry_run }, { caller }) => carryOut(caller, { kind: 'compromise', kid }, dry_run),
    }),
    operation({
      ...step,
      name: 'did.endpoint',
      summary: 'Say in our DID where this node is reached; without an address, the one in agent.yml',
      path: '/did/endpoint',
      positional: ['url'],
      input: z.strictObject({ url: url.optional(), dry_run: dryRun }),
      run: ({ url, dry_run }, { caller }) =>
        carryOut(
          caller,
          { kind: 'endpoint', ...(url !== undefined && { endpoint: requireEndpoint(url, loopback) }) },
          dry_run,
        ),
    }),
    operation({
      ...step,
      name: 'did.controller',
      summary: 'Another key controls our did:ethr on the chain; nothing that was signed changes',
      path: '/did/controller',
      input: z.strictObject({ dry_run: dryRun }),
      run: ({ dry_run }, { caller }) => carryOut(caller, { kind: 'controller' }, dry_run),
    }),
    operation({
      ...step,
      name: 'did.deactivate',
      summary: 'End our DID, for good: nothing it signed can be verified any more, and it signs nothing',
      path: '/did/deactivate',
      input: z.strictObject({
        confirm: z.string().max(2048).optional().describe('the DID itself, in full'),
        dry_run: dryRun,
      }),
      run: async ({ confirm, dry_run }, { caller }) => {
        if (!dry_run && confirm !== (await ownDid.show()).did)
          throw new Refusal(
            'conflict',
            'confirmation_missing',
            'this cannot be undone: confirm it with the DID in full',
          )
        return carryOut(caller, { kind: 'deactivate' }, dry_run)
      },
    }),
  ]
}

/** @throws Refusal `endpoint_invalid` */
function requireEndpoint(text: string, loopback: boolean): string {
  const url = new URL(text)
  const isLocal = loopback && isLoopbackHost(url.hostname)
  if (url.username || url.password || url.search || url.hash || !(url.protocol === 'https:' || isLocal))
    throw new Refusal(
      'invalid',
      'endpoint_invalid',
      'an address is https, without sign-in, query or fragment',
    )
  return text.replace(/\/+$/, '')
}

const showChange = (row: DidChangeRow) => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  key: row.kid,
  endpoint: row.endpoint,
  outcomes: [...row.outcomes],
  created_at: isoTimeOrNull(row.createdAt),
  done_at: isoTimeOrNull(row.doneAt),
})

const showPlan = (planned: Plan) => ({
  credentials: [...planned.credentials],
  unpresentable: [...planned.unpresentable],
  signs_after: planned.signsAfter,
  transactions: planned.transactions,
  seen_within_s: planned.seenWithinS,
})
