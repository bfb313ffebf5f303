import type { Clock, Did } from '../core/index.ts'
import { placeholders, type Store, select, type Tx } from '../store/index.ts'
import { type AgreementRow, agreementTable } from './tables.ts'

export interface InForceDeps {
  readonly store: Store
  readonly clock: Clock
}

/** An agreement as a request or a grant names it. */
export interface NamedAgreement {
  readonly id: string
  readonly digest: string
}

/** Whether agreements are in force: what is opened under one asks this in the transaction that opens it. */
export class InForce {
  readonly #deps: InForceDeps

  constructor(deps: InForceDeps) {
    this.#deps = deps
  }

  /** The agreement in force with this party, to be named; null when there is none of that id. */
  async find(id: string, partner: Did): Promise<NamedAgreement | null> {
    const row = await this.#deps.store.current().findOneBy(agreementTable, { id, partner })
    return row?.digest && this.#isLive(row) ? { id, digest: row.digest } : null
  }

  /**
   * What this text lets be shown, where it is in force with this party; null where it is not. It stays so until the
   * transaction ends.
   */
  async terms(
    tx: Tx,
    { id, digest }: NamedAgreement,
    partner: Did,
  ): Promise<{ readonly coversSecrets: boolean } | null> {
    const [row] = await this.#held(tx, [id])
    const isIt = row?.partner === partner && row.digest === digest && this.#isLive(row)
    return isIt ? { coversSecrets: row.tradeSecrets === 1 } : null
  }

  /** Those of these that are in force, until the transaction ends, and whether each lets trade secrets be shown. */
  async of(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    if (ids.length === 0) return new Map()
    const found = await this.#held(tx, [...new Set(ids)])
    return new Map(
      found.filter((row) => this.#isLive(row)).map(({ id, tradeSecrets }) => [id, tradeSecrets === 1]),
    )
  }

  #held(tx: Tx, ids: readonly string[]): Promise<AgreementRow[]> {
    const lock = this.#deps.store.engine === 'postgres' ? ' ORDER BY id FOR SHARE' : ''
    return select(tx, agreementTable, `id IN (${placeholders(ids.length)})${lock}`, [...ids])
  }

  /** Its last moment counts also before the clockwork came by. */
  #isLive({ state, endsAt, renewal, noticeBy }: AgreementRow): boolean {
    if (state !== 'in_force') return false
    return endsAt === null || this.#deps.clock.now() < endsAt || (renewal !== null && noticeBy === null)
  }
}
