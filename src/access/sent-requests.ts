import type { Audit } from '../audit/index.ts'
import { asDid, type Caller, type Clock, type Did, isRefusal, newId, Refusal } from '../core/index.ts'
import type {
  CredentialReport,
  Credentials,
  CredentialTypes,
  HeldCredentialRow,
} from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, LessThan, type Reader, type Store, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import {
  type ReceivedGrantRow,
  type RequestDetails,
  receivedGrantTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import type { AgreementsPort } from './agreements-port.ts'
import type { CounterOffers } from './counter-offers.ts'
import { sentDigestTable } from './counter-table.ts'
import type { ClaimTarget } from './decide.ts'
import {
  type GrantAccess,
  mayAnswer,
  notExpected,
  requestDigestOf,
  requireAnswerTo,
} from './expected-answer.ts'
import {
  type AskAnswer,
  actorOf,
  type OutgoingAsk,
  type PartnerAddress,
  type PreparedAsk,
  queriesOf,
} from './outgoing-ask.ts'
import { requireNoClosedSecret } from './secret-claims.ts'

export interface SentRequestsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly credentials: Credentials
  readonly parties: Parties
  readonly audit: Audit
  readonly clock: Clock
  readonly agreements: AgreementsPort
  readonly counters: Pick<CounterOffers, 'completedBy' | 'completed' | 'refused'>
  /** @throws Refusal `employee_role_missing`, `attestation_missing` */
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<PartnerAddress>
  /** What follows from asking a partner, in the transaction in which that is known. */
  readonly whenAsking: (tx: Tx, caller: Caller, partner: { did: Did; reference: string }) => Promise<void>
  /** A grant came in; `named` is the case it says it is for, as its credential has it. */
  readonly whenGranted: (tx: Tx, requestId: string, named: unknown) => Promise<void>
  /** Somebody answered a request of ours, or a part of it. */
  readonly whenAnswered: (tx: Tx, request: SentRequestRow, answer: 'granted' | 'denied') => Promise<void>
}

export interface NewRequest {
  readonly partner: string
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly details: RequestDetails
  readonly wantedUntil: number | null
  /** Kept in the transaction that knows of the request before it is sent. */
  readonly alongside?: (tx: Tx, request: SentRequestRow) => Promise<void>
}

/** No answer to a request takes this long: who was sending it went down. */
const SENDING_MS = 10 * 60_000

export const sealedPlace = (id: string) => `sent_request:${id}:sealed`

/** The reasons that our people gave. */
export const requestReasons: WrittenColumn = {
  ...{ kind: 'other_texts', table: 'sent_request', key: 'id', column: 'sealed', form: 'json' },
  place: sealedPlace,
}

/** What our people and systems ask of partners, and the grants and denials that come back. */
export class SentRequests {
  readonly #deps: SentRequestsDeps

  constructor(deps: SentRequestsDeps) {
    this.#deps = deps
  }

  /**
   * Asks a partner for consent to see claims of its own and of its contact persons.
   * @throws Refusal `partner_unknown`, `employee_role_missing`, `attestation_missing`, `secret_needs_agreement`,
   *   `egress_…`
   */
  async request(caller: Caller, input: NewRequest): Promise<SentRequestRow> {
    const { store, vault, parties, audit, clock, prepareAsk } = this.#deps
    const [partner, actor, us] = await Promise.all([
      this.#deps.partner(input.partner),
      actorOf(this.#deps.parties, caller),
      parties.organisation(),
    ])
    const prepared = await prepareAsk({
      ...input,
      wallet: partner.wallet,
      queries: queriesOf(input.claims),
      actor,
      grant: null,
    })
    const id = newId()
    const row: SentRequestRow = {
      id,
      partner: partner.did,
      partnerName: partner.name,
      partnerWallet: partner.wallet,
      partnerOrigin: new URL(partner.wallet).origin,
      actorParty: actor.id,
      digest: prepared.digest,
      claims: input.claims,
      purpose: input.purpose,
      legalBasis: input.legalBasis,
      sealed: await vault.seal(us.id, sealedPlace(id), JSON.stringify(input.details)),
      state: 'sending',
      partnerRequestId: null,
      codes: [],
      createdAt: clock.now(),
    }
    // Known before it is sent: the answer may be offered before this call is over.
    await store.transact(async (tx) => {
      await this.#requireCover(tx, partner.did, input)
      await tx.insert(sentRequestTable, row)
      await audit.record(tx, caller, 'request.sent', {
        request: id,
        partner: partner.did,
        digest: row.digest,
      })
      await this.#deps.whenAsking(tx, caller, { did: partner.did, reference: input.partner })
      await input.alongside?.(tx, row)
    })
    const outcome = await prepared.send().then(stateOf, (error) => {
      if (isRefusal(error))
        return { state: 'refused' as const, codes: [error.code], partnerRequestId: null, error }
      throw error
    })
    const { error, ...state } = { error: undefined, ...outcome }
    await store.transact((tx) => change(tx, sentRequestTable, { id, state: 'sending' }, state))
    if (error) throw error
    return { ...row, ...state }
  }

  /** @throws Refusal `secret_needs_agreement` */
  async #requireCover(tx: Tx, partner: Did, { claims, details: { agreement } }: NewRequest): Promise<void> {
    const { agreements, credentials } = this.#deps
    const terms = agreement && (await agreements.terms(tx, agreement, partner))
    requireNoClosedSecret(credentials.types, claims, terms?.coversSecrets === true)
  }

