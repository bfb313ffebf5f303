import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { LinkFacts } from './chain.ts'

/** A link over a grant one of our parties gave, as the grantee told us of it. */
export interface GrantLinkRow extends LinkFacts {
  /** The delegation credential's `jti`. */
  id: string
  grantorParty: string
  /** What the network calls the intermediary; empty when it could not be asked. */
  delegateName: string
  /** Who cut it: the pseudonym of the audit log. */
  cutBy: string | null
  /** When its owner, after the cut, let the grant be passed on to this intermediary again. */
  allowedAt: number | null
}

export const grantLinkTable = new EntitySchema<GrantLinkRow>({
  name: 'grant_link',
  columns: {
    id: column.id(),
    grantId: column.text('grant_id'),
    grantorParty: column.text('grantor_party'),
    principal: column.text('principal'),
    delegate: column.text('delegate'),
    delegateName: column.text('delegate_name'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    recipients: column.json('recipients'),
    startsAt: column.time('starts_at'),
    expiresAt: column.time('expires_at'),
    cutAt: column.optionalTime('cut_at'),
    cutBy: column.optionalText('cut_by'),
    allowedAt: column.optionalTime('allowed_at'),
    endedAt: column.optionalTime('ended_at'),
  },
})

/** A delegation a principal said it will offer us. */
export interface ExpectedDelegationRow {
  /** The delegation credential's `jti`. */
  id: string
  principal: Did
  /** What the network calls the principal and the owner, once the offer was looked at. */
  principalName: string | null
  ownerName: string | null
  toldAt: number
}

export const expectedDelegationTable = new EntitySchema<ExpectedDelegationRow>({
  name: 'expected_delegation',
  columns: {
    id: column.id(),
    principal: column.text('principal'),
    principalName: column.optionalText('principal_name'),
    ownerName: column.optionalText('owner_name'),
    toldAt: column.time('told_at'),
  },
})

/** On whose behalf we read under what we hold, and what we show for it. */
export interface HeldDelegation {
  readonly principal: Did
  readonly principalName: string
  readonly grantId: string
  /** The principal's grant, nothing disclosed. */
  readonly grant: string
}

export const chainMigration: Migration = {
  id: 1795000000350,
  name: 'Chain',
  up: [
    `CREATE TABLE grant_link (
      id text PRIMARY KEY, grant_id text NOT NULL, grantor_party text NOT NULL, principal text NOT NULL,
      delegate text NOT NULL, delegate_name text NOT NULL, claims text NOT NULL, purpose text NOT NULL,
      recipients text NOT NULL, starts_at bigint NOT NULL, expires_at bigint NOT NULL, cut_at bigint, cut_by text,
      ended_at bigint)`,
    'CREATE INDEX grant_link_by_grantor ON grant_link (grantor_party, id)',
    'CREATE INDEX grant_link_by_grant ON grant_link (grant_id)',
    `CREATE TABLE expected_delegation (
      id text PRIMARY KEY, principal text NOT NULL, principal_name text, owner_name text, told_at bigint NOT NULL)`,
    'CREATE INDEX expected_delegation_by_principal ON expected_delegation (principal)',
    'ALTER TABLE given_grant ADD COLUMN delegation text',
    'ALTER TABLE received_grant ADD COLUMN delegation text',
    'ALTER TABLE access_event ADD COLUMN link_id text',
    'ALTER TABLE access_event ADD COLUMN principal text',
    'CREATE INDEX access_event_by_link ON access_event (link_id, id) WHERE link_id IS NOT NULL',
  ],
}

export const allowedAgainMigration: Migration = {
  id: 1795000000395,
  name: 'AllowedAgain',
  up: ['ALTER TABLE grant_link ADD COLUMN allowed_at bigint'],
}
