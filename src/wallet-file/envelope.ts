import { z } from 'zod'
import { isRefusal, Refusal } from '../core/index.ts'
import {
  decodeBase64url,
  decryptDirect,
  encryptDirect,
  type JsonObject,
  parseBase64urlJson,
  requireJsonObject,
} from '../jose/index.ts'
import { parseContents, type WalletContents } from './contents.ts'
import { type Derivation, derivationSchema, type FileKey, idOfFileKey } from './key-derivation.ts'
import { MAX_CONTENTS_BYTES, MAX_FILE_CHARS } from './limits.ts'

const TYP = 'regie-wallet+jwe'
const VERSION = 1
const CRITICAL = ['kdf', 'version'] as const

/** A header is a few hundred characters. */
const MAX_HEADER_CHARS = 4096
const TAG_CHARS = 22
const IV_CHARS = 16

const headerSchema = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  typ: z.string(),
  kid: z.string().max(100),
  crit: z.tuple([z.literal(CRITICAL[0]), z.literal(CRITICAL[1])]),
  version: z.number(),
  kdf: z.unknown(),
})

/** What a file says of itself before it is opened; none of it can be trusted yet, and none of it costs anything. */
export interface WalletFile {
  /** The compact JWE, without what stands around it. */
  readonly jwe: string
  readonly kid: string
  readonly derivation: Derivation
}

/**
 * Writes a wallet as a file: a compact JWE and a line end.
 * @throws Refusal `wallet_too_large`
 */
export async function sealWalletFile(
  contents: WalletContents,
  { key, derivation }: FileKey,
): Promise<string> {
  const plaintext = Buffer.from(JSON.stringify(contents))
  if (plaintext.length > MAX_CONTENTS_BYTES)
    throw new Refusal('too_large', 'wallet_too_large', 'there is more than fits in one file')
  const critical = { kdf: derivation, version: VERSION } satisfies JsonObject
  return `${await encryptDirect(plaintext, key, { typ: TYP, kid: idOfFileKey(key), critical })}\n`
}

/**
 * Reads the outside of a file, before any work is done for it.
 * @throws Refusal `wallet_file_too_large`, `wallet_file_malformed`, `wallet_file_truncated`, `wallet_file_foreign`,
 *   `wallet_file_version_unsupported`, `wallet_file_kdf_unsupported`
 */
export function readWalletFile(text: string): WalletFile {
  if (text.length > MAX_FILE_CHARS)
    throw new Refusal('too_large', 'wallet_file_too_large', 'this file is larger than a wallet is')
  const jwe = text.trim()
  const parts = jwe.split('.', 6)
  const [head = '', encryptedKey, iv = '', , tag = ''] = parts
  const members = headerOf(head)
  if (members.typ !== TYP)
    throw new Refusal('unprocessable', 'wallet_file_foreign', 'this is encrypted, and is no wallet of ours')
  if (members.version !== VERSION)
    throw new Refusal('unprocessable', 'wallet_file_version_unsupported', 'this node reads version 1')
  const header = headerSchema.safeParse(members)
  if (!header.success || parts.length > 5) throw malformed(header.error)
  const derivation = derivationSchema.safeParse(header.data.kdf)
  if (!derivation.success)
    throw new Refusal(
      'unprocessable',
      'wallet_file_kdf_unsupported',
      'the key of this file is made in a way, or at a cost, that is not taken here',
    )
  if (parts.length < 5 || tag.length < TAG_CHARS)
    throw new Refusal('unprocessable', 'wallet_file_truncated', 'the end of this file is missing')
  if (encryptedKey !== '' || iv.length !== IV_CHARS || tag.length !== TAG_CHARS) throw malformed()
  return { jwe, kid: header.data.kid, derivation: derivation.data }
}

/**
 * Whether this is the key of the file; a passphrase that was mistyped is found without decrypting.
 * @throws Refusal `wallet_file_passphrase_wrong`
 */
export function requireKeyOf({ kid }: WalletFile, key: Uint8Array): void {
  if (kid !== idOfFileKey(key))
    throw new Refusal('unprocessable', 'wallet_file_passphrase_wrong', 'this passphrase does not open it')
}

/**
 * What is in a file.
 * @throws Refusal `wallet_file_passphrase_wrong`, `wallet_file_damaged`, and those of {@link parseContents}
 */
export async function openWalletFile(file: WalletFile, key: Uint8Array): Promise<WalletContents> {
  requireKeyOf(file, key)
  return parseContents(await decrypted(file.jwe, key))
}

async function decrypted(jwe: string, key: Uint8Array): Promise<Uint8Array> {
  try {
    // The library passes over what is no base64url.
    for (const part of jwe.split('.')) decodeBase64url(part)
    return await decryptDirect(jwe, key, CRITICAL)
  } catch (cause) {
    if (!isRefusal(cause)) throw cause
    throw new Refusal('unprocessable', 'wallet_file_damaged', 'this file was changed since it was written', {
      cause,
    })
  }
}

function headerOf(head: string): JsonObject {
  if (head === '' || head.length > MAX_HEADER_CHARS) throw malformed()
  try {
    return requireJsonObject(parseBase64urlJson(head, { maxBytes: MAX_HEADER_CHARS, maxDepth: 3 }))
  } catch (cause) {
    throw malformed(cause)
  }
}

const malformed = (cause?: unknown) =>
  new Refusal('unprocessable', 'wallet_file_malformed', 'this is no wallet file', { cause })
