import { CompactEncrypt, compactDecrypt } from 'jose'
import { Refusal } from '../core/index.ts'
import type { JsonObject } from './json.ts'

export interface DirectHeader {
  readonly typ: string
  readonly kid: string
  /** What a reader must understand beside the standard's own parameters: named in `crit`. */
  readonly critical: JsonObject
}

const ALG = 'dir'
const ENC = 'A256GCM'

/**
 * Encrypts bytes as a compact JWE with a key that both sides have: `dir`, A256GCM (RFC 7518, sections 4.5 and 5.3).
 * @param key 32 bytes
 */
export function encryptDirect(
  plaintext: Uint8Array,
  key: Uint8Array,
  { typ, kid, critical }: DirectHeader,
): Promise<string> {
  const crit = Object.keys(critical)
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: ALG, enc: ENC, typ, kid, crit, ...critical })
    .encrypt(key, { crit: understood(crit) })
}

/**
 * What {@link encryptDirect} encrypted. Its header must have been read, and found good, before.
 * @param critical parameters the caller understands
 * @throws Refusal `jwe_not_decrypted`
 */
export async function decryptDirect(
  compact: string,
  key: Uint8Array,
  critical: readonly string[],
): Promise<Uint8Array> {
  try {
    const options = { keyManagementAlgorithms: [ALG], contentEncryptionAlgorithms: [ENC] }
    return (await compactDecrypt(compact, key, { ...options, crit: understood(critical) })).plaintext
  } catch (cause) {
    throw new Refusal('invalid', 'jwe_not_decrypted', 'this cannot be decrypted', { cause })
  }
}

const understood = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, true]))
