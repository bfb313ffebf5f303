import { createAgent as createVeramo } from '@veramo/core'
import type {
  ICredentialPlugin,
  IDIDManager,
  IIdentifier,
  IKeyManager,
  IResolver,
  TAgent,
} from '@veramo/core-types'
import { CredentialPlugin } from '@veramo/credential-w3c'
import { DIDStore, KeyStore } from '@veramo/data-store'
import { type AbstractIdentifierProvider, DIDManager } from '@veramo/did-manager'
import { DIDResolverPlugin } from '@veramo/did-resolver'
import { KeyManager } from '@veramo/key-manager'
import type { DIDResolutionResult } from 'did-resolver'
import { asDid, type Did, isRefusal } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import { EthrIdentifierProvider, JwkIdentifierProvider, WebIdentifierProvider } from './did-providers.ts'
import { createStatusPlugin, JwtVcCredentialProvider, type JwtVcPort } from './jwt-vc-provider.ts'
import type { KeyRing } from './key-ring.ts'
import { KMS_NAME, NodeKeyManagement } from './kms.ts'
import type { Resolver } from './resolver.ts'
import { SdJwtCredentialProvider, type SdJwtPort } from './sd-jwt-provider.ts'

/** Veramo's own interface to our keys, DIDs and credentials. What it writes must run inside `transact()`. */
export type Veramo = TAgent<IKeyManager & IDIDManager & IResolver & ICredentialPlugin>

export interface VeramoDeps {
  readonly store: Store
  readonly ring: KeyRing
  readonly resolver: Resolver
  readonly sdJwt: SdJwtPort
  readonly jwtVc?: JwtVcPort
  readonly chainId?: number
  /** The organisation's, where it has one of this method. */
  readonly webDid?: Did
}

export function createVeramoAgent({
  store,
  ring,
  resolver,
  sdJwt,
  jwtVc,
  chainId,
  webDid,
}: VeramoDeps): Veramo {
  const db = inCurrentTransaction(store)
  const providers: Record<string, AbstractIdentifierProvider> = { 'did:jwk': new JwkIdentifierProvider(ring) }
  if (chainId !== undefined) providers['did:ethr'] = new EthrIdentifierProvider(ring, chainId)
  if (webDid !== undefined) providers['did:web'] = new WebIdentifierProvider(ring, webDid)
  return createVeramo<IKeyManager & IDIDManager & IResolver & ICredentialPlugin>({
    plugins: [
      new KeyManager({ store: new KeyStore(db), kms: { [KMS_NAME]: new NodeKeyManagement(ring) } }),
      new DIDManager({
        store: new NodeDidStore(db, store),
        defaultProvider: 'did:jwk',
        providers,
      }),
      new DIDResolverPlugin({ resolver: { resolve: (url: string) => resolutionOf(url, resolver) } }),
      new CredentialPlugin([
        new SdJwtCredentialProvider(sdJwt),
        ...(jwtVc ? [new JwtVcCredentialProvider(jwtVc)] : []),
      ]),
      ...(jwtVc ? [createStatusPlugin(jwtVc)] : []),
    ],
  })
}

type VeramoDatabase = Exclude<ConstructorParameters<typeof KeyStore>[0], Promise<unknown>>

/**
 * Veramo's stores ask a DataSource for repositories. This one hands out those of the transaction the caller is in,
 * so Veramo's rows are written with ours or not at all; outside one it can only read.
 */
function inCurrentTransaction(store: Store): VeramoDatabase {
  const getRepository: VeramoDatabase['getRepository'] = (entity) =>
    (store.current() as unknown as VeramoDatabase).getRepository(entity)
  return { isInitialized: true, getRepository } as VeramoDatabase
}

/** Veramo's deletes credentials it stored too, from tables that do not exist here. */
class NodeDidStore extends DIDStore {
  readonly #store: Store

  constructor(db: VeramoDatabase, store: Store) {
    super(db)
    this.#store = store
  }

  override async deleteDID({ did }: { did: string }): Promise<boolean> {
    // Keys and services go with it (ON DELETE CASCADE).
    await this.#store.currentTx().delete('Identifier', { did } satisfies Partial<IIdentifier>)
    return true
  }
}

async function resolutionOf(didUrl: string, resolver: Resolver): Promise<DIDResolutionResult> {
  try {
    return {
      didDocument: await resolver.document(asDid(didUrl.split(/[#?/]/, 1)[0])),
      didDocumentMetadata: {},
      didResolutionMetadata: { contentType: 'application/did+json' },
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const didResolutionMetadata = { error: error.code, message: error.message }
    return { didDocument: null, didDocumentMetadata: {}, didResolutionMetadata }
  }
}
