import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import type { TrustConfig } from '../../src/config/index.ts'
import {
  asDid,
  type Clock,
  type Did,
  Refusal,
  seconds,
  silentLog,
  type UserCaller,
} from '../../src/core/index.ts'
import {
  type CredentialTypes,
  createVerifyCredential,
  createVerifyW3c,
  createVerifyW3cToken,
  loadCredentialTypes,
  type VerifyCredentialDeps,
  w3cNameOf,
} from '../../src/credentials/index.ts'
import { createHttp } from '../../src/http/index.ts'
import {
  createSigner,
  type JsonObject,
  type PublicJwk,
  publicJwkOf,
  type Signer,
} from '../../src/jose/index.ts'
import { issueSdJwt, type PathStep, presentSdJwt, type SdJwt } from '../../src/sd-jwt/index.ts'
import { type Engine, leaseMigration, leaseTable, type Store } from '../../src/store/index.ts'
import { createAcceptedIssuers, type RegistryEntry, Trust, Verifier } from '../../src/trust/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { issueVcJwt, VC_JOSE, VC_JWT, type VcFormat } from '../../src/vc-jwt/index.ts'
import {
  type CertifiedKey,
  Client,
  loadPresets,
  pageRoutes,
  type SessionRow,
  Sessions,
  sdJwtFormat,
  sessionTable,
  Verifications,
  verificationMigration,
  verificationOperations,
  w3cFormat,
  walletRoutes,
} from '../../src/verification/index.ts'
import type { Preset } from '../../src/verification/preset.ts'
import { atEnd } from './endings.ts'
import { openTestStore } from './engines.ts'
import { freePort } from './ports.ts'

export const types: CredentialTypes = loadCredentialTypes('credentials', 'schemas')
export const shippedPresets = loadPresets('policy/presets', types)

export const US = asDid('did:web:verifier.example')
export const ANCHOR = asDid('did:web:anchor.example')
export const EMPLOYER = asDid('did:web:employer.example')
export const POLICY_DIGEST = 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'

const SCOPE = 'organisation'
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const user = (userId = 'u1'): UserCaller => ({
  ...{ kind: 'user', userId, account: userId, roles: ['coordinator'], personId: `p-${userId}` },
  did: asDid('did:web:user.example'),
})

/** Somebody with a wallet: a key, and credentials bound to it. */
export interface Holder {
  readonly privateKey: KeyObject
  readonly jwk: PublicJwk
  readonly did: Did
}

let serial = 0
export function newHolder(): Holder {
  const { privateKey } = p256()
  return { privateKey, jwk: publicJwkOf(privateKey), did: asDid(`did:web:holder-${++serial}.example`) }
}

export interface RoomOptions {
  readonly engine: Engine
  readonly presets?: readonly Preset[]
  readonly certifiedKey?: () => Promise<CertifiedKey | null>
  readonly isDevelopment?: boolean
  readonly host?: string
  /** Who counts without a DID, and for which types. */
  readonly outside?: Pick<VerifyCredentialDeps, 'certified' | 'publishedKey'>
  readonly trust?: TrustConfig
}

/** The room of verification behind real HTTP, in a world of its own: whose key is whose, and what the registry says. */
export class VerificationRoom {
  offset = 0
  /** Statuses the issuers' lists say; by credential id. */
  readonly revoked = new Set<string>()
  /** True while the trust anchor cannot be asked. */
  isAnchorAway = false
  readonly announced: SessionRow[] = []
  readonly clock: Clock = { now: () => Date.now() + this.offset }
  readonly keys = new Map<Did, KeyObject>()
  readonly url: string
  readonly store: Store
  readonly sessions: Sessions
  readonly verifications: Verifications
  readonly vault: Vault
  readonly verifier: Verifier
  readonly client: Client
  caller: UserCaller | null = user()

