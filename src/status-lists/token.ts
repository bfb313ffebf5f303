import { type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import {
  checkTimes,
  isJsonObject,
  type JsonObject,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  verifyJws,
} from '../jose/index.ts'
import { type DecodedList, decodeList, isBits } from './codec.ts'
import { STATUS_LIST_TYP } from './publication.ts'

/** A signed list may be as long as its 16 MiB can become when they hardly compress. */
export const MAX_TOKEN_BYTES = 4 * 1024 * 1024

/** A Status List Token that was verified and unpacked. */
export interface VerifiedList {
  readonly list: DecodedList
  /** Seconds the publisher lets it be used without asking again; undefined when it does not say. */
  readonly ttlS: number | undefined
  /** Milliseconds since the epoch; undefined when it does not expire. */
  readonly expiresAt: number | undefined
}

/** Reads a Status List Token and finds the DID whose key signed it, unverified. @throws Refusal */
export function parseStatusListToken(compact: string): {
  readonly jws: ParsedJws
  readonly kid: string
  readonly did: Did
} {
  const jws = parseJws(compact, { maxBytes: MAX_TOKEN_BYTES })
  const { kid } = jws.header
  if (typeof kid !== 'string')
    throw broken('status_list_without_kid', 'the status list does not name its key')
  return { jws, kid, did: didOfUrl(kid) }
}

/**
 * Verifies a Status List Token as Token Status List, "Validation Rules", demands, and unpacks it.
 * @param expected.uri the `uri` of the credential's status claim
 * @param expected.now milliseconds since the epoch
 * @throws Refusal `jws_…`, `status_list_…`
 */
export async function verifyStatusListToken(
  jws: ParsedJws,
  jwk: PublicJwk,
  expected: { readonly uri: string; readonly now: number },
): Promise<VerifiedList> {
  verifyJws(jws, jwk, { typ: STATUS_LIST_TYP })
  const { payload } = jws
  if (payload.sub !== expected.uri)
    throw broken('status_list_sub_mismatch', 'the status list is another one than the credential names')
  if (payload.iat === undefined)
    throw broken('status_list_without_iat', 'the status list does not say its time')
  checkTimes(payload, seconds(expected.now))
  return {
    list: await unpack(payload),
    ttlS: ttlOf(payload),
    expiresAt: typeof payload.exp === 'number' ? payload.exp * 1000 : undefined,
  }
}

async function unpack({ status_list: claim }: JsonObject): Promise<DecodedList> {
  if (!isJsonObject(claim) || !isBits(claim.bits) || typeof claim.lst !== 'string')
    throw broken('status_list_malformed', 'the status list is not written as the standard says')
  return decodeList({ bits: claim.bits, lst: claim.lst })
}

function ttlOf({ ttl }: JsonObject): number | undefined {
  if (ttl === undefined) return undefined
  if (typeof ttl !== 'number' || ttl <= 0) throw broken('status_list_malformed', 'the ttl must be positive')
  return ttl
}

const broken = (code: string, message: string) => new Refusal('invalid', code, message)
