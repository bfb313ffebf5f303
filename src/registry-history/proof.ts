import { z } from 'zod'
import { type Did, Refusal } from '../core/index.ts'
import { inclusionProof } from '../merkle/index.ts'
import { notRegistered } from '../trust/index.ts'
import { digestOfBytes } from './head-token.ts'
import type { MadeHead, RegistryHeads, Tree } from './heads.ts'
import { partyHistorySchema } from './party-history.ts'

const digest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)

/**
 * All it takes to show how one organisation stood in the registry, to somebody who asks nobody but the chain: the file
 * that is kept with a contract for later.
 */
export const proofSchema = z.strictObject({
  format: z.literal('regie-registry-proof-1'),
  /** The signed head. */
  head: z.string().max(8_192),
  party: partyHistorySchema,
  /** Its place in the tree, from 0. */
  index: z.int().min(0),
  path: z.array(digest).max(64),
  /** Where the head is on the chain; null while it is not. */
  anchor: z
    .strictObject({
      chain_id: z.int().positive(),
      /** The ERC-1056 contract. */
      registry: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
      block: z.int().min(0),
      transaction: z.string().regex(/^0x[0-9a-f]{64}$/),
    })
    .nullable(),
})
export type RegistryProof = z.output<typeof proofSchema>

/** A change may be under way while a head is made: of this last minute, in ms, a head says nothing. */
export const UNSETTLED_MS = 60_000

/**
 * The proof of how an organisation stood at a moment, or as far as the newest head tells.
 * @throws Refusal `party_not_registered`, `registry_head_missing`
 */
export async function proofOf(
  { did, at }: { readonly did: Did; readonly at: number | undefined },
  {
    heads,
    chain,
  }: {
    readonly heads: RegistryHeads
    readonly chain: { readonly chainId: number; readonly registry: string }
  },
): Promise<RegistryProof> {
  const head = (at === undefined ? null : await heads.firstAfter(at + UNSETTLED_MS)) ?? (await heads.latest())
  if (!head) throw headMissing()
  const tree = await heads.treeOf(head.number)
  const index = placeOf(tree, did)
  if (index === null) throw notRegistered()
  const party = await heads.party(head.number, did)
  return {
    format: 'regie-registry-proof-1',
    head: head.token,
    party,
    index,
    path: inclusionProof(tree.leaves, index).map(digestOfBytes),
    anchor: anchorOf(head, chain),
  }
}

export const anchorOf = (
  { transaction, block }: MadeHead,
  { chainId, registry }: { readonly chainId: number; readonly registry: string },
): RegistryProof['anchor'] =>
  transaction !== null && block !== null ? { chain_id: chainId, registry, block, transaction } : null

/** By halving: they are in order. */
function placeOf({ dids }: Tree, did: Did): number | null {
  let [from, to] = [0, dids.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    const found = dids[middle]
    if (found === did) return middle
    if (found !== undefined && found < did) from = middle + 1
    else to = middle
  }
  return null
}

const headMissing = () =>
  new Refusal(
    'conflict',
    'registry_head_missing',
    'the registry was not put in a head yet: try again in an hour',
  )
