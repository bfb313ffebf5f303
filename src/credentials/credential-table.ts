import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { HeldFormat, HeldIssuer } from './held-format.ts'

/** A credential one of our parties holds, of any format. */
export interface HeldCredentialRow {
  id: string
  /** What stays the same when the credential is reissued with corrected claims: the id of the first one. */
  lineageId: string
  holderParty: string
  format: HeldFormat
  /** Its type: the `vct`, or the one of several types of a W3C credential it goes by. */
  vct: string
  issuer: HeldIssuer
  subject: Did
  /** SHA-256 of the issuer-signed part, base64url. */
  digest: string
  /** The credential as issued, with all its disclosures; sealed. */
  sealed: Buffer
  /** Key that presents it: a `kid`, or the DID whose signing key it is; null where it is bound to none. */
  bindingKey: string | null
  issuedAt: number
  expiresAt: number | null
  /** `current` ones are presented; an older one stays readable as it was. */
  state: 'current' | 'superseded'
  receivedAt: number
}

/** One that the network knows its issuer of. */
export type NetworkCredentialRow = HeldCredentialRow & { readonly issuer: Did }

export const heldCredentialTable = new EntitySchema<HeldCredentialRow>({
  name: 'held_credential',
  columns: {
    id: column.id(),
    lineageId: column.text('lineage_id'),
    holderParty: column.text('holder_party'),
    format: column.text('format'),
    vct: column.text('vct'),
    issuer: column.text('issuer'),
    subject: column.text('subject'),
    digest: column.text('digest'),
    sealed: column.bytes('sealed'),
    bindingKey: column.optionalText('binding_key'),
    issuedAt: column.time('issued_at'),
    expiresAt: column.optionalTime('expires_at'),
    state: column.text('state'),
    receivedAt: column.time('received_at'),
  },
})

/** A credential one of our parties issued: what is needed to revoke it, without its claims. */
export interface IssuedCredentialRow {
  /** The credential's `jti`. */
  id: string
  vct: string
  issuer: Did
  issuerParty: string
  subject: Did
  digest: string
  /** Key that signed it; null for what was issued before that was written down. */
  kid: string | null
  statusListId: string | null
  statusIndex: number | null
  issuedAt: number
  expiresAt: number
  revokedAt: number | null
}

export const issuedCredentialTable = new EntitySchema<IssuedCredentialRow>({
  name: 'issued_credential',
  columns: {
    id: column.id(),
    vct: column.text('vct'),
    issuer: column.text('issuer'),
    issuerParty: column.text('issuer_party'),
    subject: column.text('subject'),
    digest: column.text('digest'),
    kid: column.optionalText('kid'),
    statusListId: column.optionalText('status_list_id'),
    statusIndex: column.optionalInteger('status_index'),
    issuedAt: column.time('issued_at'),
    expiresAt: column.time('expires_at'),
    revokedAt: column.optionalTime('revoked_at'),
  },
})

export const credentialMigration: Migration = {
  id: 1795000000010,
  name: 'Credentials',
  up: [
    `CREATE TABLE held_credential (
      id text PRIMARY KEY, lineage_id text NOT NULL, holder_party text NOT NULL, format text NOT NULL, vct text NOT NULL,
      issuer text NOT NULL, subject text NOT NULL, digest text NOT NULL, sealed text NOT NULL, binding_key text,
      issued_at bigint NOT NULL, expires_at bigint, state text NOT NULL, received_at bigint NOT NULL,
      UNIQUE (holder_party, digest))`,
    `CREATE INDEX held_credential_by_type ON held_credential (holder_party, vct, state)`,
    `CREATE UNIQUE INDEX held_credential_by_lineage ON held_credential (lineage_id) WHERE state = 'current'`,
    `CREATE TABLE issued_credential (
      id text PRIMARY KEY, vct text NOT NULL, issuer text NOT NULL, issuer_party text NOT NULL, subject text NOT NULL,
      digest text NOT NULL, status_list_id text, status_index bigint, issued_at bigint NOT NULL,
      expires_at bigint NOT NULL, revoked_at bigint)`,
    'CREATE INDEX issued_credential_by_subject ON issued_credential (subject, vct)',
    'CREATE UNIQUE INDEX issued_credential_status ON issued_credential (status_list_id, status_index)',
  ],
}

/** Which key signed what: to find it when the key is given up. */
export const credentialKeysMigration: Migration = {
  id: 1795000000411,
  name: 'CredentialKeys',
  up: [
    'ALTER TABLE issued_credential ADD COLUMN kid text',
    'CREATE INDEX issued_credential_by_issuer ON issued_credential (issuer, kid)',
  ],
}
