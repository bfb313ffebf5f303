import { type Caller, type Clock, newId } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import { type BreachRow, type BreachStep, type BreachStepRow, breachStepTable } from './processing-tables.ts'

/** What happened to the data. */
export const natures = ['confidentiality', 'integrity', 'availability'] as const

/** A case in words: what the supervisor's form asks that a log cannot say. */
export interface BreachWords {
  readonly title: string
  readonly description: string
  readonly nature?: readonly (typeof natures)[number][]
  readonly cause?: string
  readonly consequences?: string
  readonly measures?: string
  /** Systems, in words. */
  readonly systems?: string
}

export interface StepInWords extends Omit<BreachStepRow, 'sealed'> {
  readonly text: string
}

/** Seals what people write about a breach. */
export class BreachText {
  readonly #deps: { store: Store; vault: Vault; clock: Clock; scope: () => Promise<string> }

  constructor(deps: { store: Store; vault: Vault; clock: Clock; scope: () => Promise<string> }) {
    this.#deps = deps
  }

  async seal(id: string, words: BreachWords): Promise<Buffer> {
    return this.#deps.vault.seal(await this.#deps.scope(), wordsPlace(id), JSON.stringify(words))
  }

  async open({ id, sealed }: BreachRow): Promise<BreachWords> {
    return JSON.parse(await this.#deps.vault.openText(wordsPlace(id), sealed))
  }

  async step(breachId: string, step: BreachStep, by: Caller, text: string): Promise<BreachStepRow> {
    const { vault, clock, scope } = this.#deps
    const id = newId()
    const actor = by.kind === 'user' ? vault.pseudonym(by.personId) : by.kind
    const sealed = await vault.seal(await scope(), stepPlace(id), text)
    return { id, breachId, at: clock.now(), step, actor, sealed }
  }

  /** Oldest first. */
  async steps(breachId: string): Promise<StepInWords[]> {
    const { store, vault } = this.#deps
    const found = await store.reader.find(breachStepTable, { where: { breachId }, order: { id: 'ASC' } })
    return Promise.all(
      found.map(async ({ sealed, ...row }) => ({
        ...row,
        text: await vault.openText(stepPlace(row.id), sealed),
      })),
    )
  }
}

const wordsPlace = (id: string) => `breach:${id}:words`
const stepPlace = (id: string) => `breach_step:${id}:text`

const inCases = { kind: 'breach_texts', key: 'id', column: 'sealed' } as const

/** What people wrote about breaches. */
export const breachTexts: readonly WrittenColumn[] = [
  { ...inCases, table: 'breach', form: 'json', place: wordsPlace, versionColumn: 'version' },
  { ...inCases, table: 'breach_step', form: 'text', place: stepPlace },
]
