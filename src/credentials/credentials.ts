import { isDeepStrictEqual } from 'node:util'
import {
  asDid,
  BoundedMap,
  type Clock,
  type ConsentUnlock,
  type Did,
  didOfUrl,
  isDid,
  isRefusal,
  newId,
  Refusal,
  seconds,
} from '../core/index.ts'
import {
  type Alg,
  algOfJwk,
  isSameKey,
  type JsonObject,
  type PublicJwk,
  parsePublicJwk,
  type Signer,
} from '../jose/index.ts'
import { issueSdJwt, presentSdJwt, type ReadSdJwt, SD_JWT_VC_TYP, type SdJwt } from '../sd-jwt/index.ts'
import type { Allocated, StatusLists } from '../status-lists/index.ts'
import {
  change,
  createBatch,
  IsNull,
  insertAll,
  type Reader,
  type Store,
  select,
  type Tx,
} from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { presentVcJwt } from '../vc-jwt/index.ts'
import { allocateStatus } from './allocate-status.ts'
import type { CertifiedIssuer } from './certified-issuer.ts'
import {
  type HeldCredentialRow,
  heldCredentialTable,
  type IssuedCredentialRow,
  issuedCredentialTable,
  type NetworkCredentialRow,
} from './credential-table.ts'
import { credentialDigest } from './digest.ts'
import {
  claimsIn,
  factsOf,
  type HeldIssuer,
  type OpenedCredential,
  openCredential,
  readOpened,
} from './held-format.ts'
import {
  type ClaimPath,
  type Claims,
  type CredentialType,
  type CredentialTypes,
  valueAt,
} from './types/index.ts'

/** A party of this node as issuer. */
export interface Issuer {
  readonly partyId: string
  readonly did: Did
  /** Opens its key where it is a person. */
  readonly unlock?: ConsentUnlock
}

export interface IssueInput {
  readonly issuer: Issuer
  /** Short name of the type, such as `employee-role`. */
  readonly type: string
  readonly subject: Did
  readonly claims: Claims
  /** Signs in place of its DID, and says who issued. */
  readonly certificate?: CertifiedIssuer | undefined
  /** Key the holder presents it with; without it the credential is bound by `sub` alone. */
  readonly holderKey?: PublicJwk
  /** Milliseconds since the epoch; by default what the type says. */
  readonly expiresAt?: number
  /** Milliseconds since the epoch; now unless told. */
  readonly issuedAt?: number
  readonly id?: string
}

export interface Issued {
  /** The credential's `jti`. */
  readonly id: string
  readonly compact: string
  readonly digest: string
  readonly expiresAt: number
}

export interface HoldInput {
  readonly compact: string
  readonly holderParty: string
  /** Key that presents it: a `kid`, or the DID whose signing key does; null where it is bound to none. */
  readonly bindingKey: string | null
  /** Who proved to have issued it, where that is nobody with a DID. */
  readonly issuer?: HeldIssuer
  /** Whom it is about, where it does not say so itself. */
  readonly subject?: Did
  /** The current credential it takes the place of. */
  readonly replaces?: HeldCredentialRow
}

export interface CredentialsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly types: CredentialTypes
  /** The signer of a key (its `kid`, or whose it is) to which a credential was bound, also after it was retired. */
  readonly bindingSigner: (key: string, bound: () => PublicJwk) => Promise<Signer>
  /** A holder key that signs under the did:jwk it is: what presents a credential that names its holder by a DID. */
  readonly holderSigner: (kid: string) => Promise<Signer>
  /** The one a DID of ours signs with now. */
  readonly signerOf: (did: Did, unlock?: ConsentUnlock) => Promise<Signer>
  /**
   * Who signs the status lists of an issuer that cannot sign at any time; null where the issuer does itself. Each
   * credential names it.
   */
  readonly statusIssuerOf?: (issuer: Issuer) => Promise<Did | null>
  readonly statusLists: Pick<StatusLists, 'allocateMany' | 'setStatus'>
}

/**
 * What the network lives by: an SD-JWT of an issuer with a DID. Another of the same type is shown to who asks for it, and
 * never takes the place of this one.
 */
