import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal, requireUser } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { DeletionStatement, GrantSource, PartnerAnswer, Tell } from './ports.ts'
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
  /** Without it a statement is kept, and waits as `not_told`. */
  readonly tell?: Tell
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

/** What became of what was read, once a grant has ended: a partner's word to us, and ours to a partner. */
export class Deletions {
  readonly #deps: DeletionsDeps

  constructor(deps: DeletionsDeps) {
    this.#deps = deps
  }

  /**
   * Keeps what a partner says. Hearing the same again changes nothing; what was deleted cannot be kept later.
   * @throws Refusal `grant_unknown` also when it was another's, `grant_live`, `deletion_confirmed`
   */
  async partnerAnswered(tx: Tx, answer: PartnerAnswer): Promise<void> {
    const { grantId, from, outcome, reason, until } = answer
    const { grants, vault, audit, clock } = this.#deps
    const grant = await grants.standing(tx, grantId)
    if (!grant || grant.grantee !== from) throw unknownGrant()
    if (!grant.ended) throw liveGrant()
    const kept = outcome === 'kept'
    const sealed = kept && reason ? await vault.seal(grant.grantorParty, answerPlace(grantId), reason) : null
    const row = { grantId, outcome, reason: sealed, keptUntil: (kept && until) || null }
    if (!(await put(tx, 'deletion_answer', { ...row, answeredAt: clock.now() }))) return confirmed(outcome)
    await audit.record(tx, { kind: 'node', did: from }, 'deletion.answered', { grant: grantId, outcome })
  }

  /**
   * Says to the owner that what we read under a grant is deleted, or why a copy stays.
   * @param kept why and until when a copy stays; without it, it is deleted
   * @throws Refusal `grant_unknown`, `grant_live`, `invalid_until`, `deletion_confirmed`
   */
  async state(caller: Caller, grantId: string, kept?: { reason: string; until?: number }) {
    const { store, vault, audit, clock, parties, grants, tell } = this.#deps
    const { personId } = requireUser(caller)
    const [grant, us] = await Promise.all([grants.held(grantId), parties.organisation()])
    if (!grant) throw unknownGrant()
    if (!grant.ended) throw liveGrant()
    const now = clock.now()
    if (kept?.until !== undefined && kept.until <= now)
      throw new Refusal('invalid', 'invalid_until', 'a copy is kept until a day that is to come')
    const row: DeletionStatementRow = {
      grantId,
      outcome: kept ? 'kept' : 'deleted',
      reason: kept ? await vault.seal(us.id, statementPlace(grantId), kept.reason) : null,
      keptUntil: kept?.until ?? null,
      answeredAt: now,
      statedBy: vault.pseudonym(personId),
      state: tell ? 'handed_over' : 'not_told',
    }
    await store.transact(async (tx) => {
      if (!(await put(tx, 'deletion_statement', row))) return confirmed(row.outcome)
      await audit.record(tx, caller, 'deletion.stated', { grant: grantId, outcome: row.outcome })
      await tell?.(tx, statementOf(row, grant, kept))
    })
    return this.stated(grantId)
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

  async #open(row: DeletionAnswerRow, place: string): Promise<CopyAnswer> {
    const reason = row.reason && (await this.#deps.vault.openText(place, row.reason))
    return { outcome: row.outcome, reason, at: row.answeredAt, until: row.keptUntil }
  }
}

/** Writes what is said of a grant unless a deletion was. @returns false when it was: then nothing changed */
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
    ...(row.statedBy && { stated_by: row.statedBy, state: row.state }),
  }
  const names = Object.keys(values)
  const set = names.slice(1).map((name) => `${name} = excluded.${name}`)
  const written = await rows(
    tx,
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
     ON CONFLICT (grant_id) DO UPDATE SET ${set.join(', ')} WHERE ${table}.outcome = 'kept' RETURNING grant_id`,
    Object.values(values),
  )
  return written.length === 1
}

/** @throws Refusal `deletion_confirmed` unless it was confirmed again */
function confirmed(outcome: DeletionOutcome): void {
  if (outcome === 'kept')
    throw new Refusal('conflict', 'deletion_confirmed', 'it was said before that this was deleted')
}

const statementOf = (
  { grantId, outcome }: DeletionStatementRow,
  { grantor, grantorWallet }: { grantor: DeletionStatement['grantor']; grantorWallet: string },
  kept: { reason: string; until?: number } | undefined,
): DeletionStatement => ({ grantId, grantor, wallet: grantorWallet, outcome, ...kept })

export const unknownGrant = () => new Refusal('not_found', 'grant_unknown', 'there is no such grant')
const liveGrant = () => new Refusal('conflict', 'grant_live', 'this grant has not ended')
