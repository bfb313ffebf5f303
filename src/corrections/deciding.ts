import { createHmac } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Blotter, type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { type Claims, type Credentials, formatClaimRef, valueAt } from '../credentials/index.ts'
import type { Parties, Party, People } from '../parties/index.ts'
import { change, In, LessThan, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import { openUnlessErased, type Vault } from '../vault/index.ts'
import {
  type ClaimTarget,
  type DeclineReason,
  LIMITS,
  type ProposedValue,
  tooMany,
  withValue,
} from './correction.ts'
import {
  type ReceivedCorrectionRow,
  type ReceivedState,
  receivedCorrectionTable,
} from './correction-tables.ts'
import { claimKey, closedBecause } from './open-claim.ts'
import type { CorrectionTell, GivenGrantsPort, OwnersPort, TellCorrection } from './ports.ts'

export interface DecidingDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly credentials: Credentials
  readonly parties: Parties
  readonly people: Pick<People, 'declare' | 'declared'>
  readonly grants: GivenGrantsPort
  readonly owners: OwnersPort
  readonly tell: TellCorrection
}

type Proposal = Extract<CorrectionTell, { kind: 'correction-proposed' }>
type Row = Omit<ReceivedCorrectionRow, 'sealed' | 'base'>
type Page = { readonly cursor?: string; readonly limit: number }

/** A proposal beside what the claim says now. */
export interface ReceivedCorrection extends Row {
  readonly proposed: { readonly value: ProposedValue | null; readonly reason: string } | null
  /** What the claim says now; null once it is decided, or where it is not held any more. */
  readonly current: unknown
  /** Whether it said something else when the proposal came. */
  readonly hasChanged: boolean
  /** Who says what the claim says, where that is not its owner: whom to turn to. */
  readonly attestedBy: Did | null
}

const place = (id: string) => `received_correction:${id}`

/** What partners who may read our data propose to correct in it; the data subject decides. */
export class Deciding {
  readonly #deps: DecidingDeps
  readonly #markKey: Buffer

  constructor(deps: DecidingDeps) {
    this.#deps = deps
    this.#markKey = deps.vault.deriveKey('regie correction base')
  }

  /** Whether this party holds, or held, that grant. */
  async isExpected(from: Did, { grant }: { readonly grant: string }): Promise<boolean> {
    const { grants, store } = this.#deps
    return (await grants.find(store.reader, grant))?.grantee === from
  }

