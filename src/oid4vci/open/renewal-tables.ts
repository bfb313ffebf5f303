import { column, EntitySchema, type Migration } from '../../store/index.ts'

/** What a wallet may come back with for a newer credential of an offer, kept as a digest. */
export interface RefreshTokenRow {
  id: string
  tokenHash: string
  /** All tokens that came of one offer are one family. */
  offerId: string
  issuerParty: string
  /** Thumbprint of the key it is bound to. */
  jkt: string
  clientId: string | null
  /** Key of the client instance, where a wallet provider vouched for it. */
  clientJkt: string | null
  /** `spent`: a newer one took its place. */
  state: 'current' | 'spent'
  byIdentifier: boolean
  createdAt: number
  expiresAt: number
}

export const refreshTokenTable = new EntitySchema<RefreshTokenRow>({
  name: 'open_refresh_token',
  columns: {
    id: column.id(),
    tokenHash: column.text('token_hash'),
    offerId: column.text('offer_id'),
    issuerParty: column.text('issuer_party'),
    jkt: column.text('jkt'),
    clientId: column.optionalText('client_id'),
    clientJkt: column.optionalText('client_jkt'),
    state: column.text('state'),
    byIdentifier: column.json('by_identifier'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
  },
})

export const renewalMigration: Migration = {
  id: 1795000011500,
  name: 'OpenIssuerRenewal',
  up: [
    'ALTER TABLE open_offer ADD COLUMN renewable_days bigint',
    'ALTER TABLE open_token ADD COLUMN renewal text',
    `CREATE TABLE open_refresh_token (
      id text PRIMARY KEY, token_hash text NOT NULL UNIQUE, offer_id text NOT NULL, issuer_party text NOT NULL,
      jkt text NOT NULL, client_id text, client_jkt text, state text NOT NULL, by_identifier text NOT NULL,
      created_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    'CREATE INDEX open_refresh_token_of_offer ON open_refresh_token (offer_id)',
    'CREATE INDEX open_refresh_token_to_forget ON open_refresh_token (expires_at)',
  ],
}
