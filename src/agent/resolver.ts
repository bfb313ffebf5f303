import type { DIDDocument } from 'did-resolver'
import { asDid, BoundedMap, type Clock, type Did, didOfUrl, isRefusal, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { type ChainConfig, createChainRpc } from './chain-rpc.ts'
import { createEthrResolver } from './did-ethr.ts'
import { resolveDidJwk } from './did-jwk.ts'
import { resolveDidKey } from './did-key.ts'
import { fetchDidWeb } from './did-web.ts'
import { type KeyPurpose, type ResolvedDid, readDocument, type VerificationKey } from './document.ts'
import { ResolvedCache } from './resolved-cache.ts'

export interface ResolverDeps {
  readonly egress: Egress
  readonly chainEgress?: Egress
  readonly clock: Clock
  /** Without a chain every did:ethr is refused. */
  readonly chain?: ChainConfig
  /** Fetches a did:web of localhost over http; the embedded network and tests only. */
  readonly allowLoopback?: boolean
}

/** Who somebody is, as far as keys and services go, at most a minute old. */
export interface Resolver {
  /**
   * @throws Refusal `did_method_unsupported`, `did_unresolvable` (the chain or host does not answer within 3 s),
   *   `did_not_found`, `did_document_invalid`, `did_key_unsupported`, `did_jwk_invalid`, `did_web_invalid`,
   *   `did_ethr_invalid`, `did_chain_unknown`
   */
  resolve(did: Did): Promise<ResolvedDid>
  /** The whole document, asked at the source each time: it is as large as its owner likes. @throws as `resolve` */
  document(did: Did): Promise<DIDDocument>
  verificationKeys(did: Did, purpose: KeyPurpose): Promise<readonly VerificationKey[]>
  /**
   * The key a signature names, when it is a current one of that purpose.
   * @param kid a DID URL with a fragment
   * @throws Refusal `kid_invalid`, `key_not_current`, and those of `resolve`
   */
  requireKey(kid: string, purpose: KeyPurpose): Promise<PublicJwk>
  /** Empties the cache for one DID: what is asked next is asked at the source. */
  forget(did: Did): void
}

const MAX_AGE_MS = 60_000
/** A name of a key that is not in what we remember is looked for again, no more often than so. */
const LOOK_AGAIN_MS = 1_000
/** For all of one resolution: fails closed well within 3 s. */
const TIMEOUT_MS = 2_500

export function createResolver(deps: ResolverDeps): Resolver {
  const { clock } = deps
  const fetchDocument = createFetch(deps)
  const cache = new ResolvedCache()
  const asking = new Map<Did, Promise<ResolvedDid>>()

  const ask = (did: Did): Promise<ResolvedDid> => {
    const asked = clock.now()
    const answer = fetchDocument(did).then((document) => {
      const resolved = readDocument(did, document)
      // An answer that was under way when the DID was forgotten may be of before.
      if (asking.get(did) === answer) cache.set(did, { resolved, until: asked + MAX_AGE_MS })
      return resolved
    })
    asking.set(did, answer)
    const done = () => {
      if (asking.get(did) === answer) asking.delete(did)
    }
    answer.then(done, done)
    return answer
  }

  const resolve = async (did: Did): Promise<ResolvedDid> => {
    const cached = cache.get(did)
    if (cached && clock.now() < cached.until && clock.now() >= cached.until - MAX_AGE_MS)
      return cached.resolved
    return asking.get(did) ?? ask(did)
  }

  const forget = (did: Did): void => {
    asking.delete(did)
    cache.delete(did)
  }
  /** As it is at its source; where that is away, as we remember it. */
  const again = (did: Did): Promise<ResolvedDid> => (asking.get(did) ?? ask(did)).catch(() => resolve(did))

  /** A key can be newer than what we remember; made-up names cost one look a second. */
  const looks = new BoundedMap<number>(10_000)
  const mayLookAgain = (did: Did): boolean => {
    const now = clock.now()
    const last = looks.get(did)
    if (last !== undefined && now >= last && now < last + LOOK_AGAIN_MS) return false
    looks.set(did, now)
    return true
  }

  return {
    resolve,
    forget,
    document: async (did) => {
      const document = await fetchDocument(did)
      readDocument(did, document)
      return document
    },
    verificationKeys: async (did, purpose) =>
      [...(await resolve(did)).keys[purpose]].map(([kid, jwk]) => ({ kid, jwk })),
    requireKey: async (kid, purpose) => {
      const did = didOfKid(kid)
      const known = (await resolve(did)).keys[purpose].get(kid)
      // What is not kept was asked for just now.
      const looksAgain = known === undefined && cache.get(did) !== undefined && mayLookAgain(did)
      const jwk = looksAgain ? (await again(did)).keys[purpose].get(kid) : known
      if (!jwk)
        throw new Refusal(
          'unprocessable',
          'key_not_current',
          'the signing key is not a current key of its DID',
        )
      return jwk
    },
  }
}

/** @throws Refusal `kid_invalid` */
function didOfKid(kid: string): Did {
  const [id = '', fragment, ...more] = kid.length <= 2048 ? kid.split('#') : []
  if (!fragment || more.length > 0 || /[?/]/.test(id))
    throw new Refusal('invalid', 'kid_invalid', 'the kid is not a DID URL with a fragment')
  return didOfUrl(id)
}

/** The document, from wherever its method keeps it. */
function createFetch(deps: ResolverDeps): (did: Did) => Promise<DIDDocument> {
  const { egress, chainEgress = egress, chain } = deps
  const fetchEthr = chain && createEthrResolver(chain, createChainRpc(chainEgress, chain.rpcUrl))
  const web = { egress, httpOnLoopback: deps.allowLoopback ?? false }
  return async (input) => {
    const did = asDid(input)
    switch (did.split(':', 2)[1]) {
      case 'jwk':
        return resolveDidJwk(did)
      case 'key':
        return resolveDidKey(did)
      case 'web':
        return orUnresolvable(fetchDidWeb(did, TIMEOUT_MS, web))
      case 'ethr':
        if (fetchEthr) return orUnresolvable(withinTime(fetchEthr(did, TIMEOUT_MS)))
    }
    throw new Refusal(
      'unprocessable',
      'did_method_unsupported',
      'this node does not resolve DIDs of this method',
    )
  }
}

/** The calls have times of their own; this is for what happens between them. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('out of time')), TIMEOUT_MS + 300)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What is away may be back later; what is wrong stays wrong. */
async function orUnresolvable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (isRefusal(cause) && cause.kind === 'unprocessable') throw cause
    if (isRefusal(cause, 'egress_refused_address', 'egress_refused_url'))
      throw new Refusal('unprocessable', 'did_web_invalid', 'the host of this did:web may not be called', {
        cause,
      })
    throw new Refusal('unavailable', 'did_unresolvable', 'this DID cannot be resolved now', { cause })
  }
}