  /** Takes a proposal in, or tells the proposer at once why not. The same one twice counts once. */
  async receive(tx: Tx, from: Did, proposal: Proposal): Promise<void> {
    const { grants, vault, clock, audit, tell, parties } = this.#deps
    const grant = await grants.hold(tx, proposal.grant)
    if (!grant || grant.grantee !== from) return
    const { id: reference, claim, value = null, reason, bounce = null } = proposal
    if (await tx.existsBy(receivedCorrectionTable, { reference, proposer: from })) return
    const why = closedBecause(grant, claim, clock.now()) ?? (await this.#noRoom(tx, grant.id, claim))
    if (why) {
      await tell(tx, from, { kind: 'correction-settled', id: reference, outcome: 'refused', reason: why })
      return
    }
    const id = newId()
    const { grantorParty: subjectParty } = grant
    const { value: current } = await this.#current(tx, await parties.require(subjectParty), claim)
    await tx.insert(receivedCorrectionTable, {
      ...{ id, reference, proposer: from, proposerName: grant.granteeName, grantId: grant.id, subjectParty },
      ...{ vct: claim.vct, path: claim.path },
      sealed: await vault.seal(subjectParty, place(id), JSON.stringify({ value, reason })),
      base: this.#mark(id, current),
      ...{ bounce, state: 'open', outcomeCode: null, createdAt: clock.now(), decidedAt: null },
    })
    await audit.record(tx, { kind: 'node', did: from }, 'correction.received', {
      ...{ correction: id, grant: grant.id, claim: this.#nameOf(claim) },
    })
  }

  /** What is proposed about whom the caller decides for, newest first. */
  async list(caller: Caller, page: Page, state?: ReceivedState): Promise<ReceivedCorrection[]> {
    return this.about(await this.#deps.owners.subjectsOf(caller), page, state)
  }

  /** What is, or was, proposed about these parties, newest first. */
  async about(
    subjects: readonly string[],
    { cursor, limit }: Page,
    state?: ReceivedState,
  ): Promise<ReceivedCorrection[]> {
    const { store } = this.#deps
    const found = await store.reader.find(receivedCorrectionTable, {
      where: {
        subjectParty: In([...subjects]),
        ...(cursor && { id: LessThan(cursor) }),
        ...(state && { state }),
      },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => this.#show(store.reader, row)))
  }

  /** @throws Refusal `correction_unknown`, also when somebody else decides about it */
  async get(caller: Caller, id: string): Promise<ReceivedCorrection> {
    const { store, owners } = this.#deps
    const row = await store.reader.findOneBy(receivedCorrectionTable, { id })
    if (!row || !(await owners.subjectsOf(caller)).includes(row.subjectParty)) throw unknown()
    return this.#show(store.reader, row)
  }

  /**
   * Makes the claim say what is proposed; whoever may see it hears of that as of any correction.
   * @param options.anyway also when the claim says something else by now than when it was proposed
   * @throws Refusal `correction_unknown`, `not_data_subject`, `correction_decided`, `correction_without_value`,
   *   `attested_by_other`, `value_changed_meanwhile`, `invalid_claims`
   */
  async accept(caller: Caller, id: string, options: { readonly anyway: boolean }): Promise<void> {
    const { store, vault, parties, people } = this.#deps
    await store.transact(async (tx) => {
      const subject = await this.#requireOwn(tx, caller, id)
      // Before the first look at her claims: who changes them meanwhile waits.
      await parties.lock(tx, subject)
      const row = await this.#settle(tx, caller, id, 'accepted', null)
      const { value } = JSON.parse(await vault.openText(place(id), row.sealed ?? Buffer.alloc(0)))
      if (value === null)
        throw new Refusal(
          'conflict',
          'correction_without_value',
          'nobody says what it should be: correct it yourself',
        )
      const { value: current, attestedBy } = await this.#current(tx, subject, row)
      if (attestedBy !== null) throw attested(attestedBy)
      if (JSON.stringify(current) === JSON.stringify(value)) return
      if (!options.anyway && this.#mark(id, current) !== row.base)
        throw new Refusal(
          'conflict',
          'value_changed_meanwhile',
          'this claim was changed since the proposal: look at both, and accept it anyway or decline',
        )
      const before = (await people.declared(subject))?.claims ?? {}
      await people.declare(tx, caller, subject, withValue(before, row.path, value) as Claims)
    })
  }

  /** Leaves the claim as it is, and tells the proposer why. @throws Refusal as {@link accept} */
  async decline(caller: Caller, id: string, reason: DeclineReason): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      await this.#requireOwn(tx, caller, id)
      await this.#settle(tx, caller, id, 'declined', reason)
    })
  }

  /** Somebody leaves: what waits for her is declined. */
  async closeFor(tx: Tx, caller: Caller, subject: Party): Promise<void> {
    const open = await tx.findBy(receivedCorrectionTable, { subjectParty: subject.id, state: 'open' })
    for (const { id } of open) await this.#settle(tx, caller, id, 'declined', 'other')
  }

  /** Somebody had herself erased: what waits and names her is declined, with which it is destroyed. */
  async forget(tx: Tx, caller: Caller, { mentions }: Blotter): Promise<void> {
    for (const { id, sealed } of await tx.findBy(receivedCorrectionTable, { state: 'open' })) {
      const text = sealed && (await openUnlessErased(this.#deps.vault, place(id), sealed))
      if (text && mentions(JSON.parse(text))) await this.#settle(tx, caller, id, 'declined', 'other')
    }
  }

  async #requireOwn(tx: Tx, caller: Caller, id: string): Promise<Party> {
    const row = await tx.findOneBy(receivedCorrectionTable, { id })
    if (!row) throw unknown()
    const subject = await this.#deps.parties.require(row.subjectParty)
    this.#deps.owners.requireMayDecide(caller, subject)
    return subject
  }

  /** Once, also when two decide at the same moment. What was proposed is destroyed: it is there, or was not right. */
  async #settle(
    tx: Tx,
    caller: Caller,
    id: string,
    state: 'accepted' | 'declined',
    outcomeCode: string | null,
  ): Promise<ReceivedCorrectionRow> {
    const { clock, audit, tell } = this.#deps
    const row = await tx.findOneBy(receivedCorrectionTable, { id })
    const set = { state, outcomeCode, decidedAt: clock.now(), sealed: null }
    if (!row || (await change(tx, receivedCorrectionTable, { id, state: 'open' }, set)) !== 1)
      throw new Refusal('conflict', 'correction_decided', 'this proposal was decided before')
    await tell(tx, row.proposer, {
      ...{ kind: 'correction-settled', id: row.reference, outcome: state },
      ...(outcomeCode && { reason: outcomeCode }),
    })
    await audit.record(tx, caller, `correction.${state}`, {
      ...{ correction: id, proposer: row.proposer, claim: this.#nameOf(row) },
    })
    return row
  }

  async #show(reader: Reader, { sealed, base, ...row }: ReceivedCorrectionRow): Promise<ReceivedCorrection> {
    const { vault, parties } = this.#deps
    const nothing = { proposed: null, current: null, hasChanged: false, attestedBy: null }
    if (!sealed) return { ...row, ...nothing }
    const { value, attestedBy } = await this.#current(reader, await parties.require(row.subjectParty), row)
    return {
      ...row,
      proposed: JSON.parse(await vault.openText(place(row.id), sealed)),
      current: value ?? null,
      hasChanged: this.#mark(row.id, value) !== base,
      attestedBy,
    }
  }

  /** What the claim says now, and who says so where that is another than its owner. */
  async #current(reader: Reader, subject: Party, { vct, path }: ClaimTarget) {
    const { credentials } = this.#deps
    const held = await credentials.findCurrent(reader, subject.id, vct)
    if (!held) return { value: undefined, attestedBy: null }
    const value = valueAt(path, (await credentials.read(held)).payload)
    return { value, attestedBy: held.issuer === subject.did ? null : held.issuer }
  }

  async #noRoom(tx: Tx, grantId: string, claim: ClaimTarget): Promise<string | null> {
    const since = this.#deps.clock.now() - LIMITS.dayMs
    const recent = await rows<{ vct: string; path: string; state: string; created_at: number | string }>(
      tx,
      `SELECT vct, path, state, created_at FROM received_correction
       WHERE grant_id = ? AND (state = 'open' OR created_at > ?)`,
      [grantId, since],
    )
    const open = recent.filter(({ state }) => state === 'open')
    if (open.some(({ vct, path }) => claimKey({ vct, path: JSON.parse(path) }) === claimKey(claim)))
      return 'correction_open'
    return tooMany({
      open: open.length,
      today: recent.filter(({ created_at }) => Number(created_at) > since).length,
    })
  }

  #mark(id: string, value: unknown): string {
    return createHmac('sha256', this.#markKey)
      .update(`${id} ${JSON.stringify(value ?? null)}`)
      .digest('base64url')
  }

  #nameOf({ vct, path }: ClaimTarget): string {
    return formatClaimRef({ type: this.#deps.credentials.types.find(vct)?.name ?? vct, path })
  }
}

const unknown = () => new Refusal('not_found', 'correction_unknown', 'there is no such proposal')

const attested = (issuer: Did) =>
  new Refusal('conflict', 'attested_by_other', 'you cannot correct this yourself: turn to who attests it', {
    params: { issuer },
  })
