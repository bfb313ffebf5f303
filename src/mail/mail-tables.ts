import type { Language } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { MailPurpose } from './template.ts'

/**
 * `draft` waits for its sender; `queued` is on its way; `kept` where no mail server is configured; `sent` was taken by
 * the mail server; `bounced` will not arrive; `cancelled` was held back.
 */
export const mailStates = ['draft', 'queued', 'kept', 'sent', 'bounced', 'cancelled'] as const
export type MailState = (typeof mailStates)[number]

export interface MailRow {
  id: string
  template: string
  purpose: MailPurpose
  language: Language
  /** What it is about, within this node. */
  aboutKind: string
  aboutId: string
  /** Keyed hash of the address. */
  mark: string
  /** Address and text; null once it is erased. */
  sealed: Buffer | null
  state: MailState
  /** Counts edits: of two at the same time one is refused. */
  version: number
  attempts: number
  /** Why it is not sent yet, or never will be. */
  lastError: string | null
  /** Until when a process hands it to the mail server. */
  claimedUntil: number
  createdAt: number
  queuedAt: number | null
  settledAt: number | null
}

export const mailTable = new EntitySchema<MailRow>({
  name: 'mail',
  columns: {
    id: column.id(),
    template: column.text('template'),
    purpose: column.text('purpose'),
    language: column.text('language'),
    aboutKind: column.text('about_kind'),
    aboutId: column.text('about_id'),
    mark: column.text('mark'),
    sealed: column.optionalBytes('sealed'),
    state: column.text('state'),
    version: column.integer('version'),
    attempts: column.integer('attempts'),
    lastError: column.optionalText('last_error'),
    claimedUntil: column.time('claimed_until'),
    createdAt: column.time('created_at'),
    queuedAt: column.optionalTime('queued_at'),
    settledAt: column.optionalTime('settled_at'),
  },
})

/** What became of mails to an address. */
export interface MailAddressRow {
  mark: string
  /** Mails the address refused for good, since it was last allowed. */
  bounces: number
  lastBounceAt: number | null
  lastCode: string | null
  /** From when on nothing is sent to it. */
  blockedAt: number | null
  /** From when on only service mails are. */
  unsubscribedAt: number | null
}

export const mailAddressTable = new EntitySchema<MailAddressRow>({
  name: 'mail_address',
  columns: {
    mark: column.id('mark'),
    bounces: column.integer('bounces'),
    lastBounceAt: column.optionalTime('last_bounce_at'),
    lastCode: column.optionalText('last_code'),
    blockedAt: column.optionalTime('blocked_at'),
    unsubscribedAt: column.optionalTime('unsubscribed_at'),
  },
})

export interface MailLinkRow {
  id: string
  /** SHA-256 of the token: whoever reads the database cannot redeem it. */
  tokenHash: string
  purpose: string
  aboutKind: string
  aboutId: string
  /** The organisation or case it was made for. */
  boundTo: string
  /** Keyed hash of the address it was sent to. */
  mark: string
  state: 'open' | 'used' | 'replaced'
  createdAt: number
  expiresAt: number
  usedAt: number | null
}

export const mailLinkTable = new EntitySchema<MailLinkRow>({
  name: 'mail_link',
  columns: {
    id: column.id(),
    tokenHash: column.text('token_hash'),
    purpose: column.text('purpose'),
    aboutKind: column.text('about_kind'),
    aboutId: column.text('about_id'),
    boundTo: column.text('bound_to'),
    mark: column.text('mark'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
    usedAt: column.optionalTime('used_at'),
  },
})

/** What one of ours said of the mails she gets. */
export interface MailPreferenceRow {
  person: string
  language: Language
  /** 1 where she hears of the policy. */
  policy: number
  /** 1 where she hears of requests and grants. */
  access: number
}

export const mailPreferenceTable = new EntitySchema<MailPreferenceRow>({
  name: 'mail_preference',
  columns: {
    person: column.id('person'),
    language: column.text('language'),
    policy: column.integer('policy'),
    access: column.integer('access'),
  },
})

export const mailTables = [mailTable, mailAddressTable, mailLinkTable, mailPreferenceTable] as const

const mailMigration: Migration = {
  id: 1795000500001,
  name: 'Mail',
  up: [
    `CREATE TABLE mail (
      id text PRIMARY KEY, template text NOT NULL, purpose text NOT NULL, language text NOT NULL,
      about_kind text NOT NULL, about_id text NOT NULL, mark text NOT NULL, sealed text, state text NOT NULL,
      version bigint NOT NULL, attempts bigint NOT NULL, last_error text, claimed_until bigint NOT NULL,
      created_at bigint NOT NULL, queued_at bigint, settled_at bigint)`,
    `CREATE INDEX mail_waiting ON mail (mark, id) WHERE state = 'queued'`,
    'CREATE INDEX mail_about ON mail (about_kind, about_id)',
    'CREATE INDEX mail_mark ON mail (mark)',
    'CREATE INDEX mail_settled ON mail (settled_at) WHERE sealed IS NOT NULL',
    `CREATE TABLE mail_address (
      mark text PRIMARY KEY, bounces bigint NOT NULL, last_bounce_at bigint, last_code text, blocked_at bigint,
      unsubscribed_at bigint)`,
    `CREATE TABLE mail_link (
      id text PRIMARY KEY, token_hash text NOT NULL UNIQUE, purpose text NOT NULL, about_kind text NOT NULL,
      about_id text NOT NULL, bound_to text NOT NULL, mark text NOT NULL, state text NOT NULL,
      created_at bigint NOT NULL, expires_at bigint NOT NULL, used_at bigint)`,
    'CREATE INDEX mail_link_about ON mail_link (about_kind, about_id)',
    'CREATE INDEX mail_link_expires ON mail_link (expires_at)',
  ],
}

const preferenceMigration: Migration = {
  id: 1795000500002,
  name: 'MailPreference',
  up: [
    `CREATE TABLE mail_preference (
      person text PRIMARY KEY, language text NOT NULL, policy bigint NOT NULL, access bigint NOT NULL)`,
  ],
}

export const mailMigrations = [mailMigration, preferenceMigration] as const
