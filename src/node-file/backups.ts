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

  /**
   * Begins when its content is read; that breaks off where it is not read on.
   * @throws Refusal `backup_at_the_machine`; reading throws `backup_running`, `database_unreachable`
   */
  async create(by: Caller, key: NodeFileKey): Promise<Download> {
    const { clock, about } = this.#deps
    if (!about)
      throw new Refusal(
        'conflict',
        'backup_at_the_machine',
        'a trust anchor is more than one database: back it up at its machine',
      )
    return {
      fileName: `regie-${dayOf(clock.now())}.regie`,
      mediaType: 'application/octet-stream',
      content: this.#oneAtATime(by, about, key),
    }
  }

  /** Reading all rows is work for the machine: who asks ten times at once gets one. */
  async *#oneAtATime(by: Caller, about: NodeAbout, key: NodeFileKey): AsyncGenerator<Buffer> {
    const { store, clock, audit, storage } = this.#deps
    if (this.#isRunning) throw new Refusal('unavailable', 'backup_running', 'a backup is being made already')
    this.#isRunning = true
    try {
      await store.transact((tx) => audit.record(tx, by, 'organisation.backup_made', {}))
      yield* writeNodeFile(storage, { ...about, takenAt: isoTime(clock.now()) }, key)
    } finally {
      this.#isRunning = false
    }
  }
}
