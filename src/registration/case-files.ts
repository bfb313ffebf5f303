import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, isRefusal, newId, Refusal } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import { type PublicJwk, parseJws } from '../jose/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, LessThan, MoreThan, rows, type Store, type Tx } from '../store/index.ts'
import {
  type AnchorSource,
  ATTESTATION_TYPE,
  alreadyRegistered,
  type Policies,
  type Registry,
} from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import { alreadyDecided, type CaseMove, type CaseState, caseMoves, requireMove } from './case-state.ts'
import { attestationClaims, registrationClaims } from './claims.ts'
import type { Acceptance, Application } from './messages.ts'
import type { Offers } from './ports.ts'
import { burn } from './replay.ts'
import { type CaseRow, caseTable } from './tables.ts'
import type { JudgeVat } from './vat-number.ts'
import { type VerifiedApplication, type VerifyDeps, verifyApplication } from './verify-messages.ts'

export interface CaseFilesDeps extends VerifyDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly credentials: Credentials
  readonly registry: Registry
  readonly anchor: AnchorSource
  readonly policies: Policies
  readonly offers: Offers
  readonly judgeVat: JudgeVat
}

/** A case as the servicedesk reads it. */
export interface CaseFile {
  readonly row: Omit<CaseRow, 'sealed' | 'reason'>
  readonly application: Application
  /** The acceptance as it was signed. */
  readonly acceptance: string
  readonly reason: string | null
}

/** More open cases than a servicedesk ever has: who floods it is stopped here. */
const MAX_OPEN = 1_000
const DAY_MS = 86_400_000
/** Nobody decided: what is known of the applicant is kept no longer. */
const EXPIRES_AFTER_MS = 30 * DAY_MS
/** How many are cleared away with one application. */
const MAX_EXPIRED_AT_ONCE = 50

const scopeOf = (id: string) => `registration_case:${id}`
const place = (id: string, column: 'sealed' | 'reason') => `registration_case:${id}:${column}`

/** The trust anchor's case files: organisations that want to join, and what the servicedesk decided. */
export class CaseFiles {
  readonly #deps: CaseFilesDeps

  constructor(deps: CaseFilesDeps) {
    this.#deps = deps
  }

