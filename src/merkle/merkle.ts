import { createHash } from 'node:crypto'
import { Refusal } from '../core/index.ts'

/** SHA-256 of anything in a tree. */
export type Hash = Buffer

const sha256 = (...parts: readonly Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])
const HASH_BYTES = 32

/** What stands for a content at the bottom of a tree (RFC 9162, section 2.1.1). */
export const leafHash = (content: Uint8Array): Hash => sha256(LEAF, content)

const nodeHash = (left: Uint8Array, right: Uint8Array): Hash => sha256(NODE, left, right)

/** The root of a tree over these leaves, in their order; of none the hash of nothing (RFC 9162, section 2.1.1). */
export function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return sha256()
  let level: readonly Hash[] = leaves
  while (level.length > 1) level = pairUp(level)
  return level[0] ?? sha256()
}

/**
 * What it takes to get from a leaf to the root: the other half at each fork, from the bottom up
 * (RFC 9162, section 2.1.3.1).
 * @throws Refusal `merkle_index_outside`
 */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length) throw outside()
  const path: Hash[] = []
  let level: readonly Hash[] = leaves
  for (let at = index; level.length > 1; at = at >>> 1) {
    const sibling = level[at ^ 1]
    // The last of an odd number goes up as it is.
    if (sibling) path.push(sibling)
    level = pairUp(level)
  }
  return path
}

/**
 * The root that a leaf at this place leads to (RFC 9162, section 2.1.3.2).
 * @param size how many leaves the tree has
 * @throws Refusal `merkle_index_outside`, `merkle_proof_malformed` when the path is not one of such a tree
 */
export function rootFromProof(
  leaf: Hash,
  {
    index,
    size,
    path,
  }: { readonly index: number; readonly size: number; readonly path: readonly Uint8Array[] },
): Hash {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw outside()
  if (path.some(({ length }) => length !== HASH_BYTES)) throw malformed()
  let root = leaf
  let used = 0
  for (let at = index, last = size - 1; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at % 2 === 0 && at === last) continue
    const sibling = path[used++]
    if (!sibling) throw malformed()
    root = at % 2 === 1 ? nodeHash(sibling, root) : nodeHash(root, sibling)
  }
  if (used !== path.length) throw malformed()
  return root
}

function pairUp(level: readonly Hash[]): Hash[] {
  const above: Hash[] = []
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]]
    if (left) above.push(right ? nodeHash(left, right) : left)
  }
  return above
}

const outside = () => new Refusal('invalid', 'merkle_index_outside', 'the tree has no leaf at this place')
const malformed = () =>
  new Refusal('invalid', 'merkle_proof_malformed', 'this is not a path through a tree of that size')
