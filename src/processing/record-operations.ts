import { z } from 'zod'
import { type AnyOperation, type Clock, type Did, operation } from '../core/index.ts'
import { documentLanguages } from '../documents/index.ts'
import type { Sender } from './notice-text.ts'
import type { RecordSources } from './ports.ts'
import { processingRecord, type Terms } from './record.ts'
import { recordCsv, recordPage } from './record-page.ts'
import type { Settings } from './settings.ts'
import type { SourceNotices } from './source-notices.ts'

export interface RecordOperationsDeps {
  readonly sources: RecordSources
  readonly terms: Terms
  readonly settings: Settings
  readonly sourceNotices: SourceNotices
  readonly sender: Sender
  readonly organisation: () => Promise<{ readonly did: Did }>
  readonly clock: Clock
  readonly logRetentions: readonly { readonly nl: string; readonly en: string }[]
}

const time = z.iso.datetime()
const said = z.string().nullable()
const texts = z.object({ nl: z.string(), en: z.string() })
const partner = z.object({ did: z.string(), name: z.string() })

/** The record of AVG article 30(1); `schemas/processing-record.schema.json` is this as JSON Schema. */
export const recordOutput = z.object({
  made_at: time,
  last_change: time.nullable(),
  controller: z.object({
    name: z.string(),
    did: z.string(),
    kvk_number: said,
    address: said,
    role: z.enum(['controller', 'joint_controller', 'processor']).nullable(),
    joint_controllers: z.array(z.object({ name: z.string(), contact: said })),
    representative: said,
    privacy_contact: said,
    data_protection_officer: said.describe('none where there need not be one; null where nobody said'),
  }),
  activities: z.array(
    z.object({
      code: z.string().describe('what is done and for what, such as given:order-management'),
      name: texts,
      purposes: z.array(z.object({ code: z.string(), iri: z.string(), label: texts })),
      legal_bases: z.array(
        z.object({ code: z.string(), iri: z.string(), article: z.string(), label: texts }),
      ),
      subjects: z.array(z.string()),
      data: z.array(z.object({ name: z.string(), label: texts, data_class: said })),
      recipients: z.array(partner),
      recipient_groups: z.array(texts).describe('recipients by what they are'),
      retention: z.array(texts).describe('in words, or an ISO 8601 duration as it was said when asked'),
      last_change: time.nullable(),
    }),
  ),
  transfers: z.object({
    text: texts.nullable(),
    outside_eea: z.array(partner.extend({ country: z.string() })),
    country_unknown: z.array(partner),
  }),
  measures: z.array(texts),
  to_be_filled_in: z
    .array(z.object({ activity: said, field: z.string() }))
    .describe('what only the organisation can say; without an activity a member of the settings'),
})

/** The record of processing, of what the node really does. */
export function recordOperations(deps: RecordOperationsDeps): AnyOperation[] {
  const { sources, terms, sender, clock } = deps
  const make = async () => {
    const [{ settings, updatedAt }, grants, catalogue, people, relations, { did }, intermediaries] =
      await Promise.all([
        deps.settings.get(),
        sources.grants(),
        sources.catalogue(),
        sources.people(),
        deps.sourceNotices.summary(),
        deps.organisation(),
        sources.intermediaries(),
      ])
    const partners = [...grants, ...intermediaries].map(({ partner }) => partner.did)
    const countries = await sources.countries([...new Set(partners)])
    return processingRecord({
      ...{ sender, did, settings, settingsAt: updatedAt, grants, catalogue, people, relations },
      ...{ intermediaries, countries, terms, logRetentions: deps.logRetentions, now: clock.now() },
    })
  }
  return [
    operation({
      name: 'processing.record',
      summary: 'The record of processing activities (AVG article 30), as data, table or page',
      method: 'GET',
      path: '/processing/record',
      input: z.strictObject({
        format: z.enum(['json', 'csv', 'html']).default('json'),
        language: z.enum(documentLanguages).default('nl').describe('of a table or page'),
      }),
      output: z.object({
        record: recordOutput,
        content: said.describe('the table or page; null for json'),
      }),
      allow: { users: ['administrator', 'auditor'] },
      run: async ({ format, language }) => {
        const record = await make()
        const content = { json: () => null, csv: recordCsv, html: recordPage }[format](record, language)
        return { record: record as z.input<typeof recordOutput>, content }
      },
    }),
  ]
}
