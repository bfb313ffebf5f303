import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import type { SeenCase } from './case-files.ts'
import { caseWorkers } from './cases.ts'
import type { CasesOperationsDeps } from './operation-deps.ts'
import { questionCode } from './question.ts'

const text = (max: number) => z.string().trim().min(1).max(max)
const partner = text(300).describe('DID, KVK number or name')
const about = text(100).describe('what it is about, such as invoice 123')
const until = z
  .string()
  .max(40)
  .optional()
  .describe('YYYY-MM-DD, and the whole of that day counts; or how long from now: P30D, P6M, P1Y')
const time = z.iso.datetime()

const caseOutput = z.object({
  id: z.string(),
  case: z.string().describe('what both nodes call it'),
  side: z.enum(['asking', 'owning']).describe('whether we ask, or our data are asked for'),
  partner: z.object({ did: z.string(), name: z.string() }),
  question: z.string(),
  version: z.number().int(),
  title: z.object({ nl: z.string(), en: z.string() }).nullable(),
  about: z.string().nullable(),
  state: z.enum(['open', 'ended', 'closed']).describe('ended: its time is over'),
  opened_by: z.enum(['us', 'partner']),
  opened_at: time,
  until: time,
  closed_by: z.enum(['us', 'partner']).nullable(),
  closed_at: time.nullable(),
  request: z.string(),
})

/** Cases: questions between two parties, and what is granted for as long as they last. */
export function caseOperations(deps: CasesOperationsDeps): AnyOperation[] {
  const { cases, opening, ratings, clock, claimName, targetsFrom, lastMoment } = deps
  const asCase = (row: SeenCase) => ({
    id: row.id,
    case: row.caseId,
    side: row.side,
    partner: { did: row.partner, name: row.partnerName },
    question: row.question,
    version: row.version,
    title: row.title,
    about: row.about,
    state: row.state === 'open' && row.until <= clock.now() ? ('ended' as const) : row.state,
    opened_by: row.openedBy,
    opened_at: isoTime(row.openedAt),
    until: isoTime(row.until),
    closed_by: row.closedBy,
    closed_at: isoTimeOrNull(row.closedAt),
    request: row.requestId,
  })
  return [
    operation({
      name: 'cases.ask',
      summary: 'Open a case with a partner: asks exactly what this kind of question needs',
      method: 'POST',
      path: '/cases',
      input: z.strictObject({
        partner,
        question: questionCode.describe('a code of questions.list'),
        about,
        until,
      }),
      output: z.object({ case: caseOutput, request_state: z.string() }),
      status: 201,
      allow: { users: [...caseWorkers], clients: 'access:request' },
      run: async ({ until: last, ...input }, { caller }) => {
        const asked = await opening.ask(caller, { ...input, ...(last && { until: lastMoment(last) }) })
        return { case: asCase(asked.seen), request_state: asked.requestState }
      },
    }),
    operation({
      name: 'cases.open',
      summary: 'Open a case with a partner yourself: it may see exactly what its question needs',
      method: 'POST',
      path: '/cases/own',
      input: z.strictObject({
        partner,
        question: questionCode.describe('a code of questions.published'),
        seen_version: z
          .number()
          .int()
          .min(1)
          .describe('of that question, as you saw it: if it has changed since, nothing is opened'),
        about,
        only: z
          .array(text(200))
          .min(1)
          .max(100)
          .optional()
          .describe('share these and nothing else: claims such as company-profile.email'),
        until,
      }),
      output: z.object({
        items: z.array(caseOutput),
        grants: z.array(z.string()),
        not_held: z.array(z.string()).describe('claims it needs that are not there to be shown'),
      }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ seen_version: version, only, until: last, ...input }, { caller }) => {
        const given = await opening.open(caller, {
          ...input,
          version,
          ...(only && { only: targetsFrom(only) }),
          ...(last && { until: lastMoment(last) }),
        })
        return {
          items: given.map(({ seen }) => asCase(seen)),
          grants: given.map(({ grant }) => grant),
          not_held: given.flatMap(({ notHeld }) => notHeld.map(claimName)),
        }
      },
    }),
    operation({
      name: 'cases.list',
      summary: 'Cases with partners, and those about your own data',
      method: 'GET',
      path: '/cases',
      input: z.strictObject({ ...pageInput, state: z.enum(['open', 'closed']).optional() }),
      output: pageOf(caseOutput),
      allow: { users: ['signed_in'] },
      run: async ({ state, ...page }, { caller }) => {
        const found = await cases.list(caller, page, state)
        const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null
        return { items: found.map(asCase), next }
      },
    }),
    operation({
      name: 'cases.close',
      summary: 'Close a case: what was granted for it ends at once, on both sides',
      method: 'POST',
      path: '/cases/:id/closure',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: caseOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asCase(await cases.close(caller, id)),
    }),
    operation({
      name: 'access.rate',
      summary: 'Say whether what a grant would bring you came true; the asker’s next requests show it',
      method: 'POST',
      path: '/access/grants/:grant/rating',
      positional: ['grant'],
      input: z.strictObject({
        grant: z.string().max(100),
        came_true: z.enum(['yes', 'partly', 'no']).describe('whether you got what you were told'),
        note: text(1000).optional().describe('for yourself: nobody else reads it'),
      }),
      output: z.object({
        grant: z.string(),
        came_true: z.enum(['yes', 'partly', 'no']),
        note: z.string().nullable(),
        rated_at: time,
      }),
      allow: { users: ['signed_in'] },
      run: async ({ grant, came_true, note }, { caller }) => {
        const { at } = await ratings.rate(caller, grant, came_true, note)
        return { grant, came_true, note: note ?? null, rated_at: isoTime(at) }
      },
    }),
  ]
}
