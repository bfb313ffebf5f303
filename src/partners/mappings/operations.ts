import { z } from 'zod'
import { type AnyOperation, isoTime, operation } from '../../core/index.ts'
import { fields } from '../import/index.ts'
import type { CsvMappingRow } from './mapping-table.ts'
import type { Mappings } from './mappings.ts'
import { parseMapping } from './parse-mapping.ts'

const allow = { users: ['coordinator', 'administrator'] } as const

const mappingId = z.string().min(1).max(100)
export const mappingName = z.string().trim().min(1).max(60)

const mappingOutput = z.object({
  id: z.string(),
  name: z.string().nullable().describe('what people know it by: the package, mostly'),
  mapping: z.record(z.string(), z.string()).describe('our fields to headings'),
  headings: z.array(z.string()).nullable().describe('of the lists it is for'),
  updated_at: z.iso.datetime(),
})

export function mappingOperations(mappings: Mappings): AnyOperation[] {
  return [
    operation({
      name: 'partners.mappings.list',
      summary: 'Which columns of which lists hold what, as somebody said when importing them',
      method: 'GET',
      path: '/partners/mappings',
      input: z.strictObject({}),
      output: z.object({ items: z.array(mappingOutput) }),
      allow,
      run: async () => ({ items: (await mappings.list()).map(describe) }),
    }),
    operation({
      name: 'partners.mappings.show',
      summary: 'One column mapping, with all headings of the lists it is for',
      method: 'GET',
      path: '/partners/mappings/:id',
      input: z.strictObject({ id: mappingId }),
      output: mappingOutput,
      allow,
      positional: ['id'],
      run: async ({ id }) => describe(await mappings.require(id)),
    }),
    operation({
      name: 'partners.mappings.set',
      summary: 'Change which column holds what, or what the mapping is called',
      method: 'POST',
      path: '/partners/mappings/:id',
      input: z.strictObject({
        id: mappingId,
        name: mappingName.optional().describe('the package, mostly'),
        mapping: z
          .string()
          .max(5_000)
          .optional()
          .describe(`JSON, all of it: ${fields.join(', ')} to headings of the list`),
      }),
      output: mappingOutput,
      allow,
      positional: ['id'],
      run: async ({ id, name, mapping }, { caller }) =>
        describe(
          await mappings.set(caller, id, {
            ...(name && { name }),
            ...(mapping !== undefined && { mapping: parseMapping(mapping) }),
          }),
        ),
    }),
    operation({
      name: 'partners.mappings.forget',
      summary: 'Forget a column mapping: the next list with these headings is asked about again',
      method: 'POST',
      path: '/partners/mappings/:id/forgotten',
      input: z.strictObject({ id: mappingId }),
      output: z.object({ id: z.string() }),
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => {
        await mappings.forget(caller, id)
        return { id }
      },
    }),
  ]
}

const describe = ({ id, name, mapping, headings, updatedAt }: CsvMappingRow) => ({
  ...{ id, name: name || null, mapping: { ...mapping } },
  ...{ headings: headings && [...headings], updated_at: isoTime(updatedAt) },
})
