import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { ApprovalRules } from './approval-list.ts'
import type { TemplateRules } from './template.ts'

export interface TemplateRow {
  id: string
  /** Whose requests it is for: the organisation, or a person. */
  ownerParty: string
  name: string
  rules: TemplateRules
  createdAt: number
}

export const templateTable = new EntitySchema<TemplateRow>({
  name: 'consent_template',
  columns: {
    id: column.id(),
    ownerParty: column.text('owner_party'),
    name: column.text('name'),
    rules: column.json('rules'),
    createdAt: column.time('created_at'),
  },
})

export interface ApprovalRow {
  id: string
  ownerParty: string
  rules: ApprovalRules
  /** Who put it on the list: the pseudonym of the audit log. */
  addedBy: string
  createdAt: number
  removedAt: number | null
}

export const approvalTable = new EntitySchema<ApprovalRow>({
  name: 'standing_approval',
  columns: {
    id: column.id(),
    ownerParty: column.text('owner_party'),
    rules: column.json('rules'),
    addedBy: column.text('added_by'),
    createdAt: column.time('created_at'),
    removedAt: column.optionalTime('removed_at'),
  },
})

export const standingConsentMigration: Migration = {
  id: 1795000000321,
  name: 'StandingConsent',
  up: [
    `CREATE TABLE consent_template (
      id text PRIMARY KEY, owner_party text NOT NULL, name text NOT NULL, rules text NOT NULL,
      created_at bigint NOT NULL, UNIQUE (owner_party, name))`,
    `CREATE TABLE standing_approval (
      id text PRIMARY KEY, owner_party text NOT NULL, rules text NOT NULL, added_by text NOT NULL,
      created_at bigint NOT NULL, removed_at bigint)`,
    'CREATE INDEX standing_approval_by_owner ON standing_approval (owner_party, id)',
    'ALTER TABLE received_request ADD COLUMN listed_by text',
  ],
}
