import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, formatForm, isRefusal, Refusal, wellKnownUrl } from '../core/index.ts'
import { type Call, type CallAnswer, call, errorCodeOf, isSameOrigin } from '../oauth/index.ts'
import type { Outbox } from '../outbox/index.ts'
import { change, IsNull, rows, type Store, type Tx } from '../store/index.ts'
import { OFFER_TOPIC } from './names.ts'
import { type OfferRow, offerTable } from './offer-table.ts'
import { laneOf, type Offers } from './offers.ts'

/** The wallet fetches the credentials before it answers; still well within what the outbox gives a message. */
const DELIVERY_TIMEOUT_MS = 18_000
const MAX_ANSWER_BYTES = 64 * 1024
/** Refusals that say nothing about the offer itself (RFC 9110, RFC 8470, RFC 6585). */
const TEMPORARY = new Set([408, 425, 429])

export interface DeliveriesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly outbox: Outbox
  readonly egress: Call
  readonly offers: Offers
}

const walletMetadata = z.object({ issuer: z.string(), credential_offer_endpoint: z.string().max(2000) })

/** Brings offers to the wallets of their subjects. */
export class Deliveries {
  readonly #deps: DeliveriesDeps

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
    deps.outbox.on(OFFER_TOPIC, ({ offerId = '' }) => this.deliver(offerId))
  }

  /**
   * One try, with a new code. Returning means it is settled: confirmed, refused for good, or nothing left to do.
   * @throws Refusal of kind `upstream` or `unavailable`: try again later
   */
  async deliver(offerId: string): Promise<void> {
    const offer = await this.#deps.offers.find(offerId)
    if (!offer?.deliverTo || offer.deliveredAt !== null || offer.state === 'refused') return
    if (offer.sealed === null || offer.expiresAt <= this.#deps.clock.now()) return
    try {
      const answer = await this.#hand(offer.id, offer.deliverTo)
      if (isConfirmed(answer)) return await this.#confirm(offerId)
      const code = errorCodeOf(answer)
      if (code !== null && isFinal(answer)) return await this.#refuse(offerId, code)
      throw new Refusal('upstream', code ?? 'wallet_failed', 'the wallet did not take the offer', {
        params: { status: answer.status },
      })
    } catch (error) {
      await this.#fail(offerId, isRefusal(error) ? error.code : 'failed')
      throw error
    }
  }

  /**
   * Sends an offer once more that did not arrive.
   * @param issuerParties whose offers the caller may send
   * @throws Refusal `offer_unknown`, `offer_delivered`, `offer_expired`, `offer_not_addressed`
   */
  async resend(id: string, issuerParties: readonly string[], caller: Caller): Promise<OfferRow> {
    const { store, clock, audit, outbox } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(offerTable, { id })
      if (!row || !issuerParties.includes(row.issuerParty))
        throw new Refusal('not_found', 'offer_unknown', 'there is no such offer')
      if (row.deliveredAt !== null)
        throw new Refusal('conflict', 'offer_delivered', 'this offer was delivered')
      if (row.sealed === null || row.expiresAt <= clock.now())
        throw new Refusal('gone', 'offer_expired', 'this offer is too old: issue the credential again')
      if (row.deliverTo === null)
        throw new Refusal('conflict', 'offer_not_addressed', 'this offer is not sent to a wallet')
      // Who refused it may have seen it before: it counts as handed over when it is taken.
      const anew = { state: 'pending' as const, handedOver: [], redeemedAt: null }
      await change(tx, offerTable, { id, state: 'refused' }, anew)
      await audit.record(tx, caller, 'offer.resent', { offer: id })
      await outbox.send(tx, OFFER_TOPIC, { offerId: id }, laneOf(row.deliverTo))
      return { ...row, state: row.state === 'refused' ? 'pending' : row.state }
    })
  }

  async #hand(offerId: string, wallet: string): Promise<CallAnswer> {
    const { egress, offers } = this.#deps
    const endpoint = await this.#endpointOf(wallet)
    const offer = await offers.open(offerId)
    return call(egress, endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formatForm({ credential_offer: JSON.stringify(offer) }),
      timeoutMs: DELIVERY_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
  }

  /** Where the wallet takes offers. The code is only given to the server the wallet is named after. */
  async #endpointOf(wallet: string): Promise<string> {
    const answer = await call(this.#deps.egress, wellKnownUrl(wallet, 'oauth-authorization-server'), {})
    const parsed = walletMetadata.safeParse(answer.json)
    if (answer.status !== 200 || !parsed.success || parsed.data.issuer !== wallet)
      throw new Refusal(
        'upstream',
        'wallet_metadata_invalid',
        'the wallet does not say where it takes offers',
      )
    const endpoint = parsed.data.credential_offer_endpoint
    if (!isSameOrigin(endpoint, wallet))
      throw new Refusal(
        'upstream',
        'wallet_metadata_foreign',
        'the wallet names an endpoint of somebody else',
      )
    return endpoint
  }

  /** What the wallet has confirmed to have need not lie here any longer. */
  async #confirm(id: string): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      const deliveredAt = this.#deps.clock.now()
      const open = { id, deliveredAt: IsNull() }
      const erased = { sealed: null, codeHash: null, tokenHash: null }
      const changed =
        (await change(tx, offerTable, { ...open, state: 'redeemed' }, { deliveredAt, ...erased })) ||
        (await change(tx, offerTable, open, { deliveredAt, state: 'delivered' }))
      if (!changed) return
      await countAttempt(tx, id, null)
      await this.#deps.audit.record(tx, 'system', 'offer.delivered', { offer: id })
    })
  }

  /** The wallet does not want it, and asking again will not help; it stays to be seen, and can be sent again. */
  async #refuse(id: string, code: string): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      const closed = { state: 'refused' as const, codeHash: null, tokenHash: null }
      if (!(await change(tx, offerTable, { id, deliveredAt: IsNull() }, closed))) return
      await countAttempt(tx, id, code)
      await this.#deps.audit.record(tx, 'system', 'offer.refused', { offer: id, code })
    })
  }

  async #fail(id: string, code: string): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      // Another try may have arrived meanwhile.
      if (await tx.existsBy(offerTable, { id, deliveredAt: IsNull() })) await countAttempt(tx, id, code)
    })
  }
}

const isConfirmed = ({ status }: CallAnswer): boolean => status >= 200 && status < 300

/** A wallet's "no" to this offer; what a proxy or a stopped node answers has no OAuth error in it. */
const isFinal = ({ status, json }: CallAnswer): boolean =>
  status >= 400 && status < 500 && !TEMPORARY.has(status) && typeof json?.error === 'string'

async function countAttempt(tx: Tx, id: string, lastError: string | null): Promise<void> {
  await rows(
    tx,
    'UPDATE oid4vci_offer SET attempts = attempts + 1, last_error = ? WHERE id = ? RETURNING id',
    [lastError, id],
  )
}
