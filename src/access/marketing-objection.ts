import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { type Reader, rows, type Tx } from '../store/index.ts'
import { isMarketing } from '../trust/index.ts'
import type { GrantEnds } from './grant-ends.ts'
import { marketingObjectionTable } from './rights-tables.ts'

export interface MarketingObjectionDeps {
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Pick<Parties, 'lock'>
}

/** A person's no to marketing, whatever she opened before or would open after (AVG, article 21(2) and (3)). */
export class MarketingObjection {
  readonly #deps: MarketingObjectionDeps

  constructor(deps: MarketingObjectionDeps) {
    this.#deps = deps
  }

  /**
   * She objects, and what is open for marketing ends in the same transaction; a grant that is for something else beside
   * it ends too: a part of it cannot. Twice is no error.
   */
  async object(tx: Tx, caller: Caller, subject: Party, ends: Pick<GrantEnds, 'closeFor'>): Promise<void> {
    const { clock, audit, parties } = this.#deps
    await parties.lock(tx, subject)
    await rows(
      tx,
      `INSERT INTO marketing_objection (subject_party, since) VALUES (?, ?)
       ON CONFLICT (subject_party) DO NOTHING RETURNING subject_party`,
      [subject.id, clock.now()],
    )
    await ends.closeFor(tx, caller, subject, { concerns: ({ purpose }) => purpose.some(isMarketing) })
    await audit.record(tx, caller, 'marketing.objected', { party: subject.id })
  }

  /** An objection and a yes at the same moment wait for each other. @throws Refusal `marketing_objected` */
  async requireNone(tx: Tx, subject: Party, purposes: readonly string[]): Promise<void> {
    if (!purposes.some(isMarketing)) return
    await this.#deps.parties.lock(tx, subject)
    if (await this.isAgainst(tx, subject.id, purposes))
      throw new Refusal(
        'conflict',
        'marketing_objected',
        'you objected to marketing: nothing is opened for it',
      )
  }

  /** Whether these purposes are, in part, marketing that she objected to. */
  async isAgainst(reader: Reader, subjectParty: string, purposes: readonly string[]): Promise<boolean> {
    return purposes.some(isMarketing) && reader.existsBy(marketingObjectionTable, { subjectParty })
  }
}
