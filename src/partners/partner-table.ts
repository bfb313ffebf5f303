import type { Did, PartnerRole } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import { partnerContactTable } from './cards/card-table.ts'
import { contactMarkTable } from './contact-table.ts'
import type { Activity } from './import/index.ts'
import { csvMappingTable } from './mappings/mapping-table.ts'
import { partnerMergeTable } from './merged-table.ts'
import { metPartyTable } from './met-parties.ts'
import type { NetworkState, PartnerKind } from './partner.ts'

export interface PartnerRow {
  id: string
  /** What makes it the same partner when it is imported again. */
  naturalKey: string
  kind: PartnerKind
  /** An organisation's name; a person's is sealed. */
  name: string | null
  /** The name as it is searched by. */
  searchName: string | null
  kvk: string | null
  vat: string | null
  roles: readonly PartnerRole[]
  activity: Activity
  /** Details and books as JSON, sealed under the organisation's key. */
  sealed: Buffer
  networkState: NetworkState
  did: Did | null
  wallet: string | null
  /** When the registry answered last. */
  networkCheckedAt: number | null
  informDueAt: number | null
  /** When somebody said that nothing is to be expected of it any more; a later booking ends that. */
  inactiveSaidAt: number | null
  createdAt: number
  updatedAt: number
}

export const partnerTable = new EntitySchema<PartnerRow>({
  name: 'partner',
  columns: {
    id: column.id(),
    naturalKey: column.text('natural_key'),
    kind: column.text('kind'),
    name: column.optionalText('name'),
    searchName: column.optionalText('search_name'),
    kvk: column.optionalText('kvk'),
    vat: column.optionalText('vat'),
    roles: column.json('roles'),
    activity: column.text('activity'),
    sealed: column.bytes('sealed'),
    networkState: column.text('network_state'),
    did: column.optionalText('did'),
    wallet: column.optionalText('wallet'),
    networkCheckedAt: column.optionalTime('network_checked_at'),
    informDueAt: column.optionalTime('inform_due_at'),
    inactiveSaidAt: column.optionalTime('inactive_said_at'),
    createdAt: column.time('created_at'),
    updatedAt: column.time('updated_at'),
  },
})

export interface PartnerListRow {
  id: string
  version: number
}

/** One row that goes up with each change to the list: who worked out a change on an older list must look again. */
export const partnerListTable = new EntitySchema<PartnerListRow>({
  name: 'partner_list',
  columns: { id: column.id(), version: column.integer('version') },
})

export interface PartnerImportRow {
  id: string
  state: 'open' | 'applied' | 'undone' | 'expired'
  /** User that began it. */
  createdBy: string
  options: { readonly activeMonths: number; readonly dormantMonths: number }
  /** Files and records so far. */
  files: number
  records: number
  /** What was picked (SHA-256) and what came of it, once applied. */
  picked: string | null
  result: object | null
  createdAt: number
  /** From then on nothing of what was read is kept. */
  expiresAt: number
}

