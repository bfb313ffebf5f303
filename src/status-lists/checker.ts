import { type Clock, isRefusal, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { coalesce } from './coalesce.ts'
import { type DecodedList, valueAt } from './codec.ts'
import { type CachedList, ListCache } from './list-cache.ts'
import { keyOfList, type ListKeysDeps, type ListSigner } from './list-signer.ts'
import { parseStatusClaim, stateOfValue } from './status.ts'
import type { LocalStatus } from './status-lists.ts'
import { MAX_TOKEN_BYTES, parseStatusListToken, verifyStatusListToken } from './token.ts'

export interface StatusCheckerDeps extends ListKeysDeps {
  readonly clock: Clock
  /** The way out: `egress.request`. */
  readonly fetch: Egress['request']
  /** Answers for lists this node publishes itself: `StatusLists.local`. */
  readonly local?: (uri: string, index: number) => Promise<LocalStatus | null>
  /** Seconds a list is used without asking again, also where its `ttl` allows more; 60 unless told. */
  readonly maxAgeS?: number
  /** Memory for lists, in bytes; 64 MiB unless told. */
  readonly maxCacheBytes?: number
}

export type StatusCode =
  /** Revoked. */
  | 'status_invalid'
  | 'status_suspended'
  /** A status type we do not know; an unknown answer is a no. */
  | 'status_unknown'
  /** The credential's `status` claim is not a reference to a Token Status List. */
  | 'status_claim_invalid'
  /** The list cannot be had, or its signer's key cannot be looked up. */
  | 'status_unavailable'
  /** The list is not what the credential's issuer published. */
  | 'status_list_invalid'
  | 'status_index_outside'

/** Whether a credential may still be relied on. `asOf` is when its publisher was asked, in ms since the epoch. */
export type StatusAnswer =
  | { readonly ok: true; readonly state: 'valid'; readonly asOf: number }
  | {
      readonly ok: false
      readonly code: StatusCode
      readonly asOf?: number
      /** The code of the refusal behind `status_unavailable` or `status_list_invalid`. */
      readonly reason?: string
    }

export interface StatusChecker {
  /**
   * Looks a credential's status up. Never throws for what is wrong with a list: whatever is not a clear yes is a no.
   * @param status the credential's `status` claim, as it came in
   * @param issuer who signed the credential: that one signs its list, or the DID that the status claim names
   * @param options.fresh asks the publisher now, whatever the `ttl` allows
   */
  check(status: unknown, issuer: ListSigner, options?: { readonly fresh?: boolean }): Promise<StatusAnswer>
  /** Forgets a list, so that the next check asks for it: when its publisher tells that something changed. */
  forget(uri: string): void
}

const DEFAULT_MAX_AGE_S = 60
const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 3_000
const REDIRECTS = 2

export function createStatusChecker(deps: StatusCheckerDeps): StatusChecker {
  const cache = new ListCache(deps.maxCacheBytes ?? DEFAULT_CACHE_BYTES)
  const asking = coalesce((uri) => askPublisher(deps, cache, uri))
  const listFor = async (uri: string, fresh: boolean): Promise<CachedList> => {
    if (fresh) return asking.fresh(uri)
    const cached = cache.get(uri)
    if (cached && deps.clock.now() < cached.usableUntil) return cached
    const list = await asking.any(uri)
    // What was asked before a list was forgotten may be what had to be forgotten.
    return list.epoch === cache.epoch ? list : asking.fresh(uri)
  }
  return {
    forget: (uri) => cache.forget(uri),
    check: async (status, issuer, { fresh = false } = {}) => {
      const claim = parseStatusClaim(status)
      if (!claim) return { ok: false, code: 'status_claim_invalid' }
      try {
        const own = await deps.local?.(claim.uri, claim.idx)
        if (own) return own.issuer === issuer ? answerFor(own.state, deps.clock.now()) : foreign()
        const { list, signer, asOf } = await listFor(claim.uri, fresh)
        return signer === (claim.status_issuer ?? issuer)
          ? answerFor(stateAt(list, claim.idx), asOf)
          : foreign()
      } catch (error) {
        return refused(error)
      }
    },
  }
}

const stateAt = (list: DecodedList, index: number) => stateOfValue(valueAt(list, index))

function answerFor(state: ReturnType<typeof stateOfValue>, asOf: number): StatusAnswer {
  if (state === 'valid') return { ok: true, state, asOf }
  return { ok: false, code: state ? `status_${state}` : 'status_unknown', asOf }
}

const foreign = (): StatusAnswer => ({
  ok: false,
  code: 'status_list_invalid',
  reason: 'status_list_foreign_signer',
})

function refused(error: unknown): StatusAnswer {
  // A fault of our own is a no as well, and must be seen.
  if (!isRefusal(error)) throw error
  if (error.code === 'status_index_outside') return { ok: false, code: 'status_index_outside' }
  const away = error.kind === 'upstream' || error.kind === 'unavailable'
  return { ok: false, code: away ? 'status_unavailable' : 'status_list_invalid', reason: error.code }
}

async function askPublisher(deps: StatusCheckerDeps, cache: ListCache, uri: string): Promise<CachedList> {
  const asOf = deps.clock.now()
  const known = cache.get(uri)
  const { epoch } = cache
  const { token, etag } = await download(deps, uri, known)
  const { jws, key: named } = parseStatusListToken(token)
  const { key, signer } = await keyOfList(named, deps)
  // A token we have seen is verified again: its key may be gone, its time may be over.
  const { list, ttlS, expiresAt } = await verifyStatusListToken(jws, key, { uri, now: deps.clock.now() })
  const maxAgeS = Math.min(ttlS ?? Number.POSITIVE_INFINITY, deps.maxAgeS ?? DEFAULT_MAX_AGE_S)
  const usableUntil = Math.min(asOf + maxAgeS * 1000, expiresAt ?? Number.POSITIVE_INFINITY)
  const entry = { list, signer, token, etag, asOf, usableUntil, epoch }
  if (cache.epoch === epoch) cache.set(uri, entry)
  return entry
}

async function download(
  deps: StatusCheckerDeps,
  uri: string,
  known: CachedList | undefined,
): Promise<{ readonly token: string; readonly etag: string | undefined }> {
  const conditional: Record<string, string> = known?.etag ? { 'if-none-match': known.etag } : {}
  const { status, headers, body } = await deps.fetch(uri, {
    accept: 'application/statuslist+jwt',
    // Whatever stands between may answer only after asking the publisher.
    headers: { 'cache-control': 'max-age=0', ...conditional },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_TOKEN_BYTES,
    redirects: REDIRECTS,
  })
  if (status === 304 && known?.etag) return known
  if (status !== 200)
    throw new Refusal('upstream', 'status_list_not_served', 'the status list could not be fetched', {
      params: { status },
    })
  return { token: body.toString('latin1'), etag: headers.etag }
}
