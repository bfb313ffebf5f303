import { hash, randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'

const KEY_BYTES = 32

/** base64url of 16 to 64 bytes, in its one spelling. */
const salt = z.string().regex(/^[A-Za-z0-9_-]{22,86}$/)

/**
 * How the key of a file follows from a passphrase: header parameter `kdf`. The lower bounds are those of OWASP, so that
 * nobody is given a file that is quickly guessed; the upper ones keep a file from taking this machine.
 */
export const derivationSchema = z.strictObject({
  alg: z.literal('argon2id'),
  /** The version of Argon2, 1.3 (RFC 9106, section 3.1). */
  v: z.literal(19),
  /** Memory in KiB: 19 MiB to 1 GiB. */
  m: z
    .number()
    .int()
    .min(19_456)
    .max(1024 ** 2),
  /** Passes over it. */
  t: z.number().int().min(2).max(10),
  /** Lanes. */
  p: z.number().int().min(1).max(16),
  salt,
})
export type Derivation = z.infer<typeof derivationSchema>

/** What encrypts a file, and how it was made of a passphrase. */
export interface FileKey {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly derivation: Derivation
}

/** A derivation for a new file: RFC 9106, section 4, the second recommended option. */
export const newDerivation = (): Derivation => ({
  ...{ alg: 'argon2id', v: 19, m: 65_536, t: 3, p: 4 },
  salt: randomBytes(16).toString('base64url'),
})

/**
 * The key that a passphrase gives. The same passphrase typed on another system gives the same key.
 * @param passphrase as it was typed; it is taken in the form NFKC, UTF-8
 */
export async function deriveFileKey(passphrase: string, derivation: Derivation): Promise<FileKey> {
  const key = await hashRaw(passphrase.normalize('NFKC'), {
    salt: Buffer.from(derivation.salt, 'base64url'),
    memoryCost: derivation.m,
    timeCost: derivation.t,
    parallelism: derivation.p,
    outputLen: KEY_BYTES,
  })
  return { key, derivation }
}

/** The key of a file as it is sent to a node, base64url. @throws Refusal `wallet_file_key_invalid` */
export function readFileKey(text: string): Uint8Array {
  const key = Buffer.from(text, 'base64url')
  if (key.length === KEY_BYTES && key.toString('base64url') === text) return key
  throw new Refusal('invalid', 'wallet_file_key_invalid', 'the key of a file is 32 bytes as base64url')
}

/** What tells a wrong passphrase from a damaged file: the thumbprint of the key as a JWK (RFC 7638, section 3.2). */
export const idOfFileKey = (key: Uint8Array): string =>
  hash('sha256', `{"k":"${Buffer.from(key).toString('base64url')}","kty":"oct"}`, 'base64url')
