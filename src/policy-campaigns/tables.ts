import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { CampaignState, PartyState } from './party-state.ts'

/** Everybody is asked to accept one version of the policy, before a deadline. */
export interface CampaignRow {
  id: string
  policyVersion: number
  state: CampaignState
  /** Milliseconds since the epoch. */
  deadline: number
  startedAt: number
  endedAt: number | null
}

export const campaignTable = new EntitySchema<CampaignRow>({
  name: 'policy_campaign',
  columns: {
    id: column.id(),
    policyVersion: column.integer('policy_version'),
    state: column.text('state'),
    deadline: column.time('deadline'),
    startedAt: column.time('started_at'),
    endedAt: column.optionalTime('ended_at'),
  },
})

/** Somebody who is asked. A person is a DID here, never a name. */
export interface CampaignPartyRow {
  campaign: string
  party: Did
  kind: 'organisation' | 'person'
  /** Whose node hears of it: the organisation itself, or the one she works for. */
  organisation: Did
  state: PartyState
  /** How often it was told: 0 not yet, 1 announced, more reminded. */
  told: number
  toldAt: number | null
  settledAt: number | null
}

export const campaignPartyTable = new EntitySchema<CampaignPartyRow>({
  name: 'policy_campaign_party',
  columns: {
    campaign: column.id('campaign'),
    party: { ...column.id('party') },
    kind: column.text('kind'),
    organisation: column.text('organisation'),
    state: column.text('state'),
    told: column.integer('told'),
    toldAt: column.optionalTime('told_at'),
    settledAt: column.optionalTime('settled_at'),
  },
})

/** Somebody's attestations are suspended, or were. */
export interface SuspensionRow {
  id: string
  party: Did
  organisation: Did
  cause: 'policy_not_accepted' | 'servicedesk'
  since: number
  liftedAt: number | null
  /** In the servicedesk's words, sealed under a key of its own. */
  reason: Buffer | null
  liftReason: Buffer | null
}

export const suspensionTable = new EntitySchema<SuspensionRow>({
  name: 'party_suspension',
  columns: {
    id: column.id(),
    party: column.text('party'),
    organisation: column.text('organisation'),
    cause: column.text('cause'),
    since: column.time('since'),
    liftedAt: column.optionalTime('lifted_at'),
    reason: column.optionalBytes('reason'),
    liftReason: column.optionalBytes('lift_reason'),
  },
})

/** On every node: a version the trust anchor asks us to accept. */
export interface AskedVersionRow {
  version: number
  digest: string
  deadline: number
  /** When it was told first, and last. */
  askedAt: number
  remindedAt: number
}

export const askedVersionTable = new EntitySchema<AskedVersionRow>({
  name: 'asked_policy_version',
  columns: {
    version: { ...column.integer('version'), primary: true },
    digest: column.text('digest'),
    deadline: column.time('deadline'),
    askedAt: column.time('asked_at'),
    remindedAt: column.time('reminded_at'),
  },
})

const campaignsMigration: Migration = {
  id: 1795000530020,
  name: 'PolicyCampaigns',
  up: [
    `CREATE TABLE policy_campaign (
      id text PRIMARY KEY, policy_version bigint NOT NULL UNIQUE, state text NOT NULL, deadline bigint NOT NULL,
      started_at bigint NOT NULL, ended_at bigint)`,
    `CREATE TABLE policy_campaign_party (
      campaign text NOT NULL, party text NOT NULL, kind text NOT NULL, organisation text NOT NULL, state text NOT NULL,
      told bigint NOT NULL, told_at bigint, settled_at bigint, PRIMARY KEY (campaign, party))`,
    'CREATE INDEX policy_campaign_party_due ON policy_campaign_party (campaign, state, told, organisation)',
    'CREATE INDEX policy_campaign_party_of ON policy_campaign_party (party)',
    `CREATE TABLE party_suspension (
      id text PRIMARY KEY, party text NOT NULL, organisation text NOT NULL, cause text NOT NULL, since bigint NOT NULL,
      lifted_at bigint, reason text, lift_reason text)`,
    'CREATE UNIQUE INDEX party_suspension_now ON party_suspension (party) WHERE lifted_at IS NULL',
    // What everybody is told of status lists that changed; `after` is whom it was told last.
    `CREATE TABLE suspension_news (
      id text PRIMARY KEY, kind text NOT NULL, lists text NOT NULL, after text NOT NULL, done bigint NOT NULL)`,
    `CREATE TABLE asked_policy_version (
      version bigint PRIMARY KEY, digest text NOT NULL, deadline bigint NOT NULL, asked_at bigint NOT NULL,
      reminded_at bigint NOT NULL)`,
  ],
}

export const policyCampaignTables = [
  campaignTable,
  campaignPartyTable,
  suspensionTable,
  askedVersionTable,
] as const
export const policyCampaignMigrations = [campaignsMigration] as const
