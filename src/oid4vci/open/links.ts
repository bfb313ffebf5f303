import type { Clock } from '../../core/index.ts'
import { type Ticket, Tickets } from '../../oauth/index.ts'
import type { Vault } from '../../vault/index.ts'
import { PRE_AUTHORIZED_CODE } from '../names.ts'
import type { OpenOfferRow } from './tables.ts'

/** A code from an offer that can be fetched again is short; a new one comes with each fetch. */
const CODE_VALID_MS = 10 * 60_000
const SCHEME = 'openid-credential-offer://'

/** What of an open offer is in the hands of whoever has its link. */
export type OfferSecret = 'code' | 'reference' | 'issuer_state'

type Offered = Pick<
  OpenOfferRow,
  'id' | 'issuerParty' | 'configurationId' | 'grants' | 'txCode' | 'expiresAt'
>

/** The Credential Offer object (OpenID4VCI 1.0, section 4.1.1). */
export interface OpenCredentialOffer {
  readonly credential_issuer: string
  readonly credential_configuration_ids: readonly string[]
  readonly grants: Readonly<Record<string, object>>
}

/** Makes the secrets of offers, and reads them back: they are made of the offer's id, and kept nowhere. */
export class OfferLinks {
  readonly #tickets: Readonly<Record<OfferSecret, Tickets>>
  readonly #clock: Clock

  constructor(deps: { vault: Pick<Vault, 'deriveKey'>; clock: Clock }) {
    const of = (kind: OfferSecret) => new Tickets(`oid4vci open offer ${kind}`, deps)
    this.#tickets = { code: of('code'), reference: of('reference'), issuer_state: of('issuer_state') }
    this.#clock = deps.clock
  }

  /** The id of the offer a secret is of, also when it is too old; null when it is none of this party. */
  read(kind: OfferSecret, issuerParty: string, text: string): (Ticket & { readonly offerId: string }) | null {
    const ticket = this.#tickets[kind].read(issuerParty, text)
    return ticket && { ...ticket, offerId: uuidOf(ticket.body) }
  }

  /** @param by whether it travels as it is, or is fetched: then its code is short */
  offer(row: Offered, issuer: string, by: 'value' | 'reference'): OpenCredentialOffer {
    const codeEnds =
      by === 'value' ? row.expiresAt : Math.min(row.expiresAt, this.#clock.now() + CODE_VALID_MS)
    const grants: Record<string, object> = {}
    if (row.grants.includes('pre_authorized'))
      grants[PRE_AUTHORIZED_CODE] = {
        'pre-authorized_code': this.#secret('code', row, codeEnds),
        ...(row.txCode && { tx_code: { input_mode: 'numeric', ...row.txCode } }),
      }
    if (row.grants.includes('authorization_code'))
      grants.authorization_code = { issuer_state: this.#secret('issuer_state', row, row.expiresAt) }
    return { credential_issuer: issuer, credential_configuration_ids: [row.configurationId], grants }
  }

  /** The link that opens a wallet (OpenID4VCI 1.0, section 4.1). */
  link(row: Offered, issuer: string, by: 'value' | 'reference'): string {
    const [name, value] =
      by === 'value'
        ? ['credential_offer', JSON.stringify(this.offer(row, issuer, by))]
        : ['credential_offer_uri', `${issuer}/offers/${this.#secret('reference', row, row.expiresAt)}`]
    return `${SCHEME}?${name}=${encodeURIComponent(value)}`
  }

  #secret(kind: OfferSecret, { id, issuerParty }: Offered, expiresAt: number): string {
    return this.#tickets[kind].create(issuerParty, expiresAt, Buffer.from(id.replaceAll('-', ''), 'hex'))
  }
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
