import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import { renewalMigration } from './open/renewal-tables.ts'
import { openIssuerMigration } from './open/tables.ts'
import {
  openWalletHolderMigration,
  openWalletMigration,
  walletHolderKeyMigration,
} from './open-wallet/tables.ts'

/**
 * `pending`: nobody has it yet · `delivered`: the wallet said yes to the offer and still has to fetch it ·
 * `redeemed`: every credential was handed over · `refused`: the wallet does not want it.
 */
export type OfferState = 'pending' | 'delivered' | 'redeemed' | 'refused'

/** Credentials that lie ready for one subject. Codes and tokens are kept as SHA-256 only. */
export interface OfferRow {
  id: string
  issuerParty: string
  subject: Did
  /** The DID it is redeemed with, where that is not the subject's. */
  redeemer: Did | null
  /** Wallet issuer URL of the subject; null when the offer is shown instead of sent. */
  deliverTo: string | null
  configurationIds: readonly string[]
  /** The signed credentials per configuration as JSON, sealed; null once they are not needed any more. */
  sealed: Buffer | null
  state: OfferState
  codeHash: string | null
  codeExpiresAt: number
  tokenHash: string | null
  tokenExpiresAt: number
  /** Thumbprint of the key that used the token first: only that one may use it again. */
  proofKey: string | null
  /** Configurations handed over so far. */
  handedOver: readonly string[]
  /** How often we tried to deliver it, and why the last time failed. */
  attempts: number
  lastError: string | null
  /** When the wallet confirmed it. */
  deliveredAt: number | null
  redeemedAt: number | null
  createdAt: number
  expiresAt: number
}

export const offerTable = new EntitySchema<OfferRow>({
  name: 'oid4vci_offer',
  columns: {
    id: column.id(),
    issuerParty: column.text('issuer_party'),
    subject: column.text('subject'),
    redeemer: column.optionalText('redeemer'),
    deliverTo: column.optionalText('deliver_to'),
    configurationIds: column.json('configuration_ids'),
    sealed: column.optionalBytes('sealed'),
    state: column.text('state'),
    codeHash: column.optionalText('code_hash'),
    codeExpiresAt: column.time('code_expires_at'),
    tokenHash: column.optionalText('token_hash'),
    tokenExpiresAt: column.time('token_expires_at'),
    proofKey: column.optionalText('proof_key'),
    handedOver: column.json('handed_over'),
    attempts: column.integer('attempts'),
    lastError: column.optionalText('last_error'),
    deliveredAt: column.optionalTime('delivered_at'),
    redeemedAt: column.optionalTime('redeemed_at'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
  },
})

/** A nonce that was used, kept until it would not be accepted any more. */
export interface UsedNonceRow {
  nonce: string
  expiresAt: number
}

export const usedNonceTable = new EntitySchema<UsedNonceRow>({
  name: 'oid4vci_used_nonce',
  columns: { nonce: column.id('nonce'), expiresAt: column.time('expires_at') },
})

/** Numbered after the table it changes. Who fetches an offer in the place of its subject. */
const offerRedeemerMigration: Migration = {
  id: 1795000009302,
  name: 'OfferRedeemer',
  up: ['ALTER TABLE oid4vci_offer ADD COLUMN redeemer text'],
}

const oid4vciMigration: Migration = {
  id: 1795000004001,
  name: 'Oid4vci',
  up: [
    `CREATE TABLE oid4vci_offer (
      id text PRIMARY KEY, issuer_party text NOT NULL, subject text NOT NULL, deliver_to text,
      configuration_ids text NOT NULL, sealed text, state text NOT NULL, code_hash text UNIQUE,
      code_expires_at bigint NOT NULL, token_hash text UNIQUE, token_expires_at bigint NOT NULL, proof_key text,
      handed_over text NOT NULL, attempts bigint NOT NULL, last_error text, delivered_at bigint, redeemed_at bigint,
      created_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    'CREATE INDEX oid4vci_offer_to_erase ON oid4vci_offer (expires_at) WHERE sealed IS NOT NULL',
    'CREATE TABLE oid4vci_used_nonce (nonce text PRIMARY KEY, expires_at bigint NOT NULL)',
    'CREATE INDEX oid4vci_used_nonce_to_forget ON oid4vci_used_nonce (expires_at)',
  ],
}

export const oid4vciMigrations = [
  oid4vciMigration,
  offerRedeemerMigration,
  openIssuerMigration,
  renewalMigration,
  openWalletMigration,
  openWalletHolderMigration,
  walletHolderKeyMigration,
] as const
