import type { Audit } from '../audit/index.ts'
import type { Clock } from '../core/index.ts'
import { hashSecret, newSecret, OAuthRefusal } from '../oauth/index.ts'
import { change, IsNull, MoreThan, Not, type Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Nonce, useNonce } from './nonces.ts'
import { type OfferRow, offerTable } from './offer-table.ts'
import { openReady } from './ready.ts'

const TOKEN_VALID_MS = 5 * 60_000

export interface RedemptionsDeps {
  readonly store: Store
  readonly vault: Pick<Vault, 'openText'>
  readonly clock: Clock
  readonly audit: Audit
}

export interface AccessToken {
  readonly accessToken: string
  readonly expiresInS: number
}

/** How an offer is redeemed: code, token, credentials; each step once, and all of it for the subject alone. */
export class Redemptions {
  readonly #deps: RedemptionsDeps

  constructor(deps: RedemptionsDeps) {
    this.#deps = deps
  }

  /** Exchanges a code for an access token, once. @throws OAuthRefusal `invalid_grant` */
  async redeemCode(issuerPartyId: string, code: string): Promise<AccessToken> {
    const { store, clock } = this.#deps
    const codeHash = hashSecret('code', code)
    const now = clock.now()
    // A guess costs a look-up and no turn of the writer.
    const row = await store.reader.findOneBy(offerTable, { codeHash, issuerParty: issuerPartyId })
    if (!row || row.codeExpiresAt <= now || row.expiresAt <= now) throw invalidGrant()
    const accessToken = newSecret()
    const tokenExpiresAt = Math.min(now + TOKEN_VALID_MS, row.expiresAt)
    const changed = await store.transact((tx) =>
      change(
        tx,
        offerTable,
        { id: row.id, codeHash, state: Not('refused') },
        { codeHash: null, tokenHash: hashSecret('token', accessToken), tokenExpiresAt, proofKey: null },
      ),
    )
    if (changed !== 1) throw invalidGrant()
    return { accessToken, expiresInS: Math.floor((tokenExpiresAt - now) / 1000) }
  }

  /** The offer a token opens at this party. @throws OAuthRefusal `invalid_token` */
  async requireByToken(issuerPartyId: string, accessToken: string): Promise<OfferRow> {
    const row = await this.#deps.store.reader.findOneBy(offerTable, {
      tokenHash: hashSecret('token', accessToken),
      issuerParty: issuerPartyId,
    })
    if (!row || row.tokenExpiresAt <= this.#deps.clock.now()) throw invalidToken()
    return row
  }

  /** The credentials of one configuration. @throws OAuthRefusal `invalid_token` when they are gone */
  async read(row: OfferRow, configurationId: string): Promise<readonly string[]> {
    if (row.sealed === null) throw invalidToken()
    const ready = await openReady(this.#deps.vault, row.id, row.sealed)
    return ready[configurationId] ?? []
  }

  /**
   * Records that a configuration is handed to whoever proved this key; the answer may only leave after it.
   * The same key may come again while the token lives: an answer that got lost must not lose the credential.
   * @throws OAuthRefusal `invalid_nonce`, `invalid_token`
   */
  async handOver(
    row: OfferRow,
    by: { readonly configurationId: string; readonly proofKey: string; readonly nonce: Nonce },
  ): Promise<void> {
    const { store, clock, audit } = this.#deps
    const { configurationId, proofKey, nonce } = by
    await store.transact(async (tx) => {
      const now = clock.now()
      await useNonce(tx, nonce)
      const live = { id: row.id, tokenHash: row.tokenHash ?? '', tokenExpiresAt: MoreThan(now) }
      const bound =
        (await change(tx, offerTable, { ...live, proofKey: IsNull() }, { proofKey })) ||
        (await change(tx, offerTable, { ...live, proofKey }, { proofKey }))
      // The row is ours now: a request for another configuration waits until we are done.
      const current = bound ? await tx.findOneBy(offerTable, { id: row.id }) : null
      if (!current) throw invalidToken()
      if (current.handedOver.includes(configurationId)) return
      const handedOver = [...current.handedOver, configurationId]
      const isDone = handedOver.length === current.configurationIds.length
      const done = isDone ? { state: 'redeemed' as const, redeemedAt: now } : {}
      await change(tx, offerTable, { id: row.id }, { handedOver, ...done })
      await audit.record(tx, 'system', 'offer.handed_over', { offer: row.id, type: configurationId })
    })
  }
}

const invalidGrant = () =>
  new OAuthRefusal('invalid_grant', 'code_not_valid', 'this code is unknown, used, or too old')

const invalidToken = () =>
  new OAuthRefusal('invalid_token', 'access_token_not_valid', 'this access token is unknown or too old')
