import { setImmediate } from 'node:timers/promises'
import { type Activity, type ActivityMonths, defaultMonths, type Evidence, mostActive } from './activity.ts'
import { findDuplicates, type MergeReason } from './duplicates.ts'
import type { ErrorRow } from './errors-csv.ts'
import { normaliseRelation, showableFields } from './normalise.ts'
import type { Notice } from './problem.ts'
import { type ImportedRelation, naturalKeyOf } from './relation.ts'
import { activities, type FileRecord, type ImportSource, readSources, type SourceWarning } from './sources.ts'
import { maskBsn } from './vat.ts'

/** A relation that can be imported. */
export interface PreviewRow {
  /** Ordinal of the file and of the record in it, such as `1.12`; the same for the same files in the same order. */
  readonly id: string
  readonly source: string
  readonly relation: ImportedRelation
  /** See {@link naturalKeyOf}. */
  readonly naturalKey: string
  readonly activity: Activity
  /** Absent when the file holds no bookings. */
  readonly evidence?: Evidence
  readonly notices: readonly Notice[]
  /** Id of the merge proposal this record is in. */
  readonly merge?: string
  /** A company that is active, by itself or by a record it is to be merged with. */
  readonly proposed: boolean
}

/** A record that is kept apart, with why; fit for {@link writeErrorsCsv}. */
export interface RejectedRow extends ErrorRow {
  readonly id: string
  readonly endLine?: number
  readonly notices: readonly Notice[]
  readonly activity: Activity
  readonly evidence?: Evidence
}

export interface MergeProposal {
  readonly id: string
  readonly rows: readonly string[]
  readonly on: readonly MergeReason[]
  /** True when all records carry the same KVK number. */
  readonly certain: boolean
  /** That of the most active record. */
  readonly activity: Activity
}

export interface Preview {
  readonly relations: readonly PreviewRow[]
  readonly rejected: readonly RejectedRow[]
  readonly merges: readonly MergeProposal[]
  readonly warnings: readonly SourceWarning[]
  readonly counts: PreviewCounts
}

export interface PreviewCounts {
  readonly records: number
  readonly relations: number
  readonly rejected: number
  readonly companies: number
  readonly proposed: number
  /** Relations that are left when every merge is accepted. */
  readonly afterMerge: number
  readonly withoutEmail: number
  /** Relations whose VAT number was left out because it may hold a BSN. */
  readonly bsnShaped: number
  /** Relations per activity. */
  readonly activity: Readonly<Record<Activity, number>>
}

/**
 * Reads the files, one after the other, and says what an import would bring: the good relations with their activity
 * and duplicates, the bad records with their reasons. Stores nothing and depends on nothing but the files.
 * @throws Refusal of {@link readXaf} and {@link readCsv}; one unreadable file ends the preview
 */
export async function previewImport(
  sources: readonly ImportSource[],
  months: ActivityMonths = defaultMonths,
): Promise<Preview> {
  const { files, warnings } = await readSources(sources)
  const activityOf = activities(files, months)
  const drafts: Draft[] = []
  const rejected: RejectedRow[] = []
  for (const file of files) {
    let nr = 0
    for (const record of file.records()) {
      // Lets the node answer others while a long list is checked.
      if (nr % 500 === 499) await setImmediate()
      const id = `${file.ordinal}.${++nr}`
      const told = activityOf(file, 'raw' in record ? (record.raw.fields.sourceId?.trim() ?? '') : '')
      const judged = judge(record, { id, source: file.name, ...told }, file.scope)
      if ('row' in judged) drafts.push(judged)
      else rejected.push(judged)
    }
  }
  return assemble(drafts, rejected, warnings)
}

/** A good record; what follows from its duplicates is filled in when they are known. */
interface Draft {
  readonly scope: string
  readonly row: { -readonly [key in keyof PreviewRow]: PreviewRow[key] }
}

type About = Pick<PreviewRow, 'id' | 'source' | 'activity' | 'evidence'>

function judge(record: FileRecord, about: About, scope: string): Draft | RejectedRow {
  if ('unreadable' in record) {
    const { line, endLine, raw, problem } = record.unreadable
    return { ...about, line, endLine, problems: [problem], notices: [], fields: {}, raw: maskBsn(raw) }
  }
  const normalised = normaliseRelation(record.raw)
  const { notices } = normalised
  if ('relation' in normalised) {
    const { relation } = normalised
    const naturalKey = naturalKeyOf(relation, scope)
    return { scope, row: { ...about, relation, naturalKey, notices, proposed: false } }
  }
  const { line } = record.raw
  const { problems } = normalised
  const fields = showableFields(record.raw, notices)
  return { ...about, ...(line === undefined ? {} : { line }), ...record.end, problems, notices, fields }
}

function assemble(
  drafts: readonly Draft[],
  rejected: readonly RejectedRow[],
  warnings: readonly SourceWarning[],
): Preview {
  const rows = new Map(drafts.map(({ row }) => [row.id, row]))
  const candidates = drafts.map(({ scope, row: { id, relation } }) => ({ scope, id, relation }))
  const merges = findDuplicates(candidates).map(({ ids, on, certain }, i): MergeProposal => {
    const activity = mostActive(ids.flatMap((id) => rows.get(id)?.activity ?? []))
    return { id: `m${i + 1}`, rows: ids, on, certain, activity }
  })
  for (const { row } of drafts) row.proposed = row.relation.isCompany && row.activity === 'active'
  for (const merge of merges)
    for (const row of merge.rows.flatMap((id) => rows.get(id) ?? [])) {
      row.merge = merge.id
      row.proposed = row.relation.isCompany && merge.activity === 'active'
    }
  const relations = drafts.map(({ row }) => row)
  return { relations, rejected, merges, warnings, counts: count(relations, rejected, merges) }
}

function count(
  relations: readonly PreviewRow[],
  rejected: readonly RejectedRow[],
  merges: readonly MergeProposal[],
): PreviewCounts {
  const of = (test: (row: PreviewRow) => boolean): number => relations.filter(test).length
  return {
    records: relations.length + rejected.length,
    relations: relations.length,
    rejected: rejected.length,
    companies: of((row) => row.relation.isCompany),
    proposed: of((row) => row.proposed),
    afterMerge: relations.length - merges.reduce((sum, merge) => sum + merge.rows.length - 1, 0),
    withoutEmail: of((row) => row.relation.email === undefined),
    bsnShaped: of((row) => row.notices.some((notice) => notice.code === 'vat_bsn_shaped')),
    activity: {
      active: of((row) => row.activity === 'active'),
      dormant: of((row) => row.activity === 'dormant'),
      inactive: of((row) => row.activity === 'inactive'),
      unknown: of((row) => row.activity === 'unknown'),
    },
  }
}
