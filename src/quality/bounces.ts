import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { comparable, type Partner, type Partners } from '../partners/index.ts'
import { IsNull, rows, type Store, type Tx } from '../store/index.ts'
import type { WebhookEvent } from '../webhooks/index.ts'
import type { Assessor, InsideValue } from './assessor.ts'
import { type Marks, madeOf } from './marks.ts'
import { type BounceRow, bounceTable } from './quality-tables.ts'

export interface BouncesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly partners: Pick<Partners, 'find'>
  readonly valuesOf: (partner: Did) => Promise<readonly InsideValue[]>
  readonly marks: Marks
  readonly assessor: Assessor
  readonly announce: (tx: Tx, event: WebhookEvent) => Promise<void>
}

/** Fields of our own copy that something can be sent to. */
export const bouncingFields = ['email', 'phone', 'address'] as const
const bouncingClaims = /\.(?:email|invoice_email|phone_number|address|postal_address)$/
/** A mail system tries again, and says so again: within an hour that is the same bounce. */
const SAME_MS = 3_600_000

export interface NewBounce {
  /** Its id, DID, KVK number or name. */
  readonly partner: string
  /** What bounced: a field of our copy, or a claim. */
  readonly of:
    | { readonly field: (typeof bouncingFields)[number]; readonly value?: string }
    | { readonly claim: string; readonly subject?: string }
  readonly kind: 'hard' | 'soft'
  /** Milliseconds since the epoch; now unless told. */
  readonly at?: number
}

type Target = Pick<BounceRow, 'what' | 'whose' | 'subject' | 'grantId' | 'mark'>

/** What was sent to an e-mail address, a phone number or a postal address and came back, as our own systems tell. */
export class Bounces {
  readonly #deps: BouncesDeps

  constructor(deps: BouncesDeps) {
    this.#deps = deps
  }

  /**
   * Notes a bounce; of one value there is one note, that counts.
   * @throws Refusal `partner_unknown`, `value_unknown`, `subject_ambiguous`, `bounce_outdated`, `bounce_in_future`
   */
  async report(caller: Caller, { partner: reference, of, kind, at }: NewBounce): Promise<BounceRow> {
    const { store, clock, audit, partners, valuesOf, assessor } = this.#deps
    const now = clock.now()
    const when = at ?? now
    if (when > now + 60_000)
      throw new Refusal('invalid', 'bounce_in_future', 'what bounces has bounced: its time is still to come')
    const partner = await partners.find(reference)
    const values = partner.row.did === null ? [] : await valuesOf(partner.row.did)
    const target = 'field' in of ? this.#ownTarget(partner, of) : this.#claimTarget(values, of)
    return store.transact(async (tx) => {
      await assessor.markDue(tx, [partner.row.id])
      const { row, isNews } = await this.#count(tx, partner, target, kind, when)
      if (!isNews) return row
      const did = partner.row.did ?? partner.row.id
      await audit.record(tx, caller, 'partner.bounced', {
        partner: row.partnerId,
        what: row.what,
        kind: row.kind,
      })
      await this.#deps.announce(tx, {
        type: 'nl.regie.partner.bounced',
        ...{ subject: did, orderBy: did },
        data: {
          ...{ partner: did, id: row.partnerId, kind: row.kind, whose: row.whose, grant: row.grantId },
          claims: [row.what],
        },
      })
      return row
    })
  }

  /** Those that stand for a partner, the latest first. */
  async open(partnerId: string): Promise<BounceRow[]> {
    return this.#deps.store.reader.find(bounceTable, {
      where: { partnerId, clearedAt: IsNull() },
      order: { lastAt: 'DESC', id: 'ASC' },
    })
  }

  /** @returns whether it is the first of this value, or worse than before */
  async #count(tx: Tx, partner: Partner, target: Target, kind: BounceRow['kind'], at: number) {
    const { what, whose, subject, grantId, mark } = target
    const id = madeOf(partner.row.id, whose, what, subject ?? '', mark)
    const before = await tx.findOneBy(bounceTable, { id })
    await rows(
      tx,
      `INSERT INTO bounce (id, partner_id, what, whose, subject, grant_id, mark, kind, count, first_at, last_at, cleared_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, NULL)
       ON CONFLICT (id) DO UPDATE SET
         kind = CASE WHEN excluded.kind = 'hard' THEN 'hard' ELSE bounce.kind END,
         count = bounce.count + CASE WHEN excluded.last_at >= bounce.last_at + ${SAME_MS} THEN 1 ELSE 0 END,
         first_at = CASE WHEN excluded.first_at < bounce.first_at THEN excluded.first_at ELSE bounce.first_at END,
         last_at = CASE WHEN excluded.last_at > bounce.last_at THEN excluded.last_at ELSE bounce.last_at END,
         cleared_at = NULL RETURNING id`,
      [id, partner.row.id, what, whose, subject, grantId, mark, kind, at, at],
    )
    const row = await tx.findOneBy(bounceTable, { id })
    if (!row) throw new Error('a bounce that was written is not there')
    return { row, isNews: before === null || before.clearedAt !== null || before.kind !== row.kind }
  }

  #ownTarget(
    partner: Partner,
    { field, value }: { readonly field: (typeof bouncingFields)[number]; readonly value?: string },
  ): Target {
    const target = { what: field, whose: 'ours' as const, subject: null, grantId: null }
    const [mark] = this.#deps.assessor.marksOf({ partner, values: [] }, target)
    if (mark === undefined) throw unknownValue()
    if (value !== undefined && this.#deps.marks.of(`own ${field}`, comparable(field, value)) !== mark)
      throw new Refusal(
        'conflict',
        'bounce_outdated',
        'we have another value by now: this says nothing of it',
      )
    return { ...target, mark }
  }

  #claimTarget(
    values: readonly InsideValue[],
    { claim, subject }: { readonly claim: string; readonly subject?: string },
  ): Target {
    const found = values
      .filter((one) => one.claim === claim && (subject === undefined || one.subject === subject))
      .sort((a, b) => b.asOf - a.asOf)
    const [latest] = found
    if (!latest || !bouncingClaims.test(claim)) throw unknownValue()
    if (found.some((one) => one.subject !== latest.subject))
      throw new Refusal(
        'conflict',
        'subject_ambiguous',
        'several people let us see this claim: name whose it is',
      )
    const { subject: whoseIt, grantId, value } = latest
    const mark = this.#deps.marks.of(claim, value)
    return { what: claim, whose: 'theirs', subject: whoseIt, grantId, mark }
  }
}

const unknownValue = () =>
  new Refusal(
    'not_found',
    'value_unknown',
    'we have no such value of this partner that something can be sent to',
  )
