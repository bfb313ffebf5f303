import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal, requireUser } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, In, rows, type Store, type Tx } from '../store/index.ts'
import { openUnlessErased, sealUnlessErased, type Vault, type WrittenColumn } from '../vault/index.ts'
import type { GrantSource, PartnerAnswer, TellOwner, Tried } from './ports.ts'
import {
  type DeletionAnswerRow,
  type DeletionOutcome,
  type DeletionStatementRow,
  deletionAnswerTable,
  deletionStatementTable,
} from './receipt-tables.ts'

export interface DeletionsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly clock: Clock
  readonly parties: Parties
  readonly grants: GrantSource
  readonly tellOwner: TellOwner
}

/** What is said of a copy, by whoever holds it. */
export interface CopyAnswer {
  readonly outcome: DeletionOutcome
  readonly reason: string | null
  /** Milliseconds since the epoch, like `until`. */
  readonly at: number
  readonly until: number | null
}

const answerPlace = (grantId: string) => `deletion_answer:${grantId}:reason`
const statementPlace = (grantId: string) => `deletion_statement:${grantId}:reason`

/** Why we keep copies. */
export const copyReasons: WrittenColumn = {
  ...{ kind: 'other_texts', table: 'deletion_statement', key: 'grant_id', column: 'reason', form: 'text' },
  place: statementPlace,
}

/** What became of what was read, once a grant has ended: a partner's word to us, and ours to a partner. */
export class Deletions {
  readonly #deps: DeletionsDeps

  constructor(deps: DeletionsDeps) {
    this.#deps = deps
  }

  /**
   * Keeps what a partner says. Hearing the same again changes nothing, nor does what it said before that; what was
   * deleted cannot be kept later.
   * @throws Refusal `grant_unknown` also when it was another's, `grant_live`, `deletion_confirmed`
   */
  async partnerAnswered(tx: Tx, answer: PartnerAnswer): Promise<void> {
    const { grantId, from, outcome, at, reason, until } = answer
    const { grants, vault, audit, clock } = this.#deps
    const grant = await grants.standing(tx, grantId)
    if (!grant || grant.grantee !== from) throw unknownGrant()
    if (!grant.ended) throw liveGrant()
    const kept = outcome === 'kept'
    const place = answerPlace(grantId)
    const sealed = kept && reason ? await sealUnlessErased(vault, grant.grantorParty, place, reason) : null
    const row = { grantId, outcome, reason: sealed, keptUntil: (kept && until) || null }
    const said = { ...row, answeredAt: Math.min(at, clock.now()) }
    if (!(await put(tx, 'deletion_answer', said))) return this.#requireNoDeletion(tx, grantId, outcome)
    await audit.record(tx, { kind: 'node', did: from }, 'deletion.answered', { grant: grantId, outcome })
  }

  /**
   * Says to the owner that what we read under a grant is deleted, or why a copy stays.
   * @param kept why and until when a copy stays; without it, it is deleted
   * @throws Refusal `grant_unknown`, `grant_live`, `invalid_until`, `deletion_confirmed`
   */
  async state(caller: Caller, grantId: string, kept?: { reason: string; until?: number }) {
    const { store, vault, audit, clock, parties, grants, tellOwner } = this.#deps
    const { personId } = requireUser(caller)
    const [grant, us] = await Promise.all([grants.held(grantId), parties.organisation()])
    if (!grant) throw unknownGrant()
    if (!grant.ended) throw liveGrant()
    const now = clock.now()
    if (kept?.until !== undefined && kept.until <= now)
      throw new Refusal('invalid', 'invalid_kept_until', 'a copy is kept until a day that is to come')
    const row = {
      grantId,
      outcome: kept ? ('kept' as const) : ('deleted' as const),
      reason: kept ? await vault.seal(us.id, statementPlace(grantId), kept.reason) : null,
      keptUntil: kept?.until ?? null,
      answeredAt: now,
      statedBy: vault.pseudonym(personId),
      state: 'not_told' as const,
    }
    await store.transact(async (tx) => {
      const said = await tx.findOneBy(deletionStatementTable, { grantId })
      if (said?.outcome === 'deleted') return confirmed(row.outcome)
      const tellId = await tellOwner(tx, { grantId, partner: grant.partner, at: now, kept: kept ?? null })
      // Somebody else may have said it is deleted at this moment.
      if (!(await put(tx, 'deletion_statement', { ...row, tellId }))) throw alreadyDeleted()
      await audit.record(tx, caller, 'deletion.stated', { grant: grantId, outcome: row.outcome })
    })
    return this.stated(grantId)
  }

