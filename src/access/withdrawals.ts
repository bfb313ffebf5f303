import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { change, In, type Store, type Tx } from '../store/index.ts'
import {
  type ReceivedRequestRow,
  receivedRequestTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import type { CounterOffers } from './counter-offers.ts'
import { counterOfferTable } from './counter-table.ts'
import type { EndCode } from './end-codes.ts'

export interface WithdrawalsDeps {
  readonly store: Store
  readonly audit: Audit
  readonly clock: Clock
  readonly counters: Pick<CounterOffers, 'requestWithdrawn'>
  readonly endGiven: (tx: Tx, by: Caller, grantId: string, code: EndCode) => Promise<void>
  /** Tells the partner, after the commit and until it is taken. */
  readonly tell: (tx: Tx, to: Did, digest: string) => Promise<unknown>
}

/** Askers that take their request back while it waits: ours, and others. */
export class Withdrawals {
  readonly #deps: WithdrawalsDeps

  constructor(deps: WithdrawalsDeps) {
    this.#deps = deps
  }

  /**
   * Takes back a request of ours that waits with a partner; a counter-offer of ours goes with its request.
   * @throws Refusal `request_unknown`, `request_decided`
   */
  async withdraw(by: Caller, id: string): Promise<SentRequestRow> {
    const { store, audit, counters, tell } = this.#deps
    return store.transact(async (tx) => {
      const request = await tx.findOneBy(sentRequestTable, { id })
      if (!request) throw new Refusal('not_found', 'request_unknown', 'we made no such request')
      await counters.requestWithdrawn(tx, by, { sentRequestId: id })
      // A counter-offer that ended has withdrawn its request by then.
      const open = { id, state: In(['queued', 'pending', 'refused', 'withdrawn'] as const) }
      const set = { state: 'withdrawn' as const, codes: [] }
      const isOver =
        request.state === 'withdrawn' ||
        (request.state === 'refused' && !request.codes.includes('interrupted'))
      if (isOver || (await change(tx, sentRequestTable, open, set)) !== 1)
        throw new Refusal('conflict', 'request_decided', 'this request does not wait for an answer', {
          params: { state: request.state },
        })
      // What becomes of a counter-offer is told as such.
      if (!(await tx.existsBy(counterOfferTable, { sentRequestId: id, side: 'made' })))
        await tell(tx, request.partner, request.digest)
      await audit.record(tx, by, 'request.withdrawn', { request: id, partner: request.partner })
      return { ...request, ...set }
    })
  }

  /** Whether this partner asked us that. */
  async isKnown(from: Did, digest: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(receivedRequestTable, { asker: from, digest })
  }

  /** A partner took its request back: nobody here can say yes to it any more. */
  async withdrawn(tx: Tx, from: Did, digest: string): Promise<void> {
    const { audit, clock, counters } = this.#deps
    const by = { kind: 'node', did: from } as const
    for (const request of await tx.findBy(receivedRequestTable, { asker: from, digest })) {
      await this.#end(tx, by, request)
      await counters.requestWithdrawn(tx, by, { receivedRequestId: request.id })
      const open = { id: request.id, state: In(['pending', 'countered'] as const) }
      const set = { state: 'withdrawn' as const, decidedAt: clock.now() }
      if (await change(tx, receivedRequestTable, open, set))
        await audit.record(tx, by, 'request.withdrawn', { request: request.id, asker: from })
    }
  }

  /** Who has the grant cannot withdraw any more: one that was on its way is not taken there. */
  async #end(tx: Tx, by: Caller, { state, grantId, counterId }: ReceivedRequestRow): Promise<void> {
    if (state !== 'approved' || grantId === null) return
    const isShared = counterId !== null || (await tx.existsBy(counterOfferTable, { givenGrantId: grantId }))
    if (!isShared) await this.#deps.endGiven(tx, by, grantId, 'request_withdrawn')
  }
}
