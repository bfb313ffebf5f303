import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, requireUpload } from '../core/index.ts'
import { describeJob, type Jobs, jobOutput } from '../jobs/index.ts'
import { defaultMonths, fields } from './import/index.ts'
import { plannedActions } from './import-plan.ts'
import type { ImportResult } from './import-rows.ts'
import type { Imports } from './imports.ts'
import { mappingName } from './mappings/operations.ts'
import { describePreview, previewOutput, warningOutput } from './preview-output.ts'

const allow = { users: ['coordinator', 'administrator'] } as const

const MAX_ROWS = 10_000
const MAX_MENDED = 1_000

const months = z.int().min(1).max(120)
const id = z.uuid()

const pick = z
  .union([z.enum(['active', 'all']), z.array(z.string().min(1).max(200)).min(1).max(MAX_ROWS)])
  .describe('the active companies, all companies, or keys of the preview')

const appliedOutput = z.object({
  new: z.int(),
  changed: z.int(),
  same: z.int(),
  skipped: z.int().describe('not picked'),
  merged: z.int().describe('records that went together with another into one partner'),
  rejected: z.int().describe('bad records'),
  to_inform: z
    .object({ count: z.int(), due_at: z.iso.datetime(), note: z.string() })
    .nullable()
    .describe('persons who must be told where their data came from'),
})

const undoneOutput = z.object({
  removed: z.int().describe('partners that the import brought, and are gone'),
  restored: z.int().describe('partners that are as they were'),
  kept: z.int().describe('left alone: somebody did something with them since'),
})

/** What is done to an import while nobody waits for it. */
const kinds = { apply: 'partners.import', undo: 'partners.import_undo' } as const

/** Says how what is begun by `partners.imports.start` is done. */
export function importJobs(imports: Imports, jobs: Jobs): void {
  jobs.on(kinds.apply, {
    allow,
    run: async (id, input, { caller, ...along }) => {
      const { pick: picked } = z.object({ pick }).parse(input)
      return describeApplied(await imports.apply(caller, id, picked, along))
    },
  })
  jobs.on(kinds.undo, {
    allow,
    run: async (id, _input, { caller, ...along }) => ({ ...(await imports.undo(caller, id, along)) }),
  })
}

