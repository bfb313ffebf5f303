import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { type CredentialTypes, formatClaimRef } from '../credentials/index.ts'
import { change, In, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import {
  type BounceKind,
  type ClaimTarget,
  LIMITS,
  type ProposedValue,
  tooMany,
  withValue,
} from './correction.ts'
import { type SentCorrectionRow, type SentState, sentCorrectionTable } from './correction-tables.ts'
import { claimKey } from './open-claim.ts'
import type { HeldGrant, HeldGrantsPort, TellCorrection } from './ports.ts'

export interface ProposingDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly types: CredentialTypes
  readonly grants: HeldGrantsPort
  /** Whether the owner would let this caller look under a grant we hold. */
  readonly mayLook: (caller: Caller, grantId: string) => Promise<boolean>
  /** Whose key seals what we propose: our organisation's party id. */
  readonly scope: () => Promise<string>
  readonly tell: TellCorrection
}

export interface NewCorrection {
  readonly grantId: string
  readonly claim: ClaimTarget
  /** What it should say; without it, only that it is not right. */
  readonly value?: ProposedValue
  readonly reason: string
  readonly bounce?: BounceKind
}

/** A proposal as one caller may see it. */
export type SentCorrection = Omit<SentCorrectionRow, 'sealed'> & {
  readonly proposed: { readonly value: ProposedValue | null; readonly reason: string } | null
}

const place = (id: string) => `sent_correction:${id}`

/** What we proposed, until it is decided. */
export const sentProposals: WrittenColumn = {
  ...{ kind: 'proposals', table: 'sent_correction', key: 'id', column: 'sealed', form: 'json' },
  ...{ place, destroyed: true },
}

/** What we tell partners is not right about what they let us see. */
export class Proposing {
  readonly #deps: ProposingDeps

  constructor(deps: ProposingDeps) {
    this.#deps = deps
  }

  /**
   * Proposes another value for a claim that is open to the caller. What becomes of it comes as a Tell.
   * @throws Refusal `grant_unknown`, `claim_not_granted`, `role_not_granted`, `correction_empty`, `invalid_claims`,
   *   `correction_open`, `too_many_corrections`; why the grant ended
   */
  async propose(caller: Caller, proposal: NewCorrection): Promise<SentCorrection> {
    const { store, vault, clock, audit, grants, tell, mayLook } = this.#deps
    const { grantId, claim, value, reason, bounce } = proposal
    this.#requireSound(proposal)
    requireOpen(await grants.find(store.reader, grantId), claim, clock.now())
    if (!(await mayLook(caller, grantId)))
      throw new Refusal('forbidden', 'role_not_granted', 'the owner does not let you see this claim')
    const id = newId()
    const proposed = { value: value ?? null, reason }
    const sealed = await vault.seal(await this.#deps.scope(), place(id), JSON.stringify(proposed))
    return store.transact(async (tx) => {
      const grant = requireOpen(await grants.hold(tx, grantId), claim, clock.now())
      await this.#requireRoom(tx, grantId, claim)
      const { partner, partnerName } = grant
      const row: SentCorrectionRow = {
        ...{ id, grantId, partner, partnerName, vct: claim.vct, path: claim.path, sealed },
        ...{ bounce: bounce ?? null, state: 'open', outcomeCode: null },
        ...{ createdAt: clock.now(), settledAt: null },
      }
      await tx.insert(sentCorrectionTable, row)
      const told = { id, grant: grantId, claim: { vct: claim.vct, path: [...claim.path] }, reason }
      const rest = { ...(value !== undefined && { value }), ...(bounce && { bounce }) }
      await tell(tx, partner, { kind: 'correction-proposed', ...told, ...rest }, id)
      await audit.record(tx, caller, 'correction.proposed', {
        ...{ correction: id, grant: grantId, partner, claim: this.#nameOf(claim) },
      })
      const { sealed: _, ...shown } = row
      return { ...shown, proposed }
    })
  }

  /** Whether we proposed this to that party. */
  async isExpected(from: Did, id: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(sentCorrectionTable, { id, partner: from })
  }

  /** The owner says what became of it; the first word counts. */
  async settled(
    tx: Tx,
    from: Did,
    { id, outcome, reason }: { id: string; outcome: Exclude<SentState, 'open'>; reason?: string },
  ): Promise<void> {
    await this.#close(tx, { kind: 'node', did: from }, { id, partner: from }, outcome, reason ?? null)
  }

  /** What one try to tell came to: what can never be told is over. */
  async tried(id: string, outcome: { readonly kind: string; readonly code?: string }): Promise<void> {
    if (outcome.kind !== 'refused') return
    await this.#deps.store.transact((tx) =>
      this.#close(tx, 'system', { id }, 'undelivered', outcome.code ?? null),
    )
  }

  /** What we proposed, newest first; what a caller may not see of a grant she does not see here either. */
  async list(
    caller: Caller,
    { cursor, limit }: { readonly cursor?: string; readonly limit: number },
    state?: SentState,
  ): Promise<SentCorrection[]> {
    const { store, vault, mayLook } = this.#deps
    const found = await store.reader.find(sentCorrectionTable, {
      where: { ...(cursor && { id: LessThan(cursor) }), ...(state && { state }) },
      order: { id: 'DESC' },
      take: limit,
    })
    const allowed = new Map<string, boolean>()
    for (const { grantId, sealed } of found)
      if (sealed && !allowed.has(grantId)) allowed.set(grantId, await mayLook(caller, grantId))
    return Promise.all(
      found.map(async ({ sealed, ...row }) => {
        const isOpen = sealed && allowed.get(row.grantId)
        return { ...row, proposed: isOpen ? JSON.parse(await vault.openText(place(row.id), sealed)) : null }
      }),
    )
  }

  /** Somebody who gave us these grants had herself erased: what we proposed about her is destroyed. */
  async forgetUnder(tx: Tx, grantIds: readonly string[]): Promise<void> {
    await change(tx, sentCorrectionTable, { grantId: In([...grantIds]) }, { sealed: null })
  }

  /** What was proposed is destroyed with the outcome: nobody needs it any more. */
  async #close(
    tx: Tx,
    by: Caller | 'system',
    where: { id: string; partner?: Did },
    state: Exclude<SentState, 'open'>,
    outcomeCode: string | null,
  ): Promise<void> {
    const { clock, audit } = this.#deps
    const set = { state, outcomeCode, settledAt: clock.now(), sealed: null }
    if ((await change(tx, sentCorrectionTable, { ...where, state: 'open' }, set)) === 0) return
    await audit.record(tx, by, 'correction.settled', { correction: where.id, outcome: state })
  }

