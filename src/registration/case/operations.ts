import { z } from 'zod'
import { signedChangeSchema } from '../../agent/index.ts'
import { type AnyOperation, isoTimeOrNull, operation } from '../../core/index.ts'
import { caseAnswer, companyAnswer, personAnswer, stateAnswer } from '../answers.ts'
import type { CompanyAcceptances } from '../company-acceptances.ts'
import { type EvidenceOperationsDeps, evidenceOperations } from '../evidence/operations.ts'
import type { TradeRegister } from '../kvk/kvk-api.ts'
import type { LookUps } from '../kvk/look-ups.ts'
import { kvkOperations } from '../kvk/operations.ts'
import type { PersonAcceptances } from '../person-acceptances.ts'
import type { RelayPort } from '../ports.ts'
import { recheckOperations } from '../recheck/operations.ts'
import type { Rechecks } from '../recheck/rechecks.ts'
import { type DeskOperationsDeps, deskOperations } from './desk-operations.ts'
import type { Intake } from './intake.ts'

const message = z.string().min(1).max(65_536)
const id = z.uuid()

export interface AnchorOperationsDeps extends DeskOperationsDeps, EvidenceOperationsDeps {
  readonly lookUps: LookUps
  readonly register: TradeRegister
  readonly rechecks: Rechecks
  readonly intake: Intake
  readonly people: PersonAcceptances
  readonly companies: CompanyAcceptances
  readonly relay: RelayPort
}

/** What the trust anchor's node offers besides: taking applications in, and the servicedesk's work. */
export function anchorOperations(deps: AnchorOperationsDeps): AnyOperation[] {
  return [
    ...intakeOperations(deps),
    ...recheckOperations(deps),
    ...kvkOperations(deps),
    ...deskOperations(deps),
    ...evidenceOperations(deps),
  ]
}

function intakeOperations({
  caseFiles,
  intake,
  people,
  companies,
  relay,
}: AnchorOperationsDeps): AnyOperation[] {
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
        const row = await intake.submit(caller, application)
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
      name: 'acceptances.renew',
      summary:
        'Hand in that the representative of a registered organisation accepted another version of the policy',
      method: 'POST',
      path: '/registrations/renewals',
      input: z.strictObject({ renewal: message }),
      output: companyAnswer,
      status: 202,
      allow: { anyone: 'the acceptance proves itself by its signatures' },
      run: async ({ renewal }, { caller }) => {
        const row = await companies.submit(caller, renewal)
        return {
          policy_version: row.policyVersion,
          acceptance_digest: row.acceptanceDigest,
          attestation: row.attestationId,
          missing: row.missing,
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
