import { z } from 'zod'
import {
  type AnyOperation,
  caseStates,
  isoTime,
  operation,
  requireUpload,
  requireUser,
} from '../core/index.ts'
import { handedInAnswer } from './answers.ts'
import type { Applicant, OwnRegistration } from './applicant.ts'
import { handedInKinds } from './evidence/checklist.ts'
import { organisationInput } from './organisation.ts'

/** Missing is told apart from wrong: whoever did not accept is shown what to accept. */
const accept = z.int().min(1).optional().describe('version of the policy that was read and is accepted')
const digest = z
  .string()
  .regex(/^sha-256:[A-Za-z0-9_-]{43}$/)
  .optional()
  .describe('of the policy as it was shown: another text is not accepted')
const invitation = z.string().min(1).max(128).optional().describe('code of the invitation it follows')
const time = z.iso.datetime()

const ownRegistration = z.object({
  state: z.enum(['none', ...caseStates]),
  id: z.string().nullable().describe('the case at the trust anchor'),
  policy_version: z.int().nullable(),
  acceptance: z
    .object({ digest: z.string(), signed: z.string().nullable().describe('the acceptance as it was signed') })
    .nullable(),
  applied_at: time.nullable(),
  checked_at: time.nullable().describe('when the trust anchor last told the state'),
  reason: z.string().nullable().describe('why the trust anchor declined'),
})

const acceptedOutput = z.object({
  policy_version: z.int(),
  acceptance: z.object({ digest: z.string(), signed: z.string() }),
})

const acceptedForCompanyOutput = acceptedOutput.extend({
  missing: z.int().describe('how many other representatives have to accept before it counts'),
})

const showAccepted = ({
  policyVersion,
  acceptance,
}: Awaited<ReturnType<Applicant['acceptAsPerson']>>): z.input<typeof acceptedOutput> => ({
  policy_version: policyVersion,
  acceptance: { digest: acceptance.digest, signed: acceptance.compact },
})

/** What every node offers: joining the network. */
export function applicantOperations({ applicant }: { readonly applicant: Applicant }): AnyOperation[] {
  return [
    operation({
      name: 'registrations.apply',
      summary: 'Accept the TTP-policy for the company and apply for registration at the trust anchor',
      method: 'POST',
      path: '/registrations/applications',
      input: organisationInput.extend({ accept, digest, invitation }),
      output: ownRegistration,
      status: 202,
      allow: { users: ['administrator'] },
      run: async ({ accept: version, digest, invitation, ...organisation }, { caller }) =>
        showOwn(await applicant.apply(requireUser(caller), { version, digest }, organisation, invitation)),
    }),
    operation({
      name: 'registrations.mine',
      summary: 'How far our registration at the trust anchor is',
      method: 'GET',
      path: '/registrations/mine',
      input: z.strictObject({}),
      output: ownRegistration,
      allow: { users: ['signed_in'] },
      run: async () => showOwn(await applicant.mine()),
    }),
    operation({
      name: 'registrations.hand-in',
      summary: 'Hand in evidence for our own case at the trust anchor: PDF, PNG or JPEG, at most 10 MB',
      method: 'POST',
      path: '/registrations/mine/evidence/:kind',
      input: z.strictObject({ kind: z.enum(handedInKinds) }),
      output: handedInAnswer,
      status: 201,
      upload: true,
      allow: { users: ['administrator'] },
      positional: ['kind'],
      run: ({ kind }, context) => applicant.handIn(requireUser(context.caller), kind, requireUpload(context)),
    }),
    operation({
      name: 'policy.accept-company',
      summary: 'Accept another version of the TTP-policy for the company, as its legal representative',
      method: 'POST',
      path: '/policy/company-acceptances',
      input: z.strictObject({ accept, digest }),
      output: acceptedForCompanyOutput,
      status: 201,
      allow: { users: ['administrator'] },
      run: async ({ accept: version, digest }, { caller }) => {
        const accepted = await applicant.acceptForCompany(requireUser(caller), { version, digest })
        return { ...showAccepted(accepted), missing: accepted.missing }
      },
    }),
    operation({
      name: 'policy.accept',
      summary: 'Accept the TTP-policy for yourself, with your own key',
      method: 'POST',
      path: '/policy/acceptances',
      input: z.strictObject({ accept, digest }),
      output: acceptedOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) =>
        showAccepted(
          await applicant.acceptAsPerson(requireUser(caller), {
            version: input.accept,
            digest: input.digest,
          }),
        ),
    }),
  ]
}

function showOwn(own: OwnRegistration | null): z.input<typeof ownRegistration> {
  if (!own)
    return {
      state: 'none',
      id: null,
      policy_version: null,
      acceptance: null,
      applied_at: null,
      checked_at: null,
      reason: null,
    }
  const { row, acceptance, reason } = own
  return {
    state: row.state,
    id: row.caseId,
    policy_version: row.policyVersion,
    acceptance: { digest: row.acceptanceDigest, signed: acceptance },
    applied_at: isoTime(row.appliedAt),
    checked_at: isoTime(row.checkedAt),
    reason,
  }
}
