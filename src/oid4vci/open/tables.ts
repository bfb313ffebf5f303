import type { Did } from '../../core/index.ts'
import type { PublicJwk } from '../../jose/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import { refreshTokenTable } from './renewal-tables.ts'

/**
 * `open`: nobody took it yet · `claimed`: somebody holds a token for it · `waiting`: the holder named its keys, and we
 * have not decided · `ready`: we said yes, and the wallet has to come back · `issued` · `denied`: we said no ·
 * `suspended`: what was issued does not hold for now · `revoked`: we took it back · `dead`: somebody guessed at its transaction code too often.
 */
export const openOfferStates = [
  'open',
  'claimed',
  'waiting',
  'ready',
  'issued',
  'suspended',
  'denied',
  'revoked',
  'dead',
] as const
export type OpenOfferState = (typeof openOfferStates)[number]

export const grantKinds = ['pre_authorized', 'authorization_code'] as const
export type GrantKind = (typeof grantKinds)[number]

/** What a holder is asked for besides the offer itself; the code is kept as a keyed digest. */
export interface TxCode {
  readonly length: number
  readonly description?: string
}

/** A credential for whoever redeems the offer. Its secrets are made from its id and our master key, so none is kept. */
export interface OpenOfferRow {
  id: string
  issuerParty: string
  /** Name of the credential type. */
  type: string
  configurationId: string
  grants: readonly GrantKind[]
  /** The claims as JSON, sealed; null as soon as they are not needed any more. */
  sealed: Buffer | null
  state: OpenOfferState
  txCode: TxCode | null
  txCodeHash: string | null
  /** How often a transaction code was tried. */
  txTries: number
  /** Whether we look at it once more before it is issued. */
  deferred: boolean
  /** So many days after it was fetched its holder may fetch a newer one; the claims are kept as long. */
  renewableDays: number | null
  createdAt: number
  expiresAt: number
  settledAt: number | null
}

