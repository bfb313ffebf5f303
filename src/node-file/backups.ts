import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Download, dayOf, isoTime, Refusal } from '../core/index.ts'
import type { StorageConfig, Store } from '../store/index.ts'
import { type NodeAbout, writeNodeFile } from './node-file.ts'
import type { NodeFileKey } from './sealed-stream.ts'

export interface BackupsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly storage: StorageConfig
  /** What the node is besides its database; null where that does not fit one file: a trust anchor has more than its rows. */
  readonly about: Omit<NodeAbout, 'takenAt'> | null
}

/** Backups of a node that goes on meanwhile: its database as one moment saw it. */
export class Backups {
  readonly #deps: BackupsDeps
  #isRunning = false

  constructor(deps: BackupsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `backup_at_the_machine`, `backup_running` */
  async create(by: Caller, key: NodeFileKey): Promise<Download> {
    const { store, clock, audit, storage, about } = this.#deps
    if (!about)
      throw new Refusal(
        'conflict',
        'backup_at_the_machine',
        'a trust anchor is more than one database: back it up at its machine',
      )
    if (this.#isRunning) throw new Refusal('unavailable', 'backup_running', 'a backup is being made already')
    const takenAt = isoTime(clock.now())
    await store.transact((tx) => audit.record(tx, by, 'organisation.backup_made', {}))
    return {
      fileName: `regie-${dayOf(clock.now())}.regie`,
      mediaType: 'application/octet-stream',
      content: this.#oneAtATime(writeNodeFile(storage, { ...about, takenAt }, key)),
    }
  }

  /** Reading all rows is work for the machine: who asks ten times at once gets one. */
  async *#oneAtATime(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    if (this.#isRunning) throw new Refusal('unavailable', 'backup_running', 'a backup is being made already')
    this.#isRunning = true
    try {
      yield* file
    } finally {
      this.#isRunning = false
    }
  }
}
