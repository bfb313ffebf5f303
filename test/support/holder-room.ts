import { Audit } from '../../src/audit/index.ts'
import { type Certificate, Revocations, verifyPath } from '../../src/certificates/index.ts'
import {
  type Clock,
  consentLocked,
  type Did,
  newId,
  Refusal,
  type Role,
  silentLog,
  type UserCaller,
} from '../../src/core/index.ts'
import { Credentials, type HeldIssuer } from '../../src/credentials/index.ts'
import { createEgress } from '../../src/egress/index.ts'
import { createHttp } from '../../src/http/index.ts'
import { createSigner, type PublicJwk, parseJsonStrict } from '../../src/jose/index.ts'
import { entities, migrations } from '../../src/node/schema.ts'
import { Parties, type Party } from '../../src/parties/index.ts'
import {
  HolderWallet,
  Presenting,
  type PresentingPolicy,
  presentingOperations,
  Requests,
} from '../../src/presenting/index.ts'
import type { Engine, Store } from '../../src/store/index.ts'
import { Vault } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import { openTestStore } from './engines.ts'
import { freePort } from './ports.ts'
import { type Holder, newHolder, types } from './verification-room.ts'

export interface HolderOptions {
  readonly engine: Engine
  /** A current key of a verifier's DID. */
  readonly requireKey?: (kid: string) => Promise<PublicJwk>
  readonly isDevelopment?: boolean
  readonly policy?: Partial<PresentingPolicy>
  readonly anchors?: readonly Certificate[]
  /** Whose certificate this is, in the place of the anchors. */
  readonly certified?: (x5c: unknown) => Promise<unknown>
  /** What the network says of a DID. */
  readonly standings?: ReadonlyMap<Did, 'registered' | 'suspended'>
}

export interface Opened {
  readonly id: string
  readonly state: string
  readonly code: string | null
  readonly answerable: boolean
  readonly verifier: { client_id: string; name: string | null; known: boolean; standing: string }
  readonly queries: readonly {
    readonly id: string
    readonly required: boolean
    readonly asks: readonly { claim: string; one_of: readonly unknown[] | null }[]
    readonly candidates: readonly {
      readonly id: string
      readonly chosen: boolean
      readonly format: string
      readonly shows_more: boolean
      readonly shows: readonly { claim: string; value: unknown; asked: boolean }[]
      readonly forbidden_by: string | null
    }[]
    readonly missing: readonly { type: string; from: string; name: string | null }[]
  }[]
  readonly signs_for: readonly string[]
  readonly redirect_uri?: string | null
}

/** The holder's side behind real HTTP: a company with an administrator, and a person with credentials of her own. */
export class HolderRoom {
  offset = 0
  readonly clock: Clock = { now: () => Date.now() + this.offset }
  /** Who opened her key. */
  readonly unlocked = new Set<string>()
  /** Called before anything is sent to a verifier. */
  beforeSending: (url: string) => Promise<void> = async () => {}
  readonly store: Store
  readonly credentials: Credentials
  readonly vault: Vault
  readonly parties: Parties
  readonly #holders = new Map<string, Holder>()
  readonly #callers = new Map<string, UserCaller>()
  #url = ''

  static async open(options: HolderOptions): Promise<HolderRoom> {
    const store = await openTestStore(options.engine, { entities, migrations })
    const vault = await Vault.open({
      store,
      clock: { now: () => Date.now() },
      masterKey: Buffer.alloc(32, 9),
    })
    const room = new HolderRoom(store, vault)
    await room.#addParty('company', 'organisation', ['administrator'])
    await room.#addParty('willemijn', 'person', ['administrator'])
    await room.#addParty('sanne', 'person', ['contact_person'])
    await room.#listen(options)
    return room
  }

  private constructor(store: Store, vault: Vault) {
    this.store = store
    this.vault = vault
    const { clock } = this
    const newDid = (id: string) => {
      const holder = newHolder()
      this.#holders.set(id, holder)
      this.#holders.set(holder.did, holder)
      return holder.did
    }
    this.parties = new Parties({
      ...{ store, vault, clock, baseUrl: 'https://holder.example' },
      identifiers: {
        createOrganisationDid: async (id) => ({ did: newDid(id) }),
        createPersonDid: async (id) => ({ did: newDid(id) }),
        createHolderKey: async (id) => ({ kid: id }),
      },
    })
    const signer = async (id: string) =>
      createSigner(this.holder(id).privateKey, `${this.holder(id).did}#key-1`)
    this.credentials = new Credentials({
      ...{ store, vault, clock, types, bindingSigner: signer, holderSigner: signer, signerOf: signer },
      statusLists: { allocateMany: async () => [], setStatus: async () => false } as never,
    })
  }

  /** A party's keys, by its name, id or DID. */
  holder(name: string): Holder {
    const found = this.#holders.get(name)
    if (!found) throw new Error(`nobody is called ${name}`)
    return found
  }

