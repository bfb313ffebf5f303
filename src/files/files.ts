import { createHash } from 'node:crypto'
import { type Clock, newId, Refusal } from '../core/index.ts'
import { change, insertAll, LessThan, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type FileChunk, fileChunkTable, type StoredFile, storedFileTable } from './file-table.ts'
import { type MediaType, mediaTypeOf } from './media-type.ts'
import { VirusTest } from './virus-test.ts'

export interface FilesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
}

/** What may come in at a place. */
export interface FileRules {
  readonly allowed: readonly MediaType[]
  readonly maxBytes: number
}

const CHUNK_BYTES = 256 * 1024
/** What nobody kept in this time is removed. */
const STAGED_MS = 60 * 60_000
const MAX_SWEPT = 50

const place = (id: string, position: number) => `file_chunk:${id}:${position}`

/** Files that lie in the database, sealed piece by piece under the key of what they belong to. */
export class Files {
  readonly #deps: FilesDeps

  constructor(deps: FilesDeps) {
    this.#deps = deps
  }

  /**
   * Takes a file in as it comes. It is there for nobody until {@link keep}.
   * @param scope whose key seals it; when that is destroyed, nothing opens the file any more
   * @throws Refusal `file_empty`, `file_too_large`, `file_type_not_allowed`, `file_infected`, `sealed_value_lost`
   */
  async stage(scope: string, content: AsyncIterable<Uint8Array>, rules: FileRules): Promise<StoredFile> {
    const id = newId()
    const hash = createHash('sha256')
    const test = new VirusTest()
    let mediaType: MediaType | undefined
    let size = 0
    let chunks = 0
    try {
      for await (const piece of inPieces(content)) {
        size += piece.length
        if (size > rules.maxBytes) throw tooLarge(rules.maxBytes)
        mediaType ??= requireAllowed(mediaTypeOf(piece), rules.allowed)
        if (test.isIn(piece)) throw infected()
        hash.update(piece)
        await this.#write(scope, { fileId: id, position: chunks++ }, piece)
      }
      if (!mediaType) throw new Refusal('invalid', 'file_empty', 'there is nothing in this file')
      const digest = `sha-256:${hash.digest('base64url')}`
      const createdAt = this.#deps.clock.now()
      const file: StoredFile = { id, scope, mediaType, size, digest, chunks, state: 'staged', createdAt }
      await this.#deps.store.transact((tx) => tx.update(storedFileTable, { id }, file))
      return file
    } catch (error) {
      await this.#deps.store.transact((tx) => this.remove(tx, id))
      throw error
    }
  }

  /** Makes a staged file one of what it belongs to, with the change that says so. @throws Refusal `file_unknown` */
  async keep(tx: Tx, { id, scope }: Pick<StoredFile, 'id' | 'scope'>): Promise<void> {
    if ((await change(tx, storedFileTable, { id, scope, state: 'staged' }, { state: 'kept' })) !== 1)
      throw unknown()
  }

  /**
   * A kept file and its content, which is read as it is asked for and fails where it is not what was taken in.
   * @throws Refusal `file_unknown`; while reading `sealed_value_lost`, `sealed_value_broken`, `file_broken`
   */
  async open(
    id: string,
    scope: string,
  ): Promise<{ readonly file: StoredFile; readonly content: AsyncIterable<Uint8Array> }> {
    const file = await this.#deps.store.current().findOneBy(storedFileTable, { id, scope, state: 'kept' })
    if (!file) throw unknown()
    return { file, content: this.#read(file) }
  }

  /** Removes a file, staged or kept. */
  async remove(tx: Tx, id: string): Promise<void> {
    await removeFile(tx, id)
  }

  /** Removes what was staged and not kept. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#deps
    const left = await store.reader.find(storedFileTable, {
      where: { state: 'staged', createdAt: LessThan(clock.now() - STAGED_MS) },
      take: MAX_SWEPT,
    })
    for (const { id } of left)
      await store.transact(async (tx) => {
        const staged = await tx.findOneBy(storedFileTable, { id, state: 'staged' })
        if (staged) await this.remove(tx, id)
      })
  }

  /** The first piece brings the file's row along, so that what breaks off is found again. */
  async #write(scope: string, at: Omit<FileChunk, 'sealed'>, piece: Uint8Array): Promise<void> {
    const { store, vault, clock } = this.#deps
    const sealed = await vault.seal(scope, place(at.fileId, at.position), piece)
    await store.transact(async (tx) => {
      if (at.position === 0) await insertAll(tx, storedFileTable, [begun(at.fileId, scope, clock.now())])
      await insertAll(tx, fileChunkTable, [{ ...at, sealed }])
    })
  }

  async *#read({ id, chunks, digest }: StoredFile): AsyncGenerator<Uint8Array> {
    const { store, vault } = this.#deps
    const hash = createHash('sha256')
    for (let position = 0; position < chunks; position++) {
      const chunk = await store.reader.findOneBy(fileChunkTable, { fileId: id, position })
      if (!chunk) throw broken()
      const piece = await vault.open(place(id, position), chunk.sealed)
      hash.update(piece)
      yield piece
    }
    if (`sha-256:${hash.digest('base64url')}` !== digest) throw broken()
  }
}

/** As {@link Files.remove}, for who has no more than a transaction. */
export async function removeFile(tx: Tx, id: string): Promise<void> {
  await tx.delete(fileChunkTable, { fileId: id })
  await tx.delete(storedFileTable, { id })
}

const begun = (id: string, scope: string, createdAt: number): StoredFile => ({
  id,
  scope,
  mediaType: 'application/octet-stream',
  size: 0,
  digest: '',
  chunks: 0,
  state: 'staged',
  createdAt,
})

/** The same content in pieces of one size, the last one shorter. */
async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of content) {
    // Copied: the sender may use its buffer again.
    held.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes < CHUNK_BYTES) continue
    const all = Buffer.concat(held)
    let from = 0
    for (; all.length - from >= CHUNK_BYTES; from += CHUNK_BYTES) yield all.subarray(from, from + CHUNK_BYTES)
    held = [all.subarray(from)]
    bytes = all.length - from
  }
  if (bytes > 0) yield Buffer.concat(held)
}

/** @throws Refusal `file_type_not_allowed`, with what is */
function requireAllowed(mediaType: MediaType, allowed: readonly MediaType[]): MediaType {
  if (allowed.includes(mediaType)) return mediaType
  throw new Refusal('invalid', 'file_type_not_allowed', 'a file of this kind is not taken here', {
    params: { allowed: [...allowed] },
  })
}

const tooLarge = (maxBytes: number) =>
  new Refusal('too_large', 'file_too_large', 'the file is larger than is taken here', {
    params: { max_bytes: maxBytes },
  })
const infected = () =>
  new Refusal('invalid', 'file_infected', 'a virus scanner would not let this file through')
const unknown = () => new Refusal('not_found', 'file_unknown', 'there is no such file')
const broken = () => new Refusal('unavailable', 'file_broken', 'the stored file is not what was taken in')