export const openOfferTable = new EntitySchema<OpenOfferRow>({
  name: 'open_offer',
  columns: {
    id: column.id(),
    issuerParty: column.text('issuer_party'),
    type: column.text('type'),
    configurationId: column.text('configuration_id'),
    grants: column.json('grants'),
    sealed: column.optionalBytes('sealed'),
    state: column.text('state'),
    txCode: column.optionalJson('tx_code'),
    txCodeHash: column.optionalText('tx_code_hash'),
    txTries: column.integer('tx_tries'),
    deferred: column.json('deferred'),
    renewableDays: column.optionalInteger('renewable_days'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
    settledAt: column.optionalTime('settled_at'),
  },
})

/** An authorization request, from being pushed to its code being used. Its `request_uri` and code are kept as digests. */
export interface AuthorizationRow {
  id: string
  offerId: string
  issuerParty: string
  clientId: string
  redirectUri: string
  clientState: string | null
  codeChallenge: string
  /** Whether the wallet asked with `authorization_details`, and gets credential identifiers. */
  byDetails: boolean
  /** Key every token must be bound to, where the wallet said so (RFC 9449, section 10). */
  jkt: string | null
  /** Key of the client instance that pushed it, where a wallet provider vouched for it. */
  clientJkt: string | null
  state: 'pushed' | 'granted' | 'redeemed' | 'refused'
  requestHash: string
  requestExpiresAt: number
  codeHash: string | null
  codeExpiresAt: number
  createdAt: number
}

export const authorizationTable = new EntitySchema<AuthorizationRow>({
  name: 'open_authorization',
  columns: {
    id: column.id(),
    offerId: column.text('offer_id'),
    issuerParty: column.text('issuer_party'),
    clientId: column.text('client_id'),
    redirectUri: column.text('redirect_uri'),
    clientState: column.optionalText('client_state'),
    codeChallenge: column.text('code_challenge'),
    byDetails: column.json('by_details'),
    jkt: column.optionalText('jkt'),
    clientJkt: column.optionalText('client_jkt'),
    state: column.text('state'),
    requestHash: column.text('request_hash'),
    requestExpiresAt: column.time('request_expires_at'),
    codeHash: column.optionalText('code_hash'),
    codeExpiresAt: column.time('code_expires_at'),
    createdAt: column.time('created_at'),
  },
})

/** What a wallet may fetch credentials with, kept as a digest. */
export interface OpenTokenRow {
  id: string
  tokenHash: string
  offerId: string
  issuerParty: string
  configurationId: string
  /** Whether credentials are asked for by identifier: the offer's id. */
  byIdentifier: boolean
  /** Thumbprint of the key it is bound to; null for a Bearer token. */
  jkt: string | null
  clientId: string | null
  authorizationId: string | null
  /** Whether it is for a newer one of what was issued before, once; null for the first. */
  renewal: 'due' | 'done' | null
  createdAt: number
  expiresAt: number
}

export const openTokenTable = new EntitySchema<OpenTokenRow>({
  name: 'open_token',
  columns: {
    id: column.id(),
    tokenHash: column.text('token_hash'),
    offerId: column.text('offer_id'),
    issuerParty: column.text('issuer_party'),
    configurationId: column.text('configuration_id'),
    byIdentifier: column.json('by_identifier'),
    jkt: column.optionalText('jkt'),
    clientId: column.optionalText('client_id'),
    authorizationId: column.optionalText('authorization_id'),
    renewal: column.optionalText('renewal'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
  },
})

export const walletEvents = ['credential_accepted', 'credential_failure', 'credential_deleted'] as const
export type WalletEvent = (typeof walletEvents)[number]

/** One credential request that was good: what came of it. */
export interface IssuanceRow {
  id: string
  offerId: string
  issuerParty: string
  tokenId: string
  /** The keys to bind to, with whose they are, as JSON; null once issued. */
  keys: readonly HolderKey[] | null
  transactionHash: string | null
  credentialIds: readonly string[]
  notificationHash: string | null
  /** The last thing the wallet said became of it. */
  event: WalletEvent | null
  createdAt: number
  issuedAt: number | null
}

/** A key that credentials are bound to, and the DID it is of: its own did:jwk where the wallet names none. */
export interface HolderKey {
  readonly jwk: PublicJwk
  readonly subject: Did
}

export const issuanceTable = new EntitySchema<IssuanceRow>({
  name: 'open_issuance',
  columns: {
    id: column.id(),
    offerId: column.text('offer_id'),
    issuerParty: column.text('issuer_party'),
    tokenId: column.text('token_id'),
    keys: column.optionalJson('keys'),
    transactionHash: column.optionalText('transaction_hash'),
    credentialIds: column.json('credential_ids'),
    notificationHash: column.optionalText('notification_hash'),
    event: column.optionalText('event'),
    createdAt: column.time('created_at'),
    issuedAt: column.optionalTime('issued_at'),
  },
})

export const openIssuerTables = [
  openOfferTable,
  authorizationTable,
  openTokenTable,
  issuanceTable,
  refreshTokenTable,
]

export const openIssuerMigration: Migration = {
  id: 1795000010500,
  name: 'OpenIssuer',
  up: [
    `CREATE TABLE open_offer (
      id text PRIMARY KEY, issuer_party text NOT NULL, type text NOT NULL, configuration_id text NOT NULL,
      grants text NOT NULL, sealed text, state text NOT NULL, tx_code text, tx_code_hash text,
      tx_tries bigint NOT NULL, deferred text NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL,
      settled_at bigint)`,
    'CREATE INDEX open_offer_to_erase ON open_offer (expires_at) WHERE sealed IS NOT NULL',
    'CREATE INDEX open_offer_of_party ON open_offer (issuer_party, id)',
    `CREATE TABLE open_authorization (
      id text PRIMARY KEY, offer_id text NOT NULL, issuer_party text NOT NULL, client_id text NOT NULL,
      redirect_uri text NOT NULL, client_state text, code_challenge text NOT NULL, by_details text NOT NULL, jkt text,
      client_jkt text, state text NOT NULL, request_hash text NOT NULL UNIQUE, request_expires_at bigint NOT NULL,
      code_hash text UNIQUE, code_expires_at bigint NOT NULL, created_at bigint NOT NULL)`,
    'CREATE INDEX open_authorization_to_forget ON open_authorization (created_at)',
    `CREATE TABLE open_token (
      id text PRIMARY KEY, token_hash text NOT NULL UNIQUE, offer_id text NOT NULL, issuer_party text NOT NULL,
      configuration_id text NOT NULL, by_identifier text NOT NULL, jkt text, client_id text, authorization_id text,
      created_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    'CREATE INDEX open_token_to_forget ON open_token (expires_at)',
    'CREATE INDEX open_token_of_authorization ON open_token (authorization_id)',
    `CREATE TABLE open_issuance (
      id text PRIMARY KEY, offer_id text NOT NULL UNIQUE, issuer_party text NOT NULL, token_id text NOT NULL, keys text,
      transaction_hash text UNIQUE, credential_ids text NOT NULL, notification_hash text UNIQUE, event text,
      created_at bigint NOT NULL, issued_at bigint)`,
  ],
}
