import type { Clock } from '../core/index.ts'
import { placeholders, type Reader, rows, type Tx } from '../store/index.ts'
import type { ClaimTarget } from './decide.ts'
import { claimRestrictionTable } from './rights-tables.ts'

/** What a person had restricted while a dispute about it runs: it is kept, and read by nobody (AVG, article 18). */
export class Restrictions {
  readonly #clock: Clock

  constructor(deps: { readonly clock: Clock }) {
    this.#clock = deps.clock
  }

  /** @param id of the request of hers it comes from: by it the restriction is lifted */
  async restrict(tx: Tx, id: string, subjectParty: string, claims: readonly ClaimTarget[]): Promise<void> {
    await tx.insert(claimRestrictionTable, { id, subjectParty, claims, since: this.#clock.now() })
  }

  async lift(tx: Tx, id: string): Promise<void> {
    await tx.delete(claimRestrictionTable, { id })
  }

  /** What is restricted of these subjects, to be asked of each claim that would be read. */
  async of(reader: Reader, subjects: readonly string[]): Promise<Restricted> {
    if (subjects.length === 0) return () => false
    const found = await rows<{ subject_party: string; claims: string }>(
      reader,
      `SELECT subject_party, claims FROM claim_restriction WHERE subject_party IN (${placeholders(subjects.length)})`,
      subjects,
    )
    const all = found.map((row) => ({
      of: row.subject_party,
      claims: JSON.parse(row.claims) as ClaimTarget[],
    }))
    return (subject, target) =>
      all.some(({ of, claims }) => of === subject && (claims.length === 0 || claims.some(covers(target))))
  }
}

/** Whether a claim of a subject is restricted. */
export type Restricted = (subject: string, target: ClaimTarget) => boolean

/** A restricted claim restricts what is in it, and what it is in. */
const covers =
  (target: ClaimTarget) =>
  ({ vct, path }: ClaimTarget): boolean =>
    vct === target.vct && path.every((part, at) => at >= target.path.length || part === target.path[at])
