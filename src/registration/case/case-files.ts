import type { Audit } from '../../audit/index.ts'
import { type CaseState, type Clock, type Did, newId, Refusal } from '../../core/index.ts'
import { change, LessThan, placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { Application, OrganisationData } from '../messages.ts'
import { type JudgeVat, requireStorableVat } from '../vat-number.ts'
import { alreadyDecided, isClosed } from './case-state.ts'
import { type CaseRow, caseTable } from './case-table.ts'
import { type CaseTargets, expectedEnd } from './due.ts'
import { type CaseContact, type Invited, type InvitedPartner, invitedSchema } from './invited.ts'
import { type CaseMoves, caseChanged, type Mover } from './moves.ts'
import { casePlace, scopeOf } from './seals.ts'

export interface CaseFilesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly judgeVat: JudgeVat
  readonly targets: CaseTargets
  readonly moves: CaseMoves
}

/** A case as the servicedesk reads it. */
export interface CaseFile {
  readonly row: CaseRow
  /** As it applied; before it did, as its inviter says. */
  readonly organisation: OrganisationData
  /** What it and its representative signed; null while its node did not apply. */
  readonly application: Application | null
  /** What its inviter says; null where it came by itself. */
  readonly invited: Invited | null
  readonly reason: string | null
}

/** The trust anchor's case files: organisations that want to join, or are wanted. */
export class CaseFiles {
  readonly #deps: CaseFilesDeps

  constructor(deps: CaseFilesDeps) {
    this.#deps = deps
  }

