import type { Audit } from '../audit/index.ts'
import { type Caller, type Did, newId, Refusal, unlockOf } from '../core/index.ts'
import type { Claims, Credentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type GivenGrantRow,
  givenGrantTable,
  grantLineageTable,
  type ReceivedRequestRow,
  receivedRequestTable,
} from './access-tables.ts'
import type { AgreementsPort } from './agreements-port.ts'
import type { CounterOffers } from './counter-offers.ts'
import type { CounterOfferRow } from './counter-table.ts'
import { type ClaimTarget, targetKey } from './decide.ts'
import { freezeClaims } from './freeze-claims.ts'
import {
  type Approval,
  delegationOf,
  grantClaims,
  grantPayload,
  recipientsOf,
  withConsentRecord,
} from './grant-claims.ts'
import type { MarketingObjection } from './marketing-objection.ts'
import { requireMayDecide } from './may-decide.ts'
import { openRequest } from './sealed-request.ts'
import { requireNoClosedSecret } from './secret-claims.ts'

export interface ConsentDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly audit: Audit
  readonly clock: { now(): number }
  readonly objection: Pick<MarketingObjection, 'requireNone'>
  /** Offers signed credentials to their subject's wallet; delivered after the commit. */
  readonly offer: (
    tx: Tx,
    offer: { issuerPartyId: string; subject: Did; compacts: string[]; deliverTo: string },
  ) => Promise<string>
  readonly agreements: AgreementsPort
  readonly counters: Pick<CounterOffers, 'openOf' | 'agreed' | 'declined'>
  /**
   * Makes and keeps the record of a consent from what the grant credential will say; null where the legal basis is
   * another. What it returns goes into the credential.
   */
  readonly recordConsent: (
    tx: Tx,
    given: { readonly grantorParty: string; readonly payload: Claims },
  ) => Promise<{ readonly id: string; readonly digest: string } | null>
}

export interface Approved {
  readonly grant: GivenGrantRow
  /** Asked for and not opened, because the subject does not hold it. */
  readonly notHeld: readonly ClaimTarget[]
}

/** A request that its subject says yes to. */
interface Deciding {
  readonly request: ReceivedRequestRow
  readonly subject: Party
  readonly counter: CounterOfferRow | null
}

/** A grant that was signed, and is handed over once the other side gives too. */
export interface SignedCounter {
  readonly request: ReceivedRequestRow
  readonly grant: GivenGrantRow
  readonly compact: string
}

const YEAR_MS = 365 * 86_400_000
/** How long what was taken back can be given again without a new request. */
const RESTORE_MS = 10 * 60_000

/** A subject's yes and no to requests for its data. */
export class Consent {
  readonly #deps: ConsentDeps

  constructor(deps: ConsentDeps) {
    this.#deps = deps
  }

  /**
   * Grants a request, or less of it than was asked. What is half of a counter-offer opens nothing before the other half
   * is there, and is all or nothing.
   * @throws Refusal `request_unknown`, `not_data_subject`, `request_decided`, `request_withdrawn`, `request_countered`,
   *   `claim_not_requested`, `claim_not_held`, `nothing_to_grant`, `invalid_until`, `system_not_allowed`,
   *   `no_system_asked`, `recipients_conflict`, `counter_ended`, `counter_not_met`,
   *   `delegation_not_asked`, `delegation_wider_than_asked`, `consent_locked`, `marketing_objected`,
   *   `agreement_not_in_force`, `secret_needs_agreement`
   */
  async approve(caller: Caller, requestId: string, approval: Approval): Promise<Approved> {
    const { store, counters } = this.#deps
    return store.transact(async (tx) => {
      const { request, subject } = await this.#pending(tx, caller, requestId)
      const counter = await counters.openOf(tx, request)
      if (counter) requireWhole(request, approval)
      const asked = counter ? { ...approval, only: request.claims, until: counter.wantedUntil } : approval
      return this.#give(tx, caller, { request, subject, counter }, asked)
    })
  }

