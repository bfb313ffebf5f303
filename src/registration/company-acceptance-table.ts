import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration, type Migrations } from '../store/index.ts'

/** On the trust anchor: that an organisation accepted a version after it was registered. */
export interface CompanyAcceptanceRow {
  id: string
  organisation: Did
  policyVersion: number
  acceptanceDigest: string
  /** The acceptance as its representative signed it, sealed under a key of its own. */
  sealed: Buffer
  attestationId: string
  offerId: string
  acceptedAt: number
}

export const companyAcceptanceTable = new EntitySchema<CompanyAcceptanceRow>({
  name: 'company_acceptance',
  columns: {
    id: column.id(),
    organisation: column.text('organisation'),
    policyVersion: column.integer('policy_version'),
    acceptanceDigest: column.text('acceptance_digest'),
    sealed: column.bytes('sealed'),
    attestationId: column.text('attestation_id'),
    offerId: column.text('offer_id'),
    acceptedAt: column.time('accepted_at'),
  },
})

/** On the trust anchor: one of those who must act together accepted a version; it counts once all of them did. */
export interface CoAcceptanceRow {
  id: string
  organisation: Did
  policyVersion: number
  signer: Did
  digest: string
  /** As she signed it, sealed under a key of its own. */
  sealed: Buffer
  acceptedAt: number
}

export const coAcceptanceTable = new EntitySchema<CoAcceptanceRow>({
  name: 'company_co_acceptance',
  columns: {
    id: column.id(),
    organisation: column.text('organisation'),
    policyVersion: column.integer('policy_version'),
    signer: column.text('signer'),
    digest: column.text('digest'),
    sealed: column.bytes('sealed'),
    acceptedAt: column.time('accepted_at'),
  },
})

const companyAcceptanceMigration: Migration = {
  id: 1795000530010,
  name: 'CompanyAcceptance',
  up: [
    `CREATE TABLE company_acceptance (
      id text PRIMARY KEY, organisation text NOT NULL, policy_version bigint NOT NULL, acceptance_digest text NOT NULL,
      sealed text NOT NULL, attestation_id text NOT NULL, offer_id text NOT NULL, accepted_at bigint NOT NULL,
      UNIQUE (organisation, policy_version))`,
  ],
}

export const companyAcceptanceMigrations: Migrations = [
  companyAcceptanceMigration,
  {
    id: 1795000530032,
    name: 'CompanyCoAcceptance',
    up: [
      `CREATE TABLE company_co_acceptance (
        id text PRIMARY KEY, organisation text NOT NULL, policy_version bigint NOT NULL, signer text NOT NULL,
        digest text NOT NULL, sealed text NOT NULL, accepted_at bigint NOT NULL,
        UNIQUE (organisation, policy_version, signer))`,
    ],
  },
]
