import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { change, In, IsNull, LessThan, type Reader, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedGrantRow,
  type ReceivedRequestRow,
  receivedRequestTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import { type CounterOfferRow, counterOfferTable } from './counter-table.ts'
import type { ClaimTarget } from './decide.ts'
import type { EndCode } from './end-codes.ts'
import type { InReturnFor, VerifiedAsk } from './incoming-ask.ts'

export interface CounterOffersDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly clock: Clock
  /** Offers signed credentials to their subject's wallet; delivered after the commit. */
  readonly offer: (
    tx: Tx,
    offer: { issuerPartyId: string; subject: Did; compacts: string[]; deliverTo: string },
  ) => Promise<string>
  /** Ends a grant of ours, once; comes back here with {@link CounterOffers.givenEnded}. */
  readonly endGiven: (tx: Tx, by: Caller | 'system', grantId: string, code: EndCode) => Promise<void>
  /** Ends a grant that we hold, and what hangs from it. */
  readonly endHeld: (tx: Tx, end: { grantId: string; partner: Did; code: string }) => Promise<void>
  /** Tells the partner that nothing comes of an exchange, or nothing more. */
  readonly tellEnded: (tx: Tx, to: Did, ended: { exchange: string; reason: EndCode }) => Promise<void>
}

/** Exchanges that one sweep ends at most. */
const SWEEP = 500

export const sealedGrantPlace = (id: string) => `counter_offer:${id}:grant`

/**
 * Two grants of which neither opens anything without the other. Each is signed while its giver is there; what is left
 * to do when both gave is a change of rows on either side, in the transaction that takes the other's grant in.
 *
 * Rows are changed in one order everywhere: our grant, the exchange, the request, what we hold.
 */
export class CounterOffers {
  readonly #deps: CounterOffersDeps

  constructor(deps: CounterOffersDeps) {
    this.#deps = deps
  }

  /** Takes in that a partner answers a request of ours with one of its own. @throws Refusal `counter_unknown` */
  async requireOurs(reader: Reader, ask: VerifiedAsk, inReturnFor: InReturnFor): Promise<SentRequestRow> {
    const sent = await reader.findOneBy(sentRequestTable, {
      digest: inReturnFor.request,
      partner: ask.asker,
    })
    const isOpen = sent && sent.state !== 'withdrawn' && inReturnFor.answerBy > this.#deps.clock.now()
    if (!isOpen)
      throw new Refusal('conflict', 'counter_unknown', 'that answers no request of ours that still waits')
    return sent
  }

  /** The exchange that a partner told us of before: it sends until we took it. */
  async known(reader: Reader, partner: Did, exchange: string): Promise<CounterOfferRow | null> {
    return reader.findOneBy(counterOfferTable, { partner, exchange })
  }

