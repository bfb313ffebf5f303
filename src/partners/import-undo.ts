import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { change, In, insertAll, placeholders, rows, type Store, type Tx } from '../store/index.ts'
import type { ImportSessions } from './import-sessions.ts'
import { changeList } from './partner-list.ts'
import {
  contentColumns,
  type PartnerImportBeforeRow,
  type PartnerRow,
  partnerImportBeforeTable,
  partnerTable,
} from './partner-table.ts'

export interface ImportUndoDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly sessions: ImportSessions
  /** Of these partners those of whom another room holds what somebody made: they stay. */
  readonly inUse: (tx: Tx, partners: readonly string[]) => Promise<ReadonlySet<string>>
  /** What other rooms worked out of what the import said of these partners goes as well. */
  readonly undone: (tx: Tx, partners: TakenBack) => Promise<void>
}

/** Ids of partners that are gone, and of those that are as they were. */
export interface TakenBack {
  readonly removed: readonly string[]
  readonly restored: readonly string[]
  /** When the import wrote them. */
  readonly since: number
}

/** What undoing an import did. */
export interface Undone {
  /** Partners that the import brought, and are gone. */
  readonly removed: number
  /** Partners that are as they were. */
  readonly restored: number
  /** Partners left alone: somebody did something with them since. */
  readonly kept: number
}

/** How far it is, and whether it is to stop: looked at between two portions. */
export interface Along {
  readonly signal: AbortSignal
  readonly told: (progress: { readonly done: number; readonly total: number }) => void
}

const AT_A_TIME = 200

/** What partners were like before an import, and how they become so again. */
export class ImportUndo {
  readonly #deps: ImportUndoDeps

  constructor(deps: ImportUndoDeps) {
    this.#deps = deps
  }

  /** Keeps what is to be written over, in the transaction that does so. */
  async remember(
    tx: Tx,
    importId: string,
    written: readonly { readonly after: PartnerRow; readonly before: PartnerRow | null }[],
  ): Promise<void> {
    await insertAll(
      tx,
      partnerImportBeforeTable,
      written.map(
        ({ after, before }): PartnerImportBeforeRow => ({
          ...{ importId, partnerId: after.id, writtenAt: after.updatedAt },
          before: before && packed(before),
        }),
      ),
    )
  }

  /**
   * Takes an import back, in one transaction: partners it brought go, others are as they were. What somebody worked with
   * since stays as it is now.
   * @throws Refusal `import_unknown`, `import_not_applied`, `import_undone`, `import_expired`, `partners_busy`
   */
  async undo(caller: Caller, importId: string, along?: Along): Promise<Undone> {
    const { store, audit, sessions } = this.#deps
    const row = await sessions.requireKept(importId)
    if (row.state === 'undone') throw new Refusal('conflict', 'import_undone', 'this import was undone')
    if (row.state !== 'applied')
      throw new Refusal('conflict', 'import_not_applied', 'nothing of this import is in the list')
    return changeList(
      store,
      async () => undefined,
      async (tx) => {
        if (!(await sessions.undo(tx, importId)))
          throw new Refusal('conflict', 'import_undone', 'this import was undone')
        const done = { removed: 0, restored: 0, kept: 0 }
        const [{ total = 0 } = {}] = await rows<{ total: number | string }>(
          tx,
          'SELECT COUNT(*) AS total FROM partner_import_before WHERE import_id = ?',
          [importId],
        )
        if (Number(total) === 0)
          throw new Refusal('gone', 'import_expired', 'what was there before is not known any more')
        for (let after = ''; ; ) {
          along?.signal.throwIfAborted()
          const some = await this.#next(tx, importId, after)
          if (some.length === 0) break
          after = some.at(-1)?.partnerId ?? ''
          await this.#takeBack(tx, some, done)
          along?.told({ done: done.removed + done.restored + done.kept, total: Number(total) })
        }
        await this.forget(tx, importId)
        await audit.record(tx, caller, 'partners.import_undone', { import: importId, ...done })
        return done
      },
    )
  }

  /** Whether there is something to go back to. */
  async isKept(importId: string): Promise<boolean> {
    return (await this.#deps.store.current().countBy(partnerImportBeforeTable, { importId })) > 0
  }

  async forget(tx: Tx, importId: string): Promise<void> {
    await tx.delete(partnerImportBeforeTable, { importId })
  }

  async #next(tx: Tx, importId: string, after: string): Promise<PartnerImportBeforeRow[]> {
    const found = await rows<{ partner_id: string }>(
      tx,
      `SELECT partner_id FROM partner_import_before WHERE import_id = ? AND partner_id > ?
       ORDER BY partner_id LIMIT ${AT_A_TIME}`,
      [importId, after],
    )
    const ids = found.map(({ partner_id: id }) => id)
    const kept = await tx.findBy(partnerImportBeforeTable, { importId, partnerId: In(ids) })
    const of = new Map(kept.map((one) => [one.partnerId, one]))
    return ids.flatMap((id) => of.get(id) ?? [])
  }

  async #takeBack(
    tx: Tx,
    some: readonly PartnerImportBeforeRow[],
    done: { removed: number; restored: number; kept: number },
  ): Promise<void> {
    const { inUse, undone } = this.#deps
    const ids = some.map(({ partnerId }) => partnerId)
    const current = new Map((await tx.findBy(partnerTable, { id: In(ids) })).map((row) => [row.id, row]))
    const used = new Set([...(await inUse(tx, ids)), ...(await usedHere(tx, ids))])
    const back = { removed: [] as string[], restored: [] as string[] }
    for (const { partnerId: id, before, writtenAt } of some) {
      const isAsWritten = current.get(id)?.updatedAt === writtenAt && !used.has(id)
      if (isAsWritten) {
        back[before ? 'restored' : 'removed'].push(id)
        if (before) await change(tx, partnerTable, { id, updatedAt: writtenAt }, unpacked(before))
        else await tx.delete(partnerTable, { id })
      }
      done[isAsWritten ? (before ? 'restored' : 'removed') : 'kept'] += 1
    }
    const since = Math.min(...some.map(({ writtenAt }) => writtenAt))
    await undone(tx, { ...back, since })
  }
}

/** Partners of whom this room holds more than their row: a contact person with a card, or what one said. */
async function usedHere(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const found = await rows<{ partner_id: string }>(
    tx,
    `SELECT partner_id FROM contact_mark WHERE partner_id IN (${placeholders(ids.length)})
     UNION SELECT partner_id FROM partner_contact WHERE partner_id IN (${placeholders(ids.length)})
     UNION SELECT partner_id FROM partner_merge WHERE partner_id IN (${placeholders(ids.length)})`,
    [...ids, ...ids, ...ids],
  )
  return found.map(({ partner_id: id }) => id)
}

type Content = NonNullable<PartnerImportBeforeRow['before']>

/** Bytes are base64 in JSON. */
const packed = (row: PartnerRow): Content => {
  const columns = Object.fromEntries(contentColumns.map((name) => [name, row[name]])) as Content
  return { ...columns, sealed: row.sealed.toString('base64') as unknown as Buffer }
}
const unpacked = (before: Content): Content => ({
  ...before,
  sealed: Buffer.from(String(before.sealed), 'base64'),
})
