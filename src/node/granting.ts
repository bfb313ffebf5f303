import {
  CounterAsks,
  CounterOffers,
  type CounterOffersDeps,
  endCodeOf,
  type OutgoingAsk,
  type PreparedAsk,
  type Reminder,
  Reminders,
  Withdrawals,
} from '../access/index.ts'
import { type Did, isoTime } from '../core/index.ts'
import type { Tell, TellHandlers } from '../events/index.ts'
import type { Tx } from '../store/index.ts'
import type { WebhookEvent } from '../webhooks/index.ts'
import type { Ground } from './ground.ts'

export type Granting = ReturnType<typeof openGranting>

export interface GrantingDeps extends Pick<CounterOffersDeps, 'offer' | 'endHeld' | 'endGiven'> {
  readonly prepareAsk: (ask: OutgoingAsk) => Promise<PreparedAsk>
  readonly tell: (tx: Tx, to: Did, tell: Tell) => Promise<unknown>
  readonly reminded: (tx: Tx, event: Reminder) => Promise<void>
}

/** What there is to granting beside a yes and a no. */
export function openGranting(ground: Ground, { tell, reminded, ...deps }: GrantingDeps) {
  const counters = new CounterOffers({
    ...ground,
    ...deps,
    tellEnded: async (tx, to, ended) => {
      await tell(tx, to, { kind: 'counter-ended', ...ended })
    },
  })
  const withdrawals = new Withdrawals({
    ...ground,
    counters,
    endGiven: deps.endGiven,
    tell: (tx, to, request) => tell(tx, to, { kind: 'request-withdrawn', request }),
  })
  const reminders = new Reminders({
    ...ground,
    announce: async (tx, event) => {
      await ground.webhooks.announce(tx, webhookOf(event))
      await reminded(tx, event)
    },
    nudge: (tx, to, request) => tell(tx, to, { kind: 'request-nudged', request }),
  })
  const tellHandlers: Pick<TellHandlers, 'counter-ended' | 'request-withdrawn' | 'request-nudged'> = {
    'counter-ended': {
      isExpected: (from, { exchange }) => counters.isKnown(from, exchange),
      accept: (tx, { issuer, tell: { exchange, reason } }) =>
        counters.partnerEnded(tx, issuer, { exchange, reason: endCodeOf(reason, 'counter_withdrawn') }),
    },
    'request-nudged': {
      isExpected: (from, { request }) => withdrawals.isKnown(from, request),
      accept: (tx, { issuer, tell: { request } }) => reminders.takeNudge(tx, issuer, request),
    },
    'request-withdrawn': {
      isExpected: (from, { request }) => withdrawals.isKnown(from, request),
      accept: (tx, { issuer, tell: { request } }) => withdrawals.withdrawn(tx, issuer, request),
    },
  }
  return {
    counters,
    withdrawals,
    reminders,
    counterAsks: new CounterAsks({ ...ground, ...deps, counters }),
    tellHandlers,
    /** What is due by the clock. */
    sweep: async () => {
      await counters.sweep()
      await reminders.sweep()
    },
  }
}

/** Ids and numbers: what the request or grant says stays here. */
function webhookOf(event: Reminder): WebhookEvent {
  if (event.kind === 'waiting') {
    const { request, asker, days } = event
    return {
      type: 'nl.regie.access.waiting',
      subject: request,
      orderBy: asker,
      data: { request, asker, days },
    }
  }
  const { side, grant, partner, until } = event
  return {
    type: 'nl.regie.access.expiring',
    subject: grant,
    orderBy: partner,
    data: { side, grant, partner, until: isoTime(until), ...(side === 'held' && { next: 'access.renew' }) },
  }
}
