import { newId, Refusal } from '../../core/index.ts'
import { hashSecret, newPkce, newSecret, openDpopKey } from '../../oauth/index.ts'
import { change, LessThan } from '../../store/index.ts'
import { equalBytes } from '../../vault/index.ts'
import { locationOf, whatFor } from './authorization-request.ts'
import { place } from './inbox-places.ts'
import { type FoundIssuer, fetchServer, type ServerDocument } from './metadata.ts'
import type { OfferRedemption, OfferRedemptionDeps } from './offer-redemption.ts'
import type { OpenOffer } from './offer-text.ts'
import { reasonOf } from './redeeming.ts'
import { type Client, newClient } from './session.ts'
import {
  type WalletAuthorizationRow,
  type WalletOfferRow,
  walletAuthorizationTable,
  walletOfferTable,
} from './tables.ts'
import { clientIdFor } from './token-request.ts'

/** How long somebody has to open the link, and to come back from the issuer. */
const LINK_VALID_MS = 15 * 60_000
const AWAY_VALID_MS = 60 * 60_000

export interface AuthorizingDeps extends OfferRedemptionDeps {
  readonly redemption: OfferRedemption
  /** Where this node is reached. */
  readonly baseUrl: string
}

/** What is kept while the browser is away. */
interface Away {
  readonly client: Client
  readonly verifier: string
  readonly issRequired: boolean
}

/** What a browser brings back (RFC 6749, section 4.1.2; RFC 9207). */
export interface Returned {
  readonly state: string
  readonly code?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

/** The way by the issuer's authorization endpoint: a link, a browser, and its return (OpenID4VCI 1.0, section 5). */
export class Authorizing {
  readonly #deps: AuthorizingDeps

  constructor(deps: AuthorizingDeps) {
    this.#deps = deps
  }

  /** A link for one browser; an earlier one for the same offer works no more. */
  async begin({ id: offerId, holderParty }: WalletOfferRow): Promise<string> {
    const { store, clock, baseUrl } = this.#deps
    const secret = newSecret()
    const now = clock.now()
    await store.transact(async (tx) => {
      await tx.update(walletAuthorizationTable, { offerId }, { state: 'answered', sealed: null })
      await tx.insert(walletAuthorizationTable, {
        ...{
          id: newId(),
          offerId,
          holderParty,
          state: 'linked',
          startHash: hashSecret('wallet_start', secret),
        },
        ...{
          stateHash: null,
          browserHash: null,
          sealed: null,
          createdAt: now,
          expiresAt: now + LINK_VALID_MS,
        },
      })
    })
    return `${baseUrl}/wallet/authorize/${secret}`
  }