  /**
   * Asks again for what a grant opens or opened, for the same purpose and with the same reasons.
   * @param wantedUntil milliseconds since the epoch
   * @throws Refusal `grant_unknown`, and as {@link request}
   */
  async renew(caller: Caller, grantId: string, wantedUntil: number | null): Promise<SentRequestRow> {
    const { store, vault } = this.#deps
    const grant = await store.reader.findOneBy(receivedGrantTable, { id: grantId })
    const asked = grant && (await store.reader.findOneBy(sentRequestTable, { id: grant.requestId }))
    if (!grant || !asked) throw new Refusal('not_found', 'grant_unknown', 'we hold no such grant')
    const { claims, purpose, legalBasis } = grant
    const details: RequestDetails = JSON.parse(await vault.openText(sealedPlace(asked.id), asked.sealed))
    if (typeof details.case === 'object')
      throw new Refusal('conflict', 'case_not_renewed', 'this was granted for a case: open another one')
    return this.request(caller, { partner: grant.partner, claims, purpose, legalBasis, details, wantedUntil })
  }

  /**
   * Says of requests whose sending was cut off by a crash that nobody knows whether they arrived. A grant that answers
   * one after all still counts.
   */
  async closeInterrupted(): Promise<void> {
    const { store, clock, audit } = this.#deps
    const stuck = { state: 'sending' as const, createdAt: LessThan(clock.now() - SENDING_MS) }
    for (const { id, partner } of await store.reader.findBy(sentRequestTable, stuck))
      await store.transact(async (tx) => {
        const closed = { state: 'refused' as const, codes: ['interrupted'] }
        if ((await change(tx, sentRequestTable, { id, state: 'sending' }, closed)) === 1)
          await audit.record(tx, 'system', 'request.interrupted', { request: id, partner })
      })
  }

  /**
   * Expects a grant that no message of ours asks for: its owner says she is about to answer this.
   * @returns null when another request has this digest
   */
  async expect(
    tx: Tx,
    partner: PartnerAddress,
    { digest, details, ...asked }: Omit<NewRequest, 'partner' | 'alongside'> & { readonly digest: string },
  ): Promise<{ readonly id: string } | null> {
    const { vault, parties, clock } = this.#deps
    if (await tx.existsBy(sentRequestTable, { digest })) return null
    const us = await parties.organisation()
    const id = newId()
    await tx.insert(sentRequestTable, {
      id,
      partner: partner.did,
      partnerName: partner.name,
      partnerWallet: partner.wallet,
      partnerOrigin: new URL(partner.wallet).origin,
      actorParty: us.id,
      digest,
      claims: asked.claims,
      purpose: asked.purpose,
      legalBasis: asked.legalBasis,
      sealed: await vault.seal(us.id, sealedPlace(id), JSON.stringify(details)),
      state: 'pending',
      partnerRequestId: null,
      codes: [],
      createdAt: clock.now(),
    })
    return { id }
  }

  /** Takes no answer any more. @returns what we were granted, and is still open */
  async close(tx: Tx, id: string): Promise<ReceivedGrantRow[]> {
    await change(tx, sentRequestTable, { id }, { state: 'closed' })
    return tx.findBy(receivedGrantTable, { requestId: id, state: 'live' })
  }

  /** Whether something may be offered from this origin: we asked there. */
  async expectsFrom(origin: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(sentRequestTable, { partnerOrigin: origin })
  }

