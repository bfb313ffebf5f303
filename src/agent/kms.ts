import type { KeyObject } from 'node:crypto'
import type { ManagedKeyInfo } from '@veramo/core-types'
import { AbstractKeyManagementSystem } from '@veramo/key-manager'
import { SigningKey } from 'ethers'
import { z } from 'zod'
import { consentLocked, Refusal } from '../core/index.ts'
import { algOfJwk, encodeBase64url, signWith } from '../jose/index.ts'
import { type KeyRing, requireActive } from './key-ring.ts'
import { type KeyRow, keyTypes } from './key-table.ts'

/** The name Veramo knows our key management system by. */
export const KMS_NAME = 'node'

const creation = z.object({
  type: z.enum(keyTypes),
  kid: z.string().optional(),
  meta: z.object({
    partyId: z.string().min(1),
    use: z.enum(['controller', 'signing', 'holder']),
    brought: z.string().optional(),
  }),
})

/**
 * Veramo's key management over node:crypto and the vault. Keys are made here and stay here, but for holder keys, which
 * go along with the credentials they are of: past Veramo, see `KeyRing.bringing` and `KeyRing.privateHalf`.
 */
export class NodeKeyManagement extends AbstractKeyManagementSystem {
  readonly #ring: KeyRing

  constructor(ring: KeyRing) {
    super()
    this.#ring = ring
  }

  /** `meta` says whose key it is and what for: `{ partyId, use }`. */
  override async createKey(args: { type: string; kid?: string; meta?: unknown }): Promise<ManagedKeyInfo> {
    const { type, kid, meta } = creation.parse(args)
    const { brought, ...whose } = meta
    const spec = {
      ...whose,
      type,
      ...(kid !== undefined && { id: kid }),
      ...(brought !== undefined && { brought }),
    }
    return infoOf(await this.#ring.create(spec))
  }

  override async importKey(): Promise<never> {
    throw new Refusal('forbidden', 'key_import_refused', 'Veramo is given no private keys')
  }

  override async listKeys(): Promise<ManagedKeyInfo[]> {
    return (await this.#ring.all()).map(infoOf)
  }

  override deleteKey({ kid }: { kid: string }): Promise<boolean> {
    return this.#ring.delete(kid)
  }

  /**
   * @param args.algorithm the key's own JWS algorithm, or `eth_rawSign` over a digest for controller keys
   * @returns base64url in JWS form; for `eth_rawSign` r, s and v as hex
   */
  override async sign(args: {
    keyRef: { kid: string }
    algorithm?: string
    data: Uint8Array
  }): Promise<string> {
    const key = await this.#ring.byId(args.keyRef.kid)
    requireActive(key.row)
    if ('encrypted' in key.privateKey) throw consentLocked()
    const alg = algOfJwk(key.row.publicJwk)
    const isController = key.row.use === 'controller'
    if (isController && args.algorithm === 'eth_rawSign') return signDigest(key.privateKey, args.data)
    if (isController || (args.algorithm ?? alg) !== alg)
      throw new Refusal('forbidden', 'key_not_for_signing', 'this key does not sign with that algorithm')
    return encodeBase64url(signWith(key.privateKey, alg, args.data))
  }

  override async sharedSecret(): Promise<never> {
    throw new Refusal('forbidden', 'key_not_for_agreement', 'these keys sign; they agree on no secrets')
  }
}

/** node:crypto hashes what it signs with ECDSA; a chain wants its own digest signed. */
function signDigest(privateKey: KeyObject, digest: Uint8Array): string {
  const { d = '' } = privateKey.export({ format: 'jwk' })
  return new SigningKey(Buffer.from(d, 'base64url')).sign(digest).serialized
}

function infoOf({ id, type, publicJwk, partyId, use }: KeyRow): ManagedKeyInfo {
  const algorithms = use === 'controller' ? ['eth_rawSign'] : [algOfJwk(publicJwk)]
  return { kid: id, kms: KMS_NAME, type, publicKeyHex: hexOf(publicJwk), meta: { algorithms, partyId, use } }
}

/** Uncompressed for elliptic curves, the bare bytes for Ed25519. */
function hexOf(jwk: KeyRow['publicJwk']): string {
  const hex = (value: string) => Buffer.from(value, 'base64url').toString('hex')
  return jwk.kty === 'EC' ? `04${hex(jwk.x)}${hex(jwk.y)}` : hex(jwk.x)
}