  /**
   * A browser opens the link, once: it is bound to it, and sent to the authorization server.
   * @throws Refusal `wallet_link_unknown`, and as the issuer and egress do
   */
  async start(
    secret: string,
  ): Promise<{ readonly url: string; readonly browser: string; readonly id: string }> {
    const { store, clock } = this.#deps
    const row = await this.#find({ startHash: hashSecret('wallet_start', secret) }, 'linked')
    const browser = newSecret()
    const state = newSecret()
    const sent = {
      ...{
        state: 'sent' as const,
        stateHash: hashSecret('wallet_state', state),
        browserHash: hashSecret('wallet_browser', browser),
      },
      expiresAt: clock.now() + AWAY_VALID_MS,
    }
    if (!(await this.#move(row, 'linked', sent))) throw unknownLink()
    try {
      return { url: await this.#ask(row, state), browser, id: row.id }
    } catch (error) {
      const waiting = { state: 'waiting' as const, reason: reasonOf(error) }
      const mine = { id: row.offerId, state: 'authorizing' as const }
      await store.transact((tx) => change(tx, walletOfferTable, mine, waiting))
      throw error
    }
  }

  /** Asks the authorization server. @returns where the browser goes */
  async #ask(row: WalletAuthorizationRow, state: string): Promise<string> {
    const { store, vault, redeeming, clientId } = this.#deps
    const { offer, offerRow } = await this.#offerOf(row)
    const { issuer, transport } = await redeeming.meet(offer.issuer, offer.configurationIds)
    await redeeming.requireAble(offerRow, issuer)
    const server = await fetchServer(issuer, offer.authorization?.server, this.#deps)
    const client = newClient(offer.issuer, server, clientIdFor(server, 'code', clientId))
    const { verifier, challenge } = newPkce()
    const away: Away = {
      ...{ client, verifier },
      issRequired: server.authorization_response_iss_parameter_supported === true,
    }
    const sealed = await vault.seal(row.holderParty, placeOf(row), JSON.stringify(away))
    await store.transact((tx) => change(tx, walletAuthorizationTable, { id: row.id }, { sealed }))
    const parameters = this.#parameters({ offer, issuer, server, client, challenge, state })
    return locationOf(transport, server, client, parameters)
  }

  /** Which authorization a browser comes back from; null for none. */
  async idOf(state: string): Promise<string | null> {
    const { reader } = this.#deps.store
    return (
      (await reader.findOneBy(walletAuthorizationTable, { stateHash: hashSecret('wallet_state', state) }))
        ?.id ?? null
    )
  }

  /**
   * The browser is back: what it brings counts from the one that was sent, from the server it was sent to, and once.
   * @param browser what that browser was given
   * @throws Refusal `wallet_link_unknown`, `authorization_iss_differs`, `authorization_refused`, and as the redemption does
   */
  async finish(returned: Returned, browser: string | undefined): Promise<void> {
    const { vault, redemption, store } = this.#deps
    const row = await this.#find({ stateHash: hashSecret('wallet_state', returned.state) }, 'sent')
    if (!isSame(row.browserHash, hashSecret('wallet_browser', browser ?? '')) || !row.sealed)
      throw unknownLink()
    if (!(await this.#move(row, 'sent', { state: 'answered', sealed: null }))) throw unknownLink()
    const { client, verifier, issRequired } = JSON.parse(
      await vault.openText(placeOf(row), row.sealed),
    ) as Away
    const { offer, offerRow } = await this.#offerOf(row)
    const why = faultOf(returned, client.server, issRequired)
    const to = why ? { state: 'waiting' as const, reason: why.code } : { state: 'redeeming' as const }
    const decidedAt = this.#deps.clock.now()
    const moved = await store.transact((tx) =>
      change(tx, walletOfferTable, { id: offerRow.id, state: 'authorizing' }, { ...to, decidedAt }),
    )
    if (why) throw why
    if (moved !== 1) throw unknownLink()
    const grant = {
      kind: 'code',
      code: returned.code ?? '',
      redirectUri: this.#redirectUri,
      verifier,
    } as const
    await redemption.redeem({ ...offerRow, state: 'redeeming' }, offer, grant, client)
  }

  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact((tx) => tx.delete(walletAuthorizationTable, { expiresAt: LessThan(clock.now()) }))
  }

  get #redirectUri(): string {
    return `${this.#deps.baseUrl}/wallet/callback`
  }

  /** OpenID4VCI 1.0, sections 5.1.1 to 5.1.3. */
  #parameters(input: {
    readonly offer: OpenOffer
    readonly issuer: FoundIssuer
    readonly server: ServerDocument
    readonly client: Client
    readonly challenge: string
    readonly state: string
  }): Record<string, string> {
    const { offer, issuer, client, challenge, state } = input
    const issuerState = offer.authorization?.issuerState
    return {
      response_type: 'code',
      client_id: client.clientId ?? this.#deps.clientId,
      redirect_uri: this.#redirectUri,
      ...{ state, code_challenge: challenge, code_challenge_method: 'S256' },
      ...(issuerState !== undefined && { issuer_state: issuerState }),
      ...(client.dpopKey && { dpop_jkt: openDpopKey(client.dpopKey).jkt }),
      ...whatFor(input.server, issuer, [...this.#deps.redeeming.readable(issuer).keys()]),
    }
  }

  async #find(
    by: { startHash: string } | { stateHash: string },
    state: WalletAuthorizationRow['state'],
  ): Promise<WalletAuthorizationRow> {
    const row = await this.#deps.store.reader.findOneBy(walletAuthorizationTable, { ...by, state })
    if (!row || row.expiresAt <= this.#deps.clock.now()) throw unknownLink()
    return row
  }

  async #move(
    { id }: WalletAuthorizationRow,
    from: WalletAuthorizationRow['state'],
    set: Partial<WalletAuthorizationRow>,
  ): Promise<boolean> {
    const { store } = this.#deps
    return (
      (await store.transact((tx) => change(tx, walletAuthorizationTable, { id, state: from }, set))) === 1
    )
  }

  async #offerOf({ offerId }: WalletAuthorizationRow) {
    const { store, vault } = this.#deps
    const offerRow = await store.reader.findOneBy(walletOfferTable, { id: offerId, state: 'authorizing' })
    if (!offerRow?.sealedOffer) throw unknownLink()
    const text = await vault.openText(place(offerId, 'offer'), offerRow.sealedOffer)
    return { offerRow, offer: JSON.parse(text) as OpenOffer }
  }
}

/** RFC 9207, section 2.4: an answer of another server than the one that was asked is no answer (mix-up). */
function faultOf({ iss, error, code }: Returned, server: string, issRequired: boolean): Refusal | null {
  if (iss === undefined ? issRequired : iss !== server)
    return new Refusal('forbidden', 'authorization_iss_differs', 'another server answered than the one asked')
  if (error !== undefined || code === undefined || code === '')
    return new Refusal('forbidden', 'authorization_refused', 'the issuer did not agree', {
      params: { reason: /^[a-z_]{1,60}$/.test(error ?? '') ? (error ?? '') : 'unknown' },
    })
  return null
}

const placeOf = ({ id }: WalletAuthorizationRow) => `wallet_authorization:${id}`

const isSame = (kept: string | null, given: string): boolean =>
  kept !== null && equalBytes(Buffer.from(kept), Buffer.from(given))

const unknownLink = () =>
  new Refusal('gone', 'wallet_link_unknown', 'this link is unknown, used, or of another browser')
