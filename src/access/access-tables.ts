import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { Delegable } from './chain.ts'
import type { HeldDelegation } from './chain-tables.ts'
import type { ClaimTarget, GrantTuple, Recipients } from './decide.ts'

/** A question with a partner that a request is part of: what is granted for it ends with it. */
export interface CaseRef {
  /** What both nodes call it. */
  readonly id: string
  /** What it is about, in words. */
  readonly ref: string
  /** The kind of question, in the asker's catalogue, and its version. */
  readonly question: string
  readonly version: number
}

/** What an asker tells about why; sealed, since people write names in it. */
export interface RequestDetails {
  readonly relevance: string
  readonly value: string
  /** A reference of the asker's own, or a case between two nodes. */
  readonly case?: string | CaseRef
  readonly retention?: string
  /** The agreement it is asked under: what opens closes with it. */
  readonly agreement?: { readonly id: string; readonly digest: string }
  /** A system of the asker that is to keep the values up to date by itself. */
  readonly system?: { readonly did: Did; readonly name: string }
  /** Why the asker would let an intermediary read on its behalf, and which ones if it says so. */
  readonly delegation?: { readonly why: string; readonly to?: readonly NamedParty[] }
}

export interface NamedParty {
  readonly did: Did
  readonly name: string
}

export const catalogueFits = ['asked_within', 'asks_more', 'no_catalogue', 'unavailable'] as const
export type CatalogueFit = (typeof catalogueFits)[number]

/** An Ask with a purpose that waits for the consent of one subject; one Ask about several subjects makes several. */
export interface ReceivedRequestRow {
  id: string
  /** The same for all parts of one Ask: what the asker was told. */
  groupId: string
  /** Whose data, and so who may grant. */
  subjectParty: string
  asker: Did
  askerName: string
  /** Wallet of the asker, where the answer is offered. */
  askerWallet: string
  /** Who asked on its behalf, what for in words, and the signed request as it was; sealed JSON. */
  sealed: Buffer
  /** SHA-256 of the signed request, `sha-256:…`. */
  digest: string
  claims: readonly ClaimTarget[]
  purpose: readonly string[]
  legalBasis: string
  /** Until when the asker would like it, ms; null when it did not say. */
  wantedUntil: number | null
  /** How it compares with what the asker publishes that it needs; null for what came before that was looked at. */
  catalogue: CatalogueFit | null
  /** Asked, and not in that catalogue for this. */
  overAsked: readonly ClaimTarget[] | null
  /**
   * `countered`: answered with a request of ours, and waiting for that · `withdrawn`: the asker took it back ·
   * `closed`: its case was closed before anybody decided.
   */
  state: 'pending' | 'countered' | 'approved' | 'denied' | 'withdrawn' | 'closed'
  grantId: string | null
  /** The counter-offer that this is, when it is one: its grant comes into force with the one it is in return for. */
  counterId: string | null
  /** The entry of the subject's list that it fitted when it came in. */
  listedBy: string | null
  createdAt: number
  decidedAt: number | null
}

