import { z } from 'zod'
import { type AnyOperation, isDuration, operation, Refusal } from '../core/index.ts'
import { caseWorkers } from './cases.ts'
import type { CasesOperationsDeps } from './operation-deps.ts'
import { judge } from './over-asked.ts'
import { type Question, questionCode } from './question.ts'
import type { QuestionContent } from './questions.ts'

const text = (max: number) => z.string().trim().min(1).max(max)
const duration = z.string().max(30).refine(isDuration, 'a time such as P30D, P6M or P1Y')
const claimRefs = z.array(text(200)).min(1).max(100).describe('claims such as company-profile.email')

const content = {
  title: z
    .strictObject({ nl: text(200).describe('in Dutch'), en: text(200).describe('in English') })
    .describe('what people call it'),
  purpose: text(300).describe('what for: a code of vocabulary.list, such as order-management'),
  basis: text(300).describe('legal basis: a code of vocabulary.list, such as contract'),
  claims: claimRefs.describe('the least you need to know: claims such as company-profile.email'),
  reason: text(1000).describe('why these data are relevant'),
  value: text(1000).describe('what the owner gets out of it'),
  retention: duration.optional().describe('how long data are kept, ISO 8601, such as P1Y'),
  length: duration.describe('how long a case is open unless told, such as P30D'),
  roles: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _'))
    .min(1)
    .max(20)
    .describe('roles of those who look, such as account_manager'),
}

export const questionOutput = z.object({
  code: z.string(),
  version: z.number().int(),
  title: z.object({ nl: z.string(), en: z.string() }),
  purpose: z.string(),
  legal_basis: z.string(),
  claims: z.array(z.string()),
  reason: z.string(),
  value: z.string(),
  retention: z.string().nullable(),
  length: z.string(),
  roles: z.array(z.string()),
})
const ownOutput = questionOutput.extend({ state: z.enum(['current', 'retired']) })

type Given = { [K in keyof typeof content]?: z.output<(typeof content)[K]> | undefined }

/** The catalogue: the kinds of question an organisation answers, and the least it needs to know for each. */
export function questionOperations(deps: CasesOperationsDeps): AnyOperation[] {
  const { questions, opening, claimName, targetsFrom, purposeIri, legalBasisIri } = deps
  const asQuestion = ({ claims, retention, ...question }: Question) => ({
    ...question,
    claims: claims.map(claimName),
    retention: retention ?? null,
  })
  const contentOf = ({ basis, purpose, claims, ...rest }: Given): Partial<QuestionContent> =>
    present({
      ...rest,
      ...(purpose !== undefined && { purpose: purposeIri(purpose) }),
      ...(basis !== undefined && { legal_basis: legalBasisIri(basis) }),
      ...(claims && { claims: targetsFrom(claims).map(({ vct, path }) => ({ vct, path: [...path] })) }),
    })
  return [
    operation({
      name: 'questions.add',
      summary: 'Add a kind of question to your catalogue, with the least you need to know to answer it',
      method: 'POST',
      path: '/questions',
      input: z.strictObject({ code: questionCode.describe('short, such as invoice-question'), ...content }),
      output: ownOutput,
      status: 201,
      allow: { users: ['administrator', 'coordinator'] },
      run: async ({ code, ...given }, { caller }) => {
        const question = await questions.add(caller, code, contentOf(given) as QuestionContent)
        return { ...asQuestion(question), state: 'current' as const }
      },
    }),
    operation({
      name: 'questions.change',
      summary: 'Make a new version of a kind of question; open cases keep the one they have',
      method: 'POST',
      path: '/questions/:code',
      positional: ['code'],
      input: z.strictObject({ code: questionCode, ...z.object(content).partial().shape }),
      output: ownOutput,
      allow: { users: ['administrator', 'coordinator'] },
      run: async ({ code, ...given }, { caller, ifMatch }) => {
        const changes = contentOf(given)
        if (Object.keys(changes).length === 0)
          throw new Refusal('invalid', 'nothing_changed', 'say what is to be different')
        return {
          ...asQuestion(await questions.change(caller, code, changes, ifMatch)),
          state: 'current' as const,
        }
      },
    }),
    operation({
      name: 'questions.retire',
      summary: 'Take a kind of question out of your catalogue; open cases go on',
      method: 'POST',
      path: '/questions/:code/retirement',
      positional: ['code'],
      input: z.strictObject({ code: questionCode }),
      output: ownOutput,
      allow: { users: ['administrator', 'coordinator'] },
      run: async ({ code }, { caller, ifMatch }) => ({
        ...asQuestion(await questions.retire(caller, code, ifMatch)),
        state: 'retired' as const,
      }),
    }),
    operation({
      name: 'questions.list',
      summary: 'Your catalogue: the kinds of question, and what each needs',
      method: 'GET',
      path: '/questions',
      input: z.strictObject({}),
      output: z.object({ items: z.array(ownOutput) }),
      allow: { users: [...caseWorkers] },
      run: async () => ({
        items: (await questions.list()).map(({ state, content }) => ({
          ...asQuestion(content),
          state: state === 'retired' ? ('retired' as const) : ('current' as const),
        })),
      }),
    }),
    operation({
      name: 'questions.check',
      summary: 'Whether you would ask more than your own catalogue says you need',
      method: 'POST',
      path: '/questions/check',
      input: z.strictObject({ claims: claimRefs, purpose: z.array(text(300)).min(1).max(5) }),
      output: z.object({
        catalogue: z.enum(['asked_within', 'asks_more', 'no_catalogue']),
        over_asked: z.array(z.string()),
      }),
      allow: { users: [...caseWorkers], clients: 'access:request' },
      run: async ({ claims, purpose }) => {
        const asked = { claims: targetsFrom(claims), purpose: purpose.map(purposeIri) }
        const { fit, overAsked } = judge(asked, await questions.current())
        return { catalogue: fit, over_asked: overAsked.map(claimName) }
      },
    }),
    operation({
      name: 'questions.published',
      summary: 'What a partner says it needs, per kind of question',
      method: 'GET',
      path: '/questions/published',
      positional: ['partner'],
      input: z.strictObject({ partner: text(300).describe('DID, KVK number or name') }),
      output: z.object({
        partner: z.object({ did: z.string(), name: z.string() }),
        items: z.array(questionOutput),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ partner: reference }) => {
        const { partner, questions: published } = await opening.published(reference)
        const { did, name } = partner
        return { partner: { did, name }, items: published.map(asQuestion) }
      },
    }),
  ]
}

/** Without what was not given. */
const present = <T extends object>(members: T) =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<QuestionContent>
