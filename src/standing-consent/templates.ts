import type { Audit } from '../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { type TemplateRow, templateTable } from './standing-tables.ts'
import { type AskedFor, type Choice, narrow, type TemplateRules } from './template.ts'

export interface TemplatesDeps {
  readonly store: Store
  readonly audit: Audit
  readonly clock: Clock
}

/** The named answers that owners keep. */
export class Templates {
  readonly #deps: TemplatesDeps

  constructor(deps: TemplatesDeps) {
    this.#deps = deps
  }

  /** Keeps an answer under its name, in place of the one that had it. */
  async set(by: UserCaller, ownerParty: string, name: string, rules: TemplateRules): Promise<TemplateRow> {
    const { store, audit, clock } = this.#deps
    return store.transact(async (tx) => {
      await rows(
        tx,
        `INSERT INTO consent_template (id, owner_party, name, rules, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (owner_party, name) DO UPDATE SET rules = excluded.rules, created_at = excluded.created_at
         RETURNING id`,
        [newId(), ownerParty, name, JSON.stringify(rules), clock.now()],
      )
      const row = await tx.findOneBy(templateTable, { ownerParty, name })
      if (!row) throw new Error('what was written is not there')
      await audit.record(tx, by, 'template.set', { template: row.id })
      return row
    })
  }

  async list(ownerParty: string): Promise<TemplateRow[]> {
    return this.#deps.store.reader.find(templateTable, { where: { ownerParty }, order: { name: 'ASC' } })
  }

  /** @throws Refusal `template_unknown` */
  async remove(by: UserCaller, ownerParty: string, name: string): Promise<TemplateRow> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(templateTable, { ownerParty, name })
      if (!row || !(await tx.delete(templateTable, { id: row.id })).affected) throw unknown()
      await audit.record(tx, by, 'template.removed', { template: row.id })
      return row
    })
  }

  /**
   * What a request is approved with under a template of its owner.
   * @throws Refusal `template_unknown`, `template_other_purpose`, `template_widens`
   */
  async narrow(ownerParty: string, name: string, asked: AskedFor, choice: Choice): Promise<Choice> {
    const row = await this.#deps.store.reader.findOneBy(templateTable, { ownerParty, name })
    if (!row) throw unknown()
    return narrow(row.rules, asked, choice, this.#deps.clock.now())
  }
}

const unknown = () => new Refusal('not_found', 'template_unknown', 'there is no template of that name')
