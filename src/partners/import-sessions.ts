import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId, Refusal, requireUser } from '../core/index.ts'
import { change, Not, rows, type Store, type Tx } from '../store/index.ts'
import type { ImportFiles } from './import-files.ts'
import { type PartnerImportRow, partnerImportBeforeTable, partnerImportTable } from './partner-table.ts'

export interface ImportSessionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly files: ImportFiles
}

/** What imports may make us hold. */
const limits = {
  files: 24,
  records: 100_000,
  /** Imports of one user that are not applied. */
  open: 10,
  /** Imports that are shown. */
  shown: 50,
  /** An audit file tells a lot: what was read of it is not kept longer, applied or not. */
  keepMs: 24 * 3_600_000,
} as const

/** The state of imports: open, applied once, or expired. */
export class ImportSessions {
  readonly #deps: ImportSessionsDeps

  constructor(deps: ImportSessionsDeps) {
    this.#deps = deps
  }

  /**
   * Begins an import. Who only looks leaves imports behind: of more than ten the oldest ends.
   * @throws Refusal `invalid_activity_months`
   */
  async create(caller: Caller, options: PartnerImportRow['options']): Promise<string> {
    const { store, clock, audit } = this.#deps
    if (options.dormantMonths < options.activeMonths)
      throw new Refusal(
        'invalid',
        'invalid_activity_months',
        'dormant takes as many months as active, or more',
      )
    await this.sweep()
    const now = clock.now()
    const row: PartnerImportRow = {
      id: newId(),
      state: 'open',
      createdBy: requireUser(caller).userId,
      options,
      files: 0,
      records: 0,
      picked: null,
      result: null,
      createdAt: now,
      expiresAt: now + limits.keepMs,
    }
    await store.transact(async (tx) => {
      const { createdBy } = row
      const open = await tx.find(partnerImportTable, {
        where: { state: 'open', createdBy },
        order: { id: 'DESC' },
      })
      for (const { id } of open.slice(limits.open - 1)) await this.#expire(tx, id)
      await tx.insert(partnerImportTable, row)
      await audit.record(tx, caller, 'partners.import_created', { import: row.id })
    })
    return row.id
  }

  /** @throws Refusal `import_unknown` */
  async require(id: string): Promise<PartnerImportRow> {
    const row = await this.#deps.store.current().findOneBy(partnerImportTable, { id })
    if (!row) throw new Refusal('not_found', 'import_unknown', 'there is no such import')
    return row
  }

  /** One of which everything that was read is still there. @throws Refusal `import_applied`, `import_expired` */
  async requireOpen(id: string): Promise<PartnerImportRow> {
    const row = await this.requireKept(id)
    if (row.state === 'applied' || row.state === 'undone') throw alreadyApplied()
    return row
  }

  /** One of which the bad records are still there. @throws Refusal `import_unknown`, `import_expired` */
  async requireKept(id: string): Promise<PartnerImportRow> {
    const row = await this.require(id)
    if (row.state === 'expired' || row.expiresAt <= this.#deps.clock.now())
      throw new Refusal(
        'gone',
        'import_expired',
        'what was read is not kept longer than a day: import the files again',
      )
    return row
  }

  /** Counts a file in. @throws Refusal `import_applied`, `import_expired`, `import_too_large` */
  async addFile(tx: Tx, id: string, records: number): Promise<void> {
    const counted = await rows(
      tx,
      `UPDATE partner_import SET files = files + 1, records = records + ?
       WHERE id = ? AND state = 'open' AND files < ? AND records + ? <= ? RETURNING id`,
      [records, id, limits.files, records, limits.records],
    )
    if (counted.length === 1) return
    await this.requireOpen(id)
    throw new Refusal('too_large', 'import_too_large', 'this is more than one import takes', {
      params: { files: limits.files, records: limits.records },
    })
  }

  /** Ends an import that is as it was looked at. @returns false when it is not any more */
  async close(tx: Tx, { id, files }: PartnerImportRow, picked: string): Promise<boolean> {
    const closed = { state: 'applied' as const, picked }
    return (await change(tx, partnerImportTable, { id, state: 'open', files }, closed)) === 1
  }

  /** @returns false where it is not applied, or was undone */
  async undo(tx: Tx, id: string): Promise<boolean> {
    return (await change(tx, partnerImportTable, { id, state: 'applied' }, { state: 'undone' })) === 1
  }

  /** The newest imports; those that ended without anything are left out. */
  async list(): Promise<PartnerImportRow[]> {
    return this.#deps.store.current().find(partnerImportTable, {
      where: { state: Not('expired') },
      order: { id: 'DESC' },
      take: limits.shown,
    })
  }

  /** Writes down what came of it, in the transaction that closed it. */
  async setResult(tx: Tx, { id }: PartnerImportRow, result: object): Promise<void> {
    await change(tx, partnerImportTable, { id }, { result })
  }

  /** Throws away what was read of imports that are a day old. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#deps
    const old = await rows<{ id: string }>(
      store.reader,
      `SELECT id FROM partner_import WHERE expires_at <= ? AND (state = 'open' OR EXISTS
         (SELECT 1 FROM partner_import_file WHERE import_id = partner_import.id)
         OR EXISTS (SELECT 1 FROM partner_import_before WHERE import_id = partner_import.id)) LIMIT 100`,
      [clock.now()],
    )
    for (const { id } of old) await store.transact((tx) => this.#expire(tx, id))
  }

  async #expire(tx: Tx, id: string): Promise<void> {
    const expired = await change(tx, partnerImportTable, { id, state: 'open' }, { state: 'expired' })
    await this.#deps.files.deleteAll(tx, id)
    await tx.delete(partnerImportBeforeTable, { importId: id })
    if (expired) await this.#deps.audit.record(tx, 'system', 'partners.import_expired', { import: id })
  }
}

export const alreadyApplied = () =>
  new Refusal('conflict', 'import_applied', 'this import was applied: begin a new one')
