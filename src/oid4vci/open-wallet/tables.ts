import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { WalletEvent } from './credential-request.ts'

/**
 * `waiting`: somebody has to decide · `authorizing`: she opens a link of the issuer's in her browser · `redeeming`: it is
 * being fetched · `deferred`: the issuer needs time · `received` · `declined` · `failed` · `expired`: nobody decided.
 */
export const walletOfferStates = [
  'waiting',
  'authorizing',
  'redeeming',
  'deferred',
  'received',
  'declined',
  'failed',
  'expired',
] as const
export type WalletOfferState = (typeof walletOfferStates)[number]

/** An offer somebody pasted, or that we made ourselves of what is about to end. */
export interface WalletOfferRow {
  id: string
  holderParty: string
  /** Person who pasted it; null where the node itself did. */
  addedBy: string | null
  credentialIssuer: string
  /** Whether its issuer is one whose offers are taken without asking. */
  isTrusted: boolean
  /** Whether it is of our own network, where holders are known by their DIDs. */
  isNetwork: boolean
  /** The offer with its codes, sealed; null as soon as they are worth nothing. */
  sealedOffer: Buffer | null
  /** Who offers what, as it is shown; sealed. */
  sealedShown: Buffer
  state: WalletOfferState
  /** Why it failed or still waits; a code. */
  reason: string | null
  /** Lineage of the credential it takes the place of. */
  renews: string | null
  /** How many of each, every one bound to a key of its own. */
  copies: number
  /** `did`: bound to its holder's DID where the issuer knows our kind · `own`: to a new ES256 key, whoever issues. */
  holderKey: 'did' | 'own'
  credentialIds: readonly string[]
  createdAt: number
  decidedAt: number | null
  expiresAt: number
}

export const walletOfferTable = new EntitySchema<WalletOfferRow>({
  name: 'wallet_offer',
  columns: {
    id: column.id(),
    holderParty: column.text('holder_party'),
    addedBy: column.optionalText('added_by'),
    credentialIssuer: column.text('credential_issuer'),
    isTrusted: column.json('is_trusted'),
    isNetwork: column.json('is_network'),
    sealedOffer: column.optionalBytes('sealed_offer'),
    sealedShown: column.bytes('sealed_shown'),
    state: column.text('state'),
    reason: column.optionalText('reason'),
    renews: column.optionalText('renews'),
    copies: column.integer('copies'),
    holderKey: column.text('holder_key'),
    credentialIds: column.json('credential_ids'),
    createdAt: column.time('created_at'),
    decidedAt: column.optionalTime('decided_at'),
    expiresAt: column.time('expires_at'),
  },
})

/** A browser on its way to an authorization server and back. Its secrets are kept as digests. */
export interface WalletAuthorizationRow {
  id: string
  offerId: string
  holderParty: string
  /** `linked`: the link was shown · `sent`: a browser opened it · `answered`: it came back, or another link took over. */
  state: 'linked' | 'sent' | 'answered'
  startHash: string
  stateHash: string | null
  /** The one browser that may come back. */
  browserHash: string | null
  /** PKCE verifier, client and server; sealed. */
  sealed: Buffer | null
  createdAt: number
  expiresAt: number
}