export const partnerImportTable = new EntitySchema<PartnerImportRow>({
  name: 'partner_import',
  columns: {
    id: column.id(),
    state: column.text('state'),
    createdBy: column.text('created_by'),
    options: column.json('options'),
    files: column.integer('files'),
    records: column.integer('records'),
    picked: column.optionalText('picked'),
    result: column.optionalJson('result'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
  },
})

/** A file that was read; what was in it is in its parts. */
export interface PartnerImportFileRow {
  id: string
  importId: string
  /** SHA-256 of its bytes: a file counts once. */
  digest: string
  createdAt: number
}

export const partnerImportFileTable = new EntitySchema<PartnerImportFileRow>({
  name: 'partner_import_file',
  columns: {
    id: column.id(),
    importId: column.text('import_id'),
    digest: column.text('digest'),
    createdAt: column.time('created_at'),
  },
})

/**
 * `head`: name and scope of the file · `books`: what is booked on each relation · `good`: records that can be imported ·
 * `bad`: those kept apart.
 */
export type PartKind = 'head' | 'books' | 'good' | 'bad'

/** A portion of what was read, packed and sealed, until it is applied or expires. */
export interface PartnerImportPartRow {
  id: string
  importId: string
  fileId: string
  kind: PartKind
  nr: number
  sealed: Buffer
}

export const partnerImportPartTable = new EntitySchema<PartnerImportPartRow>({
  name: 'partner_import_part',
  columns: {
    id: column.id(),
    importId: column.text('import_id'),
    fileId: column.text('file_id'),
    kind: column.text('kind'),
    nr: column.integer('nr'),
    sealed: column.bytes('sealed'),
  },
})

/** What an import did to one partner, for a day, so that it can be undone. */
export interface PartnerImportBeforeRow {
  importId: string
  partnerId: string
  /** The columns of its content as they were; null for a partner that was not there. */
  before: Pick<PartnerRow, (typeof contentColumns)[number]> | null
  /** What the import set `updated_at` to: a partner that says another time was changed since. */
  writtenAt: number
}

/** What an import writes of a partner; where it stands in the network is known from elsewhere. */
export const contentColumns = [
  'kind',
  'name',
  'searchName',
  'kvk',
  'vat',
  'roles',
  'activity',
  'sealed',
  'informDueAt',
  'inactiveSaidAt',
  'updatedAt',
] as const satisfies readonly (keyof PartnerRow)[]

export const partnerImportBeforeTable = new EntitySchema<PartnerImportBeforeRow>({
  name: 'partner_import_before',
  columns: {
    importId: column.id('import_id'),
    partnerId: column.id('partner_id'),
    before: column.optionalJson('before'),
    writtenAt: column.time('written_at'),
  },
})

export const partnerTables = [
  partnerTable,
  partnerListTable,
  partnerImportTable,
  partnerImportFileTable,
  partnerImportPartTable,
  partnerImportBeforeTable,
  csvMappingTable,
  contactMarkTable,
  metPartyTable,
  partnerMergeTable,
  partnerContactTable,
]

export const partnersMigration: Migration = {
  id: 1795000005001,
  name: 'Partners',
  up: [
    `CREATE TABLE partner (
      id text PRIMARY KEY, natural_key text NOT NULL UNIQUE, kind text NOT NULL, name text, search_name text,
      kvk text, vat text, roles text NOT NULL, activity text NOT NULL, sealed text NOT NULL,
      network_state text NOT NULL, did text, wallet text, network_checked_at bigint, inform_due_at bigint,
      created_at bigint NOT NULL, updated_at bigint NOT NULL)`,
    'CREATE INDEX partner_did ON partner (did)',
    'CREATE INDEX partner_kvk ON partner (kvk)',
    'CREATE INDEX partner_search_name ON partner (search_name)',
    'CREATE TABLE partner_list (id text PRIMARY KEY, version bigint NOT NULL)',
    "INSERT INTO partner_list (id, version) VALUES ('list', 0)",
    `CREATE TABLE partner_import (
      id text PRIMARY KEY, state text NOT NULL, created_by text NOT NULL, options text NOT NULL,
      files bigint NOT NULL, records bigint NOT NULL, picked text, result text, created_at bigint NOT NULL,
      expires_at bigint NOT NULL)`,
    'CREATE INDEX partner_import_expiry ON partner_import (expires_at)',
    `CREATE TABLE partner_import_file (
      id text PRIMARY KEY, import_id text NOT NULL, digest text NOT NULL, created_at bigint NOT NULL,
      UNIQUE (import_id, digest))`,
    `CREATE TABLE partner_import_part (
      id text PRIMARY KEY, import_id text NOT NULL, file_id text NOT NULL, kind text NOT NULL, nr bigint NOT NULL,
      sealed text NOT NULL)`,
    'CREATE INDEX partner_import_part_of ON partner_import_part (import_id, kind)',
    'CREATE TABLE csv_mapping (signature text PRIMARY KEY, mapping text NOT NULL, updated_at bigint NOT NULL)',
  ],
}

export const partnerSaidMigration: Migration = {
  id: 1795000570002,
  name: 'PartnerSaidInactive',
  up: ['ALTER TABLE partner ADD COLUMN inactive_said_at bigint'],
}

export const partnerImportUndoMigration: Migration = {
  id: 1795000990011,
  name: 'PartnerImportUndo',
  up: [
    `CREATE TABLE partner_import_before (
      import_id text NOT NULL, partner_id text NOT NULL, before text, written_at bigint NOT NULL,
      PRIMARY KEY (import_id, partner_id))`,
  ],
}