  /**
   * Grants all of a request that its subject said yes to beforehand; what is not all there waits.
   * @param by who is there; `system` where the organisation said so itself
   * @param until milliseconds since the epoch
   * @throws Refusal as {@link approve}
   */
  async approveListed(
    tx: Tx,
    by: 'system',
    request: ReceivedRequestRow,
    listed: { readonly entry: string; readonly addedBy: string; readonly until: number },
  ): Promise<Approved> {
    const subject = await this.#deps.parties.require(request.subjectParty)
    if (subject.kind !== 'organisation') throw new Error('a person is there when she grants')
    const why = { list_entry: listed.entry, listed_by: listed.addedBy }
    const all = { only: request.claims, until: listed.until }
    return this.#give(tx, by, { request, subject, counter: null }, all, why)
  }

  /** Signs a grant, keeps it and offers it, as the answer to its request. */
  async #give(
    tx: Tx,
    by: Caller | 'system',
    { request, subject, counter }: Deciding,
    approval: Approval,
    why: Readonly<Record<string, string>> = {},
  ): Promise<Approved> {
    const { audit, offer, counters } = this.#deps
    const { grant, notHeld, compact } = await this.#sign(
      tx,
      by,
      request,
      subject,
      approval,
      counter?.exchange,
    )
    if (counter) await counters.agreed(tx, counter, grant.id)
    await this.#decideOnce(tx, request.id, { state: 'approved', grantId: grant.id })
    await offer(tx, {
      issuerPartyId: subject.id,
      subject: request.asker,
      compacts: [compact],
      deliverTo: request.askerWallet,
    })
    const data = { grant: grant.id, request: request.id, grantee: grant.grantee, ...why }
    await audit.record(tx, by, 'grant.given', data)
    return { grant, notHeld }
  }

  /**
   * Gives anew, on the same terms, what was taken back a moment ago: another grant, for what ended stays ended.
   * @throws Refusal `grant_unknown`, `not_data_subject`, `grant_live`, `grant_not_restorable`, and those of {@link approve}
   */
  async restore(caller: Caller, grantId: string): Promise<GivenGrantRow> {
    const { store, parties, offer, audit, clock } = this.#deps
    return store.transact(async (tx) => {
      const before = await tx.findOneBy(givenGrantTable, { id: grantId })
      if (!before) throw new Refusal('not_found', 'grant_unknown', 'there is no such grant')
      const subject = await parties.require(before.grantorParty)
      requireMayDecide(caller, subject)
      if (before.revokedAt === null) throw new Refusal('conflict', 'grant_live', 'this grant is open')
      const request = await tx.findOneBy(receivedRequestTable, { id: before.requestId })
      // Half of an exchange would be given for nothing.
      const isOfNow = clock.now() - before.revokedAt <= RESTORE_MS && before.inReturn === null
      if (!isOfNow || request?.state !== 'approved') throw notRestorable()
      const approval = { only: before.tuples, until: before.expiresAt }
      const { grant, compact } = await this.#sign(tx, caller, request, subject, approval, null, before)
      // Once: of two at the same moment, one finds another grant there.
      const answered = { id: request.id, state: 'approved' as const, grantId }
      if ((await change(tx, receivedRequestTable, answered, { grantId: grant.id })) !== 1)
        throw notRestorable()
      await offer(tx, {
        issuerPartyId: subject.id,
        subject: request.asker,
        compacts: [compact],
        deliverTo: request.askerWallet,
      })
      await audit.record(tx, caller, 'grant.given', {
        ...{ grant: grant.id, request: request.id, grantee: grant.grantee, instead_of: grantId },
      })
      return grant
    })
  }

  /**
   * Says "yes, if I may see yours": the grant is signed now and opens nothing before the asker gave what it is asked
   * for in return.
   * @throws Refusal as {@link approve}, and `counter_of_counter`
   */
  async counter(
    caller: Caller,
    requestId: string,
    approval: Approval,
    ask: (tx: Tx, signed: SignedCounter) => Promise<CounterOfferRow>,
  ): Promise<Approved & { counter: CounterOfferRow }> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const { request, subject } = await this.#pending(tx, caller, requestId)
      if (request.counterId !== null)
        throw new Refusal(
          'conflict',
          'counter_of_counter',
          'this is a counter-offer: agree to it, or deny it',
        )
      const { grant, notHeld, compact } = await this.#sign(tx, caller, request, subject, approval, newId())
      const counter = await ask(tx, { request, grant, compact })
      await this.#decideOnce(tx, requestId, { state: 'countered', grantId: grant.id })
      await audit.record(tx, caller, 'grant.given', {
        grant: grant.id,
        request: requestId,
        grantee: grant.grantee,
        in_return: counter.exchange,
      })
      return { grant, notHeld, counter }
    })
  }

  /**
   * Signs and keeps a grant.
   * @param inReturn the exchange it is half of, where it is: then it waits for the other
   * @param decidedBefore to whom, and what about passing it on, where that was decided before
   */
  async #sign(
    tx: Tx,
    by: Caller | 'system',
    request: ReceivedRequestRow,
    subject: Party,
    approval: Approval,
    inReturn: string | null = null,
    decidedBefore?: Pick<GivenGrantRow, 'recipients' | 'delegation'>,
  ): Promise<Approved & { compact: string }> {
    const { credentials, parties, recordConsent, clock, objection } = this.#deps
    await objection.requireNone(tx, subject, request.purpose)
    const expiresAt = this.#expiry(request, approval)
    const { tuples, notHeld } = await freezeClaims(tx, credentials, { request, subject, only: approval.only })
    const sealed = await openRequest(this.#deps.vault, request)
    const { agreement } = sealed.details
    const terms = agreement && (await this.#deps.agreements.terms(tx, agreement, request.asker))
    if (agreement && !terms) throw notInForce()
    requireNoClosedSecret(credentials.types, tuples, terms?.coversSecrets === true)
    const startsAt = clock.now()
    const decided = {
      id: newId(),
      requestId: request.id,
      grantorParty: subject.id,
      grantor: subject.did,
      grantee: request.asker,
      granteeName: request.askerName,
      tuples,
      purpose: request.purpose,
      legalBasis: request.legalBasis,
      recipients: decidedBefore?.recipients ?? recipientsOf(sealed, approval),
      delegation: decidedBefore ? decidedBefore.delegation : delegationOf(sealed, approval),
      startsAt,
      expiresAt,
      inReturn,
      inForceAt: inReturn === null ? startsAt : null,
      revokedAt: null,
      revokedBy: null,
      agreementId: agreement?.id ?? null,
    }
    const claims = grantClaims(decided, request, sealed)
    const payload = grantPayload(decided, claims)
    const record = await recordConsent(tx, { grantorParty: subject.id, payload })
    const issued = await credentials.issue(tx, {
      id: decided.id,
      issuer: parties.issuerOf(subject, unlockOf(by)),
      type: 'access-grant',
      subject: request.asker,
      claims: withConsentRecord(claims, record),
      issuedAt: startsAt,
      expiresAt,
    })
    const grant: GivenGrantRow = { ...decided, digest: issued.digest }
    await tx.insert(givenGrantTable, grant)
    const lineages = [...new Set(tuples.map(({ credentialId }) => credentialId))]
    await tx.insert(
      grantLineageTable,
      lineages.map((lineageId) => ({ lineageId, grantId: grant.id })),
    )
    return { grant, notHeld, compact: issued.compact }
  }

  /** Says no, signed. @throws Refusal `request_unknown`, `not_data_subject`, `request_decided`, `consent_locked` */
  async deny(caller: Caller, requestId: string, reason?: string): Promise<ReceivedRequestRow> {
    const { store, credentials, parties, audit, offer, counters } = this.#deps
    return store.transact(async (tx) => {
      const { request, subject } = await this.#pending(tx, caller, requestId)
      const counter = await counters.openOf(tx, request)
      if (counter) await counters.declined(tx, counter)
      const denial = await credentials.issue(tx, {
        issuer: parties.issuerOf(subject, unlockOf(caller)),
        type: 'access-denial',
        subject: request.asker,
        claims: { request: request.digest, ...(reason && { reason }) },
      })
      await this.#decideOnce(tx, requestId, { state: 'denied' })
      await offer(tx, {
        issuerPartyId: subject.id,
        subject: request.asker,
        compacts: [denial.compact],
        deliverTo: request.askerWallet,
      })
      await audit.record(tx, caller, 'request.denied', { request: requestId, asker: request.asker })
      return { ...request, state: 'denied' }
    })
  }

  async #pending(tx: Tx, caller: Caller, requestId: string) {
    const request = await tx.findOneBy(receivedRequestTable, { id: requestId })
    if (!request) throw new Refusal('not_found', 'request_unknown', 'there is no such request')
    const subject = await this.#deps.parties.require(request.subjectParty)
    requireMayDecide(caller, subject)
    if (request.state !== 'pending') throw notPending(request.state)
    return { request, subject }
  }

  async #decideOnce(tx: Tx, id: string, set: Partial<ReceivedRequestRow>): Promise<void> {
    const decided = { ...set, decidedAt: this.#deps.clock.now() }
    if ((await change(tx, receivedRequestTable, { id, state: 'pending' }, decided)) === 1) return
    throw notPending((await tx.findOneBy(receivedRequestTable, { id }))?.state)
  }

  #expiry({ wantedUntil }: ReceivedRequestRow, { until }: Approval): number {
    const now = this.#deps.clock.now()
    const expiresAt = until ?? Math.min(wantedUntil ?? now + YEAR_MS, now + YEAR_MS)
    if (expiresAt <= now) throw new Refusal('invalid', 'invalid_until', 'a grant must end in the future')
    if (wantedUntil !== null && expiresAt > wantedUntil)
      throw new Refusal('invalid', 'invalid_until', 'a grant cannot last longer than was asked')
    return Math.floor(expiresAt / 1000) * 1000
  }
}

