import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { MediaType } from './media-type.ts'

/** A file that lies sealed in the database, in pieces. What it is called, and about what, its owner's row says. */
export interface StoredFile {
  id: string
  /** Whose key seals it: a scope of the vault. */
  scope: string
  mediaType: MediaType
  /** Bytes. */
  size: number
  /** `sha-256:` and the base64url digest of the content. */
  digest: string
  /** How many pieces it lies in. */
  chunks: number
  /** `staged` until somebody's transaction keeps it. */
  state: 'staged' | 'kept'
  createdAt: number
}

export const storedFileTable = new EntitySchema<StoredFile>({
  name: 'stored_file',
  columns: {
    id: column.id(),
    scope: column.text('scope'),
    mediaType: column.text('media_type'),
    size: column.integer('size'),
    digest: column.text('digest'),
    chunks: column.integer('chunks'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
  },
})

export interface FileChunk {
  fileId: string
  /** From 0. */
  position: number
  sealed: Buffer
}

export const fileChunkTable = new EntitySchema<FileChunk>({
  name: 'file_chunk',
  columns: {
    fileId: column.id('file_id'),
    position: { ...column.integer('position'), primary: true },
    sealed: column.bytes('sealed'),
  },
})

export const fileTables = [storedFileTable, fileChunkTable] as const

export const filesMigration: Migration = {
  id: 1795000490001,
  name: 'Files',
  up: [
    `CREATE TABLE stored_file (
      id text PRIMARY KEY, scope text NOT NULL, media_type text NOT NULL, size bigint NOT NULL, digest text NOT NULL,
      chunks bigint NOT NULL, state text NOT NULL, created_at bigint NOT NULL)`,
    `CREATE INDEX stored_file_staged ON stored_file (created_at) WHERE state = 'staged'`,
    `CREATE TABLE file_chunk (
      file_id text NOT NULL, position bigint NOT NULL, sealed text NOT NULL, PRIMARY KEY (file_id, position))`,
  ],
}
