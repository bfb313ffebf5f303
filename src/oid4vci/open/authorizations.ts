import type { Audit } from '../../audit/index.ts'
import { type Clock, newId, Refusal } from '../../core/index.ts'
import { hashSecret, newSecret, OAuthRefusal, type Once } from '../../oauth/index.ts'
import { change, MoreThan, type Store } from '../../store/index.ts'
import { useOnce } from '../nonces.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { Configuration, Configurations } from './formats.ts'
import type { OfferLinks } from './links.ts'
import type { OpenOffers } from './open-offers.ts'
import { type AuthorizationRow, authorizationTable, type OpenOfferRow } from './tables.ts'

const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:'
/** Long enough for a person to read what is asked. */
const REQUEST_VALID_MS = 5 * 60_000
const CODE_VALID_MS = 60_000

export interface AuthorizationsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly links: OfferLinks
  readonly offers: OpenOffers
  readonly configurations: Configurations
}

/** A pushed request that waits for its holder, and what it is about. */
export interface Asked {
  readonly row: AuthorizationRow
  readonly offer: OpenOfferRow
  readonly configuration: Configuration
}

export interface PushedBy {
  readonly jkt: string | null
  readonly clientJkt: string | null
  readonly once: readonly Once[]
}

/**
 * Authorization requests: pushed by the wallet, answered by the holder in a browser. The node has no accounts of holders;
 * who came is known by the `issuer_state` of an offer the issuer made for them and, where the offer has one, by its
 * transaction code.
 */
export class Authorizations {
  readonly #deps: AuthorizationsDeps

  constructor(deps: AuthorizationsDeps) {
    this.#deps = deps
  }

  /**
   * RFC 9126, section 2.
   * @param details configurations asked for by `authorization_details`; null without
   * @throws OAuthRefusal `invalid_request`, `invalid_scope`, `invalid_authorization_details`
   */
  async push(
    issuerParty: string,
    request: AuthorizationRequest,
    details: readonly string[] | null,
    by: PushedBy,
  ): Promise<{ readonly request_uri: string; readonly expires_in: number }> {
    const { store, clock } = this.#deps
    const offer = await this.#offerOf(issuerParty, request.issuerState)
    this.#requireAsked(offer, request.scopes, details)
    const reference = newSecret()
    const now = clock.now()
    await store.transact(async (tx) => {
      for (const once of by.once)
        if (!(await useOnce(tx, once)))
          throw new OAuthRefusal('invalid_request', 'proof_replayed', 'a proof was used before')
      await tx.insert(authorizationTable, {
        id: newId(),
        offerId: offer.id,
        issuerParty,
        clientId: request.clientId,
        redirectUri: request.redirectUri,
        clientState: request.state ?? null,
        codeChallenge: request.codeChallenge,
        byDetails: details !== null,
        jkt: by.jkt ?? request.dpopJkt ?? null,
        clientJkt: by.clientJkt,
        state: 'pushed',
        requestHash: hashSecret('request_uri', reference),
        requestExpiresAt: now + REQUEST_VALID_MS,
        codeHash: null,
        codeExpiresAt: 0,
        createdAt: now,
      })
    })
    return { request_uri: `${REQUEST_URI}${reference}`, expires_in: REQUEST_VALID_MS / 1000 }
  }

  /**
   * The request a browser was sent with.
   * @throws Refusal `authorization_unknown`: it is none of ours, answered, or too old
   */
  async require(issuerParty: string, requestUri: string, clientId?: string): Promise<Asked> {
    const { store, clock, offers, configurations } = this.#deps
    const isOurs = requestUri.startsWith(REQUEST_URI)
    const requestHash = hashSecret('request_uri', requestUri.slice(REQUEST_URI.length))
    const row = isOurs ? await store.reader.findOneBy(authorizationTable, { requestHash, issuerParty }) : null
    if (row?.state !== 'pushed' || row.requestExpiresAt <= clock.now()) throw unknownRequest()
    if (clientId !== undefined && row.clientId !== clientId) throw unknownRequest()
    const offer = await offers.find(row.offerId)
    const configuration = offer && configurations.find(offer.configurationId)
    if (!configuration || offer.state !== 'open' || offer.expiresAt <= clock.now()) throw unknownRequest()
    return { row, offer, configuration }
  }

  /**
   * The holder answers, once.
   * @returns where the browser goes: with a code, or with `access_denied` (RFC 6749, section 4.1.2; RFC 9207)
   * @throws Refusal `authorization_unknown`
   */
  async answer({ row, offer }: Asked, allows: boolean, issuer: string): Promise<string> {
    const { store, clock, audit } = this.#deps
    const now = clock.now()
    const code = newSecret()
    const set = allows
      ? { state: 'granted' as const, codeHash: hashSecret('code', code), codeExpiresAt: now + CODE_VALID_MS }
      : { state: 'refused' as const }
    await store.transact(async (tx) => {
      const waiting = { id: row.id, state: 'pushed' as const, requestExpiresAt: MoreThan(now) }
      if (!(await change(tx, authorizationTable, waiting, set))) throw unknownRequest()
      await audit.record(tx, 'system', allows ? 'open_offer.consented' : 'open_offer.declined', {
        offer: offer.id,
      })
    })
    const answer: Record<string, string> = allows ? { code } : { error: 'access_denied' }
    return withParameters(row.redirectUri, {
      ...answer,
      ...(row.clientState !== null && { state: row.clientState }),
      iss: issuer,
    })
  }

  /** Who sends it may have it from anybody: it counts only for an open offer of this very party. */
  async #offerOf(issuerParty: string, issuerState: string | undefined): Promise<OpenOfferRow> {
    const secret =
      issuerState === undefined ? null : this.#deps.links.read('issuer_state', issuerParty, issuerState)
    const offer = secret && !secret.isExpired ? await this.#deps.offers.find(secret.offerId) : null
    const isOpen = offer?.state === 'open' && offer.grants.includes('authorization_code')
    if (offer && isOpen && offer.expiresAt > this.#deps.clock.now()) return offer
    throw new OAuthRefusal(
      'invalid_request',
      'issuer_state_invalid',
      'this is not the issuer_state of an open offer',
    )
  }

  /** Each scope counts by itself, and those we do not know are passed over (section 5.1.2). */
  #requireAsked(offer: OpenOfferRow, scopes: readonly string[], details: readonly string[] | null): void {
    if (details?.some((id) => id !== offer.configurationId))
      throw new OAuthRefusal(
        'invalid_authorization_details',
        'configuration_not_offered',
        'this credential is not in the offer',
      )
    if (details) return
    const scope = this.#deps.configurations.find(offer.configurationId)?.scope
    if (scope === undefined || !scopes.includes(scope))
      throw new OAuthRefusal('invalid_scope', 'scope_not_offered', 'no scope of this request is in the offer')
  }
}

function withParameters(uri: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString()
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`
}

const unknownRequest = () =>
  new Refusal('gone', 'authorization_unknown', 'this request is unknown, answered, or too old')
