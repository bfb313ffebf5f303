import { BoundedMap } from '../core/index.ts'

/** Remembers signatures that verified, by a digest over token and key. Only successes are ever kept. */
export interface SignatureCache {
  has(digest: string): boolean
  add(digest: string): void
}

/**
 * A bounded {@link SignatureCache}. A signature stays mathematically true, so entries do not age: who may sign and
 * until when is decided from the key the caller resolves each time.
 * @param max how many signatures are remembered at least, twice that at most; 10,000 unless told
 */
export function createSignatureCache(max = 10_000): SignatureCache {
  const known = new BoundedMap<true>(max)
  return {
    has: (digest) => known.get(digest) === true,
    add: (digest) => known.set(digest, true),
  }
}