  /** What one try to tell the owner came to. */
  async tried(tellId: string, { kind }: Tried): Promise<void> {
    if (kind === 'failed') return
    const set = { state: kind === 'delivered' ? ('told' as const) : ('refused' as const) }
    await this.#deps.store.transact((tx) =>
      change(tx, deletionStatementTable, { tellId, state: 'not_told' }, set),
    )
  }

  /** What the partner said of a grant one of our parties gave, or null while it has not. */
  async answered(grantId: string): Promise<CopyAnswer | null> {
    const row = await this.#deps.store.reader.findOneBy(deletionAnswerTable, { grantId })
    return row && this.#open(row, answerPlace(grantId))
  }

  /** What we said of a grant we hold, or null while we have not. */
  async stated(grantId: string): Promise<(CopyAnswer & Pick<DeletionStatementRow, 'state'>) | null> {
    const row = await this.#deps.store.reader.findOneBy(deletionStatementTable, { grantId })
    return row && { ...(await this.#open(row, statementPlace(grantId))), state: row.state }
  }

  async #requireNoDeletion(tx: Tx, grantId: string, outcome: DeletionOutcome): Promise<void> {
    const row = await tx.findOneBy(deletionAnswerTable, { grantId })
    if (row?.outcome === 'deleted') confirmed(outcome)
  }

  async #open(row: DeletionAnswerRow, place: string): Promise<CopyAnswer> {
    const reason = row.reason && (await openUnlessErased(this.#deps.vault, place, row.reason))
    return { outcome: row.outcome, reason, at: row.answeredAt, until: row.keptUntil }
  }
}

/** Writes what is said of a grant, unless a deletion or something later was. @returns whether it was written */
async function put(
  tx: Tx,
  table: 'deletion_answer' | 'deletion_statement',
  row: DeletionAnswerRow & Partial<DeletionStatementRow>,
): Promise<boolean> {
  const values: Record<string, unknown> = {
    grant_id: row.grantId,
    outcome: row.outcome,
    reason: row.reason?.toString('base64') ?? null,
    kept_until: row.keptUntil,
    answered_at: row.answeredAt,
    ...(row.statedBy && { stated_by: row.statedBy, state: row.state, tell_id: row.tellId }),
  }
  const names = Object.keys(values)
  const set = names.slice(1).map((name) => `${name} = excluded.${name}`)
  const written = await rows(
    tx,
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
     ON CONFLICT (grant_id) DO UPDATE SET ${set.join(', ')} 
     WHERE ${table}.outcome = 'kept' AND ${table}.answered_at <= excluded.answered_at RETURNING grant_id`,
    Object.values(values),
  )
  return written.length === 1
}

/** @throws Refusal `deletion_confirmed` unless it was confirmed again */
function confirmed(outcome: DeletionOutcome): void {
  if (outcome === 'kept') throw alreadyDeleted()
}

const alreadyDeleted = () =>
  new Refusal('conflict', 'deletion_confirmed', 'it was said before that this was deleted')

/**
 * Which of these grants are settled: who read under them said that nothing is left.
 * @param grantIds of grants our parties gave
 */
export async function deletedUnder(tx: Tx, grantIds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await tx.findBy(deletionAnswerTable, { grantId: In([...grantIds]), outcome: 'deleted' })
  return new Set(found.map(({ grantId }) => grantId))
}

export const unknownGrant = () => new Refusal('not_found', 'grant_unknown', 'there is no such grant')
const liveGrant = () => new Refusal('conflict', 'grant_live', 'this grant has not ended')
