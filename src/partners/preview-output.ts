import { z } from 'zod'
import type { BadRecord } from './checked-file.ts'
import { describeProblem } from './import/index.ts'
import { countNames } from './import-counts.ts'
import type { PlannedChange } from './import-plan.ts'
import type { ImportPreview } from './imports.ts'
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
  action: z
    .enum(['new', 'changed', 'same', 'none'])
    .describe('what importing it does; none: it can be no partner'),
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
    rejected: rejected.map(([file, record]) => describeBad(file, record)),
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
    action: kind === 'collective_account' ? 'none' : planned.action,
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

const describeBad = (file: string, { line, fields, problems, raw }: BadRecord) => ({
  file,
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
