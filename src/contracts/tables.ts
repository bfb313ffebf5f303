import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { Template } from './template.ts'

/** One version of a template in the library of this node. Once published nothing of it changes. */
export interface TemplateRow {
  /** `<template>/<version>`. */
  id: string
  templateId: string
  version: number
  state: 'draft' | 'published'
  digest: string
  content: Template
  /** The trust anchor it was taken over from; null where it is our own. */
  source: string | null
  publishedAt: number | null
  changedAt: number
}

export const contractTemplateTable = new EntitySchema<TemplateRow>({
  name: 'contract_template',
  columns: {
    id: column.id(),
    templateId: column.text('template_id'),
    version: column.integer('version'),
    state: column.text('state'),
    digest: column.text('digest'),
    content: column.json('content'),
    source: column.optionalText('source'),
    publishedAt: column.optionalTime('published_at'),
    changedAt: column.time('changed_at'),
  },
})

/** A template or an agreement that a change of law touches, at the version it had then. */
export interface LawFlagRow {
  id: string
  law: string
  /** The day the law changed, `YYYY-MM-DD`. */
  since: string
  reason: string
  kind: 'template' | 'agreement'
  /** Id of the template or the agreement. */
  subject: string
  version: number
  at: number
}

export const lawFlagTable = new EntitySchema<LawFlagRow>({
  name: 'law_flag',
  columns: {
    id: column.id(),
    law: column.text('law'),
    since: column.text('since'),
    reason: column.text('reason'),
    kind: column.text('kind'),
    subject: column.text('flagged'),
    version: column.integer('version'),
    at: column.time('at_ms'),
  },
})

export const contractsTables = [contractTemplateTable, lawFlagTable]

export const contractsMigrations: readonly Migration[] = [
  {
    id: 1795000545000,
    name: 'ContractTemplates',
    up: [
      `CREATE TABLE contract_template (
        id text PRIMARY KEY, template_id text NOT NULL, version bigint NOT NULL, state text NOT NULL,
        digest text NOT NULL, content text NOT NULL, source text, published_at bigint, changed_at bigint NOT NULL,
        UNIQUE (template_id, version))`,
      `CREATE TABLE law_flag (
        id text PRIMARY KEY, law text NOT NULL, since text NOT NULL, reason text NOT NULL, kind text NOT NULL,
        flagged text NOT NULL, version bigint NOT NULL, at_ms bigint NOT NULL)`,
      'CREATE INDEX law_flag_of ON law_flag (kind, flagged)',
    ],
  },
]
