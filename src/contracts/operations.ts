import { z } from 'zod'
import { type AnyOperation, type Did, isoTimeOrNull, isPlainText, operation, Refusal } from '../core/index.ts'
import type { LawChanges } from './law-changes.ts'
import type { Library } from './library.ts'
import type { LawFlagRow, TemplateRow } from './tables.ts'
import { lawId, type Template, templateDigest, templateId, templateSchema } from './template.ts'

export interface ContractsOperationsDeps {
  readonly library: Library
  readonly laws: LawChanges
  /** What the trust anchor offers now. @throws Refusal `trust_anchor_unreachable`, `portfolio_…` */
  readonly portfolio: () => Promise<{ readonly issuer: Did; readonly templates: readonly Template[] }>
}

const readers = [
  ...(['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory'] as const),
  ...(['administrator', 'coordinator', 'auditor'] as const),
] as const

const version = z.coerce.number().int().min(1).max(999_999)
const digest = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)
const summary = z.object({
  id: z.string(),
  version: z.int(),
  title: z.object({ nl: z.string(), en: z.string() }),
  digest: z.string(),
})
const listed = summary.extend({
  state: z.enum(['draft', 'published']),
  source: z.string().nullable().describe('the trust anchor it was taken over from'),
  published_at: z.iso.datetime().nullable(),
})
const flag = z.object({
  ...{ law: z.string(), since: z.string(), reason: z.string() },
  kind: z.enum(['template', 'agreement']),
  subject: z.string(),
  version: z.int(),
})

const describe = (row: TemplateRow): z.input<typeof listed> => ({
  ...summarise(row.content),
  ...{ state: row.state, source: row.source, published_at: isoTimeOrNull(row.publishedAt) },
})
const summarise = (template: Template) => ({
  ...{ id: template.id, version: template.version, title: template.title },
  digest: templateDigest(template),
})
const describeFlag = ({ id: _id, at: _at, ...row }: LawFlagRow) => row

/** Contract templates: of this node, and those the trust anchor offers. */
export function contractsOperations(deps: ContractsOperationsDeps): AnyOperation[] {
  return [...readingOperations(deps), ...writingOperations(deps), ...lawOperations(deps)]
}

function readingOperations({ library, portfolio }: ContractsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'contracts.list',
      summary: 'Contract templates in our own library, drafts too',
      method: 'GET',
      path: '/contracts',
      input: z.strictObject({}),
      output: z.object({ items: z.array(listed) }),
      allow: { users: readers },
      run: async () => ({ items: (await library.list()).map(describe) }),
    }),
    operation({
      name: 'contracts.portfolio',
      summary: 'Contract templates that the trust anchor offers and signed for',
      method: 'GET',
      path: '/contracts/portfolio',
      input: z.strictObject({}),
      output: z.object({ items: z.array(summary) }),
      allow: { users: readers },
      run: async () => ({ items: (await portfolio()).templates.map(summarise) }),
    }),
    operation({
      name: 'contracts.show',
      summary: 'One contract template: its texts, its fields and the laws it rests on',
      method: 'GET',
      path: '/contracts/:id/versions/:version',
      positional: ['id', 'version'],
      input: z.strictObject({ id: templateId, version }),
      output: listed.extend({ content: templateSchema }),
      allow: { users: readers },
      run: async ({ id, version }) => {
        const row = await library.require(id, version)
        return { ...describe(row), content: row.content }
      },
    }),
  ]
}

function writingOperations({ library, portfolio }: ContractsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'contracts.draft',
      summary: 'Write a version of a contract template, or write a draft over',
      method: 'POST',
      path: '/contracts',
      input: z.strictObject({ template: templateSchema }),
      output: listed,
      status: 201,
      allow: { users: ['contract_author'] },
      run: async ({ template }, { caller }) => describe(await library.draft(caller, template)),
    }),
    operation({
      name: 'contracts.publish',
      summary: 'Publish a draft: from then on that version stays as it is',
      method: 'POST',
      path: '/contracts/:id/versions/:version/publication',
      positional: ['id', 'version'],
      input: z.strictObject({ id: templateId, version, digest: digest.describe('of the draft you read') }),
      output: listed,
      status: 201,
      allow: { users: ['contract_authority'] },
      run: async ({ id, version, digest }, { caller }) =>
        describe(await library.publish(caller, id, version, digest)),
    }),
    operation({
      name: 'contracts.take',
      summary: 'Take a template of the trust anchor over into our own library',
      method: 'POST',
      path: '/contracts/portfolio/:id',
      positional: ['id'],
      input: z.strictObject({ id: templateId }),
      output: listed,
      status: 201,
      allow: { users: ['contract_author', 'contract_authority'] },
      run: async ({ id }, { caller }) => {
        const { issuer, templates } = await portfolio()
        const found = templates.find((template) => template.id === id)
        if (!found)
          throw new Refusal('not_found', 'contract_unknown', 'the trust anchor has no such contract template')
        return describe(await library.take(caller, found, issuer))
      },
    }),
  ]
}

function lawOperations({ laws }: ContractsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'laws.changed',
      summary: 'A law changed: flag the templates that rest on it and the agreements made from them',
      method: 'POST',
      path: '/contracts/laws/:law/changes',
      positional: ['law'],
      input: z.strictObject({
        law: lawId,
        since: z.iso.date(),
        reason: z.string().trim().min(1).max(1000).refine(isPlainText),
      }),
      output: z.object({ items: z.array(flag) }),
      status: 201,
      allow: { users: ['contract_authority'] },
      run: async (input, { caller }) => ({ items: (await laws.changed(caller, input)).map(describeFlag) }),
    }),
    operation({
      name: 'contracts.flags',
      summary: 'Templates and agreements to look at again since a law changed',
      method: 'GET',
      path: '/contracts/flags',
      input: z.strictObject({}),
      output: z.object({ items: z.array(flag) }),
      allow: { users: readers },
      run: async () => ({ items: (await laws.open()).map(describeFlag) }),
    }),
  ]
}
