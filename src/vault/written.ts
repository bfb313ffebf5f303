import type { Blotter } from '../core/index.ts'
import { type Reader, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from './vault.ts'

/** A column in which what people wrote is sealed under the organisation's key: it does not go with anybody else's. */
export interface WrittenColumn {
  readonly kind: WrittenKind
  readonly table: string
  readonly key: string
  readonly column: string
  /** Where in the vault it belongs. */
  readonly place: (id: string) => string
  readonly form: 'json' | 'text'
  /** Column that says whose key it is sealed under, where that is not always the organisation's. */
  readonly scopeColumn?: string
  /** Column that counts changes: who rewrites an older text must look again. */
  readonly versionColumn?: string
  /** `destroyed`: the whole of it, as a value says nothing without the words. Else the words are blotted out. */
  readonly destroyed?: true
}

export const writtenKinds = ['proposals', 'messages', 'breach_texts', 'other_texts'] as const
export type WrittenKind = (typeof writtenKinds)[number]

export interface WrittenTextsDeps {
  readonly store: Store
  readonly vault: Vault
  /** Whose key it is: our organisation's party id. */
  readonly scope: () => Promise<string>
  readonly columns: readonly WrittenColumn[]
}

interface Written {
  readonly id: string
  readonly sealed: string
}

const PAGE = 500

/**
 * What our people wrote of others. What is sealed cannot be searched, so all of it is opened: nobody is erased every
 * day, and what named her would open for whoever has the master key as long as the organisation is there.
 */
export class WrittenTexts {
  readonly #deps: WrittenTextsDeps

  constructor(deps: WrittenTextsDeps) {
    this.#deps = deps
  }

  /** How many texts of each kind there are, and how many of all name somebody. */
  async count(somebody: Blotter): Promise<{ named: number; of: Readonly<Record<WrittenKind, number>> }> {
    const of = Object.fromEntries(writtenKinds.map((kind) => [kind, 0])) as Record<WrittenKind, number>
    let named = 0
    for await (const { column, content } of this.#all(this.#deps.store.current())) {
      of[column.kind] += 1
      if (somebody.mentions(content)) named += 1
    }
    return { named, of }
  }

  /** Takes somebody out of all of it. @returns how many texts named her */
  async forget(tx: Tx, somebody: Blotter): Promise<number> {
    const scope = await this.#deps.scope()
    let named = 0
    for await (const { column, row, content } of this.#all(tx)) {
      if (!somebody.mentions(content)) continue
      await this.#rewrite(tx, scope, column, row, somebody.without(content))
      named += 1
    }
    return named
  }

  async *#all(reader: Reader) {
    const scope = await this.#deps.scope()
    for (const column of this.#deps.columns)
      for (let after = ''; ; ) {
        const page = await this.#page(reader, column, scope, after)
        for (const row of page) yield { column, row, content: await this.#open(column, row) }
        if (page.length < PAGE) break
        after = page.at(-1)?.id ?? ''
      }
  }

  #page(reader: Reader, { table, key, column, scopeColumn }: WrittenColumn, scope: string, after: string) {
    return rows<Written>(
      reader,
      `SELECT ${key} AS id, ${column} AS sealed FROM ${table}
       WHERE ${column} IS NOT NULL AND ${key} > ? ${scopeColumn ? `AND ${scopeColumn} = ?` : ''}
       ORDER BY ${key} LIMIT ${PAGE}`,
      [after, ...(scopeColumn ? [scope] : [])],
    )
  }

  async #open({ form, place }: WrittenColumn, { id, sealed }: Written): Promise<unknown> {
    const text = await this.#deps.vault.openText(place(id), Buffer.from(sealed, 'base64'))
    return form === 'json' ? JSON.parse(text) : text
  }

  async #rewrite(
    tx: Tx,
    scope: string,
    { table, key, column, place, form, destroyed, versionColumn }: WrittenColumn,
    { id }: Written,
    content: unknown,
  ): Promise<void> {
    const text = form === 'json' ? JSON.stringify(content) : String(content)
    const sealed = destroyed ? null : (await this.#deps.vault.seal(scope, place(id), text)).toString('base64')
    const counted = versionColumn ? `, ${versionColumn} = ${versionColumn} + 1` : ''
    const sql = `UPDATE ${table} SET ${column} = ?${counted} WHERE ${key} = ? RETURNING ${key}`
    await rows(tx, sql, [sealed, id])
  }
}
