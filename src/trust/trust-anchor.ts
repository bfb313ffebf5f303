import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, isDid, Refusal } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import type { AnchorClient } from './anchor-client.ts'
import { anchorPinTable } from './tables.ts'

/** Who the network trusts to register parties and to attest that they accepted its policy. */
export interface TrustAnchor {
  readonly url: string
  readonly did: Did
  readonly name: string
}

/** What a trust anchor says of itself at `/.well-known/regie`. */
export const anchorDescription = z.object({
  did: z.string().refine(isDid),
  name: z.string().min(1).max(200),
  /** Its own address for Offers and Asks. */
  wallet: z.url({ protocol: /^https?$/ }).max(2048),
  policy: z.object({
    id: z.string().max(64),
    version: z.int().min(1),
    digest: z.string().max(64),
  }),
})
export type AnchorDescription = z.output<typeof anchorDescription>

/** The trust anchor of this node. */
export interface AnchorSource {
  /** Who it is; asks it only when we never met. @throws Refusal `trust_anchor_unreachable`, `trust_anchor_changed` */
  require(): Promise<TrustAnchor>
  /** Asks it who it is now. @throws Refusal `trust_anchor_unreachable`, `trust_anchor_changed`, `trust_anchor_malformed` */
  refresh(): Promise<AnchorDescription>
}

export const WELL_KNOWN_PATH = '/.well-known/regie'

/** The trust anchor's node is its own. */
export function createOwnAnchor(deps: {
  readonly url: string
  readonly describe: () => Promise<AnchorDescription>
}): AnchorSource {
  return {
    require: async () => {
      const { did, name } = await deps.describe()
      return { url: deps.url, did, name }
    },
    refresh: deps.describe,
  }
}

export interface RemoteAnchorDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly client: AnchorClient
  /** The DID an operator wrote down; without it the first answer over TLS (or loopback) is believed and kept. */
  readonly did?: Did | undefined
}

/** Another node: its DID is the configured one, or the one it had when we met. */
export function createRemoteAnchor(deps: RemoteAnchorDeps): AnchorSource {
  const { url } = deps.client
  let known: TrustAnchor | undefined
  const pinned = async (): Promise<TrustAnchor | undefined> => {
    if (known) return known
    const row = await deps.store.reader.findOneBy(anchorPinTable, { url })
    // What an operator writes down goes before what we once saw.
    if (row && (deps.did === undefined || row.did === deps.did)) known = { url, did: row.did, name: row.name }
    return known
  }
  const refresh = async (): Promise<AnchorDescription> => {
    const found = anchorDescription.safeParse(await deps.client.get(WELL_KNOWN_PATH))
    if (!found.success)
      throw new Refusal('upstream', 'trust_anchor_malformed', 'the trust anchor does not say who it is')
    const expected = deps.did ?? (await pinned())?.did ?? (await pin(deps, found.data))
    if (found.data.did !== expected) throw changed()
    if (!(await pinned())) await pin(deps, found.data)
    return found.data
  }
  return {
    refresh,
    require: async () => {
      const before = await pinned()
      if (before) return before
      const { did, name } = await refresh()
      return { url, did, name }
    },
  }
}

const changed = () =>
  new Refusal(
    'upstream',
    'trust_anchor_changed',
    'the trust anchor says it has another DID than before: if that is right, write the new DID in agent.yml',
  )

/** Keeps the first answer. @returns the DID that is kept, which another process may have written */
async function pin(
  { store, clock, audit, client, did }: RemoteAnchorDeps,
  found: AnchorDescription,
): Promise<Did> {
  return store.transact(async (tx) => {
    const [mine] = await rows(
      tx,
      `INSERT INTO trust_anchor_pin (url, did, name, pinned_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (url) DO UPDATE SET did = excluded.did, name = excluded.name, pinned_at = excluded.pinned_at
       WHERE excluded.did = ? AND trust_anchor_pin.did <> excluded.did RETURNING url`,
      [client.url, found.did, found.name, clock.now(), did ?? ''],
    )
    if (mine)
      await audit.record(tx, 'system', 'trust_anchor.pinned', {
        did: found.did,
        by: did ? 'configuration' : 'first_use',
      })
    const kept = await tx.findOneBy(anchorPinTable, { url: client.url })
    return kept?.did ?? found.did
  })
}
