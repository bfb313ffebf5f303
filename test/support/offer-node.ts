import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { didJwkOf, type PrivateHolderKey } from '../../src/agent/index.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import {
  type AnyOperation,
  type Clock,
  consentLocked,
  type Did,
  didOfUrl,
  newId,
  Refusal,
  type UserCaller,
} from '../../src/core/index.ts'
import {
  type CertifiedIssuingDeps,
  Credentials,
  type CredentialTypes,
  createCertifiedIssuing,
  createVerifyCredential,
  createVerifyW3c,
  createVerifyW3cToken,
  credentialKeysMigration,
  credentialMigration,
  heldCredentialTable,
  type IssuerKeysDeps,
  IssuerMetadata,
  issuedCredentialTable,
  loadCredentialTypes,
  type VerifyCredentialDeps,
  W3cCredentials,
} from '../../src/credentials/index.ts'
import { createEgress, type Egress } from '../../src/egress/index.ts'
import {
  createSigner,
  jwkThumbprint,
  type PublicJwk,
  parseJsonStrict,
  publicJwkOf,
  type Signer,
} from '../../src/jose/index.ts'
import { ownStatus } from '../../src/node/own-status.ts'
import {
  createOid4vci,
  type IssuanceSettings,
  type Oid4vci,
  type OpenWalletPolicy,
  offerTable,
  oid4vciMigrations,
  openIssuerTables,
  openWalletTables,
  type Received,
  usedNonceTable,
  type WalletPolicy,
  type WalletSettings,
} from '../../src/oid4vci/index.ts'
import { Outbox, outboxMigrations, outboxTable } from '../../src/outbox/index.ts'
import {
  Parties,
  type Party,
  partiesMigration,
  partyTable,
  tokenTable,
  userTable,
} from '../../src/parties/index.ts'
import {
  createBitstringChecker,
  createStatusChecker,
  ListCache,
  type StatusChecker,
  StatusLists,
  statusListRoutes,
  statusListsMigrations,
} from '../../src/status-lists/index.ts'
import { type Engine, leaseMigration, leaseTable, type Store } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import { openTestStore } from './engines.ts'

const types: CredentialTypes = loadCredentialTypes('credentials', 'schemas')

let serial = 0

export interface OfferNodeOptions {
  readonly issuance?: IssuanceSettings
  readonly settings?: WalletSettings
  /** The certificate of its organisation, for these types or for all. */
  readonly certificate?: CertifiedIssuingDeps['certificate']
  readonly certifiedTypes?: readonly string[]
  /** Whose certificates count for keys of holders. */
  readonly certifiedHolder?: (x5c: unknown) => Promise<PublicJwk>
  /** Whose certificates it believes. */
  readonly certified?: IssuerKeysDeps['certified']
  /** False for a node that calls nothing on its own machine. */
  readonly isLocal?: boolean
  /** Who counts without a DID. */
  readonly outside?: Pick<VerifyCredentialDeps, 'certified'>
}

/** What all nodes of a test share: the time, and whose key is whose. */
export class World {
  offset = 0
  /** DIDs that cannot be resolved now. */
  readonly away = new Set<Did>()
  readonly #keys = new Map<string, { jwk: PublicJwk; purposes: readonly string[] }>()
  readonly clock: Clock = { now: () => Date.now() + this.offset }

  publish(kid: string, key: KeyObject, purposes = ['authentication', 'assertionMethod']): void {
    this.#keys.set(kid, { jwk: publicJwkOf(key), purposes })
  }

  readonly requireKey = async (kid: string, purpose: string): Promise<PublicJwk> => {
    if (this.away.has(didOfUrl(kid)))
      throw new Refusal('unavailable', 'did_unresolvable', 'this DID cannot be resolved now')
    const found = this.#keys.get(kid)
    if (!found?.purposes.includes(purpose))
      throw new Refusal('unprocessable', 'key_not_current', 'the signing key is not a current key of its DID')
    return found.jwk
  }
}