const notRestorable = () =>
  new Refusal('conflict', 'grant_not_restorable', 'this cannot be given again: it has to be asked for anew')

const notInForce = () =>
  new Refusal('conflict', 'agreement_not_in_force', 'the agreement this is asked under is not in force')

/** Why a request cannot be decided any more, or not now. */
function notPending(state: ReceivedRequestRow['state'] | undefined): Refusal {
  const params = { params: { state: state ?? 'unknown' } }
  if (state === 'withdrawn')
    return new Refusal('conflict', 'request_withdrawn', 'who asked took this request back', params)
  if (state === 'closed')
    return new Refusal('conflict', 'case_closed', 'the case this was asked for is closed', params)
  if (state === 'countered')
    return new Refusal(
      'conflict',
      'request_countered',
      'this was answered with a counter-offer: revoke that grant to decide anew',
      params,
    )
  return new Refusal('conflict', 'request_decided', 'this request was decided before', params)
}

/** Whoever made a counter-offer gave its own half for all that it asks, and for as long. @throws Refusal `counter_not_met` */
function requireWhole(request: ReceivedRequestRow, { only, until }: Approval): void {
  const opened = new Set(only?.map(targetKey))
  const isLess = only && request.claims.some((claim) => !opened.has(targetKey(claim)))
  const isShorter = until !== undefined && request.wantedUntil !== null && until < request.wantedUntil
  if (isLess || isShorter)
    throw new Refusal('conflict', 'counter_not_met', 'a counter-offer is agreed to as a whole, or denied')
}
