import { z } from 'zod'
import { type AnyOperation, isPlainText, operation, requireUser } from '../core/index.ts'
import type { Negotiation } from './negotiation.ts'
import { newText } from './new-text.ts'
import {
  agreementOutput,
  contractRoles,
  describeAgreement,
  id,
  line,
  textInput,
  version,
  why,
} from './operation-values.ts'
import type { FillTemplate } from './ports.ts'
import { type AgreementReadingDeps, agreementReadingOperations } from './reading-operations.ts'
import { digestText } from './terms.ts'

export interface AgreementsOperationsDeps extends AgreementReadingDeps {
  readonly negotiation: Negotiation
  readonly fill: FillTemplate
}

const said = z.string().trim().min(1).max(2000).refine(isPlainText)

/** Agreements with partners. */
export function agreementsOperations(deps: AgreementsOperationsDeps): AnyOperation[] {
  return [...agreementReadingOperations(deps), ...writingOperations(deps), ...decidingOperations(deps)]
}

function writingOperations({ negotiation, fill }: AgreementsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'agreements.begin',
      summary: 'Propose an agreement to a partner',
      method: 'POST',
      path: '/agreements',
      input: z.strictObject({ partner: line(300).describe('DID, KVK number or name'), ...textInput, why }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_author'] },
      run: async ({ partner, why, ...text }, { caller }) =>
        describeAgreement(
          await negotiation.begin(requireUser(caller), partner, await newText(text, fill), why ?? null),
        ),
    }),
    operation({
      name: 'agreements.propose',
      summary: 'Propose another text; the review begins anew',
      method: 'POST',
      path: '/agreements/:id/versions',
      positional: ['id'],
      input: z.strictObject({
        id,
        version: version.describe('the version it is to replace'),
        ...textInput,
        why,
      }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_author'] },
      run: async ({ id, why, ...text }, { caller }) =>
        describeAgreement(
          await negotiation.propose(requireUser(caller), id, await newText(text, fill), why ?? null),
        ),
    }),
    operation({
      name: 'agreements.comment',
      summary: 'Say something about an agreement; the other party reads it',
      method: 'POST',
      path: '/agreements/:id/comments',
      positional: ['id'],
      input: z.strictObject({ id, text: said }),
      output: agreementOutput,
      status: 201,
      allow: { users: contractRoles },
      run: async ({ id, text }, { caller }) =>
        describeAgreement(await negotiation.comment(requireUser(caller), id, text)),
    }),
  ]
}

function decidingOperations({ negotiation }: AgreementsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'agreements.review',
      summary: 'Nothing need change in the text of the other party',
      method: 'POST',
      path: '/agreements/:id/review',
      positional: ['id'],
      input: z.strictObject({ id, version, text: said.optional() }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_reviewer'] },
      run: async ({ id, version, text = null }, { caller }) =>
        describeAgreement(
          await negotiation.agree(requireUser(caller), id, { kind: 'review', version, text }),
        ),
    }),
    operation({
      name: 'agreements.approve',
      summary: 'Agree to a reviewed text for the company',
      method: 'POST',
      path: '/agreements/:id/approval',
      positional: ['id'],
      input: z.strictObject({ id, version, text: said.optional() }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_authority'] },
      run: async ({ id, version, text = null }, { caller }) =>
        describeAgreement(
          await negotiation.agree(requireUser(caller), id, { kind: 'approve', version, text }),
        ),
    }),
    operation({
      name: 'agreements.sign',
      summary: 'Sign the approved text for the company, with your own key',
      method: 'POST',
      path: '/agreements/:id/signature',
      positional: ['id'],
      input: z.strictObject({ id, version, digest: digestText.optional().describe('of the text you read') }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_signatory'] },
      run: async ({ id, version, digest }, { caller }) =>
        describeAgreement(await negotiation.sign(requireUser(caller), id, { version, digest })),
    }),
    operation({
      name: 'agreements.terminate',
      summary: 'End an agreement, after its notice or at once; what it opened closes with it',
      method: 'POST',
      path: '/agreements/:id/termination',
      positional: ['id'],
      input: z.strictObject({
        id,
        reason: said.describe('the other party reads it'),
        at_once: z.boolean().default(false).describe('without notice, such as for a breach of it'),
      }),
      output: agreementOutput,
      status: 201,
      allow: { users: ['contract_authority', 'contract_signatory'] },
      run: async ({ id, reason, at_once: atOnce }, { caller }) =>
        describeAgreement(await negotiation.terminate(requireUser(caller), id, { reason, atOnce })),
    }),
  ]
}