const inNetwork = `format = '${SD_JWT_VC_TYP}' AND issuer LIKE 'did:%'`

const inNetworkOf = (row: HeldCredentialRow): NetworkCredentialRow => ({ ...row, issuer: asDid(row.issuer) })

const sealPlace = (id: string) => `held_credential:${id}`

/** Issues, holds and presents credentials for the parties of this node. */
export class Credentials {
  readonly #deps: CredentialsDeps
  // A grant is read far more often than a credential changes, and opening costs more than presenting.
  readonly #opened = new BoundedMap<OpenedCredential>(500)
  /** {@link issue} in a transaction shared with others that issue at the same time. */
  readonly issueQueued: (input: IssueInput) => Promise<Issued>

  constructor(deps: CredentialsDeps) {
    this.#deps = deps
    this.issueQueued = createBatch(deps.store, (tx, inputs: readonly IssueInput[]) =>
      this.issueMany(tx, inputs),
    )
  }

  get types(): CredentialTypes {
    return this.#deps.types
  }

  /** Signs and registers one credential. @throws Refusal `unknown_credential_type`, `invalid_claims` */
  async issue(tx: Tx, input: IssueInput): Promise<Issued> {
    const [issued] = await this.issueMany(tx, [input])
    if (!issued) throw new Error('nothing was issued')
    return issued
  }