  /**
   * Takes an application in. The same organisation applying again while its case is open gets that case.
   * @throws Refusal as verifyApplication, `message_replayed`, `already_registered`, `too_many_applications`
   */
  async submit(caller: Caller, compact: string): Promise<CaseFile['row']> {
    const { anchor, policies, store, clock, registry } = this.#deps
    const expected = { anchor: await anchor.require(), policy: await policies.current() }
    const application = await verifyApplication(compact, expected, this.#deps)
    const { iss, jti, exp } = application.payload
    return store.transact(async (tx) => {
      await burn(tx, clock, { iss, jti, exp })
      if (await registry.find(iss)) throw alreadyRegistered()
      await this.#expire(tx, iss)
      const open = await this.#findOpen(tx, iss)
      return open ?? this.#open(tx, caller, application)
    })
  }

  /** Newest first. */
  async list(page: {
    readonly state?: CaseState | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  }): Promise<{ items: CaseFile[]; next: string | null }> {
    const { state, cursor, limit } = page
    const found = await this.#deps.store.reader.find(caseTable, {
      where: { ...(state && { state }), ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    })
    const items = await Promise.all(found.map((row) => this.#read(row)))
    return { items, next: found.length === limit ? (found.at(-1)?.id ?? null) : null }
  }

  /** @throws Refusal `registration_unknown` */
  async get(id: string): Promise<CaseFile> {
    return this.#read(await this.#require(id))
  }

  /** How far a case is, for whoever knows its id. @throws Refusal `registration_unknown` */
  async state(id: string): Promise<Pick<CaseRow, 'state' | 'decidedAt'> & Pick<CaseFile, 'reason'>> {
    const { state, decidedAt, reason } = await this.#require(id)
    const said = reason && (await this.#deps.vault.openText(place(id, 'reason'), reason))
    return { state, decidedAt, reason: said }
  }

  /**
   * Registers the organisation: its registration and attestation are issued and offered, and it enters the registry.
   * @throws Refusal `registration_unknown`, `registration_already_decided`, `applicant_key_changed`,
   *   `kvk_already_registered`, `already_registered`
   */
  async accept(caller: Caller, id: string): Promise<CaseFile> {
    const { store, credentials, registry, parties, offers, audit } = this.#deps
    const row = await this.#require(id)
    requireMove(row.state, 'accept')
    const { application, acceptance, row: unsealed } = await this.#read(row)
    const [holderKey, ourselves] = await Promise.all([this.#holderKey(row.kid), parties.organisation()])
    const registrationId = newId()
    const attestationId = newId()
    const claims = this.#claims(unsealed, application, acceptance)
    await store.transact(async (tx) => {
      await this.#move(tx, id, 'accept', { registrationId, attestationId })
      const shared = { issuer: parties.issuerOf(ourselves), subject: row.organisation, holderKey }
      const issued = await credentials.issueMany(tx, [
        { ...shared, id: registrationId, type: 'company-registration', claims: claims.registration },
        { ...shared, id: attestationId, type: ATTESTATION_TYPE, claims: claims.attestation },
      ])
      await registry.add(tx, {
        did: row.organisation,
        name: application.organisation.name,
        kvkNumber: application.organisation.kvk_number ?? null,
        wallet: application.wallet,
        roles: ['member'],
        attestationId,
        registrationId,
      })
      const offerId = await offers.create(tx, {
        issuerPartyId: ourselves.id,
        subject: row.organisation,
        compacts: issued.map(({ compact }) => compact),
        deliverTo: application.wallet,
      })
      await tx.update(caseTable, { id }, { offerId })
      await audit.record(tx, caller, 'registration.accepted', {
        case: id,
        organisation: row.organisation,
        registration: registrationId,
        attestation: attestationId,
        offer: offerId,
      })
    })
    return this.get(id)
  }

  /** @throws Refusal `registration_unknown`, `registration_already_decided` */
  async decline(caller: Caller, id: string, reason: string): Promise<CaseFile> {
    const { store, vault, audit } = this.#deps
    const row = await this.#require(id)
    requireMove(row.state, 'decline')
    const sealed = await vault.seal(scopeOf(id), place(id, 'reason'), reason)
    await store.transact(async (tx) => {
      await this.#move(tx, id, 'decline', { reason: sealed })
      await audit.record(tx, caller, 'registration.declined', { case: id, organisation: row.organisation })
    })
    return this.get(id)
  }

  /** Clears away cases nobody decided in thirty days: this organisation's own, and the oldest of others. */
  async #expire(tx: Tx, organisation: Did): Promise<void> {
    const { vault, clock, audit } = this.#deps
    const before = clock.now() - EXPIRES_AFTER_MS
    const expired = await rows<{ id: string; organisation: Did }>(
      tx,
      `DELETE FROM registration_case WHERE state = 'submitted' AND submitted_at < ? AND (organisation = ? OR id IN
         (SELECT id FROM registration_case WHERE state = 'submitted' AND submitted_at < ? ORDER BY id LIMIT ?))
       RETURNING id, organisation`,
      [before, organisation, before, MAX_EXPIRED_AT_ONCE],
    )
    for (const { id, organisation: applicant } of expired) {
      await vault.destroyKey(tx, scopeOf(id))
      await audit.record(tx, 'system', 'registration.expired', { case: id, organisation: applicant })
    }
  }

  /** @throws Refusal `too_many_applications` */
  async #requireRoom(tx: Tx): Promise<void> {
    const since = this.#deps.clock.now() - EXPIRES_AFTER_MS
    const open = await tx.countBy(caseTable, { state: 'submitted', submittedAt: MoreThan(since) })
    if (open < MAX_OPEN) return
    throw new Refusal(
      'rate_limited',
      'too_many_applications',
      'too many applications are waiting for the servicedesk: try again later',
    )
  }

  #findOpen(tx: Tx, organisation: Did): Promise<CaseRow | null> {
    return tx.findOneBy(caseTable, { organisation, state: 'submitted' })
  }

  async #open(tx: Tx, caller: Caller, { payload, kid, acceptance }: VerifiedApplication): Promise<CaseRow> {
    const { vault, clock, audit } = this.#deps
    await this.#requireRoom(tx)
    const id = newId()
    await vault.createKey(tx, scopeOf(id))
    const sealed = await vault.seal(scopeOf(id), place(id, 'sealed'), JSON.stringify(payload))
    const opened = await rows(
      tx,
      `INSERT INTO registration_case
         (id, organisation, kid, state, policy_version, acceptance_digest, sealed, submitted_at, version)
       VALUES (?, ?, ?, 'submitted', ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING RETURNING id`,
      [
        id,
        payload.iss,
        kid,
        acceptance.payload.policy.version,
        acceptance.digest,
        sealed.toString('base64'),
        clock.now(),
      ],
    )
    // Another process was just ahead of us.
    if (opened.length === 0) await vault.destroyKey(tx, scopeOf(id))
    else await audit.record(tx, caller, 'registration.submitted', { case: id, organisation: payload.iss })
    const row = await this.#findOpen(tx, payload.iss)
    if (row) return row
    throw new Refusal(
      'conflict',
      'registration_decided_meanwhile',
      'the case was decided just now: apply again',
    )
  }

  async #require(id: string): Promise<CaseRow> {
    const row = await this.#deps.store.current().findOneBy(caseTable, { id })
    if (!row) throw new Refusal('not_found', 'registration_unknown', 'there is no such registration')
    return row
  }

  async #read({ sealed, reason, ...row }: CaseRow): Promise<CaseFile> {
    const { vault } = this.#deps
    const application = JSON.parse(await vault.openText(place(row.id, 'sealed'), sealed)) as Application
    return {
      row,
      application,
      acceptance: application.acceptance,
      reason: reason && (await vault.openText(place(row.id, 'reason'), reason)),
    }
  }

  /** Once: who comes second finds the case decided. */
  async #move(tx: Tx, id: string, move: CaseMove, set: Partial<CaseRow>): Promise<void> {
    const { from, to } = caseMoves[move]
    const decided = { ...set, state: to, decidedAt: this.#deps.clock.now(), version: 2 }
    if ((await change(tx, caseTable, { id, state: from }, decided)) === 1) return
    throw alreadyDecided((await this.#require(id)).state)
  }

  #claims(row: CaseFile['row'], { organisation, representative }: Application, acceptance: string) {
    const { did, representation_type } = representative
    const payload = parseJws(acceptance).payload as unknown as Acceptance
    return {
      registration: registrationClaims(organisation, {
        caseId: row.id,
        registeredAt: this.#deps.clock.now(),
        representatives: [{ did, representation_type }],
      }),
      attestation: attestationClaims('organisation', { payload, digest: row.acceptanceDigest }),
    }
  }

  /** The key that signed the application, if it is still the organisation's. @throws Refusal `applicant_key_changed` */
  async #holderKey(kid: string): Promise<PublicJwk> {
    try {
      return await this.#deps.requireKey(kid, 'authentication')
    } catch (cause) {
      if (!isRefusal(cause, 'key_not_current')) throw cause
      throw new Refusal(
        'conflict',
        'applicant_key_changed',
        'the organisation changed its key since it applied: decline, and let it apply again',
        { cause },
      )
    }
  }
}