/** A node with an organisation and a person that offers and takes credentials over real HTTP. */
export class OfferNode {
  readonly world: World
  readonly store: Store
  readonly base: string
  readonly parties: Parties
  readonly credentials: Credentials
  readonly lists: StatusLists
  readonly status: StatusChecker
  readonly outbox: Outbox
  readonly audit: Audit
  readonly operations: readonly AnyOperation[]
  readonly offers: Oid4vci['offers']
  readonly signers: Map<Did, Signer>
  readonly vault: Vault
  /** `METHOD path` of every request that came in. */
  readonly requests: string[] = []
  /** Holder keys by their thumbprint. */
  readonly holderKeys = new Map<string, { partyId: string; privateKey: KeyObject }>()
  /** Whether nobody opened her key. */
  isLocked = false
  /** Errors that would have been a 500. */
  readonly faults: unknown[] = []
  readonly received: Received[] = []
  /** Issuer URLs this node's parties expect something from. */
  readonly expected = new Set<string>()
  accepts: WalletPolicy['accepts'] = async () => undefined
  replaces: NonNullable<WalletPolicy['replaces']> = () => false
  onReceived: WalletPolicy['received'] = async () => undefined
  /** What is taken of issuers outside the network, and which of them are registered. */
  takes: OpenWalletPolicy['takes'] = async () => undefined
  readonly registered = new Set<Did>()
  readonly replacedRows: Parameters<OpenWalletPolicy['replaced']>[1][] = []
  readonly comebacks: Oid4vci['comebacks']
  readonly openEgress: Egress
  /** Changes a JSON answer on its way out; undefined breaks the connection instead. */
  rewrite: (path: string, json: unknown) => unknown = (_path, json) => json
  /** True to break the connection where an answer without body would go out. */
  breakEnd: (path: string) => boolean = () => false
  readonly #server: Server
  /** DIDs of holder keys by their id. */
  readonly #holderDids = new Map<string, Did>()
  readonly #port: number

  static async start(
    engine: Engine,
    world: World,
    issuance?: IssuanceSettings,
    more: OfferNodeOptions = {},
  ): Promise<OfferNode> {
    const store = await openTestStore(engine, tables)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const masterKey = Buffer.alloc(32, ++serial)
    const vault = await Vault.open({ store, clock: world.clock, masterKey })
    return new OfferNode(world, store, vault, server, { ...more, ...(issuance && { issuance }) })
  }

