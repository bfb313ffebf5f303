import { z } from 'zod'
import { type AnyOperation, operation, pageInput, pageOf, requireUser } from '../../core/index.ts'
import type { CaseFile, CaseFiles } from './case-files.ts'
import { caseStates } from './case-state.ts'
import { caseDetail, caseSummary, showDetail, showSummary } from './case-views.ts'
import type { Decisions } from './decisions.ts'
import type { CaseMoves } from './moves.ts'

export interface DeskOperationsDeps {
  readonly caseFiles: CaseFiles
  readonly decisions: Decisions
  readonly moves: CaseMoves
}

const id = z.uuid()

/** The servicedesk's work on cases. */
export function deskOperations({ caseFiles, decisions, moves }: DeskOperationsDeps): AnyOperation[] {
  const allow = { users: ['servicedesk'] } as const
  const detail = async (file: CaseFile) => showDetail(file, await moves.of(file.row.id))
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
        return { items: items.map(showSummary), next }
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
      run: async (input) => detail(await caseFiles.get(input.id)),
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
      run: async (input, { caller }) => detail(await decisions.accept(requireUser(caller), input.id)),
    }),
    operation({
      name: 'registrations.decline',
      summary: 'Decline an application, with the reason, which the applicant reads',
      method: 'POST',
      path: '/registrations/:id/decline',
      input: z.strictObject({ id, reason: z.string().trim().min(1).max(500) }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input, { caller }) =>
        detail(await decisions.decline(requireUser(caller), input.id, input.reason)),
    }),
  ]
}
