import { z } from 'zod'
import {
  type AnyOperation,
  dayOf,
  endOfDay,
  operation,
  pageInput,
  pageOf,
  Refusal,
  requireUser,
} from '../core/index.ts'
import {
  claims,
  describe,
  describeOne,
  type InboxOperationsDeps,
  kind,
  requestId,
  requestOutput,
  text,
} from './operation-values.ts'
import { handlers } from './requests.ts'
import { type RightsRequestRow, rightStates } from './rights-table.ts'

/** Requests of persons about their own data: hers, and those the company deals with. */
export function inboxOperations(deps: InboxOperationsDeps): AnyOperation[] {
  const { requests, inbox } = deps
  const one = (row: RightsRequestRow) => describeOne(deps, row)
  const page = async (rows: readonly RightsRequestRow[], limit: number) => {
    const history = await inbox.moves(rows.map(({ id }) => id))
    const items = await Promise.all(rows.map((row) => describe(deps, row, history)))
    return { items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
  }
  const byHandler = { users: handlers }
  const about = (verb: string, path: string, summary: string) => ({
    name: `rights.${verb}`,
    summary,
    method: 'POST' as const,
    path: `/rights/requests/:id/${path}`,
    positional: ['id'],
    output: requestOutput,
    status: 201 as const,
    allow: byHandler,
  })
  return [
    operation({
      name: 'rights.file',
      summary:
        'Ask the company about your own data: to see, take along, correct, erase or restrict it, or to object',
      method: 'POST',
      path: '/rights/requests',
      positional: ['kind'],
      input: z.strictObject({
        kind: kind.describe('objection: to marketing; it works at once, as does restriction'),
        text: text.optional().describe('in your own words'),
        claims,
      }),
      output: requestOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ kind, text, claims }, { caller }) =>
        one(await requests.file(caller, { kind, ...(text && { text }), ...(claims && { claims }) })),
    }),
    operation({
      name: 'rights.record',
      summary:
        'Write down a request that came by letter, phone or e-mail, and how it was established who asks',
      method: 'POST',
      path: '/rights/requests/recorded',
      positional: ['kind'],
      input: z.strictObject({
        kind,
        partner: z.string().max(100).optional().describe('id of the partner whose contact person asks'),
        person: z.string().max(100).optional().describe('id of the person, where she has an account'),
        channel: z.enum(['letter', 'phone', 'email', 'in_person']),
        received_on: z.iso.date().describe('YYYY-MM-DD: the month begins on that day'),
        identity: text.describe('how it was established that it is she'),
        text: text.optional(),
        claims,
      }),
      output: requestOutput,
      status: 201,
      allow: byHandler,
      run: async ({ partner, person, received_on: on, text, claims, ...rest }, { caller }) => {
        const about = partner ? { partner } : person ? { person } : null
        if (!about || (partner && person))
          throw new Refusal('invalid', 'subject_missing', 'say whose request it is: a partner or a person')
        const receivedAt = momentOf(on, deps.clock.now())
        const more = { ...(text && { text }), ...(claims && { claims }) }
        return one(await requests.record(caller, { about, receivedAt, ...rest, ...more }))
      },
    }),
    operation({
      name: 'rights.mine',
      summary: 'Your requests about your own data, and what became of them',
      method: 'GET',
      path: '/rights/requests/mine',
      input: z.strictObject(pageInput),
      output: pageOf(requestOutput),
      allow: { users: ['signed_in'] },
      run: async ({ cursor, limit }, { caller }) => {
        const { personId } = requireUser(caller)
        return page(await inbox.list({ personId }, { limit, ...(cursor && { cursor }) }), limit)
      },
    }),
    operation({
      name: 'rights.inbox',
      summary: 'Requests of persons that the company has to answer, with their deadlines',
      method: 'GET',
      path: '/rights/requests',
      input: z.strictObject({
        ...pageInput,
        state: z.enum(rightStates).optional(),
        overdue: z.boolean().optional().describe('only those that should have been answered'),
      }),
      output: pageOf(requestOutput),
      allow: byHandler,
      run: async ({ cursor, limit, state, overdue }) => {
        const filter = { ...(state && { state }), ...(overdue && { overdue }) }
        return page(await inbox.list(filter, { limit, ...(cursor && { cursor }) }), limit)
      },
    }),
    operation({
      name: 'rights.get',
      summary: 'One request about personal data, yours or one the company deals with',
      method: 'GET',
      path: '/rights/requests/:id',
      positional: ['id'],
      input: z.strictObject({ id: requestId }),
      output: requestOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => one(await requests.require(caller, id)),
    }),
    operation({
      ...about('take', 'taken', 'Begin to deal with a request'),
      input: z.strictObject({ id: requestId }),
      run: async ({ id }, { caller }) => one(await requests.take(caller, id)),
    }),
    operation({
      ...about('extend', 'extension', 'Take two months more for a request, with the reason she is told'),
      input: z.strictObject({ id: requestId, reason: text }),
      run: async ({ id, reason }, { caller }) => one(await requests.extend(caller, id, reason)),
    }),
    operation({
      ...about('answer', 'answer', 'Answer a request'),
      input: z.strictObject({ id: requestId, answer: text }),
      run: async ({ id, answer }, { caller }) => one(await requests.answer(caller, id, answer)),
    }),
    operation({
      ...about('refuse', 'refusal', 'Refuse a request with the reason; she is told where she can complain'),
      input: z.strictObject({ id: requestId, reason: text }),
      run: async ({ id, reason }, { caller }) => one(await requests.refuse(caller, id, reason)),
    }),
    operation({
      ...about('lift', 'lift', 'End a restriction because the dispute is over; she is told why'),
      input: z.strictObject({ id: requestId, reason: text }),
      run: async ({ id, reason }, { caller }) => one(await requests.lift(caller, id, reason)),
    }),
  ]
}

/** Some moment of that day; of today the present one. */
function momentOf(day: string, now: number): number {
  const end = endOfDay(day)
  return day === dayOf(now) ? now : end
}