  private constructor(world: World, store: Store, vault: Vault, server: Server, options: OfferNodeOptions) {
    const { issuance, settings, isLocal = true, certificate, certified } = options
    const outside = options.outside ?? (certified && { certified })
    const { clock, requireKey } = world
    this.world = world
    this.store = store
    this.vault = vault
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    this.base = `http://127.0.0.1:${this.#port}`
    this.signers = new Map()
    const signerOf = async (did: Did) => this.#signerOf(did)
    const egress = createEgress({ allowLoopback: isLocal, parseJson: parseJsonStrict })
    this.openEgress = egress
    const lists = new StatusLists({
      ...{ store, clock, baseUrl: this.base, signer: signerOf, size: 1024 },
      ...(certificate && { certificate: () => certificate.current() }),
    })
    this.lists = lists
    const checking = {
      ...{ clock, fetch: egress.request, requireKey, cache: new ListCache(), ...outside },
      local: ownStatus({
        ...{ statusLists: lists, baseUrl: this.base, certificate: certificate ?? null },
        certified: certified ?? notCertified,
      }),
    }
    const status = createStatusChecker(checking)
    this.status = status
    const metadata = new IssuerMetadata({ clock, egress, permitted: new Set() })
    this.audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    this.outbox = new Outbox({ store, clock })
    this.parties = new Parties({ store, vault, clock, baseUrl: this.base, identifiers: this.#identifiers() })
    const didOf = (kid: string) => this.#holderDids.get(kid) ?? didOfUrl(kid)
    const signer = async (kid: string) => this.#signerOf(didOf(kid))
    this.credentials = new Credentials({
      store,
      vault,
      clock,
      types,
      bindingSigner: signer,
      holderSigner: signer,
      signerOf,
      statusLists: lists,
    })
    const issuing = { store, clock, types, signerOf, statusLists: lists, baseUrl: this.base }
    const w3cCredentials = new W3cCredentials(issuing)
    const oid4vci = createOid4vci({
      w3cCredentials,
      store,
      vault,
      clock,
      egress,
      types,
      requireKey,
      signerOf,
      holderSigner: signer,
      publicKey: (kid) => this.world.requireKey(this.#signerOf(didOf(kid)).kid, 'authentication'),
      publicKeyOf: (did) => this.world.requireKey(this.#signerOf(did).kid, 'authentication'),
      newHolderKey: async (partyId) => this.#newHolderKey(partyId),
      baseUrl: this.base,
      openWallet: {
        ...(settings && { settings }),
        holderKeys: {
          exportHolderKey: async (kid) => {
            const key = this.holderKeys.get(kid)
            if (!key) throw new Refusal('forbidden', 'key_not_portable', 'this key does not leave the node')
            return privateJwk(key.privateKey)
          },
          importHolderKey: async (partyId, jwk) =>
            this.#keepHolderKey(partyId, createPrivateKey({ key: { ...jwk }, format: 'jwk' })).kid,
          holderKeyOwner: async (kid) => this.holderKeys.get(kid)?.partyId ?? null,
        },
        requireUnlocked: async () => {
          if (this.isLocked) throw consentLocked()
        },
        policy: {
          isRegistered: async (did) => this.registered.has(did),
          takes: (report) => this.takes(report),
          replaced: async (_tx, change) => {
            this.replacedRows.push(change)
          },
        },
      },
      audit: this.audit,
      outbox: this.outbox,
      parties: this.parties,
      credentials: this.credentials,
      verify: createVerifyCredential({ clock, types, requireKey, status, ...outside }),
      verifyFrom: (from) => {
        const publishedKey = (url: string, kid: string | undefined) => metadata.requireKey(url, kid, from)
        const ofIssuer = createStatusChecker({ ...checking, publishedKey })
        return createVerifyCredential({
          ...{ clock, types, requireKey, ...outside, publishedKey, status: ofIssuer },
        })
      },
      verifyW3c: createVerifyW3cToken(
        createVerifyW3c({
          ...{ clock, types, requireKey },
          status: createBitstringChecker({
            ...{ clock, fetch: egress.request, requireKey },
            local: lists.localBitstring.bind(lists),
          }),
        }),
      ),
      walletMetadata: () => ({ vp_formats_supported: {}, issuer: 'https://cannot.override.example' }),
      ...(issuance && { issuance }),
      certifiedHolder: options.certifiedHolder,
      certifiedIssuer: certified,
      ...(certificate && {
        certified: createCertifiedIssuing({
          certificate,
          types: options.certifiedTypes,
          organisation: async () => {
            const us = await this.parties.organisation()
            return { id: us.id, url: this.parties.urlOf(us) }
          },
        }),
      }),
      policy: {
        acceptsFrom: async ({ credentialIssuer }) => this.expected.has(credentialIssuer),
        replaces: (...args) => this.replaces(...args),
        accepts: (...args) => this.accepts(...args),
        received: async (tx, received) => {
          this.received.push(received)
          await this.onReceived(tx, received)
        },
      },
    })
    this.offers = oid4vci.offers
    this.operations = oid4vci.operations
    this.comebacks = oid4vci.comebacks
    server.on('request', this.#app([statusListRoutes(lists), oid4vci.router]))
    atEnd(async () => {
      await this.stop()
      await egress.dispose()
    })
  }

  /** Somebody of the organisation: an administrator unless told. */
  user(person?: Party, roles: UserCaller['roles'] = ['administrator']): UserCaller {
    const { id: personId, did } = person ?? { id: newId(), did: 'did:web:ada.example' as Did }
    return { kind: 'user', userId: newId(), account: 'ada', roles, personId, did }
  }

  async createParty(kind: 'organisation' | 'person'): Promise<Party> {
    return this.store.transact((tx) =>
      this.parties.create(tx, kind, { name: 'a party' }, kind === 'person' ? randomBytes(32) : undefined),
    )
  }

  urlOf(party: Party): string {
    return this.parties.urlOf(party)
  }

  /** A signed credential about somebody, ready to be offered. */
  async issue(
    issuer: Party,
    subject: Did,
    more: { type?: string; holderKey?: PublicJwk; claims?: object } = {},
  ): Promise<string> {
    const { type = 'ttp-policy-attestation', holderKey } = more
    const claims = { ...types.byName(type).example, ...more.claims }
    const input = { issuer: this.parties.issuerOf(issuer), type, subject, claims }
    const issued = await this.store.transact((tx) =>
      this.credentials.issue(tx, holderKey ? { ...input, holderKey } : input),
    )
    return issued.compact
  }

  /** The public key a DID of this node signs with. */
  keyOf({ did }: Party): Promise<PublicJwk> {
    return this.world.requireKey(this.#signerOf(did).kid, 'authentication')
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async comeBack(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
  }

  operation(name: string): AnyOperation {
    const found = this.operations.find((operation) => operation.name === name)
    if (!found) throw new Error(`no operation ${name}`)
    return found
  }

  #signerOf(did: Did): Signer {
    const signer = this.signers.get(did)
    if (!signer) throw new Refusal('not_found', 'key_unknown', 'this node has no such key')
    return signer
  }

  #identifiers() {
    let latest = ''
    const create = async () => {
      const did = `did:web:party-${++serial}.example` as Did
      const { privateKey } = generateKeyPairSync('ed25519')
      this.addKey(did, 'key-1', privateKey)
      latest = did
      return { did }
    }
    return {
      createOrganisationDid: create,
      createPersonDid: create,
      createHolderKey: async () => ({ kid: `${latest}#key-1` }),
    }
  }

  #newHolderKey(partyId: string): { kid: string; jwk: PublicJwk } {
    return this.#keepHolderKey(partyId, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  }

  #keepHolderKey(partyId: string, privateKey: KeyObject): { kid: string; jwk: PublicJwk } {
    const jwk = publicJwkOf(privateKey)
    const did = didJwkOf(jwk)
    this.addKey(did, '0', privateKey)
    const kid = jwkThumbprint(jwk)
    this.#holderDids.set(kid, did)
    this.holderKeys.set(kid, { partyId, privateKey })
    return { kid, jwk }
  }

  /** Gives a DID of this node a (newer) key. */
  addKey(did: Did, name: string, key: KeyObject, purposes?: string[]): void {
    const kid = `${did}#${name}`
    this.world.publish(kid, key, purposes)
    this.signers.set(did, createSigner(key, kid))
  }

  #app(routers: readonly express.Router[]): express.Express {
    const app = express()
    app.use((request, response, next) => {
      const { path } = request
      this.requests.push(`${request.method} ${path}`)
      const send = response.json.bind(response)
      response.json = (body) => {
        const changed = this.rewrite(path, body)
        if (changed !== undefined) return send(changed)
        response.destroy()
        return response
      }
      const end = response.end.bind(response)
      response.end = ((...args: Parameters<typeof end>) => {
        if (!this.breakEnd(path)) return end(...args)
        response.destroy()
        return response
      }) as typeof response.end
      next()
    })
    for (const router of routers) app.use(router)
    app.use(((error, _request, response, _next) => {
      this.faults.push(error)
      response.status(500).end()
    }) satisfies express.ErrorRequestHandler)
    return app
  }
}

const notCertified = async () => {
  throw new Refusal('forbidden', 'certificate_untrusted', 'no authority is trusted')
}

/** The private half of a key, as a wallet file has it. */
export const privateJwk = (key: KeyObject) => key.export({ format: 'jwk' }) as unknown as PrivateHolderKey

const tables = {
  entities: [
    vaultKeyTable,
    auditTable,
    auditHeadTable,
    leaseTable,
    outboxTable,
    partyTable,
    userTable,
    tokenTable,
    heldCredentialTable,
    issuedCredentialTable,
    offerTable,
    usedNonceTable,
    ...openIssuerTables,
    ...openWalletTables,
  ],
  migrations: [
    leaseMigration,
    vaultMigration,
    auditMigration,
    ...outboxMigrations,
    credentialKeysMigration,
    credentialMigration,
    partiesMigration,
    ...statusListsMigrations,
    ...oid4vciMigrations,
  ],
}
