import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { ClaimTarget, Readers } from './ports.ts'

/** A grant of ours that we passed on to an intermediary. */
export interface GivenDelegationRow {
  /** The delegation credential's `jti`. */
  id: string
  grantId: string
  /** The organisation whose node the owner's is. */
  owner: Did
  ownerName: string
  delegate: Did
  delegateName: string
  delegateWallet: string
  claims: readonly ClaimTarget[]
  purpose: readonly string[]
  recipients: Readers
  expiresAt: number
  /** The owner is told first, then the intermediary that an offer comes; then it is issued. */
  state: 'telling_owner' | 'announcing' | 'given' | 'ended'
  /** The `jti` of the message that is on its way; empty when none is. */
  tellId: string
  /** Why it ended. */
  endedCode: string | null
  createdAt: number
  endedAt: number | null
  /** When the owner, who cut it, let the grant be passed on to this intermediary again. */
  allowedAt: number | null
}

export const givenDelegationTable = new EntitySchema<GivenDelegationRow>({
  name: 'given_delegation',
  columns: {
    id: column.id(),
    grantId: column.text('grant_id'),
    owner: column.text('owner'),
    ownerName: column.text('owner_name'),
    delegate: column.text('delegate'),
    delegateName: column.text('delegate_name'),
    delegateWallet: column.text('delegate_wallet'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    recipients: column.json('recipients'),
    expiresAt: column.time('expires_at'),
    state: column.text('state'),
    tellId: column.text('tell_id'),
    endedCode: column.optionalText('ended_code'),
    createdAt: column.time('created_at'),
    endedAt: column.optionalTime('ended_at'),
    allowedAt: column.optionalTime('allowed_at'),
  },
})

export const chainsMigration: Migration = {
  id: 1795000000351,
  name: 'Chains',
  up: [
    `CREATE TABLE given_delegation (
      id text PRIMARY KEY, grant_id text NOT NULL, owner text NOT NULL, owner_name text NOT NULL,
      delegate text NOT NULL, delegate_name text NOT NULL, delegate_wallet text NOT NULL, claims text NOT NULL,
      purpose text NOT NULL, recipients text NOT NULL, expires_at bigint NOT NULL, state text NOT NULL,
      tell_id text NOT NULL, ended_code text, created_at bigint NOT NULL, ended_at bigint)`,
    'CREATE INDEX given_delegation_by_grant ON given_delegation (grant_id)',
    'CREATE INDEX given_delegation_by_tell ON given_delegation (tell_id)',
  ],
}

export const delegationAllowedMigration: Migration = {
  id: 1795000000396,
  name: 'DelegationAllowed',
  up: ['ALTER TABLE given_delegation ADD COLUMN allowed_at bigint'],
}
