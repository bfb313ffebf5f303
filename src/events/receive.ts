import express, { type Request, type Response, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import { type Clock, type Did, isRefusal, type Log, Refusal, Windows } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { LessThan, rows, type Store, type Tx } from '../store/index.ts'
import { receivedEventTable } from './event-table.ts'
import { EVENTS_PATH, MAX_AGE_S, MAX_SET_BYTES, SET_MEDIA_TYPE } from './names.ts'
import { type SecurityEvent, type VerifySecurityEventDeps, verifySecurityEvent } from './security-event.ts'

export interface ReceiveDeps extends VerifySecurityEventDeps {
  readonly store: Store
  readonly clock: Clock
  readonly parties: Parties
  readonly log: Log
  /** What follows from it, in the transaction that takes it in. Called once for each event. */
  readonly accept: (tx: Tx, event: SecurityEvent) => Promise<void>
}

const MINUTE_MS = 60_000
/** Events an address may send in a minute that are not taken; those that are do not count. */
const FAILURES_A_MINUTE = 120
const DAY_MS = 86_400_000
/** Events one party may have us act on: a minute's worth, and a day's. */
const TAKEN = [
  { ms: MINUTE_MS, most: 1_000 },
  { ms: DAY_MS, most: 20_000 },
] as const

/** Where others tell our organisation something: `POST /parties/<id>/events` (RFC 8935, section 2). */
export function eventRoutes(deps: ReceiveDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const inbox = new Inbox(deps)
  const limit = rateLimit({
    windowMs: MINUTE_MS,
    limit: FAILURES_A_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
    skipSuccessfulRequests: true,
    // What is our own fault, or only too much at once, says nothing about who sent it.
    requestWasSuccessful: (_req, { statusCode }) =>
      statusCode < 400 || statusCode === 429 || statusCode >= 500,
    handler: (_req, res) => refuse(res, 429, 'access_denied', 'too_many_requests'),
  })
  const body = express.text({ type: SET_MEDIA_TYPE, limit: MAX_SET_BYTES })
  router.post(`/parties/:id${EVENTS_PATH}`, limit, body, async (req, res) => {
    try {
      await inbox.take(textOf(req), String(req.params.id))
      res.status(202).set('cache-control', 'no-store').end()
    } catch (error) {
      fail(res, error, deps.log)
    }
  })
  return router
}

/** Takes in what others tell, each thing once. */
class Inbox {
  readonly #deps: ReceiveDeps
  readonly #taken: readonly Windows[]

  constructor(deps: ReceiveDeps) {
    this.#deps = deps
    this.#taken = TAKEN.map((limit) => new Windows(deps.clock, limit))
  }

  /** @throws Refusal as {@link verifySecurityEvent}, `party_unknown`, `too_many_events` */
  async take(compact: string, partyId: string): Promise<void> {
    const { store, clock, parties, accept } = this.#deps
    const party = await parties.require(partyId)
    if (party.kind !== 'organisation')
      throw new Refusal('not_found', 'party_unknown', 'nobody tells this party anything')
    const event = await verifySecurityEvent(compact, parties.urlOf(party), this.#deps).catch(asUnknown)
    const known = { issuer: event.issuer, jti: event.id }
    if (await store.reader.existsBy(receivedEventTable, known)) return
    this.#count(event.issuer)
    await store.transact(async (tx) => {
      const isNews = await rows(
        tx,
        `INSERT INTO received_event (issuer, jti, received_at) VALUES (?, ?, ?)
         ON CONFLICT (issuer, jti) DO NOTHING RETURNING jti`,
        [event.issuer, event.id, clock.now()],
      )
      if (isNews.length > 0) await accept(tx, event)
    })
  }

  /** A genuine event makes us work, and perhaps call its sender. */
  #count(issuer: Did): void {
    const counted = this.#taken.map((windows) => windows.take(issuer))
    if (!counted.includes(null)) return
    for (const uncount of counted) uncount?.()
    throw new Refusal('rate_limited', 'too_many_events', 'too many events of this party: later')
  }
}

/** Who forges events must not learn by the answer what we hold of whom. */
function asUnknown(cause: unknown): never {
  if (!isRefusal(cause) || !/^(jws_signature|key_|kid_)/.test(cause.code)) throw cause
  throw new Refusal('forbidden', 'event_not_expected', 'that party has nothing to tell us about this', {
    cause,
  })
}

/** Forgets events that are too old to be taken again. */
export async function forgetOldEvents({ store, clock }: Pick<ReceiveDeps, 'store' | 'clock'>): Promise<void> {
  const old = LessThan(clock.now() - (MAX_AGE_S + 3_600) * 1000)
  await store.transact((tx) => tx.delete(receivedEventTable, { receivedAt: old }))
}

function textOf({ body }: Request): string {
  if (typeof body === 'string' && body !== '') return body
  throw new Refusal('invalid', 'event_malformed', `send a security event as ${SET_MEDIA_TYPE}`)
}

/** The codes of RFC 8935, section 2.4; ours is the description. */
const errors: readonly (readonly [RegExp, string])[] = [
  [/audience/, 'invalid_audience'],
  [/not_expected|too_many/, 'access_denied'],
  [/key|kid|did|signature/, 'invalid_key'],
]

function fail(res: Response, error: unknown, log: Log): void {
  if (!isRefusal(error)) {
    log.error({ err: error }, 'an event could not be taken in')
    refuse(res, 500, 'access_denied', 'internal_error')
    return
  }
  const [, name = 'invalid_request'] = errors.find(([pattern]) => pattern.test(error.code)) ?? []
  // Who is wrong gets 400 (RFC 8935, section 2.3); who should try again does not.
  const passes = error.kind === 'unavailable' || error.kind === 'upstream' || error.kind === 'rate_limited'
  refuse(res, passes ? error.status : 400, name, error.code)
}

function refuse(res: Response, status: number, err: string, description: string): void {
  res.status(status).set({ 'cache-control': 'no-store', 'content-language': 'en' }).json({ err, description })
}
