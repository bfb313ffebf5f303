import { type Caller, type Did, Refusal, requireAllowed } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import { consentDigest, consentRecord } from './consent-record.ts'
import { ConsentRecords, type ConsentRecordsDeps, type GivenConsent } from './consent-records.ts'
import { Deletions, type DeletionsDeps, unknownGrant } from './deletions.ts'
import {
  type ConsentRecordRef,
  type Exported,
  type GrantRecord,
  grantRecordOf,
  isOnConsent,
} from './grant-record.ts'
import { ishareEvidence } from './ishare.ts'
import { odrlAgreement } from './odrl.ts'
import type { FoundGrant, PartnerAnswer, Tried } from './ports.ts'

export type ReceiptsDeps = ConsentRecordsDeps & DeletionsDeps

export const formats = ['consent-record', 'odrl', 'ishare'] as const
export type Format = (typeof formats)[number]

/** Who works with grants we hold; the same as may read under them. */
export const holders = ['account_manager', 'coordinator', 'administrator'] as const

/** A grant, and whether one of ours gave it or we hold it. */
interface Seen {
  readonly side: 'given' | 'held'
  readonly grant: GrantRecord
}

/** More uses than this are left to the log. */
const MAX_USES = 1000

/** What a grant was and what became of it, in forms that others can read. */
export class Receipts {
  readonly #deps: ReceiptsDeps
  readonly #records: ConsentRecords
  readonly #deletions: Deletions

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps
    this.#records = new ConsentRecords(deps)
    this.#deletions = new Deletions(deps)
  }

  /** Makes the consent record of a grant that is being given; null where its basis is no consent. */
  recordConsent(tx: Tx, given: GivenConsent): Promise<ConsentRecordRef | null> {
    return this.#records.record(tx, given)
  }

  /** Whether this organisation read under a grant of ours, or could. */
  async isGrantee(from: Did, grantId: string): Promise<boolean> {
    const { store, grants } = this.#deps
    return (await grants.standing(store.reader, grantId))?.grantee === from
  }

  /** The record of the consent a grant of ours was given on, or null; for whoever gives her all of her data. */
  consentRecordOf(grantId: string) {
    return this.#records.find(grantId)
  }

  /** Keeps a partner's word on what it read; see {@link Deletions.partnerAnswered}. */
  partnerAnswered(tx: Tx, answer: PartnerAnswer): Promise<void> {
    return this.#deletions.partnerAnswered(tx, answer)
  }

  /** What one try to tell an owner our word came to. */
  tried(tellId: string, outcome: Tried): Promise<void> {
    return this.#deletions.tried(tellId, outcome)
  }

  /** Our word to the owner on what we read; see {@link Deletions.state}. */
  confirmDeletion(caller: Caller, grantId: string, kept?: { reason: string; until?: number }) {
    return this.#deletions.state(caller, grantId, kept)
  }

  /**
   * A grant somebody of ours gave, or that we hold, in another form.
   * @throws Refusal `grant_unknown`, `not_data_subject`, `not_allowed`, `not_consent`
   */
  async export(caller: Caller, id: string, format: Format) {
    const seen = await this.#see(caller, id)
    const made = await this.#make(seen, format)
    return { ...seen, format, ...made }
  }

  /**
   * How a grant ended, and what the partner says of what it read.
   * @throws Refusal `grant_unknown`, `not_data_subject`, `not_allowed`, `grant_live`
   */
  async receipt(caller: Caller, id: string) {
    const { side, grant } = await this.#see(caller, id)
    if (!grant.ended) throw new Refusal('conflict', 'grant_live', 'this grant has not ended')
    const answer = side === 'given' ? await this.#deletions.answered(id) : await this.#deletions.stated(id)
    return { side, grant, ended: grant.ended, answer }
  }

  async #see(caller: Caller, id: string): Promise<Seen> {
    const { grants } = this.#deps
    const given = await grants.given(caller, id)
    if (given) {
      const grant = recordOf(given)
      const found = isOnConsent(grant) ? await this.#records.find(id) : null
      return { side: 'given', grant: { ...grant, ...(found && { consent_record: found.ref }) } }
    }
    const held = await grants.held(id)
    if (!held) throw unknownGrant()
    requireAllowed({ users: holders }, caller)
    return { side: 'held', grant: recordOf(held) }
  }

  async #make(seen: Seen, format: Format): Promise<Exported & { digestMatches: boolean | null }> {
    if (format === 'odrl') return { ...odrlAgreement(seen.grant), digestMatches: null }
    if (format === 'ishare') return { ...ishareEvidence(seen.grant), digestMatches: null }
    if (!isOnConsent(seen.grant))
      throw new Refusal(
        'conflict',
        'not_consent',
        'this grant has another legal basis than consent: ask for it as odrl',
        { params: { use: 'odrl' } },
      )
    return this.#consentRecord(seen)
  }

  async #consentRecord({ side, grant }: Seen): Promise<Exported & { digestMatches: boolean | null }> {
    const kept = side === 'given' ? await this.#records.find(grant.id) : null
    const given = kept?.record ?? this.#records.remake(grant)
    const uses = side === 'given' ? await this.#deps.grants.uses(grant.id, MAX_USES + 1) : null
    const known = uses && { uses: uses.slice(0, MAX_USES), moreUses: uses.length > MAX_USES }
    const promised = grant.consent_record?.digest
    return {
      ...consentRecord(given, grant, known),
      digestMatches: promised === undefined ? null : consentDigest(given) === promised,
    }
  }
}

const recordOf = ({ payload, granteeName, digest, ended }: FoundGrant): GrantRecord =>
  grantRecordOf(payload, { grantee_name: granteeName, digest, ended })
