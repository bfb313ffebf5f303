import type { Audit } from '../../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../../core/index.ts'
import { column, EntitySchema, insertAll, type Migration, type Store } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { scopeOf } from '../case/seals.ts'
import { type Compared, compareFacts, type RegisterFacts } from './facts.ts'
import type { TradeRegister } from './kvk-api.ts'

/** What the register said, once it was asked for a case. */
export interface LookUpRow {
  id: string
  caseId: string
  source: string
  at: number
  /** Null where the node asked by itself. */
  byParty: string | null
  /** The facts as JSON, sealed under the case's key. */
  sealed: Buffer
}

export const lookUpTable = new EntitySchema<LookUpRow>({
  name: 'register_look_up',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    source: column.text('source'),
    at: column.time('at'),
    byParty: column.optionalText('by_party'),
    sealed: column.bytes('sealed'),
  },
})

export const lookUpMigration: Migration = {
  id: 1795000520004,
  name: 'RegisterLookUp',
  up: [
    `CREATE TABLE register_look_up (
      id text PRIMARY KEY, case_id text NOT NULL, source text NOT NULL, at bigint NOT NULL, by_party text,
      sealed text NOT NULL)`,
    'CREATE INDEX register_look_up_of_case ON register_look_up (case_id, id)',
  ],
}

export interface LookUpsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly caseFiles: CaseFiles
  readonly register: TradeRegister
}

/** What the register said, beside what the organisation says. */
export interface LookUp {
  readonly row: LookUpRow
  readonly facts: RegisterFacts
  readonly compared: readonly Compared[]
}

const place = (id: string) => `register_look_up:${id}:sealed`

/** What the trade register says of the organisation of a case, kept with its source and its date. */
export class LookUps {
  readonly #deps: LookUpsDeps

  constructor(deps: LookUpsDeps) {
    this.#deps = deps
  }

  /**
   * Asks the register. Where it does not answer nothing of the case changes.
   * @throws Refusal `registration_unknown`, `kvk_number_missing`, `kvk_…`
   */
  async look(caller: UserCaller | 'system', caseId: string): Promise<LookUp> {
    const { store, vault, clock, audit, caseFiles, register } = this.#deps
    const { organisation } = await caseFiles.get(caseId)
    if (organisation.kvk_number === undefined)
      throw new Refusal('conflict', 'kvk_number_missing', 'nobody said its KVK number: search for it by name')
    const facts = await register.find(organisation.kvk_number)
    const id = newId()
    const sealed = await vault.seal(scopeOf(caseId), place(id), JSON.stringify(facts))
    const byParty = caller === 'system' ? null : caller.personId
    const row: LookUpRow = { id, caseId, source: register.source, at: clock.now(), byParty, sealed }
    const compared = compareFacts(organisation, facts)
    await store.transact(async (tx) => {
      await insertAll(tx, lookUpTable, [row])
      await audit.record(tx, caller, 'registration.looked_up', {
        case: caseId,
        source: register.source,
        differences: compared.flatMap(({ same, field }) => (same ? [] : [field])),
      })
    })
    return { row, facts, compared }
  }

  /** What it said last; null where it was not asked. @throws Refusal `registration_unknown` */
  async last(caseId: string): Promise<LookUp | null> {
    const { store, vault, caseFiles } = this.#deps
    const { organisation } = await caseFiles.get(caseId)
    const [row] = await store
      .current()
      .find(lookUpTable, { where: { caseId }, order: { id: 'DESC' }, take: 1 })
    if (!row) return null
    const facts = JSON.parse(await vault.openText(place(row.id), row.sealed)) as RegisterFacts
    return { row, facts, compared: compareFacts(organisation, facts) }
  }
}
