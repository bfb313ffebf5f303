import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { didJwkOf } from '../../src/agent/index.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import { type OrganisationConfig, retentionOf, servicedeskOf } from '../../src/config/index.ts'
import {
  asDid,
  type Caller,
  type Clock,
  type Did,
  didOfUrl,
  newId,
  Refusal,
  type Role,
  silentLog,
  type UserCaller,
} from '../../src/core/index.ts'
import {
  Credentials,
  type CredentialTypes,
  createVerifyCredential,
  credentialKeysMigration,
  credentialMigration,
  heldCredentialTable,
  issuedCredentialTable,
  loadCredentialTypes,
  type VerifyCredential,
} from '../../src/credentials/index.ts'
import { createEgress, type Egress } from '../../src/egress/index.ts'
import { Files, filesMigration, fileTables } from '../../src/files/index.ts'
import { createHttp, IdempotencyStore, idempotencyMigration, idempotencyTable } from '../../src/http/index.ts'
import {
  createSigner,
  jwkThumbprint,
  type PublicJwk,
  parseJsonStrict,
  publicJwkOf,
  type Signer,
} from '../../src/jose/index.ts'
import { colleaguesOf } from '../../src/node/casework.ts'
import { evidenceKeptUntil } from '../../src/node/retention.ts'
import {
  Accounts,
  Parties,
  type Party,
  partiesMigration,
  partyTable,
  tokenTable,
  userTable,
} from '../../src/parties/index.ts'
import { judgeVat } from '../../src/partners/import/index.ts'
import {
  Campaigns,
  type PolicyTell,
  policyCampaignMigrations,
  policyCampaignTables,
  Suspensions,
} from '../../src/policy-campaigns/index.ts'
import {
  Applicant,
  anchorOperations,
  applicantOperations,
  type CaseFiles,
  type CaseMoves,
  type Cases,
  type CasesDeps,
  CompanyAcceptances,
  type Decisions,
  type Desk,
  type Intake,
  type Moved,
  type Offers,
  openCases,
  PersonAcceptances,
  type PolicyAccepted,
  type Redeemed,
  registrationEntities,
  registrationMigrations,
  type SelfRegisterDeps,
} from '../../src/registration/index.ts'
import {
  createStatusChecker,
  StatusLists,
  statusListRoutes,
  statusListsMigrations,
} from '../../src/status-lists/index.ts'
import { type Engine, leaseMigration, leaseTable, type Store, type Tx } from '../../src/store/index.ts'
import {
  type AnchorClient,
  type AnchorSource,
  Attestations,
  createAnchorClient,
  createOwnAnchor,
  createOwnPolicies,
  createRegistryClient,
  createRemoteAnchor,
  createRemotePolicies,
  loadPolicies,
  loadVocabulary,
  type Policies,
  Registry,
  type RegistryLookup,
  registryOperations,
  registryRoutes,
  Trust,
  trustMigrations,
  trustOperations,
  trustRoutes,
  trustTables,
  Verifier,
} from '../../src/trust/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import { openTestStore } from './engines.ts'
import { freePort } from './ports.ts'

const types: CredentialTypes = loadCredentialTypes('credentials', 'schemas')
const policies = loadPolicies('policy')
const vocabulary = loadVocabulary('policy')

let serial = 0

/** What all nodes of a test share: the time, and whose key is whose. Stands for the chain and the hosts of did:web. */
export class World {
  offset = 0
  readonly clock: Clock = { now: () => Date.now() + this.offset }
  /** DIDs that cannot be resolved now. */
  readonly away = new Set<Did>()
  readonly #keys = new Map<string, PublicJwk>()

  publish(kid: string, key: KeyObject): void {
    this.#keys.set(kid, publicJwkOf(key))
  }

  withdraw(kid: string): void {
    this.#keys.delete(kid)
  }

  readonly requireKey = async (kid: string): Promise<PublicJwk> => {
    if (this.away.has(didOfUrl(kid)))
      throw new Refusal('unavailable', 'did_unresolvable', 'this DID cannot be resolved now')
    const found = this.#keys.get(kid)
    if (found) return found
    throw new Refusal('unprocessable', 'key_not_current', 'the signing key is not a current key of its DID')
  }
}

/** The keys of one node's parties. */
export class Keys {
  readonly #world: World
  readonly #signers = new Map<string, Signer>()
  readonly #publicKeys = new Map<string, PublicJwk>()

  constructor(world: World) {
    this.#world = world
  }

  /** A DID with one key. */
  createDid(prefix: string): Did {
    const did = asDid(`${prefix}${++serial}${process.pid}`)
    this.rotate(did)
    return did
  }

