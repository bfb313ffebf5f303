import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import type { Job, Jobs } from './jobs.ts'
import { jobStates } from './tables.ts'

const allow = { users: ['signed_in'] } as const
const id = z.uuid()

/** A job as its owner sees it; `result` is said by the operation that starts it. */
export const jobOutput = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string().describe('id of what it is done to'),
  state: z.enum(jobStates),
  progress: z.object({ done: z.int(), total: z.int() }).nullable().describe('while it runs, where it says'),
  result: z.record(z.string(), z.unknown()).nullable(),
  code: z.string().nullable().describe('why it failed'),
  created_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
})

export const describeJob = ({ id, kind, subject, state, progress, result, code, ...at }: Job) => ({
  ...{ id, kind, subject, state, code, progress: progress && { ...progress } },
  result: result && { ...result },
  ...{ created_at: isoTime(at.createdAt), ended_at: isoTimeOrNull(at.endedAt) },
})

export function jobOperations(jobs: Jobs): AnyOperation[] {
  return [
    operation({
      name: 'jobs.list',
      summary: 'Long work you had begun, newest first; what ended is kept for a week',
      method: 'GET',
      path: '/jobs',
      input: z.strictObject(pageInput),
      output: pageOf(jobOutput),
      allow,
      run: async (page, { caller }) => {
        const found = await jobs.list(caller, page)
        const next = found.length < page.limit ? null : (found.at(-1)?.id ?? null)
        return { items: found.map(describeJob), next }
      },
    }),
    operation({
      name: 'jobs.get',
      summary: 'How far a job is, and what came of it',
      method: 'GET',
      path: '/jobs/:id',
      input: z.strictObject({ id }),
      output: jobOutput,
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => describeJob(await jobs.require(caller, id)),
    }),
    operation({
      name: 'jobs.cancel',
      summary: 'Stop a job; nothing of what it began stays',
      method: 'POST',
      path: '/jobs/:id/cancellation',
      input: z.strictObject({ id }),
      output: jobOutput,
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => describeJob(await jobs.cancel(caller, id)),
    }),
    operation({
      name: 'jobs.watch',
      summary: 'A job as it becomes, until it ended: server-sent events, each the whole of it',
      method: 'GET',
      path: '/jobs/:id/events',
      input: z.strictObject({ id }),
      output: jobOutput,
      events: true,
      allow,
      positional: ['id'],
      run: async ({ id }, { caller }) => described(await jobs.watch(caller, id)) as never,
    }),
  ]
}

async function* described(jobs: AsyncIterable<Job | null>) {
  for await (const job of jobs) yield job && describeJob(job)
}
