import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { change, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import { type CaseRow, type CaseText, caseTable } from './case-tables.ts'

export interface CaseFilesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly clock: Clock
}

/** What is known of a case that is being opened. */
export interface NewCase
  extends CaseText,
    Omit<CaseRow, 'id' | 'sealed' | 'state' | 'closedBy' | 'closedAt' | 'openedAt'> {}

export interface SeenCase extends Omit<CaseRow, 'sealed'>, CaseText {}

const place = (id: string) => `case:${id}:text`

/** What the organisation's cases are about. */
export const organisationCases: WrittenColumn = {
  ...{ kind: 'other_texts', table: 'case_file', key: 'id', column: 'sealed', form: 'json' },
  ...{ place, scopeColumn: 'party' },
}

/** The cases as they are kept: each party of ours has one row for each case. */
export class CaseFiles {
  readonly #deps: CaseFilesDeps

  constructor(deps: CaseFilesDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `case_known` when this party has one of that name with this partner */
  async open(tx: Tx, by: Caller, made: NewCase): Promise<string> {
    const { audit, clock } = this.#deps
    const id = newId()
    const sealed = await this.#seal(made.party, id, made)
    const values: Record<string, unknown> = {
      id,
      case_id: made.caseId,
      side: made.side,
      party: made.party,
      partner: made.partner,
      partner_name: made.partnerName,
      question: made.question,
      version: made.version,
      sealed: sealed.toString('base64'),
      request_id: made.requestId,
      opened_by: made.openedBy,
      state: 'open',
      opened_at: clock.now(),
      until_ms: made.until,
    }
    const names = Object.keys(values)
    const inserted = await rows(
      tx,
      `INSERT INTO case_file (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (partner, case_id, side, party) DO NOTHING RETURNING id`,
      Object.values(values),
    )
    if (inserted.length === 0)
      throw new Refusal('conflict', 'case_known', 'a case of this name was opened before')
    const { caseId, partner, question } = made
    await audit.record(tx, by, 'case.opened', { case: caseId, partner, question })
    return id
  }

  /** @returns false when it was closed before, also at the same moment by somebody else */
  async close(tx: Tx, by: Caller, { id, caseId, partner }: CaseRow, closedBy: 'us' | 'partner') {
    const closed = { state: 'closed' as const, closedBy, closedAt: this.#deps.clock.now() }
    if ((await change(tx, caseTable, { id, state: 'open' }, closed)) !== 1) return false
    await this.#deps.audit.record(tx, by, 'case.closed', { case: caseId, partner })
    return true
  }

  /** All of our parties in a case; who else closes one of them waits. */
  async lock(tx: Tx, partner: Did, caseId: string): Promise<CaseRow[]> {
    const sql = 'UPDATE case_file SET state = state WHERE partner = ? AND case_id = ? RETURNING id'
    await rows(tx, sql, [partner, caseId])
    return tx.findBy(caseTable, { partner, caseId })
  }

  /** Writes down what a case that a partner opened is about, once that is known. */
  async name(tx: Tx, row: CaseRow, text: CaseText): Promise<void> {
    await change(tx, caseTable, { id: row.id }, { sealed: await this.#seal(row.party, row.id, text) })
  }

  /** @throws Refusal `case_unknown` */
  async require(id: string, reader: Pick<Tx, 'findOneBy'> = this.#deps.store.reader): Promise<CaseRow> {
    const row = await reader.findOneBy(caseTable, { id })
    if (!row) throw unknownCase()
    return row
  }

  /** The cases of one party, newest first. @throws Refusal `sealed_value_lost` once the party was erased */
  async ofParty(party: string, { cursor, limit }: { cursor?: string; limit: number }): Promise<SeenCase[]> {
    const found = await this.#deps.store.reader.find(caseTable, {
      where: { party, ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => this.see(row)))
  }

  /** @throws Refusal `sealed_value_lost` once the party was erased */
  async see({ sealed, ...row }: CaseRow): Promise<SeenCase> {
    return { ...row, ...JSON.parse(await this.#deps.vault.openText(place(row.id), sealed)) }
  }

  #seal(party: string, id: string, { about, title }: CaseText): Promise<Buffer> {
    return this.#deps.vault.seal(party, place(id), JSON.stringify({ about, title }))
  }
}

export const unknownCase = () => new Refusal('not_found', 'case_unknown', 'there is no such case')
