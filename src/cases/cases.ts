import { type Caller, type Did, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { In, LessThan, type Store, type Tx } from '../store/index.ts'
import { type CaseFiles, type SeenCase, unknownCase } from './case-files.ts'
import { type CaseRow, caseTable } from './case-tables.ts'
import type { AccessPort, CaseTell } from './ports.ts'

export interface CasesDeps {
  readonly store: Store
  readonly parties: Parties
  readonly files: CaseFiles
  readonly access: AccessPort
  /** Ids of the parties whose data this caller decides about. @throws Refusal `person_required` */
  readonly subjectsOf: (caller: Caller) => Promise<readonly string[]>
  /** Tells an organisation something, after the commit and until it is taken. */
  readonly tell: (tx: Tx, to: Did, tell: CaseTell) => Promise<unknown>
}

/** Who works with partners on behalf of the organisation. */
export const caseWorkers = ['account_manager', 'coordinator', 'administrator'] as const

/** Questions that are being dealt with: what is granted for one ends with it. */
export class Cases {
  readonly #deps: CasesDeps

  constructor(deps: CasesDeps) {
    this.#deps = deps
  }

  /** Newest first: the organisation's for who works on them, and those about the caller's own data. */
  async list(
    caller: Caller,
    { cursor, limit }: { cursor?: string; limit: number },
    state?: CaseRow['state'],
  ): Promise<SeenCase[]> {
    const { store, subjectsOf, parties, files } = this.#deps
    const page = { ...(cursor && { id: LessThan(cursor) }), ...(state && { state }) }
    const owned = { side: 'owning' as const, party: In([...(await subjectsOf(caller))]) }
    const asked = { side: 'asking' as const, party: (await parties.organisation()).id }
    const found = await store.reader.find(caseTable, {
      where: [owned, ...(isWorker(caller) ? [asked] : [])].map((side) => ({ ...side, ...page })),
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => files.see(row)))
  }

  /**
   * Closes a case: what was granted for it ends in the same transaction, and the partner is told.
   * @throws Refusal `case_unknown`, `case_closed`, `person_required`
   */
  async close(caller: Caller, id: string): Promise<SeenCase> {
    const { store, subjectsOf, files, tell } = this.#deps
    const subjects = await subjectsOf(caller)
    return store.transact(async (tx) => {
      const row = await files.require(id, tx)
      const isMine = row.side === 'asking' ? isWorker(caller) : subjects.includes(row.party)
      if (!isMine) throw unknownCase()
      const all = await files.lock(tx, row.partner, row.caseId)
      if (!(await files.close(tx, caller, row, 'us')))
        throw new Refusal('conflict', 'case_closed', 'this case was closed before')
      await this.#endWhatItOpened(tx, caller, row)
      const others = all.filter(
        (other) => other.id !== id && other.side === row.side && other.state === 'open',
      )
      // The others whose data it needs go on with it.
      if (others.length === 0) await tell(tx, row.partner, { kind: 'case-closed', case: row.caseId })
      return files.see(await files.require(id, tx))
    })
  }

  /** A partner closed a case. That it is closed here already is no error. */
  async closedByPartner(tx: Tx, partner: Did, caseId: string): Promise<void> {
    const { files } = this.#deps
    const by = { kind: 'node' as const, did: partner }
    for (const row of await files.lock(tx, partner, caseId))
      if (await files.close(tx, by, row, 'partner')) await this.#endWhatItOpened(tx, by, row)
  }

  /** Whether we have a case of that name with this partner. */
  knows(partner: Did, caseId: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(caseTable, { partner, caseId })
  }

  async #endWhatItOpened(tx: Tx, by: Caller, { side, requestId }: CaseRow): Promise<void> {
    const { access } = this.#deps
    await (side === 'asking' ? access.closeSent(tx, by, requestId) : access.closeReceived(tx, by, requestId))
  }
}

const isWorker = (caller: Caller): boolean =>
  caller.kind === 'user' && caseWorkers.some((role) => caller.roles.includes(role))
