import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId } from '../core/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Library } from './library.ts'
import { type LawFlagRow, lawFlagTable } from './tables.ts'

/** An agreement made from a template, at the version it has now. */
export interface MadeFrom {
  readonly id: string
  readonly version: number
  readonly templateId: string
  readonly templateVersion: number
}

export interface LawChangesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly library: Library
  /** Agreements that are not over and were made from a template. */
  readonly agreements: (tx: Tx | null) => Promise<readonly MadeFrom[]>
  readonly announce: (tx: Tx, flag: LawFlagRow) => Promise<void>
}

/** Changes of law, and what has to be looked at again because of them. */
export class LawChanges {
  readonly #deps: LawChangesDeps

  constructor(deps: LawChangesDeps) {
    this.#deps = deps
  }

  /** Flags each template that rests on this law and each agreement made from one. */
  async changed(
    caller: Caller,
    said: { readonly law: string; readonly since: string; readonly reason: string },
  ): Promise<LawFlagRow[]> {
    const { store, clock, audit, library, agreements, announce } = this.#deps
    const resting = (await library.list()).filter(
      ({ state, content }) => state === 'published' && content.laws.some(({ law }) => law === said.law),
    )
    const versions = new Set(resting.map(({ id }) => id))
    const newest = (await library.newest()).filter(({ id }) => versions.has(id))
    const at = clock.now()
    return store.transact(async (tx) => {
      const made = (await agreements(tx)).filter(({ templateId, templateVersion }) =>
        versions.has(`${templateId}/${templateVersion}`),
      )
      const flags = [
        ...newest.map(({ templateId, version }) => ({
          kind: 'template' as const,
          ...{ subject: templateId, version },
        })),
        ...made.map(({ id, version }) => ({ kind: 'agreement' as const, subject: id, version })),
      ].map((flag): LawFlagRow => ({ id: newId(), ...said, ...flag, at }))
      for (const flag of flags) {
        await tx.insert(lawFlagTable, flag)
        await announce(tx, flag)
      }
      await audit.record(tx, caller, 'law.changed', { law: said.law, since: said.since, flags: flags.length })
      return flags
    })
  }

  /**
   * What still waits: a newer version of the template, or a newer text of the agreement, resolves its flags, and so does
   * the end of an agreement.
   */
  async open(): Promise<LawFlagRow[]> {
    const { store, library, agreements } = this.#deps
    const [flags, newest, made] = await Promise.all([
      store.reader.find(lawFlagTable, { order: { id: 'DESC' } }),
      library.newest(),
      agreements(null),
    ])
    const now = new Map([
      ...newest.map(({ templateId, version }) => [`template ${templateId}`, version] as const),
      ...made.map(({ id, version }) => [`agreement ${id}`, version] as const),
    ])
    return flags.filter(({ kind, subject, version }) => now.get(`${kind} ${subject}`) === version)
  }
}
