import type { IAgentContext, IIdentifier, IKey, IKeyManager } from '@veramo/core-types'
import { AbstractIdentifierProvider } from '@veramo/did-manager'
import { computeAddress } from 'ethers'
import { z } from 'zod'
import { type Did, Refusal } from '../core/index.ts'
import { parsePublicJwk } from '../jose/index.ts'
import { didOfAddress } from './did-ethr.ts'
import { didJwkOf, methodOfDidJwk } from './did-jwk.ts'
import type { KeyRing } from './key-ring.ts'
import type { KeyUse } from './key-table.ts'
import { KMS_NAME } from './kms.ts'
import { webKid } from './own-document.ts'

type Context = IAgentContext<IKeyManager>
type Created = Omit<IIdentifier, 'provider'>

const creationOptions = z.object({ partyId: z.string().min(1) })

/** What our identifiers have in common: keys come from our KMS, and Veramo changes no documents behind our back. */
abstract class NodeIdentifierProvider extends AbstractIdentifierProvider {
  protected readonly ring: KeyRing

  constructor(ring: KeyRing) {
    super()
    this.ring = ring
  }

  override updateIdentifier(): Promise<never> {
    return refused()
  }
  override addKey(): Promise<never> {
    return refused()
  }
  override removeKey(): Promise<never> {
    return refused()
  }
  override addService(): Promise<never> {
    return refused()
  }
  override removeService(): Promise<never> {
    return refused()
  }

  /** Forgets the identifier's keys here; what is public stays public. */
  override async deleteIdentifier({ keys }: IIdentifier, context: Context): Promise<boolean> {
    for (const { kid } of keys) await context.agent.keyManagerDelete({ kid })
    return true
  }

  protected createKey(context: Context, type: string, meta: { partyId: string; use: KeyUse }): Promise<IKey> {
    return context.agent.keyManagerCreate({ kms: KMS_NAME, type, meta }) as Promise<IKey>
  }
}

/** did:ethr: a secp256k1 key for the chain only, and an Ed25519 key that signs once it is registered on the chain. */
export class EthrIdentifierProvider extends NodeIdentifierProvider {
  readonly #chainId: number

  constructor(ring: KeyRing, chainId: number) {
    super(ring)
    this.#chainId = chainId
  }

  override async createIdentifier(args: { options?: unknown }, context: Context): Promise<Created> {
    const { partyId } = creationOptions.parse(args.options)
    const controller = await this.createKey(context, 'Secp256k1', { partyId, use: 'controller' })
    const signing = await this.createKey(context, 'Ed25519', { partyId, use: 'signing' })
    const did = didOfAddress(computeAddress(`0x${controller.publicKeyHex}`), this.#chainId)
    for (const { kid } of [controller, signing]) await this.ring.assign(kid, { did })
    return { did, controllerKeyId: controller.kid, keys: [controller, signing], services: [] }
  }
}

/** did:web over P-256: this node serves its document, so its key is in use at once. */
export class WebIdentifierProvider extends NodeIdentifierProvider {
  readonly #did: Did

  constructor(ring: KeyRing, did: Did) {
    super(ring)
    this.#did = did
  }

  override async createIdentifier(args: { options?: unknown }, context: Context): Promise<Created> {
    const { partyId } = creationOptions.parse(args.options)
    const did = this.#did
    const key = await this.createKey(context, 'Secp256r1', { partyId, use: 'signing' })
    await this.ring.assign(key.kid, { did, kid: await webKid(this.ring, did, key.kid) })
    return { did, controllerKeyId: key.kid, keys: [key], services: [] }
  }
}

/** did:jwk over P-256: the DID is the key. */
export class JwkIdentifierProvider extends NodeIdentifierProvider {
  override async createIdentifier(args: { options?: unknown }, context: Context): Promise<Created> {
    const { partyId } = creationOptions.parse(args.options)
    const key = await this.createKey(context, 'Secp256r1', { partyId, use: 'signing' })
    const did: Did = didJwkOf(jwkOfHex(key.publicKeyHex))
    await this.ring.assign(key.kid, { did, kid: methodOfDidJwk(did) })
    return { did, controllerKeyId: key.kid, keys: [key], services: [] }
  }
}

function jwkOfHex(uncompressed: string) {
  const bytes = Buffer.from(uncompressed, 'hex')
  const [x, y] = [bytes.subarray(1, 33).toString('base64url'), bytes.subarray(33).toString('base64url')]
  return parsePublicJwk({ kty: 'EC', crv: 'P-256', x, y })
}

async function refused(): Promise<never> {
  throw new Refusal(
    'unprocessable',
    'did_change_refused',
    'a DID is changed through its registration, not here',
  )
}
