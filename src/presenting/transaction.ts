import { z } from 'zod'
import { isRefusal } from '../core/index.ts'
import type { DcqlQuery } from '../dcql/index.ts'
import { parseBase64urlJson } from '../jose/index.ts'
import { SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import { RequestRefusal } from './request-refusal.ts'

/** Something the holder agrees to in words: all there is to it is a text that is shown and signed for. */
export const CONFIRMATION = 'urn:regie:transaction:confirmation:1'

const HASH = 'sha-256'
const MAX_CHARS = 8_000

const confirmation = z.strictObject({
  type: z.literal(CONFIRMATION),
  credential_ids: z.array(z.string().max(64)).min(1).max(20),
  transaction_data_hashes_alg: z.array(z.string().max(40)).min(1).max(10).optional(),
  text: z.string().min(1).max(2_000),
})

/** Transaction data as it lies with its request. */
export interface Transaction {
  readonly type: string
  /** What the holder agrees to. */
  readonly text: string
  /** Ids of credential queries, of which one carries it. */
  readonly credentialIds: readonly string[]
  /** base64url as it came: the text that is hashed (OpenID4VP 1.0, annex B.3.3.1). */
  readonly encoded: string
  /** Whether the verifier named the hash, so that we must name it too. */
  readonly namesAlg: boolean
}

/**
 * Reads `transaction_data`: nothing is signed for that could not be shown.
 * @throws RequestRefusal `transaction_data_unsupported`
 */
export function parseTransactions(value: unknown, query: DcqlQuery): Transaction[] {
  const { credentials } = query
  const encoded = z.array(z.string().max(MAX_CHARS)).min(1).max(10).safeParse(value)
  if (!encoded.success) throw unsupported()
  return encoded.data.map((text) => {
    const parsed = confirmation.safeParse(jsonOf(text))
    if (!parsed.success) throw unsupported()
    const {
      type,
      text: words,
      credential_ids: credentialIds,
      transaction_data_hashes_alg: algs,
    } = parsed.data
    const named = credentialIds.map((id) => credentials.find((query) => query.id === id))
    if (named.some((query) => !query?.require_cryptographic_holder_binding)) throw unsupported()
    if (!credentialIds.some((id) => canCarry(query, id))) throw unsupported()
    if (algs && !algs.includes(HASH)) throw unsupported()
    return { type, text: words, credentialIds, encoded: text, namesAlg: algs !== undefined }
  })
}

/** Whether what answers a query can be signed with for something: of W3C credentials the specification does not say how. */
export const canCarry = ({ credentials }: DcqlQuery, id: string): boolean =>
  credentials.some((query) => query.id === id && query.format === SD_JWT_VC_TYP)

function jsonOf(encoded: string): unknown {
  try {
    return parseBase64urlJson(encoded)
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

const unsupported = () =>
  new RequestRefusal(
    'invalid_transaction_data',
    'transaction_data_unsupported',
    'the verifier wants something signed for that this wallet does not know',
  )