  /**
   * Opens a case for an organisation that somebody in the network wants in, or that asks for it without a node. While
   * one is open for its KVK number it is that one, as it was opened.
   * @returns its id
   * @throws Refusal `vat_number_…`
   */
  async openInvited(
    tx: Tx,
    by: Mover,
    input: {
      readonly partner: InvitedPartner
      readonly contact: CaseContact
      readonly intendedRoles: readonly string[]
    },
  ): Promise<string> {
    const { partner, contact, intendedRoles } = input
    const kvkNumber = partner.kvk_number ?? null
    requireStorableVat(partner, this.#deps.judgeVat)
    const open = kvkNumber && (await this.#openFor(tx, kvkNumber))
    if (open) return open.id
    const { vault, moves } = this.#deps
    const id = newId()
    const invited: Invited = { partner, contact, intended_roles: [...intendedRoles] }
    await vault.createKey(tx, scopeOf(id))
    const sealed = await vault.seal(scopeOf(id), casePlace(id, 'partner'), JSON.stringify(invited))
    const row = this.newRow({ id, channel: 'invited', partner: sealed, kvkNumber })
    if (await insertOnce(tx, row)) {
      await moves.opened(tx, row, by)
      return id
    }
    // Another process was just ahead of us.
    await vault.destroyKey(tx, scopeOf(id))
    const first = kvkNumber && (await this.#openFor(tx, kvkNumber))
    if (first) return first.id
    throw caseChanged()
  }

  /** Who talks for the partner is somebody else, or has another address, from now on. @throws Refusal `registration_…` */
  async setContact(tx: Tx, by: Mover, id: string, contact: CaseContact): Promise<void> {
    const { vault, audit } = this.#deps
    const row = await this.require(id)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    const { invited } = await this.read(row)
    if (!invited) throw new Refusal('conflict', 'case_without_contact', 'this organisation came by itself')
    const place = casePlace(id, 'partner')
    const partner = await vault.seal(scopeOf(id), place, JSON.stringify({ ...invited, contact }))
    await this.touch(tx, row, { partner })
    await audit.record(tx, by.caller, 'registration.contact_changed', { case: id })
  }

  /** Who ordered it takes the order back. @throws Refusal `registration_unknown`, `registration_already_decided` */
  async withdraw(tx: Tx, by: Mover, id: string, reason?: string): Promise<void> {
    await this.#deps.moves.move(tx, await this.require(id), 'withdraw', { by, ...(reason && { reason }) })
  }

  /** The partner does not want to. @throws Refusal `registration_unknown`, `registration_already_decided` */
  async declineByPartner(tx: Tx, by: Mover, id: string, reason?: string): Promise<void> {
    const row = await this.require(id)
    await this.#deps.moves.move(tx, row, 'decline_by_partner', { by, ...(reason && { reason }) })
  }

  /** Its node is there: what remains is that its representatives accept the policy. Where it is not accepted now, nothing. */
  async awaitPolicy(tx: Tx, by: Mover, id: string): Promise<void> {
    const row = await this.require(id)
    if (row.state === 'accepted') await this.#deps.moves.move(tx, row, 'await_policy', { by })
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
    const items = await Promise.all(found.map((row) => this.read(row)))
    return { items, next: found.length === limit ? (found.at(-1)?.id ?? null) : null }
  }

  /** @throws Refusal `registration_unknown` */
  async get(id: string): Promise<CaseFile> {
    return this.read(await this.require(id))
  }

  /** How far a case is, for whoever knows its id. @throws Refusal `registration_unknown` */
  async state(id: string): Promise<Pick<CaseRow, 'state' | 'decidedAt'> & Pick<CaseFile, 'reason'>> {
    const { state, decidedAt, reason } = await this.require(id)
    const said = reason && (await this.#deps.vault.openText(casePlace(id, 'reason'), reason))
    return { state, decidedAt, reason: said }
  }

  /** @throws Refusal `registration_unknown` */
  async require(id: string): Promise<CaseRow> {
    const row = await this.#deps.store.current().findOneBy(caseTable, { id })
    if (!row) throw new Refusal('not_found', 'registration_unknown', 'there is no such registration')
    return row
  }

  /** The case an organisation was registered by; null for who never was. */
  registeredOf(organisation: Did): Promise<CaseRow | null> {
    return this.#deps.store.current().findOneBy(caseTable, { organisation, state: 'registered' })
  }

  async read(row: CaseRow): Promise<CaseFile> {
    const { vault } = this.#deps
    const open = (column: 'sealed' | 'reason' | 'partner') => {
      const sealed = row[column]
      return sealed ? vault.openText(casePlace(row.id, column), sealed) : null
    }
    const [application, partner, reason] = await Promise.all([
      open('sealed'),
      open('partner'),
      open('reason'),
    ])
    const applied = application === null ? null : (JSON.parse(application) as Application)
    const invited = partner === null ? null : invitedSchema.parse(JSON.parse(partner))
    const organisation = applied?.organisation ?? (invited && withoutWebsite(invited.partner))
    if (!organisation) throw new Error('a case about nobody')
    return { row, organisation, application: applied, invited, reason }
  }

  /** Changes a case that still is as `row` says. @throws Refusal `case_changed_meanwhile` */
  async touch(tx: Tx, row: CaseRow, set: Partial<CaseRow>): Promise<CaseRow> {
    const { id, state, version } = row
    const counted = { ...set, version: version + 1 }
    if ((await change(tx, caseTable, { id, state, version }, counted)) !== 1) throw caseChanged()
    return { ...row, ...counted }
  }

  newRow(of: Pick<CaseRow, 'id' | 'channel'> & Partial<CaseRow>): CaseRow {
    const now = this.#deps.clock.now()
    return {
      organisation: null,
      kid: null,
      state: 'submitted',
      stalledFrom: null,
      policyVersion: null,
      acceptanceDigest: null,
      sealed: null,
      partner: null,
      kvkNumber: null,
      submittedAt: now,
      stateSince: now,
      expectedAt: expectedEnd('submitted', now, this.#deps.targets),
      decidedAt: null,
      reason: null,
      domain: null,
      owner: null,
      proposedBy: null,
      registrationId: null,
      attestationId: null,
      offerId: null,
      version: 1,
      ...of,
    }
  }

  /** Of an applicant nobody knows yet whether the number is its own: only who was invited under it is found by it. */
  async #openFor(tx: Tx, kvkNumber: string): Promise<{ readonly id: string } | undefined> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT id FROM registration_case WHERE kvk_number = ? AND channel = 'invited'
         AND state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`,
      [kvkNumber],
    )
    return found[0]
  }
}

/** @returns false where an open case of the same organisation, or for the same KVK number, was first */
export async function insertOnce(tx: Tx, row: CaseRow): Promise<boolean> {
  const written = await rows(
    tx,
    `INSERT INTO registration_case
       (id, channel, organisation, kid, state, policy_version, acceptance_digest, sealed, partner, kvk_number,
        submitted_at, state_since, expected_at, version)
     VALUES (${placeholders(14)}) ON CONFLICT DO NOTHING RETURNING id`,
    [
      ...[row.id, row.channel, row.organisation, row.kid, row.state, row.policyVersion, row.acceptanceDigest],
      ...[row.sealed?.toString('base64') ?? null, row.partner?.toString('base64') ?? null, row.kvkNumber],
      ...[row.submittedAt, row.stateSince, row.expectedAt, row.version],
    ],
  )
  return written.length === 1
}

function withoutWebsite({ website: _, ...organisation }: InvitedPartner): OrganisationData {
  return organisation
}