export const receivedRequestTable = new EntitySchema<ReceivedRequestRow>({
  name: 'received_request',
  columns: {
    id: column.id(),
    groupId: column.text('group_id'),
    subjectParty: column.text('subject_party'),
    asker: column.text('asker'),
    askerName: column.text('asker_name'),
    askerWallet: column.text('asker_wallet'),
    sealed: column.bytes('sealed'),
    digest: column.text('digest'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    legalBasis: column.text('legal_basis'),
    wantedUntil: column.optionalTime('wanted_until'),
    catalogue: column.optionalText('catalogue'),
    overAsked: column.optionalJson('over_asked'),
    state: column.text('state'),
    grantId: column.optionalText('grant_id'),
    counterId: column.optionalText('counter_id'),
    listedBy: column.optionalText('listed_by'),
    createdAt: column.time('created_at'),
    decidedAt: column.optionalTime('decided_at'),
  },
})

/** Consent one of our parties gave: the row that decides. */
export interface GivenGrantRow {
  /** The grant credential's `jti`. */
  id: string
  requestId: string
  grantorParty: string
  grantor: Did
  grantee: Did
  granteeName: string
  digest: string
  tuples: readonly GrantTuple[]
  purpose: readonly string[]
  legalBasis: string
  recipients: Recipients
  /** What it says about passing it on; null where it may not be. */
  delegation: Delegable | null
  startsAt: number
  expiresAt: number
  /** The counter-offer it is part of, as both sides call it. */
  inReturn: string | null
  /** Since when it opens anything, ms; null as long as the other side of a counter-offer did not give too. */
  inForceAt: number | null
  revokedAt: number | null
  /** Who took it back: the pseudonym of the audit log. */
  revokedBy: string | null
  /** The agreement it depends on. */
  agreementId: string | null
}

export const givenGrantTable = new EntitySchema<GivenGrantRow>({
  name: 'given_grant',
  columns: {
    id: column.id(),
    requestId: column.text('request_id'),
    grantorParty: column.text('grantor_party'),
    grantor: column.text('grantor'),
    grantee: column.text('grantee'),
    granteeName: column.text('grantee_name'),
    digest: column.text('digest'),
    tuples: column.json('tuples'),
    purpose: column.json('purpose'),
    legalBasis: column.text('legal_basis'),
    recipients: column.json('recipients'),
    delegation: column.optionalJson('delegation'),
    startsAt: column.time('starts_at'),
    expiresAt: column.time('expires_at'),
    inReturn: column.optionalText('in_return'),
    inForceAt: column.optionalTime('in_force_at'),
    revokedAt: column.optionalTime('revoked_at'),
    revokedBy: column.optionalText('revoked_by'),
    agreementId: column.optionalText('agreement_id'),
  },
})

/** Which credentials a grant opens, to find the grants over one: whoever reads it hears when it is corrected. */
export interface GrantLineageRow {
  lineageId: string
  grantId: string
}

export const grantLineageTable = new EntitySchema<GrantLineageRow>({
  name: 'grant_lineage',
  columns: { lineageId: column.id('lineage_id'), grantId: column.id('grant_id') },
})

export type Outcome = 'permit' | 'deny' | 'pending'

/** Who looked: a node by its DID, or a verifier that has none by its client identifier (OpenID4VP 1.0, section 5.9). */
export type Asker = Did | `${'x509_san_dns' | 'x509_hash' | 'redirect_uri'}:${string}`

/** One answered or refused Ask, or what a wallet of ours showed to whoever asked: who looked. */
export interface AccessEventRow {
  id: string
  at: number
  subjectParty: string
  asker: Asker
  grantId: string | null
  /** The link by which the asker read under another's grant, and whose grant that is. */
  linkId: string | null
  principal: Did | null
  /** Name, role and DID of who asked on its behalf; sealed JSON. */
  actor: Buffer | null
  claims: readonly ClaimTarget[]
  purpose: readonly string[]
  outcome: Outcome
  /** Reasons of a denial. */
  codes: readonly string[]
}

export const accessEventTable = new EntitySchema<AccessEventRow>({
  name: 'access_event',
  columns: {
    id: column.id(),
    at: column.time('at_ms'),
    subjectParty: column.text('subject_party'),
    asker: column.text('asker'),
    grantId: column.optionalText('grant_id'),
    linkId: column.optionalText('link_id'),
    principal: column.optionalText('principal'),
    actor: column.optionalBytes('actor'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    outcome: column.text('outcome'),
    codes: column.json('codes'),
  },
})

/** A request one of our employees made. */
export interface SentRequestRow {
  id: string
  partner: Did
  partnerName: string
  partnerWallet: string
  /** Origin of that wallet: where answers may come from. */
  partnerOrigin: string
  actorParty: string
  digest: string
  claims: readonly ClaimTarget[]
  purpose: readonly string[]
  legalBasis: string
  /** {@link RequestDetails}, sealed. */
  sealed: Buffer
  /**
   * `queued`: a counter-offer that goes out until the partner took it · `withdrawn`: nobody waits for it any more ·
   * `closed`: its case was closed, and an answer that comes yet is not taken.
   */
  state: 'queued' | 'sending' | 'pending' | 'refused' | 'granted' | 'denied' | 'withdrawn' | 'closed'
  /** What the partner calls the request while it waits there. */
  partnerRequestId: string | null
  codes: readonly string[]
  createdAt: number
}

export const sentRequestTable = new EntitySchema<SentRequestRow>({
  name: 'sent_request',
  columns: {
    id: column.id(),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    partnerWallet: column.text('partner_wallet'),
    partnerOrigin: column.text('partner_origin'),
    actorParty: column.text('actor_party'),
    digest: column.text('digest'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    legalBasis: column.text('legal_basis'),
    sealed: column.bytes('sealed'),
    state: column.text('state'),
    partnerRequestId: column.optionalText('partner_request_id'),
    codes: column.json('codes'),
    createdAt: column.time('created_at'),
  },
})

/** What we hold to read by: a grant, or a delegation of somebody else's. */
export interface ReceivedGrantRow {
  /** The grant or delegation credential's `jti`. */
  id: string
  /** Our request; empty for a delegation. */
  requestId: string
  /** The organisation in whose node the grantor lives. */
  partner: Did
  partnerName: string
  grantor: Did
  grantorWallet: string
  /** Our wallet's row of the grant credential. */
  credentialId: string
  claims: readonly ClaimTarget[]
  purpose: readonly string[]
  legalBasis: string
  expiresAt: number
  /** `ended` once the grantor's node told us why. */
  state: 'live' | 'ended'
  endedCode: string | null
  receivedAt: number
  /** Null for a grant of our own. */
  delegation: HeldDelegation | null
}

export const receivedGrantTable = new EntitySchema<ReceivedGrantRow>({
  name: 'received_grant',
  columns: {
    id: column.id(),
    requestId: column.text('request_id'),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    grantor: column.text('grantor'),
    grantorWallet: column.text('grantor_wallet'),
    credentialId: column.text('credential_id'),
    claims: column.json('claims'),
    purpose: column.json('purpose'),
    legalBasis: column.text('legal_basis'),
    expiresAt: column.time('expires_at'),
    state: column.text('state'),
    endedCode: column.optionalText('ended_code'),
    receivedAt: column.time('received_at'),
    delegation: column.optionalJson('delegation'),
  },
})

export const accessMigration: Migration = {
  id: 1795000000030,
  name: 'Access',
  up: [
    `CREATE TABLE received_request (
      id text PRIMARY KEY, group_id text NOT NULL, subject_party text NOT NULL, asker text NOT NULL, asker_name text NOT NULL,
      asker_wallet text NOT NULL, sealed text NOT NULL, digest text NOT NULL, claims text NOT NULL,
      purpose text NOT NULL, legal_basis text NOT NULL, wanted_until bigint, state text NOT NULL, grant_id text,
      created_at bigint NOT NULL, decided_at bigint)`,
    'CREATE INDEX received_request_by_subject ON received_request (subject_party, state, id)',
    'CREATE INDEX received_request_by_asker ON received_request (asker, state)',
    `CREATE TABLE given_grant (
      id text PRIMARY KEY, request_id text NOT NULL, grantor_party text NOT NULL, grantor text NOT NULL,
      grantee text NOT NULL, grantee_name text NOT NULL, digest text NOT NULL, tuples text NOT NULL,
      purpose text NOT NULL, legal_basis text NOT NULL, recipients text NOT NULL, starts_at bigint NOT NULL,
      expires_at bigint NOT NULL, revoked_at bigint)`,
    'CREATE INDEX given_grant_by_grantor ON given_grant (grantor_party, id)',
    `CREATE TABLE access_event (
      id text PRIMARY KEY, at_ms bigint NOT NULL, subject_party text NOT NULL, asker text NOT NULL, grant_id text,
      actor text, claims text NOT NULL, purpose text NOT NULL, outcome text NOT NULL, codes text NOT NULL)`,
    'CREATE INDEX access_event_by_subject ON access_event (subject_party, id)',
    `CREATE TABLE burned_nonce (
      client_id text NOT NULL, nonce text NOT NULL, until_ms bigint NOT NULL, PRIMARY KEY (client_id, nonce))`,
    'CREATE INDEX burned_nonce_until ON burned_nonce (until_ms)',
    `CREATE TABLE sent_request (
      id text PRIMARY KEY, partner text NOT NULL, partner_name text NOT NULL, partner_wallet text NOT NULL,
      partner_origin text NOT NULL, actor_party text NOT NULL, digest text NOT NULL UNIQUE, claims text NOT NULL, purpose text NOT NULL,
      legal_basis text NOT NULL, sealed text NOT NULL, state text NOT NULL, partner_request_id text,
      codes text NOT NULL, created_at bigint NOT NULL)`,
    'CREATE INDEX sent_request_by_origin ON sent_request (partner_origin)',
    `CREATE TABLE received_grant (
      id text PRIMARY KEY, request_id text NOT NULL, partner text NOT NULL, partner_name text NOT NULL,
      grantor text NOT NULL, grantor_wallet text NOT NULL, credential_id text NOT NULL, claims text NOT NULL,
      purpose text NOT NULL, legal_basis text NOT NULL, expires_at bigint NOT NULL, state text NOT NULL,
      ended_code text, received_at bigint NOT NULL)`,
    'CREATE INDEX received_grant_by_partner ON received_grant (partner, state)',
  ],
}

const opensWhat = {
  sqlite: `SELECT DISTINCT json_extract(tuple.value, '$.credentialId'), given_grant.id
    FROM given_grant, json_each(given_grant.tuples) AS tuple`,
  postgres: `SELECT DISTINCT tuple ->> 'credentialId', given_grant.id
    FROM given_grant, json_array_elements(given_grant.tuples::json) AS tuple`,
}

export const grantLineageMigration: Migration = {
  id: 1795000000181,
  name: 'GrantLineage',
  up: (engine) => [
    `CREATE TABLE grant_lineage (
      lineage_id text NOT NULL, grant_id text NOT NULL, PRIMARY KEY (lineage_id, grant_id))`,
    `INSERT INTO grant_lineage (lineage_id, grant_id) ${opensWhat[engine]}`,
  ],
}
