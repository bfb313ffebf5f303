import type { Audit } from '../../audit/index.ts'
import type { Clock } from '../../core/index.ts'
import { hashSecret, isVerifierOf, OAuthRefusal } from '../../oauth/index.ts'
import { change, createBatch, rows, type Store, type Tx } from '../../store/index.ts'
import type { OfferLinks } from './links.ts'
import type { OpenOffers } from './open-offers.ts'
import { refreshTokenTable } from './renewal-tables.ts'
import { settleEach } from './settle.ts'
import {
  type AuthorizationRow,
  authorizationTable,
  type OpenOfferRow,
  openOfferTable,
  openTokenTable,
} from './tables.ts'
import {
  giveTokens,
  requireSubset,
  type TokenClient,
  type TokenResponse,
  useClientProofs,
} from './token-giving.ts'

/** A token anybody can use who has it may not live longer (OpenID4VCI 1.0, section 13.10). */
const BEARER_VALID_MS = 5 * 60_000
const DPOP_VALID_MS = 3_600_000
export const DAY_MS = 86_400_000
/** How long a holder can come back for what we had to look at first. */
export const DEFERRED_VALID_MS = 30 * DAY_MS

export interface GrantsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly links: OfferLinks
  readonly offers: OpenOffers
}

interface Claiming {
  readonly offer: OpenOfferRow
  readonly client: TokenClient
  readonly byIdentifier: boolean
  readonly authorization: AuthorizationRow | null
}

/** Codes for tokens: pre-authorized ones and those of the authorization endpoint, each once. */
export class Grants {
  readonly #deps: GrantsDeps
  readonly #claim: (input: Claiming) => Promise<TokenResponse>

  constructor(deps: GrantsDeps) {
    this.#deps = deps
    this.#claim = createBatch<Claiming, TokenResponse>(deps.store, (tx, inputs: readonly Claiming[]) =>
      settleEach(inputs, (input) => this.#claimIn(tx, input)),
    )
  }

  /** Whether a pre-authorized code is one of ours for an open offer. */
  isOpenCode(issuerParty: string, code: string): boolean {
    return this.#deps.links.read('code', issuerParty, code) !== null
  }