  static async open(options: RoomOptions): Promise<VerificationRoom> {
    const store = await openTestStore(options.engine, tables)
    const clock = { now: () => Date.now() }
    const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
    await store.transact((tx) => vault.createKey(tx, SCOPE))
    const port = await freePort()
    const room = new VerificationRoom(options, store, vault, `http://${options.host ?? '127.0.0.1'}:${port}`)
    await room.#listen(port)
    return room
  }

  private constructor(options: RoomOptions, store: Store, vault: Vault, url: string) {
    const { clock } = this
    this.url = url
    this.store = store
    this.vault = vault
    for (const did of [US, ANCHOR, EMPLOYER]) this.keys.set(did, p256().privateKey)
    const audit = new Audit({ store, clock, pseudonym: (id) => id })
    const requireKey = async (kid: string) => {
      const key = this.keys.get(kid.split('#')[0] as Did)
      if (!key) throw new Refusal('unavailable', 'did_unresolvable', 'nobody knows this DID')
      return publicJwkOf(key)
    }
    const verifyCredential = createVerifyCredential({
      ...{ clock, types, requireKey, ...options.outside },
      status: {
        check: async (status) => {
          const { idx } = (status as { status_list: { idx: number } }).status_list
          const isRevoked = this.revoked.has(String(idx))
          return isRevoked
            ? { ok: false, code: 'status_invalid', asOf: clock.now() }
            : { ok: true, state: 'valid', asOf: clock.now() }
        },
        forget: () => {},
      },
    })
    const w3c = createVerifyW3c({
      ...{ clock, types, requireKey },
      status: {
        check: async (status) => {
          const { statusListIndex } = status as { statusListIndex: string }
          return this.revoked.has(statusListIndex)
            ? { ok: false, code: 'status_invalid', asOf: clock.now() }
            : { ok: true, state: 'valid', asOf: clock.now() }
        },
        forget: () => {},
      },
    })
    const verifyW3c = createVerifyW3cToken(w3c)
    const away = () => {
      if (this.isAnchorAway) throw new Refusal('unavailable', 'trust_anchor_unreachable', 'not now')
    }
    const trust = new Trust({
      types,
      ...(options.trust && { accepted: createAcceptedIssuers(options.trust, types) }),
      anchor: {
        require: async () => {
          away()
          return {
            did: ANCHOR,
            name: 'MYOBI',
            wallet: '',
            policy: { id: 'ttp-policy', version: 1, digest: POLICY_DIGEST },
          }
        },
      } as unknown as ConstructorParameters<typeof Trust>[0]['anchor'],
      registry: {
        find: async (did) => {
          away()
          return did === EMPLOYER ? ({ did, name: 'Bakkerij', state: 'active' } as RegistryEntry) : null
        },
        findByKvk: async () => null,
      },
    })
    this.verifier = new Verifier({ verify: verifyCredential, trust })
    this.sessions = new Sessions({
      ...{ store, vault, clock, audit },
      scope: async () => SCOPE,
      whenFinished: async (_tx, row) => {
        this.announced.push(row)
      },
    })
    this.client = new Client({
      organisation: async () => ({ did: US }),
      signerOf: async (did) => this.signerOf(did),
      certifiedKey: options.certifiedKey ?? (async () => null),
      isDevelopment: options.isDevelopment ?? true,
    })
    this.verifications = new Verifications({
      ...{ sessions: this.sessions, client: this.client, clock, baseUrl: url },
      presets: options.presets ?? shippedPresets,
      formats: [
        sdJwtFormat({ verifyCredential, verifier: this.verifier }),
        w3cFormat(VC_JWT, { verifyW3c, verifier: this.verifier }),
        w3cFormat(VC_JOSE, { verifyW3c, verifier: this.verifier }),
      ],
      facts: async () => {
        away()
        return { policy_digest: POLICY_DIGEST }
      },
    })
  }

  signerOf(did: Did) {
    const key = this.keys.get(did)
    if (!key) throw new Error('no such key')
    return createSigner(key, `${did}#key-1`)
  }