  /** @returns the id under which it is kept here */
  async received(tx: Tx, ask: VerifiedAsk, sent: SentRequestRow, request: { id: string }): Promise<string> {
    const { inReturnFor: offer } = ask
    if (!offer) throw new Error('this is no counter-offer')
    const id = newId()
    await tx.insert(counterOfferTable, {
      ...this.#new('received', ask.asker, offer.exchange),
      id,
      receivedRequestId: request.id,
      sentRequestId: sent.id,
      offered: { claims: offer.claims, until: offer.until },
      wantedUntil: ask.wantedUntil ?? offer.until,
      givenGrantId: null,
      sealed: null,
      expiresAt: offer.answerBy,
    })
    await this.#deps.audit.record(tx, { kind: 'node', did: ask.asker }, 'counter.received', {
      counter: id,
      request: request.id,
    })
    return id
  }

  /** Keeps a grant that was signed on a condition, and the request that is the condition. */
  async made(
    tx: Tx,
    by: Caller,
    { grant, sealed, sentRequestId, wantedUntil, expiresAt }: MadeCounter,
  ): Promise<CounterOfferRow> {
    const exchange = String(grant.inReturn)
    const row: CounterOfferRow = {
      ...this.#new('made', grant.grantee, exchange),
      id: exchange,
      receivedRequestId: grant.requestId,
      sentRequestId,
      offered: {
        claims: grant.tuples.map(({ vct, path }) => ({ vct, path })),
        until: grant.expiresAt,
      },
      wantedUntil,
      givenGrantId: grant.id,
      sealed,
      expiresAt: Math.min(expiresAt, grant.expiresAt),
    }
    await tx.insert(counterOfferTable, row)
    await this.#deps.audit.record(tx, by, 'counter.made', {
      counter: row.id,
      request: row.receivedRequestId,
      partner: row.partner,
    })
    return row
  }

  /** What a request that is a counter-offer is part of; null for any other. @throws Refusal `counter_ended` */
  async openOf(tx: Tx, request: ReceivedRequestRow): Promise<CounterOfferRow | null> {
    if (request.counterId === null) return null
    const row = await tx.findOneBy(counterOfferTable, { id: request.counterId })
    if (row?.state !== 'open' || row.expiresAt <= this.#deps.clock.now()) throw counterEnded()
    return row
  }

  /** We gave what the partner wants in return. @throws Refusal `counter_ended` */
  async agreed(tx: Tx, { id }: CounterOfferRow, givenGrantId: string): Promise<void> {
    if ((await change(tx, counterOfferTable, { id, state: 'open' }, { givenGrantId })) !== 1)
      throw counterEnded()
  }

  /** We do not give it: the partner hears that from our signed no. */
  async declined(tx: Tx, { id }: CounterOfferRow): Promise<void> {
    const ended = { state: 'ended' as const, endedCode: 'counter_refused', endedAt: this.#deps.clock.now() }
    await change(tx, counterOfferTable, { id, state: 'open' }, ended)
  }

  /**
   * The exchange that an offered grant completes; null when it is part of none.
   * @throws Refusal `counter_ended` when we do not give our half any more, or did not yet; `counter_not_met` when it is
   *   less than we gave ours for
   */
  async completedBy(
    reader: Reader,
    request: SentRequestRow,
    { inReturn, claims, expiresAt }: Returned,
  ): Promise<CounterOfferRow | null> {
    const mine = await reader.findOneBy(counterOfferTable, { sentRequestId: request.id, side: 'made' })
    const row =
      mine ??
      (inReturn === null
        ? null
        : await reader.findOneBy(counterOfferTable, { partner: request.partner, exchange: inReturn }))
    if (!row && inReturn === null) return null
    const fits = row?.exchange === inReturn && row.sentRequestId === request.id
    // Who agreed in time need not be heard of in time: only the maker's own clock ends it.
    const isOver = row?.side === 'made' && row.expiresAt <= this.#deps.clock.now()
    if (!row || !fits || row.state !== 'open' || row.givenGrantId === null || isOver) throw counterEnded()
    const isLess = claims.length < request.claims.length || expiresAt < row.wantedUntil
    if (row.side === 'made' && isLess)
      throw new Refusal('conflict', 'counter_not_met', 'this is less than what was asked for in return')
    return row
  }

  /** Both gave: what we gave opens from now on, and goes to the partner where it does not have it. */
  async completed(tx: Tx, row: CounterOfferRow, held: ReceivedGrantRow): Promise<void> {
    const { audit, clock } = this.#deps
    const now = clock.now()
    const grant = await this.#release(tx, row, now)
    const inForce = { state: 'in_force' as const, heldGrantId: held.id, sealed: null }
    if ((await change(tx, counterOfferTable, { id: row.id, state: 'open' }, inForce)) !== 1)
      throw counterEnded()
    if (row.side === 'made') {
      const approved = { state: 'approved' as const, decidedAt: now }
      const countered = { id: row.receivedRequestId, state: 'countered' as const }
      if ((await change(tx, receivedRequestTable, countered, approved)) !== 1) throw counterEnded()
      await this.#handOver(tx, row, grant)
    }
    await audit.record(tx, { kind: 'node', did: row.partner }, 'grant.in_force', {
      grant: grant.id,
      counter: row.id,
    })
  }

  /** The partner says no, signed. What was given on that condition ends, and its request waits for us again. */
  async refused(tx: Tx, request: SentRequestRow): Promise<void> {
    const row = await tx.findOneBy(counterOfferTable, { sentRequestId: request.id, side: 'made' })
    if (row?.state === 'open') await this.#end(tx, { kind: 'node', did: row.partner }, row, 'counter_refused')
  }

  /** A grant of ours ended, for whatever reason: if it is half of an exchange, the other half goes with it. */
  async givenEnded(tx: Tx, by: Caller | 'system', grant: GivenGrantRow, code: EndCode): Promise<void> {
    const row = await tx.findOneBy(counterOfferTable, { givenGrantId: grant.id })
    if (!row || row.state === 'ended') return
    const isTakenBack = row.side === 'made' && row.state === 'open' && code === 'grant_revoked'
    await this.#finish(tx, by, row, isTakenBack ? 'counter_withdrawn' : code)
  }

  /** A partner ended a grant that we hold: if it is half of an exchange, what we gave for it ends too. */
  async heldEnded(tx: Tx, from: Did, grantId: string): Promise<void> {
    const row = await tx.findOneBy(counterOfferTable, { heldGrantId: grantId, partner: from })
    if (row?.state === 'in_force') await this.#end(tx, { kind: 'node', did: from }, row, 'return_ended')
  }

  /** Whether a partner can have something to say about an exchange. */
  async isKnown(from: Did, exchange: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(counterOfferTable, { partner: from, exchange })
  }

  /** The partner says that nothing comes of an exchange, or nothing more. */
  async partnerEnded(tx: Tx, from: Did, told: { exchange: string; reason: EndCode }): Promise<void> {
    const row = await tx.findOneBy(counterOfferTable, { partner: from, exchange: told.exchange })
    if (!row || row.state === 'ended') return
    const by = { kind: 'node', did: from } as const
    await this.#end(tx, by, row, row.state === 'in_force' ? 'return_ended' : told.reason)
    if (row.heldGrantId !== null)
      await this.#deps.endHeld(tx, { grantId: row.heldGrantId, partner: from, code: told.reason })
  }

  /** Ends what hangs from a request that its asker took back: what we offered for it, or were offered. */
  async requestWithdrawn(
    tx: Tx,
    by: Caller,
    where: { receivedRequestId: string } | { sentRequestId: string },
  ): Promise<void> {
    for (const row of await tx.findBy(counterOfferTable, { ...where, state: 'open' })) {
      // Whoever takes back what it wants in return has not answered the request yet.
      const isOurs = row.side === 'made' && 'sentRequestId' in where
      await this.#end(tx, by, row, isOurs ? 'counter_withdrawn' : 'request_withdrawn')
    }
  }

  /** Ends what cannot be brought to the partner. */
  async undeliverable(tx: Tx, id: string): Promise<void> {
    const row = await tx.findOneBy(counterOfferTable, { id, state: 'open' })
    if (row) await this.#end(tx, 'system', row, 'counter_undeliverable')
  }

  /** Ends the counter-offers that nobody agreed to in time. What we agreed to is for its maker to end. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#deps
    const late = { state: 'open' as const, expiresAt: LessThan(clock.now()) }
    const due = [
      { ...late, side: 'made' as const },
      { ...late, side: 'received' as const, givenGrantId: IsNull() },
    ]
    for (const { id } of await store.reader.find(counterOfferTable, { where: due, take: SWEEP }))
      await store.transact(async (tx) => {
        const row = await tx.findOneBy(counterOfferTable, { id, state: 'open' })
        if (row) await this.#end(tx, 'system', row, 'counter_expired')
      })
  }

  /** The newest exchange of each request, by the id of the request. */
  async of(by: 'receivedRequestId' | 'sentRequestId', ids: readonly string[]) {
    const found = await this.#deps.store.reader.find(counterOfferTable, {
      where: { [by]: In([...ids]) },
      order: { id: 'ASC' },
    })
    return new Map(found.map((row) => [row[by], row]))
  }

  #new(side: CounterOfferRow['side'], partner: Did, exchange: string) {
    return {
      ...{ side, partner, exchange },
      heldGrantId: null,
      state: 'open' as const,
      endedCode: null,
      createdAt: this.#deps.clock.now(),
      endedAt: null,
    }
  }

  async #release(tx: Tx, { givenGrantId }: CounterOfferRow, now: number): Promise<GivenGrantRow> {
    const grant = await tx.findOneBy(givenGrantTable, { id: String(givenGrantId) })
    const waits = grant && grant.inForceAt === null && grant.revokedAt === null && grant.expiresAt > now
    if (!waits) throw counterEnded()
    await change(tx, givenGrantTable, { id: grant.id }, { inForceAt: now })
    return grant
  }

  async #handOver(tx: Tx, { id, sealed, receivedRequestId }: CounterOfferRow, grant: GivenGrantRow) {
    const request = await tx.findOneBy(receivedRequestTable, { id: receivedRequestId })
    if (!request || sealed === null) throw new Error('what was signed is not there')
    await this.#deps.offer(tx, {
      issuerPartyId: grant.grantorParty,
      subject: grant.grantee,
      compacts: [await this.#deps.vault.openText(sealedGrantPlace(id), sealed)],
      deliverTo: request.askerWallet,
    })
  }

  async #end(tx: Tx, by: Caller | 'system', row: CounterOfferRow, code: EndCode): Promise<void> {
    if (row.givenGrantId !== null) await this.#deps.endGiven(tx, by, row.givenGrantId, code)
    await this.#finish(tx, by, row, code)
  }

  /** Once; what the partner did it knows. */
  async #finish(tx: Tx, by: Caller | 'system', row: CounterOfferRow, code: EndCode): Promise<void> {
    const { audit, clock, endHeld, tellEnded } = this.#deps
    const ended = { state: 'ended' as const, endedCode: code, endedAt: clock.now(), sealed: null }
    if ((await change(tx, counterOfferTable, { id: row.id, state: In(['open', 'in_force']) }, ended)) === 0)
      return
    if (row.state === 'open') await this.#letGo(tx, row, code)
    const isTheirs = typeof by === 'object' && by.kind === 'node' && by.did === row.partner
    if (!isTheirs) {
      if (row.heldGrantId !== null)
        await endHeld(tx, { grantId: row.heldGrantId, partner: row.partner, code: 'return_ended' })
      await tellEnded(tx, row.partner, { exchange: row.exchange, reason: code })
    }
    await audit.record(tx, by, 'counter.ended', { counter: row.id, code })
  }

  /** The partner's request waits for us again, or for nobody; and nobody waits for ours. */
  async #letGo(tx: Tx, row: CounterOfferRow, code: EndCode): Promise<void> {
    const now = this.#deps.clock.now()
    const withdrawn = { state: 'withdrawn' as const, decidedAt: now }
    if (row.side === 'received') {
      await change(tx, receivedRequestTable, { id: row.receivedRequestId, state: 'pending' }, withdrawn)
      return
    }
    const after =
      code === 'request_withdrawn'
        ? { ...withdrawn, grantId: null }
        : { state: 'pending' as const, grantId: null, decidedAt: null }
    await change(tx, receivedRequestTable, { id: row.receivedRequestId, state: 'countered' }, after)
    const waiting = { id: row.sentRequestId, state: In(['queued', 'pending'] as const) }
    const state = code === 'counter_refused' ? ('denied' as const) : ('withdrawn' as const)
    await change(tx, sentRequestTable, waiting, { state, codes: [code] })
  }
}

/** A grant that a partner offers us. */
interface Returned {
  /** The exchange it says to be part of. */
  readonly inReturn: string | null
  readonly claims: readonly ClaimTarget[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

interface MadeCounter {
  readonly grant: GivenGrantRow
  readonly sealed: Buffer
  readonly sentRequestId: string
  readonly wantedUntil: number
  readonly expiresAt: number
}

const counterEnded = () =>
  new Refusal('conflict', 'counter_ended', 'this was offered in return for something that is no longer given')
