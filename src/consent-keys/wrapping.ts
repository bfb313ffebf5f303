import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { isRefusal } from '../core/index.ts'
import { decrypt, encrypt } from '../vault/index.ts'

const KEY_BYTES = 32

/** RFC 9106, section 4: the second recommended option, with one lane since several unlock at once. */
const ARGON2ID = { memoryKib: 65_536, passes: 3, lanes: 1 } as const

/** How a key was made of what she remembers; kept with what it wraps, so that it can be made harder later. */
export interface SecretDerivation {
  /** base64url, 16 bytes. */
  readonly salt: string
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/** A key that wraps, and how it was made. */
export interface SecretKey {
  readonly key: Buffer
  readonly derivation: SecretDerivation
}

export const newDataKey = (): Buffer => randomBytes(KEY_BYTES)

export const newDerivation = (): SecretDerivation => ({
  salt: randomBytes(16).toString('base64url'),
  ...ARGON2ID,
})

/** argon2id; about a tenth of a second and 64 MiB. The same passphrase typed on another system gives the same key. */
export async function keyOfSecret(secret: string, derivation: SecretDerivation): Promise<SecretKey> {
  const key = await hashRaw(secret.normalize('NFKC'), {
    salt: Buffer.from(derivation.salt, 'base64url'),
    memoryCost: derivation.memoryKib,
    timeCost: derivation.passes,
    parallelism: derivation.lanes,
    outputLen: KEY_BYTES,
  })
  return { key, derivation }
}

/** The key of a token of full entropy: another one for each slot it could be tried on. */
export const keyOfToken = (token: string, slotId: string): Buffer =>
  Buffer.from(hkdfSync('sha256', token, slotId, 'regie consent key slot', KEY_BYTES))

/** What a slot is found by; says nothing about the key. */
export const hashOfToken = (token: string): string =>
  createHash('sha256').update('regie consent key slot\0').update(token).digest('base64url')

export const wrap = (key: Buffer, dataKey: Buffer, slotId: string): Buffer =>
  encrypt(key, dataKey, aadOf(slotId))

/** The data key, or null when this is not the key that wrapped it. */
export function unwrap(key: Buffer, wrapped: Buffer, slotId: string): Buffer | null {
  try {
    return decrypt(key, wrapped, aadOf(slotId))
  } catch (error) {
    if (isRefusal(error, 'sealed_value_broken')) return null
    throw error
  }
}

const aadOf = (slotId: string): Buffer => Buffer.from(`regie consent key slot ${slotId}`)