  /** A credential of a type with its example's claims, bound to its holder's key. */
  issue(holder: Holder, type: string, issuer: Did, claims: object = {}, more: object = {}): Promise<string> {
    const signed = { header: {}, signer: this.signerOf(issuer) }
    return this.issueAs(signed, holder, type, claims, { iss: issuer, ...more })
  }

  /** The same, by whoever signs. */
  async issueAs(
    { header, signer }: { readonly header: object; readonly signer: Signer },
    holder: Holder,
    type: string,
    claims: object = {},
    more: object = {},
  ): Promise<string> {
    const { vct, example, metadata } = types.byName(type)
    const all = { ...example, ...claims } as JsonObject
    const isThere = (path: readonly PathStep[]) => typeof path[0] === 'string' && Object.hasOwn(all, path[0])
    return issueSdJwt({
      header: { typ: 'dc+sd-jwt', ...header },
      payload: {
        ...{ sub: holder.did, vct, iat: seconds(this.clock.now()) - 10, jti: `c-${++serial}` },
        ...{ exp: seconds(this.clock.now()) + 3600, cnf: { jwk: holder.jwk } },
        status: { status_list: { idx: ++serial, uri: 'https://anchor.example/list' } },
        ...all,
        ...more,
      } as JsonObject,
      disclosable: metadata.claims
        .filter(({ sd, path }) => sd === 'always' && isThere(path) && path.length === 1)
        .map(({ path }) => path),
      signer,
    })
  }

  /** The same as a W3C credential, about its holder's DID. */
  issueW3c(format: VcFormat, { did }: Holder, type: string, issuer: Did): Promise<string> {
    const { vct, example } = types.byName(type)
    const at = seconds(this.clock.now())
    const claims = Object.entries(example).map(([name, value]) => [w3cNameOf(name), value])
    const credential = {
      ...{ issuer, subject: did, type: vct, claims: Object.fromEntries(claims) },
      ...{ validFrom: at - 10, validUntil: at + 3600, status: { statusListIndex: String(++serial) } },
    }
    return issueVcJwt(format, credential, this.signerOf(issuer))
  }

  /** What a wallet sends for a credential. */
  async present(
    holder: Holder,
    credential: string | SdJwt,
    request: { client_id: string; nonce: string },
    paths: readonly (readonly PathStep[])[] = [],
    extra: Record<string, unknown> = {},
  ): Promise<string> {
    const { client_id: aud, nonce } = request
    const signer = createSigner(holder.privateKey, 'holder')
    return presentSdJwt(credential, paths, { aud, nonce, iat: seconds(this.clock.now()), signer, extra })
  }

  async call<T = Record<string, unknown>>(method: 'GET' | 'POST', path: string, body?: object) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return { status: response.status, body: (await response.json()) as T }
  }

  /** A form, as a wallet posts it. */
  async post(url: string, form: Record<string, string>) {
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  async #listen(port: number): Promise<void> {
    const { verifications, sessions } = this
    const http = createHttp({
      operations: verificationOperations({ verifications, sessions, isDevelopment: true }),
      routers: [
        { path: '/', router: walletRoutes(verifications), rateLimit: 'failures' },
        {
          path: '/',
          router: pageRoutes({ verifications, sessions, verifier: this.verifier, types, isSecure: false }),
        },
      ],
      authenticate: async () => this.caller ?? { kind: 'anonymous' },
      idempotency: { begin: async () => 'new', finish: async () => {}, abandon: async () => {} },
      health: async () => ({ ready: true, checks: {} }),
      info: { title: 'test', version: '0' },
      log: silentLog,
      clock: this.clock,
      limits: { anonymousPerMinute: 100_000 },
    })
    await http.listen({ host: '127.0.0.1', port })
    atEnd(() => http.close())
  }
}

const tables = {
  entities: [vaultKeyTable, auditTable, auditHeadTable, leaseTable, sessionTable],
  migrations: [leaseMigration, vaultMigration, auditMigration, verificationMigration],
}
