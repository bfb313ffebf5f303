import { z } from 'zod'
import { isRefusal, Refusal } from '../core/index.ts'
import { type JsonObject, parseJsonObject } from '../jose/index.ts'
import { MAX_CONTENTS_BYTES, MAX_CREDENTIAL_CHARS, MAX_ENTRIES } from './limits.ts'

/** 32 bytes as base64url. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const url = z.string().min(1).max(2048)
const name = z.string().min(1).max(1024)

/** A private holder key (RFC 7518, section 6.2); `kid` is its thumbprint (RFC 7638). */
const privateKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  ...{ x: bytes32, y: bytes32, d: bytes32 },
  kid: bytes32,
})

const entry = z.strictObject({
  /** Credential Format Identifier (OpenID4VCI 1.0, appendix A). */
  format: z.string().min(1).max(100),
  /** As it was issued, with all its disclosures. */
  credential: z.string().min(1).max(MAX_CREDENTIAL_CHARS),
  /** `kid` of the key that presents it; null where it is bound to none. */
  key: bytes32.nullable(),
  received_at: z.iso.datetime(),
  /** The same for copies that came together; null for what came alone. */
  batch: z.uuid().nullable(),
  /** Where the like of it can be had again. */
  source: z.strictObject({
    credential_issuer: url,
    credential_configuration_id: name,
    authorization_server: url,
  }),
})

const contents = z.strictObject({
  type: z.literal('urn:regie:wallet:1'),
  created_at: z.iso.datetime(),
  /** Whose wallet it was. Says nothing about who may read it. */
  holder: z.strictObject({ kind: z.enum(['organisation', 'person']), did: z.string().max(2048) }),
  credentials: z.array(entry).max(MAX_ENTRIES),
  keys: z.array(privateKey).max(MAX_ENTRIES),
})

export type WalletContents = z.infer<typeof contents>
export type WalletEntry = z.infer<typeof entry>
export type PrivateHolderJwk = z.infer<typeof privateKey>

export const CONTENTS_TYPE = 'urn:regie:wallet:1'

/**
 * What a file says, once it is decrypted: whoever knows its passphrase can have written anything in it.
 * @throws Refusal `wallet_file_contents_invalid`, `wallet_file_duplicate_entry`
 */
export function parseContents(plaintext: Uint8Array): WalletContents {
  const parsed = contents.safeParse(jsonOf(plaintext))
  if (!parsed.success) throw invalid()
  const { credentials, keys } = parsed.data
  requireDistinct(credentials.map(({ credential }) => issuerSigned(credential)))
  requireDistinct(keys.map(({ kid }) => kid))
  return parsed.data
}

/** Disclosures can be left out: a credential is the same with fewer of them. */
const issuerSigned = (credential: string): string => credential.split('~', 1)[0] ?? ''

function requireDistinct(all: readonly string[]): void {
  if (new Set(all).size < all.length)
    throw new Refusal('unprocessable', 'wallet_file_duplicate_entry', 'something is in this file twice')
}

function jsonOf(plaintext: Uint8Array): JsonObject {
  try {
    return parseJsonObject(plaintext, { maxBytes: MAX_CONTENTS_BYTES })
  } catch (error) {
    if (isRefusal(error)) throw invalid(error)
    throw error
  }
}

// What does not fit is said to nobody: it is a person's data.
const invalid = (cause?: unknown) =>
  new Refusal('unprocessable', 'wallet_file_contents_invalid', 'what is in this file is no wallet', { cause })
