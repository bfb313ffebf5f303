import {
  type Consent,
  CounterAsks,
  CounterOffers,
  type CounterOffersDeps,
  endCodeOf,
  type OutgoingAsk,
  type PreparedAsk,
  Withdrawals,
} from '../access/index.ts'
import type { Did } from '../core/index.ts'
import type { Tell, TellHandlers } from '../events/index.ts'
import type { Tx } from '../store/index.ts'
import type { Ground } from './ground.ts'

export type Granting = ReturnType<typeof openGranting>

export interface GrantingDeps extends Pick<CounterOffersDeps, 'offer' | 'endHeld'> {
  /** Made above: it needs what is made here. */
  readonly consent: () => Consent
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  readonly tell: (tx: Tx, to: Did, tell: Tell) => Promise<unknown>
}

/** What there is to granting beside a yes and a no. */
export function openGranting(ground: Ground, { consent, tell, ...deps }: GrantingDeps) {
  const endGiven: CounterOffersDeps['endGiven'] = (tx, by, id, code) => consent().end(tx, by, id, code)
  const counters = new CounterOffers({
    ...ground,
    ...deps,
    endGiven,
    tellEnded: async (tx, to, ended) => {
      await tell(tx, to, { kind: 'counter-ended', ...ended })
    },
  })
  const withdrawals = new Withdrawals({
    ...ground,
    counters,
    endGiven,
    tell: (tx, to, request) => tell(tx, to, { kind: 'request-withdrawn', request }),
  })
  const tellHandlers: Pick<TellHandlers, 'counter-ended' | 'request-withdrawn'> = {
    'counter-ended': {
      isExpected: (from, { exchange }) => counters.isKnown(from, exchange),
      accept: (tx, { issuer, tell: { exchange, reason } }) =>
        counters.partnerEnded(tx, issuer, { exchange, reason: endCodeOf(reason, 'counter_withdrawn') }),
    },
    'request-withdrawn': {
      isExpected: (from, { request }) => withdrawals.isKnown(from, request),
      accept: (tx, { issuer, tell: { request } }) => withdrawals.withdrawn(tx, issuer, request),
    },
  }
  return {
    counters,
    withdrawals,
    counterAsks: new CounterAsks({ ...ground, ...deps, counters }),
    tellHandlers,
    /** What is due by the clock. */
    sweep: () => counters.sweep(),
  }
}
