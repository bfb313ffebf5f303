import { type Caller, type Clock, isRefusal, newId, Refusal, requireUser } from '../core/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type RequestDetails,
  receivedRequestTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import type { SignedCounter } from './consent.ts'
import { type CounterOffers, sealedGrantPlace } from './counter-offers.ts'
import { type CounterOfferRow, counterOfferTable, sentDigestTable } from './counter-table.ts'
import type { ClaimTarget } from './decide.ts'
import { type OutgoingAsk, type PreparedAsk, queriesOf } from './outgoing-ask.ts'
import { sealedPlace } from './sent-requests.ts'

export interface CounterAsksDeps {
  readonly store: Store
  readonly vault: Vault
  readonly parties: Parties
  readonly clock: Clock
  readonly outbox: Outbox
  readonly counters: Pick<CounterOffers, 'made' | 'undeliverable'>
  /** @throws Refusal `employee_role_missing`, `attestation_missing` */
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
}

/** What somebody wants to see in return. */
export interface WantedInReturn {
  readonly claims: readonly ClaimTarget[]
  /** What for; what the partner asked for unless told. */
  readonly purpose?: readonly string[]
  readonly legalBasis?: string
  readonly details: RequestDetails
  /** Until when (ms); as long as we give unless told. */
  readonly until?: number
  /** Until when the partner can agree, ms. */
  readonly answerBy: number
}

const TOPIC = 'counter.ask'

/** Answers after which no other try will do: the partner does not see a request of its own in it, or cannot read it. */
const final: ReadonlySet<string> = new Set([
  'counter_unknown',
  'counter_one_subject',
  'ask_malformed',
  'unknown_claim',
  'unknown_credential_type',
  'unknown_purpose',
  'unknown_legal_basis',
  'employee_role_missing',
])

/** The Asks of counter-offers: kept with the grant that is their condition, and sent until the partner took them. */
export class CounterAsks {
  readonly #deps: CounterAsksDeps

  constructor(deps: CounterAsksDeps) {
    this.#deps = deps
    deps.outbox.on(TOPIC, ({ counter = '' }) => this.#deliver(counter))
  }

  /** Asks for something in return, in the transaction that signs the grant. @throws Refusal `counter_not_company_data` */
  async ask(
    tx: Tx,
    by: Caller,
    { request, grant, compact }: SignedCounter,
    wanted: WantedInReturn,
  ): Promise<CounterOfferRow> {
    const { vault, parties, clock, outbox, counters } = this.#deps
    const us = await parties.organisation()
    const id = newId()
    const sent: SentRequestRow = {
      id,
      partner: request.asker,
      partnerName: request.askerName,
      partnerWallet: request.askerWallet,
      partnerOrigin: new URL(request.askerWallet).origin,
      actorParty: requireUser(by).personId,
      // It is signed when it is sent: a signed Ask lasts a minute.
      digest: `queued:${id}`,
      claims: wanted.claims,
      purpose: wanted.purpose ?? request.purpose,
      legalBasis: wanted.legalBasis ?? request.legalBasis,
      sealed: await vault.seal(us.id, sealedPlace(id), JSON.stringify(wanted.details)),
      state: 'queued',
      partnerRequestId: null,
      codes: [],
      createdAt: clock.now(),
    }
    await tx.insert(sentRequestTable, sent)
    const sealed = await vault.seal(grant.grantorParty, sealedGrantPlace(String(grant.inReturn)), compact)
    const row = await counters.made(tx, by, {
      grant,
      sealed,
      sentRequestId: id,
      wantedUntil: Math.floor((wanted.until ?? grant.expiresAt) / 1000) * 1000,
      expiresAt: wanted.answerBy,
    })
    await outbox.send(tx, TOPIC, { counter: row.id }, sent.partnerOrigin)
    return row
  }

  /** One try. @throws Refusal when a later one may do */
  async #deliver(id: string): Promise<void> {
    const { store, vault, parties, counters } = this.#deps
    const row = await store.reader.findOneBy(counterOfferTable, { id, side: 'made' })
    const sent = row && (await store.reader.findOneBy(sentRequestTable, { id: row.sentRequestId }))
    const answers = row && (await this.#answered(row))
    if (!sent || answers === null || row.state !== 'open' || sent.state !== 'queued') return
    try {
      const prepared = await this.#deps.prepareAsk({
        ...sent,
        wallet: sent.partnerWallet,
        queries: queriesOf(sent.claims),
        details: JSON.parse(await vault.openText(sealedPlace(sent.id), sent.sealed)),
        wantedUntil: row.wantedUntil,
        actor: await parties.require(sent.actorParty),
        grant: null,
        inReturnFor: { request: answers, exchange: id, ...row.offered, answerBy: row.expiresAt },
      })
      // Known before it is sent: the partner may agree before this call is over, or after its answer got lost.
      await store.transact((tx) =>
        tx.insert(sentDigestTable, { digest: prepared.digest, requestId: sent.id }),
      )
      const answer = await prepared.send()
      if (answer.kind === 'presented')
        throw new Refusal('upstream', 'presented_without_grant', 'the partner answered something else')
      if (answer.kind === 'denied') {
        const [code = 'denied'] = answer.codes
        throw new Refusal('upstream', code, 'the partner’s node did not take the counter-offer')
      }
      const taken = { state: 'pending' as const, partnerRequestId: answer.id }
      await store.transact((tx) => change(tx, sentRequestTable, { id: sent.id, state: 'queued' }, taken))
    } catch (error) {
      if (!isRefusal(error) || !final.has(error.code)) throw error
      await store.transact((tx) => counters.undeliverable(tx, id))
    }
  }

  /** Digest of the partner's request that a counter-offer answers. */
  async #answered({ receivedRequestId }: CounterOfferRow): Promise<string | null> {
    const { reader } = this.#deps.store
    return (await reader.findOneBy(receivedRequestTable, { id: receivedRequestId }))?.digest ?? null
  }
}
