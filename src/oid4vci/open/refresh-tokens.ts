import type { Audit } from '../../audit/index.ts'
import type { Clock } from '../../core/index.ts'
import { hashSecret, OAuthRefusal } from '../../oauth/index.ts'
import { change, placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import type { OpenOffers } from './open-offers.ts'
import { type RefreshTokenRow, refreshTokenTable } from './renewal-tables.ts'
import { type OpenOfferState, openOfferTable, openTokenTable } from './tables.ts'
import {
  giveTokens,
  requireSubset,
  type TokenClient,
  type TokenResponse,
  useClientProofs,
} from './token-giving.ts'

export interface RefreshingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly offers: Pick<OpenOffers, 'find'>
}

const ACCESS_VALID_MS = 3_600_000
/** Its holder has not fetched it yet: a new access token is for the same, and for nothing more. */
const NOT_YET: readonly OpenOfferState[] = ['claimed', 'waiting', 'ready']

/** Refresh tokens for newer ones, each once (RFC 6749, section 6; RFC 9700, section 4.14). */
export class Refreshing {
  readonly #deps: RefreshingDeps

  constructor(deps: RefreshingDeps) {
    this.#deps = deps
  }

  /**
   * A token counts for who has the key it is bound to, and is replaced by its use. One that comes back with its key was
   * copied, or its answer was lost: which, nobody can tell, so all of its family end.
   * @throws OAuthRefusal `invalid_grant`, `invalid_dpop_proof`, `invalid_client`
   */
  async redeem(
    issuerParty: string,
    request: { readonly refreshToken: string; readonly configurationIds: readonly string[] | null },
    client: TokenClient,
  ): Promise<TokenResponse> {
    const { store, clock } = this.#deps
    const tokenHash = hashSecret('refresh_token', request.refreshToken)
    const row = await store.reader.findOneBy(refreshTokenTable, { tokenHash, issuerParty })
    if (!row || !isOf(row, client)) throw notValid()
    const now = clock.now()
    const expiresAt = now + ACCESS_VALID_MS
    const answer = await store.transact(async (tx) => {
      await useClientProofs(tx, client)
      // What is not fetched yet is kept as long as the new token can fetch it. The offer before its tokens, as everywhere.
      await rows(
        tx,
        `UPDATE open_offer SET expires_at = CASE WHEN expires_at < ? AND state IN (${placeholders(NOT_YET.length)})
           THEN ? ELSE expires_at END WHERE id = ? RETURNING id`,
        [expiresAt, ...NOT_YET, expiresAt, row.offerId],
      )
      const spent = { id: row.id, state: 'current' as const }
      if (await change(tx, refreshTokenTable, spent, { state: 'spent' }))
        return this.#renewIn(tx, row, { ...request, now }, client)
      await this.#endFamily(tx, row)
      return null
    })
    if (!answer) throw notValid()
    return answer
  }

  async #renewIn(
    tx: Tx,
    { offerId, byIdentifier, expiresAt: renewableUntil }: RefreshTokenRow,
    asked: { readonly configurationIds: readonly string[] | null; readonly now: number },
    client: TokenClient,
  ): Promise<TokenResponse> {
    const { configurationIds, now } = asked
    const { audit } = this.#deps
    const offer = await tx.findOneBy(openOfferTable, { id: offerId })
    const isIssued = offer?.state === 'issued'
    // While it is suspended there is no newer one either; what was refused spends nothing.
    if (!offer?.sealed || renewableUntil <= now || !(isIssued || NOT_YET.includes(offer.state)))
      throw notValid()
    requireSubset(configurationIds, offer)
    await audit.record(tx, 'system', 'open_offer.refreshed', { offer: offerId })
    return giveTokens(
      tx,
      {
        ...{ offer, client, renewableUntil, authorizationId: null },
        byIdentifier: byIdentifier || configurationIds !== null,
        renewal: isIssued ? 'due' : null,
        expiresAt: now + ACCESS_VALID_MS,
      },
      now,
    )
  }

  async #endFamily(tx: Tx, { offerId }: RefreshTokenRow): Promise<void> {
    const { clock, audit } = this.#deps
    // What was issued holds; what was not yet would go to who copied the token.
    await change(tx, openOfferTable, { id: offerId, state: 'issued' }, { sealed: null })
    for (const state of NOT_YET)
      await change(
        tx,
        openOfferTable,
        { id: offerId, state },
        { state: 'revoked', sealed: null, settledAt: clock.now() },
      )
    await tx.delete(refreshTokenTable, { offerId })
    await tx.delete(openTokenTable, { offerId })
    await audit.record(tx, 'system', 'open_offer.refresh_reused', { offer: offerId })
  }
}

/** The key it is bound to, and the client it was given to: to anybody else it is nothing. */
const isOf = (row: RefreshTokenRow, { jkt, clientId, clientJkt }: TokenClient): boolean =>
  row.jkt === jkt && row.clientId === clientId && (row.clientJkt === null || row.clientJkt === clientJkt)

const notValid = () =>
  new OAuthRefusal(
    'invalid_grant',
    'refresh_token_not_valid',
    'this refresh token is unknown, used, too old, or of another wallet',
  )
