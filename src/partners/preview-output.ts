import { z } from 'zod'
import { describeProblem, fields } from './import/index.ts'
import { countNames } from './import-counts.ts'
import { actionOf, type PlannedChange, plannedActions } from './import-plan.ts'
import type { ImportPreview, RejectedRecord } from './imports.ts'
import { type NetworkAnswers, networkColumns } from './network.ts'
import { activityOutput, describeBooks, networkStates } from './output.ts'

export const warningOutput = z.object({
  code: z.string(),
  params: z.record(z.string(), z.number()).optional(),
})

const rowOutput = z.object({
  key: z.string().describe('what it is picked by'),
  name: z.string(),
  kind: z.enum(['organisation', 'person', 'collective_account']),
  kvk: z.string().nullable(),
  vat: z.string().nullable().describe('never one that may hold a BSN'),
  roles: z.array(z.string()),
  activity: activityOutput,
  action: z.enum(plannedActions).describe('what importing it does; none: it can be no partner'),
  changes: z.array(z.string()).describe('of what changes: which of our fields say something else'),
  proposed: z.boolean().describe('a company that is active: what pick=active takes'),
  in_network: z.boolean(),
  network_state: networkStates,
  notices: z.array(z.string()).describe('codes of what was left out, such as vat_bsn_shaped'),
  duplicates: z
    .array(z.object({ key: z.string(), name: z.string(), on: z.array(z.string()) }))
    .describe('rows that seem to be the same one; only those with the same key are put together'),
  records: z.array(z.object({ file: z.string(), line: z.int().nullable() })),
})

const rejectedOutput = z.object({
  id: z.string().describe('what it is mended by'),
  fields: z.partialRecord(z.enum(fields), z.string()).describe('as found; never what may hold a BSN'),
  file: z.string(),
  line: z.int().nullable(),
  source_id: z.string().nullable(),
  name: z.string().nullable(),
  reasons: z.array(z.object({ code: z.string(), field: z.string().nullable(), message: z.string() })),
  raw: z.string().nullable().describe('as it stood in the file, where it could not be taken apart'),
})

export const previewOutput = z.object({
  rows: z.array(rowOutput).describe('active companies first'),
  next: z.string().nullable(),
  rejected: z
    .array(rejectedOutput)
    .describe('on the first page, at most a thousand; partners.imports.errors has all'),
  counts: z.object(Object.fromEntries(countNames.map((name) => [name, z.int()])) as Counts),
  warnings: z.array(warningOutput.extend({ file: z.string() })),
})

type Counts = Record<(typeof countNames)[number], z.ZodInt>

/** @param different ids of partners of which somebody said that they are not one, as `a b` */
export function describePreview(
  preview: ImportPreview,
  different: ReadonlySet<string>,
): z.input<typeof previewOutput> {
  const { heads, counts, page, lookAlikes, next, rejected, answers } = preview
  const all = [...page, ...lookAlikes]
  const names = new Map(all.map(({ proposal: { key, content } }) => [key, content.name]))
  const ids = new Map(all.flatMap((one) => (one.action === 'new' ? [] : [[one.proposal.key, one.row.id]])))
  const mayBeOne = (key: string, other: string) =>
    !different.has([ids.get(key) ?? '', ids.get(other) ?? ''].sort().join(' '))
  return {
    rows: page.map((one) => describeRow(one, answers, names, mayBeOne)),
    next,
    rejected: rejected.map(describeBad),
    counts,
    warnings: heads.flatMap(({ name, warnings }) =>
      warnings.map(({ code, params }) => ({ file: name, code, ...(params && { params }) })),
    ),
  }
}

function describeRow(
  planned: PlannedChange,
  answers: NetworkAnswers,
  names: ReadonlyMap<string, string>,
  mayBeOne: (key: string, other: string) => boolean,
): z.input<typeof rowOutput> {
  const { key, kind, content, proposed, notices, duplicates, records } = planned.proposal
  const { name, kvk = null, vat = null, roles, books } = content
  const known = planned.action === 'new' ? null : planned.row
  const { networkState } = networkColumns(known, kvk, answers, 0)
  return {
    key,
    name,
    kind,
    kvk,
    vat,
    roles: [...roles],
    activity: describeBooks(books),
    action: actionOf(planned),
    changes: changesOf(planned),
    proposed,
    in_network: networkState === 'in_network',
    network_state: networkState,
    notices: [...notices],
    duplicates: duplicates
      .filter((one) => mayBeOne(key, one.key))
      .map(({ key, on }) => ({ key, name: names.get(key) ?? '', on: [...on] })),
    records: records.map(({ file, line }) => ({ file, line: line ?? null })),
  }
}

const describeBad = ({ id, head, record: { line, fields, problems, raw } }: RejectedRecord) => ({
  id,
  fields: { ...fields },
  file: head.name,
  line: line ?? null,
  source_id: fields.sourceId ?? null,
  name: fields.name ?? null,
  reasons: problems.map(({ code, field }) => ({
    code,
    field: field ?? null,
    message: describeProblem(code),
  })),
  raw: raw ?? null,
})

/** Names of what importing it changes, never the values. */
function changesOf(planned: PlannedChange): string[] {
  if (planned.action !== 'changed') return []
  const [before, after] = [planned.known, planned.content].map((content) => ({
    ...{ name: content.name, kvk: content.kvk, vat: content.vat, ...content.details },
    ...{ roles: [...content.roles].sort().join(' '), activity: content.books.activity },
  }))
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].filter((name) => before?.[name as 'name'] !== after?.[name as 'name']).sort()
}