  /** Whether an offered grant or denial answers a request of ours. @throws Refusal `offer_not_expected` */
  async requireExpected(report: CredentialReport, issuerUrl: string): Promise<SentRequestRow> {
    const { types } = this.#deps.credentials
    const { store, counters } = this.#deps
    const digest = requestDigestOf(report)
    const request = digest && (await this.#byDigest(store.current(), digest))
    // An answer comes from the node that was asked.
    if (!request || request.partnerOrigin !== new URL(issuerUrl).origin) throw notExpected()
    if (request.state === 'closed') throw notExpected()
    const given = isGrant(types, report) ? requireAnswerTo(request, report) : null
    if (!mayAnswer(types, request, report, given?.query ?? [])) throw notExpected()
    // Nobody waits for an answer to what was withdrawn; a counter-offer says of itself why it ended.
    if (request.state === 'withdrawn' && given)
      throw new Refusal('conflict', 'request_withdrawn', 'we took this request back')
    if (given) await counters.completedBy(store.current(), request, returnedBy(given, report))
    return request
  }

  /** The request of ours that was signed so. */
  async #byDigest(reader: Reader, digest: string): Promise<SentRequestRow | null> {
    const signed = await reader.findOneBy(sentRequestTable, { digest })
    const again = signed ? null : await reader.findOneBy(sentDigestTable, { digest })
    return again ? reader.findOneBy(sentRequestTable, { id: again.requestId }) : signed
  }

  /** Takes in a grant or denial, in the transaction in which the wallet keeps the credential. */
  async received(
    tx: Tx,
    row: HeldCredentialRow,
    report: CredentialReport,
    grantorWallet: string,
  ): Promise<void> {
    const request = await this.requireExpected(report, grantorWallet)
    const given = isGrant(this.#deps.credentials.types, report)
    if (given) {
      const grant = grantRow(request, row, requireAnswerTo(request, report), report, grantorWallet)
      // One grant of one subject for one request: neither another's id nor another grant takes its place.
      const taken = [{ id: grant.id }, { requestId: request.id, grantor: asDid(row.issuer) }]
      if (await tx.exists(receivedGrantTable, { where: taken })) throw notExpected()
      await tx.insert(receivedGrantTable, grant)
      const answer = requireAnswerTo(request, report)
      await this.#deps.whenGranted(tx, request.id, answer.case)
      const exchange = await this.#deps.counters.completedBy(tx, request, returnedBy(answer, report))
      if (exchange) await this.#deps.counters.completed(tx, exchange, grant)
    } else await this.#deps.counters.refused(tx, request)
    const state = given ? 'granted' : 'denied'
    // A request about several subjects is granted as soon as one of them grants, and denied when the partner says so.
    const counts = given || row.issuer === request.partner || !this.#asksThePartner(request)
    if (counts && request.state !== 'granted' && request.state !== 'withdrawn')
      await change(tx, sentRequestTable, { id: request.id }, { state })
    await this.#deps.whenAnswered(tx, request, state)
    await this.#deps.audit.record(tx, 'system', `request.${state}`, {
      request: request.id,
      partner: request.partner,
    })
  }

  async listSent(limit: number): Promise<SentRequestRow[]> {
    return this.#deps.store.reader.find(sentRequestTable, { order: { id: 'DESC' }, take: limit })
  }

  #asksThePartner({ claims }: SentRequestRow): boolean {
    return claims.some(({ vct }) => this.#deps.credentials.types.find(vct)?.about === 'organisation')
  }
}

const isGrant = (types: CredentialTypes, { vct }: CredentialReport): boolean =>
  vct !== null && types.find(vct)?.name === 'access-grant'

/** What of a grant decides whether it completes an exchange. */
const returnedBy = (access: GrantAccess, { expiresAt }: CredentialReport) => ({
  inReturn: access.in_return ?? null,
  claims: access.query,
  expiresAt: expiresAt ?? 0,
})

const stateOf = (
  answer: AskAnswer,
): Pick<SentRequestRow, 'state' | 'partnerRequestId' | 'codes'> & { error?: Refusal } => {
  if (answer.kind === 'consent_pending') return { state: 'pending', partnerRequestId: answer.id, codes: [] }
  const codes = answer.kind === 'denied' ? answer.codes : ['presented_without_grant']
  const [code = 'denied'] = codes
  const error = new Refusal('forbidden', code, 'the partner refused the request', { params: { codes } })
  return { state: 'refused', partnerRequestId: null, codes, error }
}

function grantRow(
  request: SentRequestRow,
  row: HeldCredentialRow,
  access: GrantAccess,
  report: CredentialReport,
  grantorWallet: string,
): ReceivedGrantRow {
  return {
    id: report.id ?? row.id,
    requestId: request.id,
    partner: request.partner,
    partnerName: request.partnerName,
    grantor: asDid(row.issuer),
    grantorWallet,
    credentialId: row.id,
    claims: access.query.map(({ vct, path }) => ({ vct, path })),
    purpose: access.purpose,
    legalBasis: access.legal_basis,
    expiresAt: row.expiresAt ?? 0,
    state: 'live',
    endedCode: null,
    receivedAt: row.receivedAt,
    delegation: null,
  }
}
