import { newId } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import type { BadRecord, CheckedFile, FileHead, GoodRecord } from './checked-file.ts'
import {
  type PartKind,
  type PartnerImportPartRow,
  partnerImportFileTable,
  partnerImportPartTable,
} from './partner-table.ts'
import type { SealedPartnerDeps } from './sealed-partner.ts'

export interface ImportFilesDeps extends SealedPartnerDeps {
  readonly store: Store
}

/** Records sealed together. */
const PORTION = 1_000

const place = (id: string) => `partner_import_part:${id}:sealed`

/** A file's parts, sealed and ready to be written. */
export interface SealedFile {
  readonly id: string
  readonly parts: readonly PartnerImportPartRow[]
}

/** What was read of the files of an import, kept sealed until it is applied or expires. */
export class ImportFiles {
  readonly #deps: ImportFilesDeps

  constructor(deps: ImportFilesDeps) {
    this.#deps = deps
  }

  async seal(importId: string, { head, good, bad }: CheckedFile): Promise<SealedFile> {
    const id = newId()
    const portions: (readonly [PartKind, unknown])[] = [
      ['head', head],
      ...portionsOf(good).map((part) => ['good', part] as const),
      ...portionsOf(bad).map((part) => ['bad', part] as const),
    ]
    const parts: PartnerImportPartRow[] = []
    for (const [nr, [kind, value]] of portions.entries())
      parts.push(await this.#sealPart({ importId, fileId: id, kind, nr }, value))
    return { id, parts }
  }

  /** @returns false when the import has a file with these bytes already */
  async insert(tx: Tx, importId: string, digest: string, file: SealedFile, now: number): Promise<boolean> {
    const added = await rows(
      tx,
      `INSERT INTO partner_import_file (id, import_id, digest, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (import_id, digest) DO NOTHING RETURNING id`,
      [file.id, importId, digest, now],
    )
    if (added.length === 0) return false
    for (const part of file.parts) await tx.insert(partnerImportPartTable, part)
    return true
  }

  /** The files of an import in the order they came. */
  async load(importId: string, kinds: readonly PartKind[] = ['head', 'good', 'bad']): Promise<CheckedFile[]> {
    const { store } = this.#deps
    const ids = await rows<{ id: string; file_id: string; kind: PartKind }>(
      store.reader,
      'SELECT id, file_id, kind FROM partner_import_part WHERE import_id = ? ORDER BY file_id, nr',
      [importId],
    )
    const files = new Map<string, { head?: FileHead; good: GoodRecord[]; bad: BadRecord[] }>()
    for (const { id, file_id, kind } of ids) {
      const file = files.get(file_id) ?? { good: [], bad: [] }
      files.set(file_id, file)
      if (!kinds.includes(kind)) continue
      const value = await this.#open(id)
      if (kind === 'head') file.head = value as FileHead
      else if (kind === 'good') for (const record of value as GoodRecord[]) file.good.push(record)
      else for (const record of value as BadRecord[]) file.bad.push(record)
    }
    return [...files.values()].flatMap(({ head, good, bad }) => (head ? [{ head, good, bad }] : []))
  }

  /** Takes away the good records: what is imported is in the list of partners. */
  async deleteGood(tx: Tx, importId: string): Promise<void> {
    await tx.delete(partnerImportPartTable, { importId, kind: 'good' })
  }

  /** Takes away everything that was read. */
  async deleteAll(tx: Tx, importId: string): Promise<void> {
    await tx.delete(partnerImportPartTable, { importId })
    await tx.delete(partnerImportFileTable, { importId })
  }

  async #sealPart(
    part: Omit<PartnerImportPartRow, 'id' | 'sealed'>,
    value: unknown,
  ): Promise<PartnerImportPartRow> {
    const { vault, scope } = this.#deps
    const id = newId()
    return { id, ...part, sealed: await vault.seal(await scope(), place(id), JSON.stringify(value)) }
  }

  async #open(id: string): Promise<unknown> {
    const { store, vault } = this.#deps
    const row = await store.reader.findOneBy(partnerImportPartTable, { id })
    // Applied or expired meanwhile: nothing of it is left.
    return row ? JSON.parse(await vault.openText(place(id), row.sealed)) : []
  }
}

function portionsOf<T>(records: readonly T[]): T[][] {
  const portions: T[][] = []
  for (let at = 0; at < records.length; at += PORTION) portions.push(records.slice(at, at + PORTION))
  return portions
}
