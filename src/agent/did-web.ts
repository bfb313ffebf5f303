import type { DIDDocument } from 'did-resolver'
import { asDid, type Did, isLoopbackHost, isRefusal, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { isJsonObject } from '../jose/index.ts'

export interface DidWebDeps {
  readonly egress: Egress
  /** Fetches from `localhost` and 127.0.0.1 over http; the embedded network and tests only. */
  readonly httpOnLoopback: boolean
}

/**
 * The did:web of who is reached at a base address (the did:web method, section 3.1).
 * @throws Refusal `did_web_invalid`
 */
export function didWebOf(baseUrl: string): Did {
  const { host, pathname } = new URL(baseUrl)
  const did = asDid(['did:web', host.replace(':', '%3A'), ...pathname.split('/').filter(Boolean)].join(':'))
  urlOfDidWeb(did)
  return did
}

/** Where, below its own address, a node serves its document. */
export const pathOfDidWeb = (did: Did): string => new URL(urlOfDidWeb(did)).pathname

const MAX_DOCUMENT_BYTES = 64 * 1024
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/i
const SEGMENT = /^[A-Za-z0-9._~-]+$/

/**
 * Where the document of a did:web lies (the did:web method, section 3.2).
 * @throws Refusal `did_web_invalid`
 */
export function urlOfDidWeb(did: Did, httpOnLoopback = false): string {
  const [encodedHost = '', ...path] = did.slice('did:web:'.length).split(':')
  const host = encodedHost.replace(/%3A/i, ':')
  const isSafe = path.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  if (!HOST.test(host) || !isSafe) throw invalid('this did:web is malformed')
  const scheme = httpOnLoopback && isLoopbackHost(host.replace(/:.*/, '').toLowerCase()) ? 'http' : 'https'
  return `${scheme}://${host}/${path.length === 0 ? '.well-known' : path.join('/')}/did.json`
}

/**
 * Fetches the document of a did:web.
 * @throws Refusal `did_web_invalid`; `did_not_found` when the host answers without one; those of `egress/`
 */
export async function fetchDidWeb(did: Did, timeoutMs: number, deps: DidWebDeps): Promise<DIDDocument> {
  const { status, json } = await deps.egress
    .json(urlOfDidWeb(did, deps.httpOnLoopback), {
      accept: 'application/did+json, application/json;q=0.9',
      maxBytes: MAX_DOCUMENT_BYTES,
      timeoutMs,
    })
    .catch((error) => {
      if (isRefusal(error, 'egress_bad_response', 'egress_too_large'))
        throw invalid('the host of this did:web answers without a document', error)
      throw error
    })
  if (status === 404 || status === 410)
    throw new Refusal('unprocessable', 'did_not_found', 'this did:web does not exist')
  if (status !== 200)
    throw new Refusal('unavailable', 'did_unresolvable', 'the host of this did:web does not answer')
  if (!isJsonObject(json)) throw invalid('the document of this did:web is no JSON object')
  return json as unknown as DIDDocument
}

const invalid = (why: string, cause?: unknown): Refusal =>
  new Refusal('unprocessable', 'did_web_invalid', why, { cause })
