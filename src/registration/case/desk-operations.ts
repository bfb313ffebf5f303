import { z } from 'zod'
import {
  type AnyOperation,
  caseStates,
  momentOf,
  operation,
  pageInput,
  pageOf,
  rankedPageInput,
  requireUser,
} from '../../core/index.ts'
import type { CaseFiles } from './case-files.ts'
import { openStates } from './case-state.ts'
import { caseDetail, caseSummary, showSummary } from './case-views.ts'
import type { Decisions } from './decisions.ts'
import type { Desk } from './desk.ts'
import type { ShowCase } from './shown-case.ts'

export interface DeskOperationsDeps {
  readonly caseFiles: CaseFiles
  readonly decisions: Decisions
  readonly desk: Desk
  readonly show: ShowCase
}

const id = z.uuid()
const reason = z.string().trim().min(1).max(500)
const allow = { users: ['servicedesk'] } as const

/** The servicedesk's work on cases. */
export function deskOperations(deps: DeskOperationsDeps): AnyOperation[] {
  return [...queueOperations(deps), ...decidingOperations(deps)]
}

function queueOperations({ desk, show }: DeskOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'registrations.queue',
      summary: 'Open cases, what is due first comes first',
      method: 'GET',
      path: '/registrations/queue',
      input: z.strictObject({
        state: z.enum(openStates).optional(),
        mine: z.stringbool().optional().describe('only your own'),
        unassigned: z.stringbool().optional().describe('only what is nobody’s'),
        overdue: z.stringbool().optional().describe('only what should have moved by now'),
        ...rankedPageInput,
      }),
      output: z.object({ items: z.array(caseSummary), next: z.string().nullable() }),
      allow,
      run: async ({ state, mine, unassigned, overdue, ...page }, { caller }) => {
        const owner = unassigned ? null : mine ? requireUser(caller).personId : undefined
        const { items, next } = await desk.queue({ state, owner, overdue }, page)
        const shown = await show.among(items.map(({ row }) => row.owner))
        return { items: items.map((file) => showSummary(file, shown)), next }
      },
    }),
    operation({
      name: 'registrations.take',
      summary: 'Make a case yours, and begin with it',
      method: 'POST',
      path: '/registrations/:id/take',
      input: z.strictObject({ id }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) => show.detail(await desk.take(requireUser(caller), input.id)),
    }),
    operation({
      name: 'registrations.hand-over',
      summary: 'Give a case to a colleague at the servicedesk',
      method: 'POST',
      path: '/registrations/:id/hand-over',
      input: z.strictObject({ id, account: z.string().min(1).max(64).describe('her account') }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) =>
        show.detail(await desk.handOver(requireUser(caller), input.id, input.account)),
    }),
    operation({
      name: 'registrations.release',
      summary: 'Put a case of yours back in the queue',
      method: 'POST',
      path: '/registrations/:id/release',
      input: z.strictObject({ id }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) => show.detail(await desk.release(requireUser(caller), input.id)),
    }),
    operation({
      name: 'registrations.stall',
      summary: 'Say that a case stands still, why, and when you talk again; both sides see it',
      method: 'POST',
      path: '/registrations/:id/stall',
      input: z.strictObject({
        id,
        reason,
        next_talk: z.string().max(40).describe('a moment, such as 2026-12-01T10:00 on a clock in Amsterdam'),
      }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async ({ next_talk, ...input }, { caller }) => {
        const nextTalk = momentOf(next_talk) ?? Number.NaN
        const said = { reason: input.reason, nextTalk: Number.isNaN(nextTalk) ? 0 : nextTalk }
        return show.detail(await desk.stall(requireUser(caller), input.id, said))
      },
    }),
    operation({
      name: 'registrations.resume',
      summary: 'Let a case that stood still go on where it was',
      method: 'POST',
      path: '/registrations/:id/resume',
      input: z.strictObject({ id, reason: reason.optional() }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) =>
        show.detail(await desk.resume(requireUser(caller), input.id, input.reason)),
    }),
    operation({
      name: 'registrations.note',
      summary: 'Write something down for colleagues; nobody else reads it',
      method: 'POST',
      path: '/registrations/:id/notes',
      input: z.strictObject({ id, text: z.string().trim().min(1).max(4_000) }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) =>
        show.detail(await desk.note(requireUser(caller), input.id, input.text)),
    }),
  ]
}

function decidingOperations({ caseFiles, decisions, show }: DeskOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'registrations.list',
      summary: 'Organisations that want to join, or are wanted, newest first',
      method: 'GET',
      path: '/registrations',
      input: z.strictObject({ ...pageInput, state: z.enum(caseStates).optional() }),
      output: pageOf(caseSummary),
      allow,
      run: async (input) => {
        const { items, next } = await caseFiles.list(input)
        const shown = await show.among(items.map(({ row }) => row.owner))
        return { items: items.map((file) => showSummary(file, shown)), next }
      },
    }),
    operation({
      name: 'registrations.get',
      summary: 'One case: what the organisation and its representative signed, and each move',
      method: 'GET',
      path: '/registrations/:id',
      input: z.strictObject({ id }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input) => show.detail(await caseFiles.get(input.id)),
    }),
    operation({
      name: 'registrations.accept',
      summary: 'Register the organisation and offer it its registration and attestation',
      method: 'POST',
      path: '/registrations/:id/accept',
      input: z.strictObject({ id }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) => show.detail(await decisions.accept(requireUser(caller), input.id)),
    }),
    operation({
      name: 'registrations.decline',
      summary: 'Decline an application, with the reason, which the applicant reads',
      method: 'POST',
      path: '/registrations/:id/decline',
      input: z.strictObject({ id, reason }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) =>
        show.detail(await decisions.decline(requireUser(caller), input.id, input.reason)),
    }),
  ]
}