  /** Gives a DID a new key; the ones before are still listed. */
  rotate(did: Did): string {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const kid = `${did}#key-${++serial}`
    this.#world.publish(kid, privateKey)
    this.#add(did, kid, privateKey)
    this.#add(kid, kid, privateKey)
    return kid
  }

  createHolderKey(): { kid: string } {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const kid = jwkThumbprint(publicJwkOf(privateKey))
    this.#add(kid, kid, privateKey)
    return { kid }
  }

  readonly signer = async (name: string): Promise<Signer> => found(this.#signers.get(name))
  readonly publicKey = async (name: string): Promise<PublicJwk> => found(this.#publicKeys.get(name))

  #add(name: string, kid: string, key: KeyObject): void {
    this.#signers.set(name, createSigner(key, kid))
    this.#publicKeys.set(name, publicJwkOf(key))
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Refusal('not_found', 'key_unknown', 'this node has no such key')
  return value
}

export interface Offered {
  readonly subject: Did
  readonly compacts: string[]
  readonly deliverTo: string
}

export interface TestPerson {
  readonly party: Party
  readonly caller: UserCaller
  readonly token: string
}

interface NodeOptions {
  readonly engine: Engine
  readonly world: World
  readonly organisation: OrganisationConfig
  /** The trust anchor's address; without it the node is one. */
  readonly anchorUrl?: string
  readonly anchorDid?: Did
  /** Of its servicedesk. */
  readonly fourEyes?: boolean
  readonly evidence?: CasesDeps['required']
}

/** A node as far as trust and registration go, over real HTTP and a real store; Offers are only written down. */
export class TrustNode {
  readonly url: string
  readonly world: World
  readonly store: Store
  readonly keys: Keys
  readonly audit: Audit
  readonly vault: Vault
  readonly parties: Parties
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly verify: VerifyCredential
  readonly client: AnchorClient
  readonly anchor: AnchorSource
  readonly policies: Policies
  /** The register itself; empty on a node that is not the trust anchor. */
  readonly registry: Registry
  readonly lookup: RegistryLookup
  readonly trust: Trust
  readonly attestations: Attestations
  readonly applicant: Applicant
  readonly caseFiles: CaseFiles
  readonly decisions: Decisions
  readonly intake: Intake
  readonly desk: Desk
  readonly cases: Cases
  readonly files: Files
  /** What is published under names. */
  readonly txt = new Map<string, readonly string[] | Error>()
  /** What the trade register has. */
  readonly kvk = new Map<string, Awaited<ReturnType<CasesDeps['register']['find']>> | Error>()
  /** Differences that were found a year later. */
  readonly different: Parameters<CasesDeps['whenDifferent']>[1][] = []
  /** What contact persons were written. */
  readonly told: Parameters<CasesDeps['tellContact']>[1][] = []
  /** Links that were made, by their token; each works once. */
  readonly links = memoryLinks()
  readonly moves: CaseMoves
  /** Moves that who follows cases heard of. */
  readonly moved: Moved[] = []
  /** What codes of invitations are worth here. */
  readonly invitations = new Map<string, Redeemed>()
  readonly people: PersonAcceptances
  readonly companies: CompanyAcceptances
  readonly campaigns: Campaigns
  readonly suspensions: Suspensions
  /** What was told to whom. */
  readonly toldOfPolicy: { readonly to: Did; readonly tell: PolicyTell }[] = []
  readonly offered: Offered[] = []
  readonly relayed: unknown[] = []
  readonly selfRegisterDeps: SelfRegisterDeps
  readonly #egress: Egress
  readonly lists: StatusLists
  readonly #verifier: Verifier

  static async start(options: NodeOptions): Promise<TrustNode> {
    const { world, engine } = options
    const port = await freePort()
    const store = await openTestStore(engine, tables)
    const vault = await Vault.open({ store, clock: world.clock, masterKey: Buffer.alloc(32, ++serial) })
    const node = new TrustNode(options, `http://127.0.0.1:${port}`, store, vault)
    const { name } = options.organisation
    await store.transact((tx) => node.parties.create(tx, 'organisation', { name }))
    await node.#listen(port, options.anchorUrl === undefined)
    return node
  }

  private constructor(options: NodeOptions, url: string, store: Store, vault: Vault) {
    const { world } = options
    const { clock, requireKey } = world
    this.url = url
    this.world = world
    this.store = store
    this.vault = vault
    this.keys = new Keys(world)
    const { signer, publicKey } = this.keys
    this.#egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
    this.lists = new StatusLists({ store, clock, baseUrl: url, signer, size: 4096 })
    const status = createStatusChecker({
      clock,
      fetch: this.#egress.request,
      requireKey,
      local: this.lists.local.bind(this.lists),
    })
    this.files = new Files({ store, vault, clock })
    this.audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    this.parties = new Parties({ store, vault, clock, baseUrl: url, identifiers: this.#identifiers() })
    this.accounts = new Accounts({ store, clock })
    this.credentials = new Credentials({
      store,
      vault,
      clock,
      types,
      bindingSigner: signer,
      holderSigner: signer,
      signerOf: signer,
      statusLists: this.lists,
    })
    this.verify = createVerifyCredential({ clock, types, requireKey, status })
    this.client = createAnchorClient({ egress: this.#egress, url: options.anchorUrl ?? url })
    this.registry = new Registry({ store, clock })
    const isAnchor = options.anchorUrl === undefined
    this.anchor = isAnchor
      ? createOwnAnchor({ url, describe: () => this.describe() })
      : createRemoteAnchor({ store, clock, audit: this.audit, client: this.client, did: options.anchorDid })
    this.policies = isAnchor
      ? createOwnPolicies(policies, clock)
      : createRemotePolicies({ client: this.client, clock })
    this.lookup = isAnchor
      ? this.registry
      : createRegistryClient({ client: this.client, clock, anchor: this.anchor, requireKey })
    const { audit, parties, credentials, registry, anchor } = this
    this.trust = new Trust({ types, anchor, registry: this.lookup })
    this.attestations = new Attestations({
      clock,
      verify: this.verify,
      requireKey,
      status,
      types,
      anchor,
      policies: this.policies,
    })
    this.#verifier = new Verifier({ verify: this.verify, trust: this.trust })
    const shared = { store, vault, clock, audit, parties, anchor, policies: this.policies, judgeVat }
    const offers: Offers = {
      create: async (_tx, { subject, compacts, deliverTo }) => {
        this.offered.push({ subject, compacts, deliverTo })
        return `offer-${this.offered.length}`
      },
    }
    const anchorDeps = { ...shared, requireKey, credentials, registry, offers }
    const cases = openCases({
      ...{ ...anchorDeps, targets: servicedeskOf({ loopback: true }).targets },
      ...{ files: this.files, fourEyes: options.fourEyes ?? false, required: options.evidence ?? [] },
      lookupTxt: async (name) => {
        const found = this.txt.get(name)
        if (found instanceof Error) throw found
        return found ?? []
      },
      register: {
        source: 'KVK in this test',
        find: async (kvkNumber) => {
          const found = this.kvk.get(kvkNumber) ?? new Refusal('not_found', 'kvk_unknown', 'not there')
          if (found instanceof Error) throw found
          return found
        },
        search: async () => [],
      },
      log: silentLog,
      keptUntil: evidenceKeptUntil(retentionOf({})),
      whenDifferent: async (_tx, row) => {
        this.different.push(row)
      },
      url: options.anchorUrl ?? url,
      links: this.links,
      tellContact: async (_tx, message) => {
        this.told.push(message)
      },
      whenMoved: async (_tx, moved) => {
        this.moved.push(moved)
      },
      colleagues: colleaguesOf(this.accounts),
      redeem: async (_tx, { code }) => this.invitations.get(code) ?? { refusal: invitationUnknown() },
    })
    this.caseFiles = cases.caseFiles
    this.decisions = cases.decisions
    this.intake = cases.intake
    this.moves = cases.moves
    this.desk = cases.desk
    this.cases = cases
    const tell = async (_tx: unknown, to: Did, tell: PolicyTell) => {
      this.toldOfPolicy.push({ to, tell })
    }
    const listUri = (listId: string) => `${url}/status-lists/${listId}`
    this.suspensions = new Suspensions({ ...anchorDeps, tell, listUri })
    const ownDid = async () => (await parties.organisation()).did
    this.campaigns = new Campaigns({ ...anchorDeps, suspensions: this.suspensions, tell, ownDid })
    const accepting = {
      ...anchorDeps,
      whenAccepted: (tx: Tx, accepted: PolicyAccepted) => this.campaigns.accepted(tx, accepted),
    }
    this.people = new PersonAcceptances(accepting)
    this.companies = new CompanyAcceptances({ ...accepting, ...cases })
    const ours = { organisation: options.organisation, signerOf: signer, publicKey, publicKeyOf: publicKey }
    const holderDid = async (kid: string) => didJwkOf(await publicKey(kid))
    this.applicant = new Applicant({ ...shared, ...ours, holderDid, client: this.client })
    this.selfRegisterDeps = { ...anchorDeps, ...ours }
    atEnd(() => this.#egress.dispose())
  }

  async describe() {
    const [party, policy] = await Promise.all([this.parties.organisation(), this.policies.current()])
    const { name } = await this.parties.profile(party.id)
    const { id, version, digest } = policy
    return { did: party.did, name, wallet: this.parties.urlOf(party), policy: { id, version, digest } }
  }

  /** A person with an account and a token. */
  async addPerson(
    name: string,
    roles: readonly Role[],
    representation?: 'SOLE' | 'JOINT',
  ): Promise<TestPerson> {
    return this.store.transact(async (tx) => {
      const profile = { name, ...(representation && { representation }) }
      const party = await this.parties.create(tx, 'person', profile, randomBytes(32))
      const account = `a${++serial}`
      const user = await this.accounts.createUser(tx, { account, personId: party.id, roles })
      const { token } = await this.accounts.createToken(tx, { kind: 'user', ownerId: user.id })
      const caller = {
        kind: 'user',
        userId: user.id,
        account,
        roles,
        personId: party.id,
        did: party.did,
      } as const
      return { party, caller, token }
    })
  }

  /** A call over HTTP. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    { token, body }: { readonly token?: string; readonly body?: object } = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  #identifiers() {
    return {
      createOrganisationDid: async () => ({ did: this.keys.createDid('did:ethr:0x539:0x') }),
      createPersonDid: async () => ({ did: this.keys.createDid('did:jwk:') }),
      createHolderKey: async () => this.keys.createHolderKey(),
    }
  }

  async #listen(port: number, isAnchor: boolean): Promise<void> {
    const { store, vault, world, applicant, registry, people, companies } = this
    const relay = {
      submit: async (change: unknown) => {
        this.relayed.push(change)
        return { transaction: '0x1', block: 1 }
      },
    }
    const http = createHttp({
      operations: [
        ...trustOperations({ policies: this.policies, verifier: this.#verifier, vocabulary }),
        ...applicantOperations({ applicant }),
        ...(isAnchor
          ? [
              ...registryOperations(registry),
              ...anchorOperations({ ...this.cases, people, companies, relay }),
            ]
          : []),
      ],
      routers: [
        { path: '/', router: statusListRoutes(this.lists) },
        ...(isAnchor
          ? [
              { path: '/', router: trustRoutes({ describe: () => this.describe() }) },
              {
                path: '/',
                router: registryRoutes({
                  ...{ store, registry, clock: world.clock, signerOf: this.keys.signer },
                  ownDid: async () => (await this.parties.organisation()).did,
                }),
              },
            ]
          : []),
      ],
      authenticate: async ({ headers }): Promise<Caller> => {
        const token = headers.authorization?.replace(/^Bearer /, '')
        return token ? this.accounts.authenticate(token) : { kind: 'anonymous' }
      },
      idempotency: new IdempotencyStore({ store, vault, clock: world.clock }),
      health: async () => ({ ready: true, checks: {} }),
      info: { title: 'test', version: '0' },
      log: silentLog,
      clock: world.clock,
      limits: { anonymousPerMinute: 100_000 },
    })
    await http.listen({ host: '127.0.0.1', port })
    this.stop = () => http.close()
    atEnd(() => http.close())
  }

  /** Stops answering. */
  stop: () => Promise<void> = async () => undefined
}

const invitationUnknown = () => new Refusal('not_found', 'invitation_unknown', 'there is no such invitation')

const tables = {
  entities: [
    vaultKeyTable,
    auditTable,
    auditHeadTable,
    leaseTable,
    idempotencyTable,
    partyTable,
    userTable,
    tokenTable,
    heldCredentialTable,
    issuedCredentialTable,
    ...trustTables,
    ...registrationEntities,
    ...fileTables,
    ...policyCampaignTables,
  ],
  migrations: [
    leaseMigration,
    vaultMigration,
    auditMigration,
    credentialKeysMigration,
    credentialMigration,
    partiesMigration,
    ...statusListsMigrations,
    idempotencyMigration,
    ...trustMigrations,
    ...registrationMigrations,
    filesMigration,
    ...policyCampaignMigrations,
  ],
}

/** One-use links that nobody keeps. */
function memoryLinks(): CasesDeps['links'] {
  const open = new Map<string, string>()
  const look = async (token: string) => {
    const about = open.get(token)
    if (about === undefined) throw new Refusal('gone', 'link_used', 'this link was used before')
    return about
  }
  return {
    create: async (_tx, { about }) => {
      const token = `link-${newId()}`
      open.set(token, about)
      return token
    },
    look,
    consume: async (_tx, token) => {
      const about = await look(token)
      open.delete(token)
      return about
    },
  }
}
