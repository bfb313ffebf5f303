import { z } from 'zod'
import { type AnyOperation, operation } from '../core/index.ts'
import { type Policies, policySchema, policyVersionSchema } from './policies.ts'
import { diffPolicies } from './policy-diff.ts'
import { policyParts } from './policy-files.ts'

const version = z.coerce.number().int().min(1).max(999_999)

/** The versions of the TTP-policy, and what changed between them. */
export function policyVersionOperations(policies: Policies): AnyOperation[] {
  return [
    operation({
      name: 'policy.versions',
      summary: 'Every version of the TTP-policy there is, announced ones included',
      method: 'GET',
      path: '/policy/versions',
      input: z.strictObject({}),
      output: z.object({ items: z.array(policyVersionSchema) }),
      allow: { anyone: 'whoever may be asked to accept it can read it first' },
      run: async () => ({ items: [...(await policies.versions())] }),
    }),
    operation({
      name: 'policy.version',
      summary: 'One version of the TTP-policy with its texts, also before it takes effect and after',
      method: 'GET',
      path: '/policy/versions/:version',
      input: z.strictObject({ version }),
      output: policySchema,
      allow: { anyone: 'whoever may be asked to accept it can read it first' },
      positional: ['version'],
      run: async (input) => {
        const policy = await policies.version(input.version)
        return { ...policy, documents: [...policy.documents] }
      },
    }),
    operation({
      name: 'policy.diff',
      summary: 'What changed between two versions of the TTP-policy, document by document',
      method: 'GET',
      path: '/policy/versions/:from/changes/:to',
      input: z.strictObject({
        from: version,
        to: version,
        lang: z.enum(['nl', 'en']).optional().describe('of the texts; Dutch unless told, which decides'),
      }),
      output: z.object({
        from: z.int(),
        to: z.int(),
        lang: z.enum(['nl', 'en']),
        documents: z.array(
          z.object({
            part: z.enum(policyParts),
            title: z.string(),
            change: z.enum(['same', 'changed', 'added', 'removed']),
            lines: z.array(z.object({ change: z.enum(['same', 'added', 'removed']), text: z.string() })),
          }),
        ),
      }),
      allow: { anyone: 'whoever may be asked to accept it can read it first' },
      positional: ['from', 'to'],
      run: async ({ from, to, lang = 'nl' }) => {
        const [before, after] = await Promise.all([policies.version(from), policies.version(to)])
        const documents = diffPolicies(before, after, lang).map((one) => ({ ...one, lines: [...one.lines] }))
        return { from, to, lang, documents }
      },
    }),
  ]
}