  /** What is certainly no value of that claim need not bother its owner. @throws Refusal */
  #requireSound({ claim, value, bounce }: NewCorrection): void {
    if (value === undefined && bounce === undefined)
      throw new Refusal('invalid', 'correction_empty', 'say what it should be, or that it bounced')
    const type = this.#deps.types.find(claim.vct)
    if (value === undefined || !type) return
    const report = type.validateClaims(withValue({}, claim.path, value))
    const faults = report.ok ? [] : report.errors.filter(({ path }) => path[0] === claim.path[0])
    if (faults.some(({ code }) => code !== 'missing' || typeof value === 'object'))
      throw new Refusal('invalid', 'invalid_claims', 'this claim is not written like that', {
        params: { type: type.name, claims: [this.#nameOf(claim)] },
      })
  }

  async #requireRoom(tx: Tx, grantId: string, claim: ClaimTarget): Promise<void> {
    const since = this.#deps.clock.now() - LIMITS.dayMs
    const recent = await rows<{ vct: string; path: string; state: string; created_at: number | string }>(
      tx,
      `SELECT vct, path, state, created_at FROM sent_correction
       WHERE grant_id = ? AND (state = 'open' OR created_at > ?)`,
      [grantId, since],
    )
    const open = recent.filter(({ state }) => state === 'open')
    if (open.some(({ vct, path }) => claimKey({ vct, path: JSON.parse(path) }) === claimKey(claim)))
      throw new Refusal('conflict', 'correction_open', 'the owner has not yet answered the previous proposal')
    const today = recent.filter(({ created_at }) => Number(created_at) > since).length
    const code = tooMany({ open: open.length, today })
    if (code) throw new Refusal('rate_limited', code, 'this partner has enough proposals of ours for now')
  }

  #nameOf({ vct, path }: ClaimTarget): string {
    return formatClaimRef({ type: this.#deps.types.find(vct)?.name ?? vct, path })
  }
}

/** @throws Refusal `grant_unknown`, `claim_not_granted`, why the grant ended */
function requireOpen(grant: HeldGrant | null, claim: ClaimTarget, now: number): HeldGrant {
  if (!grant) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
  const ended = grant.state === 'ended' ? (grant.endedCode ?? 'grant_ended') : null
  const code = ended ?? (grant.expiresAt <= now ? 'grant_expired' : null)
  if (code) throw new Refusal('forbidden', code, 'this grant has ended')
  if (!grant.claims.some((one) => claimKey(one) === claimKey(claim)))
    throw new Refusal('forbidden', 'claim_not_granted', 'this claim is not open under that grant')
  return grant
}
