import { type Clock, isRefusal, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { coalesce } from './coalesce.ts'
import { type DecodedList, MAX_TOKEN_BYTES } from './codec.ts'
import { type CachedList, ListCache } from './list-cache.ts'
import type { ListSigner } from './list-signer.ts'

export interface ListSourceDeps {
  readonly clock: Clock
  /** The way out: `egress.request`. */
  readonly fetch: Egress['request']
  /** Seconds a list is used without asking again, also where its `ttl` allows more; 60 unless told. */
  readonly maxAgeS?: number
  /**
   * Where lists are kept: one for all that believe the same signers bounds them together. One of its own, of 64 MiB,
   * unless told.
   */
  readonly cache?: ListCache
}

/** One kind of signed list. */
export interface ListKind {
  /** What keeps it apart from other kinds under the same URI. */
  readonly name: string
  readonly accept: string
  /** Verifies what was served under a URI, and unpacks it. @throws Refusal */
  read(
    token: string,
    uri: string,
  ): Promise<{
    readonly list: DecodedList
    readonly signer: ListSigner
    readonly ttlS: number | undefined
    readonly expiresAt: number | undefined
  }>
}

export interface ListSource {
  /** @param fresh asks the publisher now, whatever the `ttl` allows @throws Refusal */
  get(uri: string, fresh: boolean): Promise<CachedList>
  forget(uri: string): void
}

const DEFAULT_MAX_AGE_S = 60
const TIMEOUT_MS = 3_000
const REDIRECTS = 2

/** Lists of others, asked of their publishers and kept as long as those let them be. */
export function createListSource(deps: ListSourceDeps, kind: ListKind): ListSource {
  const cache = deps.cache ?? new ListCache()
  const keyOf = (uri: string) => cacheKey(kind, uri)
  const asking = coalesce((uri) => askPublisher(deps, kind, cache, uri))
  return {
    forget: (uri) => cache.forget(keyOf(uri)),
    get: async (uri, fresh) => {
      if (fresh) return asking.fresh(uri)
      const cached = cache.get(keyOf(uri))
      if (cached && deps.clock.now() < cached.usableUntil) return cached
      cache.requireNotMissing(keyOf(uri), deps.clock.now())
      const list = await asking.any(uri)
      // What was asked before a list was forgotten may be what had to be forgotten.
      return list.epoch === cache.epoch ? list : asking.fresh(uri)
    },
  }
}

const cacheKey = ({ name }: ListKind, uri: string): string => `${name} ${uri}`

async function askPublisher(
  deps: ListSourceDeps,
  kind: ListKind,
  cache: ListCache,
  uri: string,
): Promise<CachedList> {
  const asOf = deps.clock.now()
  const key = cacheKey(kind, uri)
  const known = cache.get(key)
  const { epoch } = cache
  const { token, etag } = await download(deps, kind, uri, known).catch((error: unknown) => {
    if (isRefusal(error)) cache.miss(key, error, deps.clock.now())
    throw error
  })
  // A token we have seen is verified again: its key may be gone, its time may be over.
  const { list, signer, ttlS, expiresAt } = await kind.read(token, uri)
  const maxAgeS = Math.min(ttlS ?? Number.POSITIVE_INFINITY, deps.maxAgeS ?? DEFAULT_MAX_AGE_S)
  const usableUntil = Math.min(asOf + maxAgeS * 1000, expiresAt ?? Number.POSITIVE_INFINITY)
  const entry = { list, signer, token, etag, asOf, usableUntil, epoch }
  // Another checker with the same cache may have been answered later, though it asked later as well.
  if (cache.epoch === epoch && (cache.get(key)?.asOf ?? asOf) <= asOf) cache.set(key, entry)
  return entry
}

async function download(
  deps: ListSourceDeps,
  { accept }: ListKind,
  uri: string,
  known: CachedList | undefined,
): Promise<{ readonly token: string; readonly etag: string | undefined }> {
  const conditional: Record<string, string> = known?.etag ? { 'if-none-match': known.etag } : {}
  const { status, headers, body } = await deps.fetch(uri, {
    accept,
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
