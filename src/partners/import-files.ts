import { newId } from '../core/index.ts'
import { change, In, insertAll, rows, type Store, type Tx } from '../store/index.ts'
import { type BadRecord, checkFile, type FileContent, type FileHead } from './checked-file.ts'
import type { ImportSource } from './import/index.ts'
import { pack, unpack, unpackText } from './import/packed.ts'
import {
  type PartKind,
  type PartnerImportPartRow,
  partnerImportFileTable,
  partnerImportPartTable,
} from './partner-table.ts'
import type { ReadRecords } from './proposal-index.ts'
import type { SealedPartnerDeps } from './sealed-partner.ts'

export interface ImportFilesDeps extends SealedPartnerDeps {
  readonly store: Store
}

const place = (id: string) => `partner_import_part:${id}:sealed`

/** What a bad record of an import is known by. */
export const badId = (fileId: string, { nr }: Pick<BadRecord, 'nr'>): string => `${fileId}-${nr}`

/** A file that was read, sealed and ready to be written. */
export interface SealedFile {
  readonly id: string
  readonly head: FileHead
  readonly parts: readonly PartnerImportPartRow[]
}

/** A portion of a file that waits to be opened. */
export interface PartOf<K extends PartKind> {
  readonly fileId: string
  /** Nothing when it was applied or expired meanwhile. */
  open(): Promise<FileContent[K] | null>
}

/** What was read of the files of an import, kept packed and sealed until it is applied or expires. */
export class ImportFiles {
  readonly #deps: ImportFilesDeps

  constructor(deps: ImportFilesDeps) {
    this.#deps = deps
  }

  /** Reads a file. Nothing is written yet: one that breaks off leaves nothing behind. @throws Refusal of the readers */
  async read(importId: string, source: ImportSource): Promise<SealedFile> {
    const id = newId()
    const parts: PartnerImportPartRow[] = []
    const keep = async (kind: PartKind, value: unknown) => {
      parts.push(await this.#sealPart({ importId, fileId: id, kind, nr: parts.length }, value))
    }
    const head = await checkFile(source, ({ kind, records }) => keep(kind, records))
    await keep('head', head)
    return { id, head, parts }
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
    for (const part of file.parts) await insertAll(tx, partnerImportPartTable, [part])
    return true
  }

  /** Portions of one kind, of all files of an import: in the order the files came, and that of each file. */
  async parts<K extends PartKind>(importId: string, kind: K): Promise<PartOf<K>[]> {
    const found = await rows<{ id: string; file_id: string }>(
      this.#deps.store.reader,
      'SELECT id, file_id FROM partner_import_part WHERE import_id = ? AND kind = ? ORDER BY file_id, nr',
      [importId, kind],
    )
    return found.map(({ id, file_id: fileId }) => ({
      fileId,
      open: async () => {
        const packed = await this.#open(id)
        return packed && unpack<FileContent[K]>(packed)
      },
    }))
  }

  /** The files of an import in the order they came; the portions of each wait to be opened. */
  async records(importId: string): Promise<(ReadRecords & { readonly id: string })[]> {
    const [books, good] = [await this.parts(importId, 'books'), await this.parts(importId, 'good')]
    const files: (ReadRecords & { readonly id: string })[] = []
    for (const { fileId: id, open } of await this.parts(importId, 'head')) {
      const head = await open()
      if (head) files.push({ id, head, books: of(books, id), good: of(good, id) })
    }
    return files
  }

  /** Whether any of these texts stands in what was read. */
  async mention(importId: string, texts: readonly string[]): Promise<boolean> {
    const written = texts.map((text) => JSON.stringify(text).slice(1, -1))
    const found = await rows<{ id: string }>(
      this.#deps.store.reader,
      'SELECT id FROM partner_import_part WHERE import_id = ?',
      [importId],
    )
    for (const { id } of found) {
      const packed = await this.#open(id)
      const text = packed ? unpackText(packed) : ''
      if (written.some((one) => text.includes(one))) return true
    }
    return false
  }

  /**
   * Works out what is left without these bad records.
   * @returns writes it; false when somebody mended or applied it meanwhile
   */
  async withoutBad(importId: string, gone: ReadonlySet<string>): Promise<(tx: Tx) => Promise<boolean>> {
    const parts = await this.#deps.store.current().find(partnerImportPartTable, {
      where: { importId, kind: In(['bad', 'head']) },
      select: { id: true, importId: true, fileId: true, kind: true, nr: true, sealed: true },
      order: { fileId: 'ASC', nr: 'ASC' },
    })
    const left = new Map<string, number>()
    const changes: { readonly before: PartnerImportPartRow; readonly sealed: Buffer }[] = []
    // A head comes after the records of its file, which it counts.
    for (const part of parts) {
      const packed = await this.#deps.vault.open(place(part.id), part.sealed)
      if (part.kind === 'bad') {
        const records = unpack<FileContent['bad']>(packed)
        const kept = records.filter((record) => !gone.has(badId(part.fileId, record)))
        if (kept.length === records.length) continue
        left.set(part.fileId, (left.get(part.fileId) ?? 0) + records.length - kept.length)
        changes.push({ before: part, sealed: await this.#seal(part.id, kept) })
      } else if (left.has(part.fileId)) {
        const head = unpack<FileHead>(packed)
        const rejected = head.rejected - (left.get(part.fileId) ?? 0)
        changes.push({ before: part, sealed: await this.#seal(part.id, { ...head, rejected }) })
      }
    }
    return async (tx) => {
      for (const { before, sealed } of changes)
        if (
          (await change(tx, partnerImportPartTable, { id: before.id, sealed: before.sealed }, { sealed })) !==
          1
        )
          return false
      return true
    }
  }

  /** Takes away what is imported: it is in the list of partners. */
  async deleteGood(tx: Tx, importId: string): Promise<void> {
    for (const kind of ['good', 'books'] as const) await tx.delete(partnerImportPartTable, { importId, kind })
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
    const id = newId()
    return { id, ...part, sealed: await this.#seal(id, value) }
  }

  async #seal(id: string, value: unknown): Promise<Buffer> {
    const { vault, scope } = this.#deps
    return vault.seal(await scope(), place(id), pack(value))
  }

  async #open(id: string): Promise<Buffer | null> {
    const { store, vault } = this.#deps
    const row = await store.reader.findOneBy(partnerImportPartTable, { id })
    return row && vault.open(place(id), row.sealed)
  }
}

const of = <K extends 'books' | 'good'>(parts: readonly PartOf<K>[], fileId: string) =>
  parts
    .filter((part) => part.fileId === fileId)
    .map(
      ({ open }) =>
        async () =>
          (await open()) ?? [],
    )