export function importOperations(
  imports: Imports,
  jobs: Jobs,
  saidDifferent: (partners: readonly string[]) => Promise<ReadonlySet<string>>,
): AnyOperation[] {
  return [
    operation({
      name: 'partners.imports.create',
      summary: 'Begin an import of partners: then send files, look at the preview, and apply it',
      method: 'POST',
      path: '/partners/imports',
      input: z.strictObject({
        active_months: months
          .default(defaultMonths.active)
          .describe('active: dealt with so many months before the latest booking'),
        dormant_months: months.default(defaultMonths.dormant),
      }),
      output: z.object({ id: z.string() }),
      status: 201,
      allow,
      run: async ({ active_months, dormant_months }, { caller }) => ({
        id: await imports.create(caller, { activeMonths: active_months, dormantMonths: dormant_months }),
      }),
    }),
    operation({
      name: 'partners.imports.upload',
      summary: 'Send a debtor or creditor list (CSV) or an audit file (XAF) to an import',
      method: 'POST',
      path: '/partners/imports/:id/files',
      upload: true,
      input: z.strictObject({
        id,
        name: z.string().trim().min(1).max(200).describe('what people call the file'),
        roles: z
          .array(z.enum(['customer', 'supplier']))
          .max(2)
          .optional()
          .describe('what the relations of a list are to us'),
        mapping: z
          .string()
          .max(5_000)
          .optional()
          .describe(
            `JSON, ${fields.join(', ')} to headings of a list; remembered for lists with these headings`,
          ),
        mapping_name: mappingName.optional().describe('what that mapping is known by: the package, mostly'),
      }),
      output: z.object({
        id: z.string(),
        name: z.string(),
        format: z.enum(['xaf', 'csv']),
        relations: z.int(),
        rejected: z.int(),
        warnings: z.array(warningOutput),
      }),
      status: 201,
      allow,
      positional: ['id'],
      run: async ({ id, name, roles, mapping, mapping_name: mappingName }, context) => {
        const { caller } = context
        const said = {
          ...(roles && { roles }),
          ...(mapping && { mapping }),
          ...(mappingName && { mappingName }),
        }
        const file = { name, content: requireUpload(context), ...said }
        const { warnings, ...report } = await imports.upload(caller, id, file)
        return { ...report, warnings: warnings.map((one) => ({ ...one })) }
      },
    }),
    operation({
      name: 'partners.imports.preview',
      summary: 'What an import would bring: relations with their activity, and bad records with the reason',
      method: 'GET',
      path: '/partners/imports/:id',
      input: z.strictObject({
        id,
        cursor: z.string().max(200).optional().describe('where the previous page ended'),
        limit: z.coerce.number().int().min(1).max(MAX_ROWS).default(1_000).describe('rows a page'),
        show: z.enum(plannedActions).optional().describe('only what importing does that to'),
      }),
      output: previewOutput,
      allow,
      positional: ['id'],
      run: async ({ id, cursor, limit, show }) => {
        const preview = await imports.preview(id, { limit, ...(cursor && { cursor }), ...(show && { show }) })
        const known = [...preview.page, ...preview.lookAlikes].flatMap((one) =>
          one.action === 'new' ? [] : [one.row.id],
        )
        return describePreview(preview, await saidDifferent(known))
      },
    }),
    operation({
      name: 'partners.imports.apply',
      summary: 'Make what is picked of an import our partners',
      method: 'POST',
      path: '/partners/imports/:id/apply',
      input: z.strictObject({
        id,
        pick,
      }),
      output: appliedOutput,
      allow,
      positional: ['id'],
      run: async ({ id, pick }, { caller }) => {
        return describeApplied(await imports.apply(caller, id, pick))
      },
    }),
    operation({
      name: 'partners.imports.mend',
      summary: 'Read bad records of an import once more, as you mended them',
      method: 'POST',
      path: '/partners/imports/:id/mended',
      jsonBytes: 8 * 1024 ** 2,
      input: z.strictObject({
        id,
        records: z
          .array(
            z.strictObject({
              id: z.string().max(100).describe('as the preview calls it'),
              fields: z
                .partialRecord(z.enum(fields), z.string().max(10_000))
                .describe('all of it, with what you changed'),
            }),
          )
          .min(1)
          .max(MAX_MENDED),
      }),
      output: z.object({
        mended: z.int().describe('records that come along now'),
        rejected: z.int().describe('bad records that are left'),
      }),
      allow,
      positional: ['id'],
      run: async ({ id, records }, { caller }) => ({ ...(await imports.mend(caller, id, records)) }),
    }),
    operation({
      name: 'partners.imports.start',
      summary: 'Apply an import, or undo it, without waiting for it: answers with a job to look after',
      method: 'POST',
      path: '/partners/imports/:id/jobs',
      input: z.strictObject({
        id,
        what: z.enum(['apply', 'undo']),
        pick: pick.optional().describe('what is applied: the active companies, unless told'),
      }),
      output: jobOutput,
      status: 202,
      allow,
      positional: ['id', 'what'],
      run: async ({ id, what, pick = 'active' }, { caller }) =>
        describeJob(await jobs.start(caller, kinds[what], id, what === 'apply' ? { pick } : {})),
    }),
    operation({
      name: 'partners.imports.undo',
      summary: 'Take an import back, within a day: partners it brought go, others are as they were',
      method: 'POST',
      path: '/partners/imports/:id/undo',
      input: z.strictObject({ id }),
      output: undoneOutput,
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => ({ ...(await imports.undo(caller, id)) }),
    }),
    operation({
      name: 'partners.imports.list',
      summary: 'Imports of partners, newest first: what came of them, and until when they can be undone',
      method: 'GET',
      path: '/partners/imports',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            state: z.enum(['open', 'applied', 'undone', 'expired']),
            files: z.int(),
            records: z.int(),
            result: appliedOutput.omit({ to_inform: true }).nullable(),
            created_at: z.iso.datetime(),
            undo_until: z.iso.datetime().nullable().describe('null where it cannot be undone'),
          }),
        ),
      }),
      allow,
      run: async () => ({ items: (await imports.list()).map(describeImport) }),
    }),
    operation({
      name: 'partners.imports.errors',
      summary: 'The bad records of an import as a CSV file to mend and import again',
      method: 'GET',
      path: '/partners/imports/:id/errors',
      input: z.strictObject({ id }),
      output: z.object({ csv: z.string() }),
      allow,
      positional: ['id'],
      run: async ({ id }) => ({ csv: await imports.errors(id) }),
    }),
  ]
}

const describeImport = ({
  id,
  state,
  files,
  records,
  result,
  createdAt,
  undoUntil,
}: Awaited<ReturnType<Imports['list']>>[number]) => ({
  ...{ id, state, files, records, created_at: isoTime(createdAt), undo_until: isoTimeOrNull(undoUntil) },
  result: result && appliedOutput.omit({ to_inform: true }).parse(result),
})

const describeApplied = ({ toInform, ...counts }: ImportResult) => ({
  ...counts,
  to_inform: toInform && describeToInform(toInform),
})

const describeToInform = ({ count, dueAt }: NonNullable<ImportResult['toInform']>) => ({
  count,
  due_at: isoTime(dueAt),
  note: 'tell these persons that you hold their data, where they came from and what for, before you use them',
})
