import { z } from 'zod'
import { signedChangeSchema } from '../agent/index.ts'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import { caseAnswer, personAnswer, stateAnswer } from './answers.ts'
import type { CaseFile, CaseFiles } from './case-files.ts'
import { caseStates } from './case-state.ts'
import { organisationSchema, representationType } from './messages.ts'
import type { PersonAcceptances } from './person-acceptances.ts'
import type { RelayPort } from './ports.ts'

const time = z.iso.datetime()
const message = z.string().min(1).max(65_536)
const id = z.uuid()

const caseSummary = z.object({
  id,
  state: z.enum(caseStates),
  organisation: z.object({ did: z.string(), ...organisationSchema.shape }),
  policy_version: z.int(),
  submitted_at: time,
  decided_at: time.nullable(),
})

const caseDetail = caseSummary.extend({
  wallet: z.string(),
  representative: z.object({ did: z.string(), name: z.string(), representation_type: representationType }),
  acceptance: z.object({ digest: z.string(), signed: z.string() }),
  reason: z.string().nullable().describe('why it was declined'),
  registration: z.string().nullable(),
  attestation: z.string().nullable(),
  version: z.int(),
})

export interface AnchorOperationsDeps {
  readonly caseFiles: CaseFiles
  readonly people: PersonAcceptances
  readonly relay: RelayPort
}

/** What the trust anchor's node offers besides: taking applications in, and the servicedesk's work. */
export function anchorOperations(deps: AnchorOperationsDeps): AnyOperation[] {
  return [...intakeOperations(deps), ...servicedeskOperations(deps)]
}

function intakeOperations({ caseFiles, people, relay }: AnchorOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'registrations.submit',
      summary: 'Hand in the signed application of an organisation',
      method: 'POST',
      path: '/registrations',
      input: z.strictObject({ application: message }),
      output: caseAnswer,
      status: 202,
      allow: { anyone: 'the application proves itself by its signatures' },
      run: async ({ application }, { caller }) => {
        const row = await caseFiles.submit(caller, application)
        return {
          id: row.id,
          state: row.state,
          policy_version: row.policyVersion,
          acceptance_digest: row.acceptanceDigest,
        }
      },
    }),
    operation({
      name: 'registrations.state',
      summary: 'How far a case is',
      method: 'GET',
      path: '/registrations/:id/state',
      input: z.strictObject({ id }),
      output: stateAnswer,
      allow: {
        anyone:
          'only the applicant and the servicedesk know the id; it tells the state, and why it was declined',
      },
      positional: ['id'],
      run: async (input) => {
        const { state, decidedAt, reason } = await caseFiles.state(input.id)
        return { id: input.id, state, decided_at: isoTimeOrNull(decidedAt), reason }
      },
    }),
    operation({
      name: 'acceptances.submit',
      summary: 'Hand in a person’s signed acceptance of the policy, endorsed by her registered organisation',
      method: 'POST',
      path: '/registrations/acceptances',
      input: z.strictObject({ endorsement: message }),
      output: personAnswer,
      status: 202,
      allow: { anyone: 'the acceptance proves itself by its signatures' },
      run: async ({ endorsement }, { caller }) => {
        const row = await people.submit(caller, endorsement)
        return {
          policy_version: row.policyVersion,
          acceptance_digest: row.acceptanceDigest,
          attestation: row.attestationId,
        }
      },
    }),
    operation({
      name: 'relay.submit',
      summary: 'Have a signed change of a did:ethr put on the chain; the trust anchor pays',
      method: 'POST',
      path: '/relay/transactions',
      input: signedChangeSchema,
      output: z.object({ transaction: z.string(), block: z.int() }),
      status: 201,
      allow: { anyone: 'the transaction proves itself by its signature' },
      run: (change) => relay.submit(change),
    }),
  ]
}

function servicedeskOperations({ caseFiles }: AnchorOperationsDeps): AnyOperation[] {
  const allow = { users: ['servicedesk'] } as const
  return [
    operation({
      name: 'registrations.list',
      summary: 'Organisations that applied, newest first',
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
      summary: 'One case, with what the organisation and its representative signed',
      method: 'GET',
      path: '/registrations/:id',
      input: z.strictObject({ id }),
      output: caseDetail,
      allow,
      positional: ['id'],
      run: async (input) => showDetail(await caseFiles.get(input.id)),
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
      run: async (input, { caller }) => showDetail(await caseFiles.accept(caller, input.id)),
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
      run: async (input, { caller }) => showDetail(await caseFiles.decline(caller, input.id, input.reason)),
    }),
  ]
}

function showSummary({ row, application }: CaseFile): z.input<typeof caseSummary> {
  return {
    id: row.id,
    state: row.state,
    organisation: { did: row.organisation, ...application.organisation },
    policy_version: row.policyVersion,
    submitted_at: isoTime(row.submittedAt),
    decided_at: isoTimeOrNull(row.decidedAt),
  }
}

function showDetail(file: CaseFile): z.input<typeof caseDetail> {
  const { row, application, acceptance, reason } = file
  return {
    ...showSummary(file),
    wallet: application.wallet,
    representative: application.representative,
    acceptance: { digest: row.acceptanceDigest, signed: acceptance },
    reason,
    registration: row.registrationId,
    attestation: row.attestationId,
    version: row.version,
  }
}