export const walletAuthorizationTable = new EntitySchema<WalletAuthorizationRow>({
  name: 'wallet_authorization',
  columns: {
    id: column.id(),
    offerId: column.text('offer_id'),
    holderParty: column.text('holder_party'),
    state: column.text('state'),
    startHash: column.text('start_hash'),
    stateHash: column.optionalText('state_hash'),
    browserHash: column.optionalText('browser_hash'),
    sealed: column.optionalBytes('sealed'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
  },
})

/** One credential of one offer: what we go back to its issuer for. */
export interface WalletIssuanceRow {
  id: string
  offerId: string
  holderParty: string
  configurationId: string
  /** `deferred`: we come back for it · `kept` · `failed`: not what was offered · `ended`: there is nothing to come back for. */
  state: 'deferred' | 'kept' | 'failed' | 'ended'
  /** Tokens, keys and ids of the issuer's; sealed. */
  sealed: Buffer | null
  credentialIds: readonly string[]
  /** When we come back: for the deferred credential, or for a newer one. */
  dueAt: number | null
  tries: number
  /** What the issuer has to hear, and when it is told (again). */
  event: WalletEvent | null
  tellAt: number | null
  tellTries: number
  createdAt: number
}

export const walletIssuanceTable = new EntitySchema<WalletIssuanceRow>({
  name: 'wallet_issuance',
  columns: {
    id: column.id(),
    offerId: column.text('offer_id'),
    holderParty: column.text('holder_party'),
    configurationId: column.text('configuration_id'),
    state: column.text('state'),
    sealed: column.optionalBytes('sealed'),
    credentialIds: column.json('credential_ids'),
    dueAt: column.optionalTime('due_at'),
    tries: column.integer('tries'),
    event: column.optionalText('event'),
    tellAt: column.optionalTime('tell_at'),
    tellTries: column.integer('tell_tries'),
    createdAt: column.time('created_at'),
  },
})

export const openWalletTables = [walletOfferTable, walletAuthorizationTable, walletIssuanceTable]

export const openWalletMigration: Migration = {
  id: 1795000010700,
  name: 'OpenWallet',
  up: [
    `CREATE TABLE wallet_offer (
      id text PRIMARY KEY, holder_party text NOT NULL, added_by text, credential_issuer text NOT NULL,
      is_trusted text NOT NULL, is_network text NOT NULL, sealed_offer text, sealed_shown text NOT NULL,
      state text NOT NULL, reason text, renews text, copies bigint NOT NULL, credential_ids text NOT NULL,
      created_at bigint NOT NULL, decided_at bigint, expires_at bigint NOT NULL)`,
    'CREATE INDEX wallet_offer_of_party ON wallet_offer (holder_party, id)',
    'CREATE INDEX wallet_offer_to_expire ON wallet_offer (expires_at) WHERE sealed_offer IS NOT NULL',
    `CREATE TABLE wallet_authorization (
      id text PRIMARY KEY, offer_id text NOT NULL, holder_party text NOT NULL, state text NOT NULL,
      start_hash text NOT NULL UNIQUE, state_hash text UNIQUE, browser_hash text, sealed text,
      created_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    'CREATE INDEX wallet_authorization_of_offer ON wallet_authorization (offer_id)',
    'CREATE INDEX wallet_authorization_to_forget ON wallet_authorization (expires_at)',
    `CREATE TABLE wallet_issuance (
      id text PRIMARY KEY, offer_id text NOT NULL, holder_party text NOT NULL, configuration_id text NOT NULL,
      state text NOT NULL, sealed text, credential_ids text NOT NULL, due_at bigint, tries bigint NOT NULL,
      event text, tell_at bigint, tell_tries bigint NOT NULL, created_at bigint NOT NULL)`,
    'CREATE INDEX wallet_issuance_due ON wallet_issuance (due_at) WHERE due_at IS NOT NULL',
    'CREATE INDEX wallet_issuance_to_tell ON wallet_issuance (tell_at) WHERE tell_at IS NOT NULL',
    'CREATE INDEX wallet_issuance_of_offer ON wallet_issuance (offer_id)',
  ],
}

/** A credential that somebody sets aside is found among the live ones of its holder. */
export const openWalletHolderMigration: Migration = {
  id: 1795000010701,
  name: 'OpenWalletHolder',
  up: ["CREATE INDEX wallet_issuance_of_holder ON wallet_issuance (holder_party) WHERE state <> 'ended'"],
}

export const walletHolderKeyMigration: Migration = {
  id: 1795000012100,
  name: 'WalletHolderKey',
  up: ["ALTER TABLE wallet_offer ADD COLUMN holder_key text NOT NULL DEFAULT 'did'"],
}