  async issueMany(tx: Tx, inputs: readonly IssueInput[]): Promise<Issued[]> {
    const typed = inputs.map((input) => ({ input, type: this.#checked(input) }))
    const entries = await allocateStatus(this.#deps, tx, typed)
    const issued = await Promise.all(typed.map(({ input, type }, at) => this.#sign(input, type, entries[at])))
    await insertAll(
      tx,
      issuedCredentialTable,
      issued.map(({ row }) => row),
    )
    return issued.map(({ row, compact }) => ({
      id: row.id,
      compact,
      digest: row.digest,
      expiresAt: row.expiresAt,
    }))
  }

  /** Revokes what we issued; once. @returns false when it was revoked before @throws Refusal `credential_unknown` */
  async revoke(tx: Tx, id: string): Promise<boolean> {
    const row = await tx.findOneBy(issuedCredentialTable, { id })
    if (!row) throw new Refusal('not_found', 'credential_unknown', 'we did not issue that credential')
    const { statusListId, statusIndex } = row
    if (statusListId !== null && statusIndex !== null)
      await this.#deps.statusLists.setStatus(tx, { listId: statusListId, index: statusIndex }, 'invalid')
    if (row.revokedAt !== null) return false
    return (await change(tx, issuedCredentialTable, { id }, { revokedAt: this.#deps.clock.now() })) === 1
  }

  /**
   * Suspends what we issued, or lets it hold again.
   * @returns false when it was so already
   * @throws Refusal `credential_unknown`, `credential_without_status`, `status_final` when it was revoked
   */
  async setSuspended(tx: Tx, id: string, isSuspended: boolean): Promise<boolean> {
    const row = await tx.findOneBy(issuedCredentialTable, { id })
    if (!row) throw new Refusal('not_found', 'credential_unknown', 'we did not issue that credential')
    const { statusListId: listId, statusIndex: index } = row
    if (listId === null || index === null)
      throw new Refusal(
        'unprocessable',
        'credential_without_status',
        'a credential of this type has no status that could change',
      )
    return this.#deps.statusLists.setStatus(tx, { listId, index }, isSuspended ? 'suspended' : 'valid')
  }

  /**
   * Keeps a credential that was verified before, of any format. Keeping the same one twice changes nothing.
   * @throws Refusal `changed_meanwhile`; `credential_parties_unknown` where it does not say whose it is, nor the caller
   */
  async hold(tx: Tx, input: HoldInput): Promise<HeldCredentialRow> {
    const { compact, holderParty, bindingKey, replaces } = input
    const digest = credentialDigest(compact)
    const known = await tx.findOneBy(heldCredentialTable, { holderParty, digest })
    if (known) return known
    const opened = openCredential(compact)
    const { vct, issuedAt, expiresAt, ...says } = factsOf(opened, this.types)
    const issuer = isDid(says.issuer) ? says.issuer : input.issuer
    const subject = isDid(says.subject) ? says.subject : input.subject
    // A text of somebody else's would be taken for a DID wherever it is read.
    if (issuer === undefined || subject === undefined)
      throw new Refusal(
        'unprocessable',
        'credential_parties_unknown',
        'nobody says who this credential is of, and about whom',
      )
    const now = this.#deps.clock.now()
    const id = newId()
    const row: HeldCredentialRow = {
      id,
      lineageId: replaces?.lineageId ?? id,
      ...{ holderParty, format: opened.format, vct, issuer, subject, digest, bindingKey, expiresAt },
      sealed: await this.#deps.vault.seal(holderParty, sealPlace(id), compact),
      issuedAt: issuedAt ?? now,
      state: 'current',
      receivedAt: now,
    }
    if (replaces) await this.#supersede(tx, replaces)
    await tx.insert(heldCredentialTable, row)
    return row
  }

  /** Revokes what a DID of ours issued, and sets aside what is held about it: nobody has its key any more. */
  async endAllOf(tx: Tx, { partyId, did }: Issuer): Promise<void> {
    const issued = await tx.find(issuedCredentialTable, {
      where: { issuer: did, issuerParty: partyId, revokedAt: IsNull() },
      select: { id: true },
    })
    for (const { id } of issued) await this.revoke(tx, id)
    await change(
      tx,
      heldCredentialTable,
      { holderParty: partyId, subject: did, state: 'current' },
      { state: 'superseded' },
    )
  }

  /**
   * What a key of an issuer of ours signed and still counts, oldest first. What was issued before keys were written down
   * may be of any key, and so is of each.
   */
  async signedWith(reader: Reader, issuer: Did, kid: string): Promise<IssuedCredentialRow[]> {
    return select(
      reader,
      issuedCredentialTable,
      'issuer = ? AND (kid = ? OR kid IS NULL) AND revoked_at IS NULL AND expires_at > ? ORDER BY id',
      [issuer, kid, this.#deps.clock.now()],
    )
  }

  /** Current credentials of our own parties that are bound to this key. */
  async heldUnder(reader: Reader, holderParty: string, key: PublicJwk): Promise<HeldCredentialRow[]> {
    const all = await this.listHeld(reader, holderParty)
    // A W3C credential names a DID, not a key: it is presented with whichever that DID has.
    const held = all.filter(({ bindingKey, format }) => bindingKey !== null && format === SD_JWT_VC_TYP)
    const bound = await Promise.all(
      held.map(async (row) => {
        const opened = await this.#open(row)
        return opened.format === SD_JWT_VC_TYP && isSameKey(boundKeyOf(opened.sdJwt), key)
      }),
    )
    return held.filter((_row, at) => bound[at])
  }

  /** Ends a credential that one of our parties issued to another: revoked, and no longer presented. */
  async retire(tx: Tx, row: HeldCredentialRow): Promise<void> {
    await this.revoke(tx, String((await this.read(row)).payload.jti))
    await this.#supersede(tx, row)
  }

  /**
   * A party is erased: what its DID issued is revoked, and what it holds is presented no more. The rows stay, to say
   * that there was something; what was in them goes with the party's key.
   */
  async forgetAll(tx: Tx, holderParty: string, issuer: Did): Promise<void> {
    const issued = await tx.findBy(issuedCredentialTable, { issuer, revokedAt: IsNull() })
    for (const { id } of issued) await this.revoke(tx, id)
    const held = await tx.findBy(heldCredentialTable, { holderParty })
    await change(tx, heldCredentialTable, { holderParty }, { state: 'superseded' })
    this.#deps.store.afterCommit(() => {
      for (const { id } of held) this.#opened.delete(id)
    })
  }

  /** The party's newest current credential of a type that the network knows it by, or null. */
  async findCurrent(reader: Reader, holderParty: string, vct: string): Promise<NetworkCredentialRow | null> {
    const [row] = await select(
      reader,
      heldCredentialTable,
      `${inNetwork} AND holder_party = ? AND vct = ? AND state = 'current' ORDER BY id DESC LIMIT 1`,
      [holderParty, vct],
    )
    return row ? inNetworkOf(row) : null
  }

  /** As {@link findCurrent} for several holders and types in one look: the newest current one of each. */
  async findCurrents(
    reader: Reader,
    wanted: readonly { readonly holderParty: string; readonly vct: string }[],
  ): Promise<(HeldCredentialRow | null)[]> {
    if (wanted.length === 0) return []
    const each = wanted.map(() => "(holder_party = ? AND vct = ? AND state = 'current')").join(' OR ')
    const found = await select(
      reader,
      heldCredentialTable,
      `${inNetwork} AND (${each}) ORDER BY id DESC`,
      wanted.flatMap(({ holderParty, vct }) => [holderParty, vct]),
    )
    return wanted.map(
      ({ holderParty, vct }) =>
        found.find((row) => row.holderParty === holderParty && row.vct === vct) ?? null,
    )
  }

  /** The credential that now stands for a lineage, or null. */
  async findByLineage(reader: Reader, lineageId: string): Promise<HeldCredentialRow | null> {
    const [row] = await select(reader, heldCredentialTable, "lineage_id = ? AND state = 'current'", [
      lineageId,
    ])
    return row ?? null
  }

  async findHeld(reader: Reader, id: string): Promise<HeldCredentialRow | null> {
    const [row] = await select(reader, heldCredentialTable, 'id = ?', [id])
    return row ?? null
  }

  async listHeld(reader: Reader, holderParty: string): Promise<HeldCredentialRow[]> {
    return reader.find(heldCredentialTable, {
      where: { holderParty, state: 'current' },
      order: { id: 'DESC' },
    })
  }

  async findIssued(reader: Reader, id: string): Promise<IssuedCredentialRow | null> {
    return reader.findOneBy(issuedCredentialTable, { id })
  }

  /** The credential as it was issued, with all its disclosures. */
  async open(row: HeldCredentialRow): Promise<string> {
    return (await this.#open(row)).compact
  }

  /** What a held credential says, all claims disclosed; of a W3C credential its document. */
  async read(row: HeldCredentialRow): Promise<ReadSdJwt> {
    return readOpened(await this.#open(row))
  }

  /** The claims of its type in a held credential of any format, all disclosed. */
  async claims(row: HeldCredentialRow): Promise<JsonObject> {
    return claimsIn(await this.#open(row), this.types)
  }

  /** Whether a claim says something else in a newer issue of a credential, or is new in it, or gone. */
  async differ(before: HeldCredentialRow, now: HeldCredentialRow): Promise<(path: ClaimPath) => boolean> {
    const [old, young] = await Promise.all([this.claims(before), this.claims(now)])
    return (path) => !isDeepStrictEqual(valueAt(path, old), valueAt(path, young))
  }

  /**
   * A presentation bound to a verifier and a nonce: of exactly these claims, with the key in `cnf`; of a W3C credential
   * the whole of it, in a presentation of the DID that is its subject.
   * @throws Refusal `credential_not_bound`, and as presentSdJwt does
   */
  async present(
    row: HeldCredentialRow,
    paths: readonly (readonly (string | number)[])[],
    binding: { aud: string; nonce: string; extra?: JsonObject },
  ): Promise<string> {
    if (!row.bindingKey)
      throw new Refusal('conflict', 'credential_not_bound', 'this credential cannot be presented with a key')
    const opened = await this.#open(row)
    const now = seconds(this.#deps.clock.now())
    if (opened.format !== SD_JWT_VC_TYP) {
      const signer = await this.#subjectSigner(row.bindingKey)
      const { aud, nonce } = binding
      const presented = { aud, nonce, now, signer, holder: didOfUrl(signer.kid) }
      return presentVcJwt(opened.format, [opened.compact], presented)
    }
    const { sdJwt } = opened
    const signer = await this.#deps.bindingSigner(row.bindingKey, () => boundKeyOf(sdJwt))
    return presentSdJwt(sdJwt, paths, { ...binding, iat: now, signer })
  }

  /**
   * The same credential with only these claims disclosed, for whoever needs no proof of its holder; a W3C credential as
   * it is, for it has nothing that can be left out.
   */
  async disclose(row: HeldCredentialRow, paths: readonly (readonly (string | number)[])[]): Promise<string> {
    const opened = await this.#open(row)
    return opened.format === SD_JWT_VC_TYP ? presentSdJwt(opened.sdJwt, paths) : opened.compact
  }

  /** The algorithm {@link present} signs with; null where it can be presented with no key. */
  async presentedWith(row: HeldCredentialRow): Promise<Alg | null> {
    const { bindingKey } = row
    if (bindingKey === null) return null
    const opened = await this.#open(row)
    try {
      return opened.format === SD_JWT_VC_TYP
        ? algOfJwk(boundKeyOf(opened.sdJwt))
        : (await this.#subjectSigner(bindingKey)).alg
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }

  /** A DID signs with the key it has now, also where it had another when the credential came. */
  #subjectSigner(key: string): Promise<Signer> {
    return key.startsWith('did:') ? this.#deps.signerOf(didOfUrl(key)) : this.#deps.holderSigner(key)
  }

  /** Once: of two who correct the same credential at the same time, one is told. */
  async #supersede(tx: Tx, { id }: HeldCredentialRow): Promise<void> {
    const changed = await change(tx, heldCredentialTable, { id, state: 'current' }, { state: 'superseded' })
    if (changed !== 1)
      throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
  }

  async #open(row: HeldCredentialRow): Promise<OpenedCredential> {
    const known = this.#opened.get(row.id)
    if (known) return known
    const compact = await this.#deps.vault.openText(sealPlace(row.id), row.sealed)
    const opened = openCredential(compact)
    this.#opened.set(row.id, opened)
    return opened
  }

  #checked({ type: name, claims }: IssueInput): CredentialType {
    const type: CredentialType = this.types.byName(name)
    type.requireValidClaims(claims)
    return type
  }

  async #sign(input: IssueInput, type: CredentialType, entry: Allocated | undefined) {
    const now = input.issuedAt ?? this.#deps.clock.now()
    const id = input.id ?? newId()
    const { certificate } = input
    // Once its certificate is over nobody can verify it.
    const end = certificate?.notAfter ?? Number.POSITIVE_INFINITY
    const expiresAt = Math.min(input.expiresAt ?? type.expiresAt(now), end)
    const signer = certificate?.signer ?? (await this.#deps.signerOf(input.issuer.did, input.issuer.unlock))
    const payload = {
      iss: certificate ? (certificate.iss ?? undefined) : input.issuer.did,
      sub: input.subject,
      jti: id,
      iat: seconds(now),
      nbf: seconds(now),
      exp: seconds(expiresAt),
      vct: type.vct,
      'vct#integrity': type.integrity,
      ...(input.holderKey && { cnf: { jwk: input.holderKey } }),
      ...(entry && { status: entry.status }),
      ...input.claims,
    } as unknown as JsonObject
    const disclosable = type.disclosablePaths(input.claims)
    const named = certificate && { kid: undefined, x5c: certificate.chain }
    const header = { typ: SD_JWT_VC_TYP, ...named }
    const compact = await issueSdJwt({ header, payload, disclosable, signer })
    const row: IssuedCredentialRow = {
      id,
      vct: type.vct,
      issuer: input.issuer.did,
      issuerParty: input.issuer.partyId,
      subject: input.subject,
      digest: credentialDigest(compact),
      kid: certificate?.keyId ?? signer.kid,
      statusListId: entry?.listId ?? null,
      statusIndex: entry?.index ?? null,
      issuedAt: now,
      expiresAt,
      revokedAt: null,
    }
    return { row, compact }
  }
}

/** The key in `cnf`. */
const boundKeyOf = ({ issuerSigned: { payload } }: SdJwt): PublicJwk =>
  parsePublicJwk((payload.cnf as { jwk?: unknown } | undefined)?.jwk)
