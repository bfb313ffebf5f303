import { z } from 'zod'
import { caseStates, isoTime, isoTimeOrNull } from '../../core/index.ts'
import { organisationSchema, representationType } from '../messages.ts'
import type { CaseFile } from './case-files.ts'
import { caseMoveNames } from './case-state.ts'
import { isOverdue, type ShownNote } from './desk.ts'
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
  overdue: z.boolean(),
  owner: z.string().nullable().describe('name of whom at the servicedesk it is'),
  decided_at: time.nullable(),
})

const moveView = z.object({
  move: z.enum(['submit', ...caseMoveNames]),
  from: z.enum(caseStates).nullable(),
  to: z.enum(caseStates),
  at: time,
  by: z.enum(['servicedesk', 'inviter', 'partner', 'system']),
  who: z.string().nullable().describe('name of who did it, at the servicedesk'),
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
  notes: z.array(z.object({ at: time, by: z.string().nullable(), text: z.string() })),
  version: z.int(),
})

/** What a case is shown with. */
export interface Shown {
  readonly now: number
  /** Name of a person at the servicedesk; null when she is gone. */
  readonly nameOf: (partyId: string) => string | null
}

export function showSummary(
  { row, organisation }: CaseFile,
  { now, nameOf }: Shown,
): z.input<typeof caseSummary> {
  return {
    id: row.id,
    state: row.state,
    channel: row.channel,
    organisation: { did: row.organisation, ...organisation },
    policy_version: row.policyVersion,
    submitted_at: isoTime(row.submittedAt),
    state_since: isoTime(row.stateSince),
    expected_at: isoTimeOrNull(row.expectedAt),
    overdue: isOverdue(row, now),
    owner: row.owner && nameOf(row.owner),
    decided_at: isoTimeOrNull(row.decidedAt),
  }
}

export function showDetail(
  file: CaseFile,
  { moves, notes }: { readonly moves: readonly ShownMove[]; readonly notes: readonly ShownNote[] },
  shown: Shown,
): z.input<typeof caseDetail> {
  const { row, application, invited, reason } = file
  return {
    ...showSummary(file, shown),
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
    moves: moves.map((move) => showMove(move, shown)),
    notes: notes.map(({ at, byParty, text }) => ({ at: isoTime(at), by: shown.nameOf(byParty), text })),
    version: row.version,
  }
}

const showMove = (
  { move, from, to, at, by, byParty, reason, expectedAt }: ShownMove,
  { nameOf }: Shown,
): z.input<typeof moveView> => ({
  move,
  from,
  to,
  at: isoTime(at),
  by,
  who: byParty && nameOf(byParty),
  reason,
  expected_at: isoTimeOrNull(expectedAt),
})
