import { z } from 'zod'
import { type AnyOperation, isoTime, operation, requireUpload } from '../core/index.ts'
import { defaultMonths, fields } from './import/index.ts'
import type { ImportResult } from './import-rows.ts'
import type { Imports } from './imports.ts'
import { mappingName } from './mappings/operations.ts'
import { describePreview, previewOutput, warningOutput } from './preview-output.ts'

const allow = { users: ['coordinator', 'administrator'] } as const

const MAX_ROWS = 10_000

const months = z.int().min(1).max(120)
const id = z.uuid()

export function importOperations(
  imports: Imports,
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
      }),
      output: previewOutput,
      allow,
      positional: ['id'],
      run: async ({ id, cursor, limit }) => {
        const preview = await imports.preview(id, { limit, ...(cursor && { cursor }) })
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
        pick: z
          .union([z.enum(['active', 'all']), z.array(z.string().min(1).max(200)).min(1).max(MAX_ROWS)])
          .describe('the active companies, all companies, or keys of the preview'),
      }),
      output: z.object({
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
      }),
      allow,
      positional: ['id'],
      run: async ({ id, pick }, { caller }) => {
        const { toInform, ...counts } = await imports.apply(caller, id, pick)
        return { ...counts, to_inform: toInform && describeToInform(toInform) }
      },
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

const describeToInform = ({ count, dueAt }: NonNullable<ImportResult['toInform']>) => ({
  count,
  due_at: isoTime(dueAt),
  note: 'tell these persons that you hold their data, where they came from and what for, before you use them',
})
