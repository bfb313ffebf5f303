import { z } from 'zod'
import { isoTime, isoTimeOrNull } from '../../core/index.ts'
import { organisationSchema, representationType } from '../messages.ts'
import type { CaseFile } from './case-files.ts'
import { caseMoveNames, caseStates } from './case-state.ts'
import { caseContactSchema } from './invited.ts'
import type { ShownMove } from './moves.ts'

const time = z.iso.datetime()

export const caseSummary = z.object({
  id: z.uuid(),
  state: z.enum(caseStates),
  channel: z.enum(['applied', 'invited']).describe('it applied by itself, or somebody wants it in'),
  organisation: z.object({ did: z.string().nullable(), ...organisationSchema.shape }),
  policy_version: z.int().nullable(),
  submitted_at: time,
  state_since: time,
  expected_at: time.nullable().describe('when the next move is expected'),
  decided_at: time.nullable(),
})

const moveView = z.object({
  move: z.enum(['submit', ...caseMoveNames]),
  from: z.enum(caseStates).nullable(),
  to: z.enum(caseStates),
  at: time,
  by: z.enum(['servicedesk', 'inviter', 'partner', 'system']),
  reason: z.string().nullable(),
  expected_at: time.nullable(),
})

export const caseDetail = caseSummary.extend({
  wallet: z.string().nullable().describe('of its node; null while it has none here'),
  representative: z
    .object({ did: z.string(), name: z.string(), representation_type: representationType })
    .nullable(),
  acceptance: z.object({ digest: z.string(), signed: z.string() }).nullable(),
  invited: z
    .object({
      contact: caseContactSchema,
      intended_roles: z.array(z.string()),
      website: z.string().nullable(),
    })
    .nullable()
    .describe('what who wants it in says'),
  reason: z.string().nullable().describe('why it did not go on'),
  registration: z.string().nullable(),
  attestation: z.string().nullable(),
  moves: z.array(moveView),
  version: z.int(),
})

export function showSummary({ row, organisation }: CaseFile): z.input<typeof caseSummary> {
  return {
    id: row.id,
    state: row.state,
    channel: row.channel,
    organisation: { did: row.organisation, ...organisation },
    policy_version: row.policyVersion,
    submitted_at: isoTime(row.submittedAt),
    state_since: isoTime(row.stateSince),
    expected_at: isoTimeOrNull(row.expectedAt),
    decided_at: isoTimeOrNull(row.decidedAt),
  }
}

export function showDetail(file: CaseFile, moves: readonly ShownMove[]): z.input<typeof caseDetail> {
  const { row, application, invited, reason } = file
  return {
    ...showSummary(file),
    wallet: application?.wallet ?? null,
    representative: application?.representative ?? null,
    acceptance:
      application && row.acceptanceDigest !== null
        ? { digest: row.acceptanceDigest, signed: application.acceptance }
        : null,
    invited: invited && {
      contact: invited.contact,
      intended_roles: invited.intended_roles,
      website: invited.partner.website ?? null,
    },
    reason,
    registration: row.registrationId,
    attestation: row.attestationId,
    moves: moves.map(showMove),
    version: row.version,
  }
}

const showMove = ({ move, from, to, at, by, reason, expectedAt }: ShownMove): z.input<typeof moveView> => ({
  move,
  from,
  to,
  at: isoTime(at),
  by,
  reason,
  expected_at: isoTimeOrNull(expectedAt),
})