  /** OpenID4VCI 1.0, section 6.1. @throws OAuthRefusal `invalid_grant`, `invalid_request` */
  async redeemPreAuthorized(
    issuerParty: string,
    request: {
      readonly code: string
      readonly txCode: string | undefined
      readonly configurationIds: readonly string[] | null
    },
    client: TokenClient,
  ): Promise<TokenResponse> {
    const secret = this.#deps.links.read('code', issuerParty, request.code)
    const offer = secret && !secret.isExpired ? await this.#deps.offers.find(secret.offerId) : null
    if (!offer || !this.#isOpen(offer) || !offer.grants.includes('pre_authorized')) throw invalidGrant()
    requireSubset(request.configurationIds, offer)
    await this.#checkTxCode(offer, request.txCode)
    const byIdentifier = request.configurationIds !== null
    return this.#claim({ offer, client, byIdentifier, authorization: null })
  }

  /**
   * RFC 6749, section 4.1.3, with RFC 7636. A code that comes a second time may have been stolen the first time: what
   * was given for it ends.
   * @throws OAuthRefusal `invalid_grant`
   */
  async redeemCode(
    issuerParty: string,
    request: {
      readonly code: string
      readonly redirectUri: string
      readonly verifier: string
      readonly configurationIds: readonly string[] | null
    },
    client: TokenClient,
  ): Promise<TokenResponse> {
    const { store, clock, offers } = this.#deps
    const codeHash = hashSecret('code', request.code)
    const row = await store.reader.findOneBy(authorizationTable, { codeHash, issuerParty })
    if (!row || row.clientId !== client.clientId) throw invalidGrant()
    if (row.state === 'redeemed') {
      await this.#endAfterReuse(row)
      throw invalidGrant()
    }
    const isRight =
      row.codeExpiresAt > clock.now() &&
      row.redirectUri === request.redirectUri &&
      isVerifierOf(request.verifier, row.codeChallenge) &&
      (row.jkt === null || row.jkt === client.jkt) &&
      (row.clientJkt === null || row.clientJkt === client.clientJkt)
    const offer = isRight ? await offers.find(row.offerId) : null
    if (!offer || !this.#isOpen(offer)) throw invalidGrant()
    requireSubset(request.configurationIds, offer)
    const byIdentifier = row.byDetails || request.configurationIds !== null
    return this.#claim({ offer, client, byIdentifier, authorization: row })
  }

  #isOpen({ state, expiresAt }: OpenOfferRow): boolean {
    return state === 'open' && expiresAt > this.#deps.clock.now()
  }

  async #checkTxCode(offer: OpenOfferRow, txCode: string | undefined): Promise<void> {
    if (offer.txCode === null) {
      if (txCode === undefined) return
      throw new OAuthRefusal('invalid_request', 'tx_code_unexpected', 'this offer has no transaction code')
    }
    if (txCode === undefined)
      throw new OAuthRefusal('invalid_request', 'tx_code_missing', 'this offer needs its transaction code')
    if (!(await this.#deps.offers.tryTxCode(offer, txCode)))
      throw new OAuthRefusal('invalid_grant', 'tx_code_wrong', 'this is not the transaction code')
  }

  async #claimIn(tx: Tx, { offer, client, byIdentifier, authorization }: Claiming): Promise<TokenResponse> {
    const now = this.#deps.clock.now()
    await useClientProofs(tx, client)
    if (authorization) {
      const redeemed = { state: 'redeemed' as const }
      if (!(await change(tx, authorizationTable, { id: authorization.id, state: 'granted' }, redeemed)))
        throw invalidGrant()
    }
    const expiresAt = now + validMs(offer, client)
    const claimed = await rows(
      tx,
      // What is offered is kept as long as the token can fetch it.
      `UPDATE open_offer SET state = 'claimed', expires_at = CASE WHEN expires_at < ? THEN ? ELSE expires_at END
       WHERE id = ? AND state = 'open' AND expires_at > ? RETURNING id`,
      [expiresAt, expiresAt, offer.id, now],
    )
    if (claimed.length !== 1) throw invalidGrant()
    await this.#deps.audit.record(tx, 'system', 'open_offer.claimed', { offer: offer.id })
    const renewableUntil = offer.renewableDays === null ? null : now + offer.renewableDays * DAY_MS
    const authorizationId = authorization?.id ?? null
    const gift = { offer, client, byIdentifier, authorizationId, expiresAt, renewableUntil, renewal: null }
    return giveTokens(tx, gift, now)
  }

  /** All that came of it ends, also by refresh tokens, and however long ago the first token was (RFC 6749, 4.1.2). */
  async #endAfterReuse({ offerId }: AuthorizationRow): Promise<void> {
    const { store, clock, audit } = this.#deps
    await store.transact(async (tx) => {
      const revoked = { state: 'revoked' as const, sealed: null, settledAt: clock.now() }
      await change(tx, openOfferTable, { id: offerId, state: 'claimed' }, revoked)
      await change(tx, openOfferTable, { id: offerId, state: 'issued' }, { sealed: null })
      const refreshing = await tx.delete(refreshTokenTable, { offerId })
      const accessing = await tx.delete(openTokenTable, { offerId })
      if (!refreshing.affected && !accessing.affected) return
      await audit.record(tx, 'system', 'open_offer.code_reused', { offer: offerId })
    })
  }
}

const validMs = ({ deferred }: OpenOfferRow, { jkt }: TokenClient): number => {
  if (jkt === null) return BEARER_VALID_MS
  return deferred ? DEFERRED_VALID_MS : DPOP_VALID_MS
}

const invalidGrant = () =>
  new OAuthRefusal('invalid_grant', 'code_not_valid', 'this code is unknown, used, or too old')
