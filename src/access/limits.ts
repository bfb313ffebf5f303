import { type Clock, Refusal } from '../core/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { placeholders, type Reader, rows, type Tx } from '../store/index.ts'
import { isMarketing } from '../trust/index.ts'
import type { ClaimTarget } from './decide.ts'
import { claimRestrictionTable, marketingObjectionTable } from './rights-tables.ts'

/** What a person does not want to be done with what she holds, whatever she opened (AVG, articles 18 and 21). */
export class Limits {
  readonly #clock: Clock
  readonly #parties: Pick<Parties, 'lock'>

  constructor(deps: { readonly clock: Clock; readonly parties: Pick<Parties, 'lock'> }) {
    this.#clock = deps.clock
    this.#parties = deps.parties
  }

  /** She objects to marketing. Twice is no error. */
  async object(tx: Tx, subject: Party): Promise<void> {
    await this.#parties.lock(tx, subject)
    await rows(
      tx,
      `INSERT INTO marketing_objection (subject_party, since) VALUES (?, ?)
       ON CONFLICT (subject_party) DO NOTHING RETURNING subject_party`,
      [subject.id, this.#clock.now()],
    )
  }

  /** An objection and a yes at the same moment wait for each other. @throws Refusal `marketing_objected` */
  async requireNoObjection(tx: Tx, subject: Party, purposes: readonly string[]): Promise<void> {
    if (!purposes.some(isMarketing)) return
    await this.#parties.lock(tx, subject)
    if (await this.isObjected(tx, subject.id, purposes))
      throw new Refusal(
        'conflict',
        'marketing_objected',
        'you objected to marketing: nothing is opened for it',
      )
  }

  /** Whether these purposes are, in part, marketing that she objected to. */
  async isObjected(reader: Reader, subjectParty: string, purposes: readonly string[]): Promise<boolean> {
    return purposes.some(isMarketing) && reader.existsBy(marketingObjectionTable, { subjectParty })
  }

  /** @param id of the request of hers it comes from: by it the restriction is lifted */
  async restrict(tx: Tx, id: string, subjectParty: string, claims: readonly ClaimTarget[]): Promise<void> {
    await tx.insert(claimRestrictionTable, { id, subjectParty, claims, since: this.#clock.now() })
  }

  async lift(tx: Tx, id: string): Promise<void> {
    await tx.delete(claimRestrictionTable, { id })
  }

  /** What is restricted of these subjects, to be asked of each claim that would be read. */
  async restrictions(reader: Reader, subjects: readonly string[]): Promise<Restricted> {
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
