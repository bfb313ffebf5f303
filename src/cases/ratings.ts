import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import { type CameTrue, type RatingRow, ratingTable } from './case-tables.ts'
import type { AccessPort, RatingSummary } from './ports.ts'

export interface RatingsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly clock: Clock
  readonly access: Pick<AccessPort, 'standing'>
  /** Ids of the parties whose data this caller decides about. @throws Refusal `person_required` */
  readonly subjectsOf: (caller: Caller) => Promise<readonly string[]>
}

/** What one owner said of one grant, with her note opened. */
export interface GivenRating extends Omit<RatingRow, 'note'> {
  readonly note: string | null
}

const place = (grantId: string) => `grant_rating:${grantId}:note`

/** What the organisation thought of what it was promised. */
export const organisationRatings: WrittenColumn = {
  ...{ kind: 'other_texts', table: 'grant_rating', key: 'grant_id', column: 'note', form: 'text' },
  ...{ place, scopeColumn: 'grantor_party' },
}

/** Whether what askers said their owners would get out of it came true. */
export class Ratings {
  readonly #deps: RatingsDeps

  constructor(deps: RatingsDeps) {
    this.#deps = deps
  }

  /**
   * Says of one grant whether its stated value came true; saying it again takes the place of what was said.
   * @throws Refusal `grant_unknown`, `not_data_subject`, `grant_unused`
   */
  async rate(caller: Caller, grantId: string, cameTrue: CameTrue, note?: string): Promise<{ at: number }> {
    const { store, vault, audit, clock, access, subjectsOf } = this.#deps
    const [grant, subjects] = await Promise.all([access.standing(store.reader, grantId), subjectsOf(caller)])
    if (!grant) throw new Refusal('not_found', 'grant_unknown', 'there is no such grant')
    if (!subjects.includes(grant.grantorParty))
      throw new Refusal('forbidden', 'not_data_subject', 'only the one whose data this is can say so')
    if (!grant.used && !grant.ended)
      throw new Refusal('conflict', 'grant_unused', 'nobody looked under this grant yet')
    const { grantorParty, grantee } = grant
    const at = clock.now()
    const sealed = note ? (await vault.seal(grantorParty, place(grantId), note)).toString('base64') : null
    await store.transact(async (tx) => {
      await rows(
        tx,
        `INSERT INTO grant_rating (grant_id, grantor_party, grantee, came_true, note, rated_at)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (grant_id) DO UPDATE SET came_true = excluded.came_true, note = excluded.note,
           rated_at = excluded.rated_at RETURNING grant_id`,
        [grantId, grantorParty, grantee, cameTrue, sealed, at],
      )
      await audit.record(tx, caller, 'grant.rated', { grant: grantId, came_true: cameTrue })
    })
    return { at }
  }

  /** Everything this party said, of whomever, the latest first. */
  async givenBy(grantorParty: string): Promise<GivenRating[]> {
    const found = await this.#deps.store.reader.find(ratingTable, {
      where: { grantorParty },
      order: { ratedAt: 'DESC', grantId: 'DESC' },
    })
    return Promise.all(found.map(async (row) => ({ ...row, note: await this.#noteOf(row) })))
  }

  /** What this party said of this asker before. */
  async of(grantorParty: string, grantee: Did): Promise<RatingSummary> {
    const counted = await rows<{ came_true: CameTrue; n: number | string }>(
      this.#deps.store.reader,
      `SELECT came_true, count(*) AS n FROM grant_rating WHERE grantor_party = ? AND grantee = ? GROUP BY came_true`,
      [grantorParty, grantee],
    )
    const [last] = await this.#deps.store.reader.find(ratingTable, {
      where: { grantorParty, grantee },
      order: { ratedAt: 'DESC', grantId: 'DESC' },
      take: 1,
    })
    const count = (wanted: CameTrue) => Number(counted.find(({ came_true }) => came_true === wanted)?.n ?? 0)
    return {
      ...{ yes: count('yes'), partly: count('partly'), no: count('no') },
      last: last ? { cameTrue: last.cameTrue, at: last.ratedAt, note: await this.#noteOf(last) } : null,
    }
  }

  async #noteOf({ grantId, note }: RatingRow): Promise<string | null> {
    return note && (await this.#deps.vault.openText(place(grantId), note))
  }
}
