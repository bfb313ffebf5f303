import { isRefusal, Refusal } from '../../core/index.ts'
import { change } from '../../store/index.ts'
import { fetchServer } from './metadata.ts'
import type { OpenOffer } from './offer-text.ts'
import { type Found, type Redeeming, type RedeemingDeps, reasonOf } from './redeeming.ts'
import { type Client, newClient } from './session.ts'
import { type WalletOfferRow, type WalletOfferState, walletOfferTable } from './tables.ts'
import { clientIdFor, type Grant, requestToken } from './token-request.ts'

export interface OfferRedemptionDeps extends RedeemingDeps {
  readonly redeeming: Redeeming
  /** What we call ourselves to authorization servers. */
  readonly clientId: string
}

/** Turns an offer into credentials: code → token → credentials, and what becomes of the offer on the way. */
export class OfferRedemption {
  readonly #deps: OfferRedemptionDeps

  constructor(deps: OfferRedemptionDeps) {
    this.#deps = deps
  }

  /**
   * Redeems an offer that is ours to redeem: whoever calls it moved its state to `redeeming`.
   * @param client who we were when we asked for the code, where there was such a request
   * @throws Refusal: of the issuer, of egress, or what is wrong with the credentials; the offer says so too
   */
  async redeem(row: WalletOfferRow, offer: OpenOffer, grant: Grant, client?: Client): Promise<void> {
    const stop = (to: 'waiting' | 'failed') => async (error: unknown) => {
      await this.#settle(row, to, reasonOf(error))
      throw error
    }
    // Until the code is sent nothing is lost.
    const ready = await this.#prepare(row, offer, grant, client).catch(stop('waiting'))
    const { issuer, transport, server, asking } = ready
    const session = await requestToken(transport, asking, server, grant).catch((error: unknown) =>
      stop(mayTryAgain(error, grant) ? 'waiting' : 'failed')(error),
    )
    const found = { issuer, transport, session }
    try {
      const isAll = await this.#fetchAll(row, found)
      await this.#settle(row, isAll ? 'received' : 'deferred', null)
    } catch (error) {
      await this.#settle(row, 'failed', reasonOf(error))
      throw error
    }
  }

  async #prepare(row: WalletOfferRow, offer: OpenOffer, grant: Grant, client?: Client) {
    const { redeeming, clientId } = this.#deps
    const { issuer, transport } = await redeeming.meet(row.credentialIssuer, offer.configurationIds)
    const named = (offer.preAuthorized ?? offer.authorization)?.server
    const server = await fetchServer(issuer, named, this.#deps)
    // The code goes to whom it was asked of, whatever the issuer's metadata say by now (mix-up).
    if (client && client.server !== server.issuer)
      throw new Refusal(
        'upstream',
        'authorization_server_differs',
        'the issuer changed its authorization server',
      )
    const name = clientIdFor(server, grant.kind, clientId)
    await redeeming.requireAble(row, issuer)
    return { issuer, transport, server, asking: client ?? newClient(offer.issuer, server, name) }
  }

  async #fetchAll(row: WalletOfferRow, found: Found): Promise<boolean> {
    const { redeeming } = this.#deps
    const { copies, renews, isNetwork, holderKey } = row
    let isAll = true
    for (const configurationId of redeeming.readable(found.issuer).keys()) {
      const wanted = { configurationId, copies, renews, isNetwork, ownKey: holderKey === 'own' }
      if (!(await redeeming.fetch(row, found, wanted))) isAll = false
    }
    return isAll
  }

  async #settle({ id }: WalletOfferRow, to: WalletOfferState, reason: string | null): Promise<void> {
    const { store } = this.#deps
    const erase = to === 'waiting' ? {} : { sealedOffer: null }
    await store.transact((tx) =>
      change(tx, walletOfferTable, { id, state: 'redeeming' }, { state: to, reason, ...erase }),
    )
  }
}

/**
 * Whether the code is still worth something: nobody was there to take it, or what was typed with it was wrong. A code of
 * the authorization endpoint is gone either way: the browser starts again.
 */
function mayTryAgain(error: unknown, grant: Grant): boolean {
  if (grant.kind === 'code') return true
  if (!isRefusal(error)) return false
  if (error.code.startsWith('egress_')) return true
  if (error.code !== 'issuer_refused') return false
  return grant.kind === 'pre_authorized' && grant.txCode !== undefined
    ? true
    : Number(error.params.status) >= 500
}