  /** Puts a credential in somebody's wallet. @returns its id */
  async keep(name: string, compact: string, issuer?: HeldIssuer): Promise<string> {
    const party = await this.party(name)
    const row = await this.store.transact((tx) =>
      this.credentials.hold(tx, {
        ...{ compact, holderParty: party.id, bindingKey: party.did, subject: party.did },
        ...(issuer && { issuer }),
      }),
    )
    return row.id
  }

  async party(name: string): Promise<Party> {
    const party = await this.parties.findByDid(this.holder(name).did)
    if (!party) throw new Error(`nobody is called ${name}`)
    return party
  }

  async call<T = Opened & { code?: string }>(
    as: string | null,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(as && { authorization: `Bearer ${as}` }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as T }
  }

  /** Opens a link as the person, or as the administrator for the company. */
  open(link: string, as: 'sanne' | 'company' = 'sanne') {
    return as === 'sanne'
      ? this.call('sanne', 'POST', '/presentations/requests', { link })
      : this.call('willemijn', 'POST', '/presentations/requests', { link, of: 'company' })
  }

  accept(id: string, choice: object = {}, as = 'sanne') {
    return this.call(as, 'POST', `/presentations/requests/${id}/acceptance`, choice)
  }

  decline(id: string, as = 'sanne') {
    return this.call(as, 'POST', `/presentations/requests/${id}/refusal`, {})
  }

  async #addParty(name: string, kind: 'organisation' | 'person', roles: readonly Role[]): Promise<void> {
    const party = await this.store.transact((tx) =>
      this.parties.create(tx, kind, { name }, kind === 'person' ? Buffer.alloc(32) : undefined),
    )
    this.#holders.set(name, this.holder(party.id))
    if (kind === 'organisation') return
    this.unlocked.add(party.id)
    const { id: personId, did } = party
    this.#callers.set(name, { kind: 'user', userId: name, account: name, roles, personId, did })
  }

  async #listen(options: HolderOptions): Promise<void> {
    const { store, clock, vault, parties, credentials } = this
    const audit = new Audit({ store, clock, pseudonym: (id) => id })
    const isDevelopment = options.isDevelopment ?? true
    const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: isDevelopment })
    atEnd(() => egress.dispose())
    const { anchors } = options
    const revocations = new Revocations({ clock, egress })
    const requests = new Requests({ store, vault, clock, audit, parties })
    const presenting = new Presenting({
      ...{ store, clock, audit, parties, requests, isDevelopment },
      egress: {
        request: async (url, more) => {
          if (more?.method === 'POST') await this.beforeSending(String(url))
          return egress.request(url, more)
        },
      },
      wallet: new HolderWallet({ store, clock, credentials }),
      policy: { unknownVerifiers: 'ask', withhold: ['trade_secret'], ...options.policy },
      newNonce: newId,
      requireKey:
        options.requireKey ??
        (async () => {
          throw new Refusal('unavailable', 'did_unresolvable', 'nobody knows this DID')
        }),
      certified: options.certified
        ? options.certified
        : anchors
          ? (x5c) => verifyPath(x5c, { anchors, revocation: 'when_known' }, { clock, revocations })
          : null,
      standingOf: async (did) => {
        const standing = (did && options.standings?.get(did)) ?? 'unknown'
        return { standing, name: standing === 'unknown' ? null : 'Verifier B.V.' }
      },
      requireUnlocked: async (_caller, { id, kind }) => {
        if (kind === 'person' && !this.unlocked.has(id)) throw consentLocked()
      },
    })
    const whereToGet = async (vct: string) => {
      const isAnchors = types.find(vct)?.issuerRule === 'trust-anchor'
      return isAnchors
        ? { kind: 'trust_anchor' as const, name: 'MYOBI' }
        : { kind: 'unknown' as const, name: null }
    }
    const port = await freePort()
    const http = createHttp({
      operations: presentingOperations({ presenting, requests, parties, types, whereToGet }),
      routers: [],
      authenticate: async ({ headers }) => {
        const name = headers.authorization?.replace('Bearer ', '')
        const caller = name === undefined ? undefined : this.#callers.get(name)
        if (name !== undefined && !caller)
          throw new Refusal('unauthenticated', 'token_invalid', 'unknown token')
        return caller ?? { kind: 'anonymous' }
      },
      idempotency: { begin: async () => 'new', finish: async () => {}, abandon: async () => {} },
      health: async () => ({ ready: true, checks: {} }),
      info: { title: 'test', version: '0' },
      log: silentLog,
      clock,
      limits: { anonymousPerMinute: 100_000 },
    })
    await http.listen({ host: '127.0.0.1', port })
    atEnd(() => http.close())
    this.#url = `http://127.0.0.1:${port}`
  }
}
