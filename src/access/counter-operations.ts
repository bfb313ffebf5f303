import { z } from 'zod'
import { type AnyOperation, operation, Refusal } from '../core/index.ts'
import { approvalFrom, approvalInput } from './approval-input.ts'
import { asCounter, counterOutput } from './counter-output.ts'
import {
  type AccessOperationsDeps,
  asGrant,
  claimRefs,
  grantOutput,
  lastMoment,
  refOf,
  targetsFrom,
  text,
  untilInput,
} from './operation-values.ts'

/** Until when a partner can agree, unless told. */
const ANSWER_WITHIN = 'P14D'

export function counterOperations({
  clock,
  consent,
  counterAsks,
  partner,
  purposeIri,
  legalBasisIri,
  types,
}: AccessOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'access.counter',
      summary: 'Answer a request with “yes, if I may see yours”: both grants open together, or neither does',
      method: 'POST',
      path: '/access/requests/:id/counter',
      positional: ['id'],
      input: z.strictObject({
        ...approvalInput,
        want: claimRefs.describe('what you want to see in return: claims of the asking company itself'),
        purpose: z
          .array(text(300))
          .min(1)
          .max(5)
          .optional()
          .describe('what you want it for; what the asker wants yours for, unless told'),
        basis: text(300).optional().describe('your legal basis; the asker’s own, unless told'),
        reason: text(1000).describe('why these data are relevant to you'),
        value: text(1000).describe('what the asker gets out of it'),
        want_until: untilInput.optional().describe('until when you want to see it; as long as you give'),
        answer_by: untilInput.optional().describe('until when the asker can agree; two weeks'),
      }),
      output: z.object({ counter: counterOutput, grant: grantOutput, not_held: z.array(z.string()) }),
      status: 201,
      allow: { users: ['account_manager', 'coordinator', 'administrator'] },
      run: async (input, { caller }) => {
        const claims = targetsFrom(types, input.want)
        if (claims.some(({ vct }) => types.require(vct).about !== 'organisation'))
          throw new Refusal(
            'invalid',
            'counter_not_company_data',
            'in return one asks for data of the company itself: people are asked separately',
          )
        const wanted = {
          claims,
          ...(input.purpose && { purpose: input.purpose.map(purposeIri) }),
          ...(input.basis && { legalBasis: legalBasisIri(input.basis) }),
          details: { relevance: input.reason, value: input.value },
          ...(input.want_until && { until: lastMoment(input.want_until, clock) }),
          answerBy: lastMoment(input.answer_by ?? ANSWER_WITHIN, clock),
        }
        if (wanted.answerBy <= clock.now() || (wanted.until ?? wanted.answerBy) <= clock.now())
          throw new Refusal(
            'invalid',
            'invalid_answer_by',
            'an answer is awaited until a moment that is to come',
          )
        const { counter, grant, notHeld } = await consent.counter(
          caller,
          input.id,
          await approvalFrom(input, { types, clock, partner }),
          (tx, signed) => counterAsks.ask(tx, caller, signed, wanted),
        )
        return {
          counter: asCounter(types, counter),
          grant: asGrant(types, grant),
          not_held: notHeld.map((claim) => refOf(types, claim)),
        }
      },
    }),
  ]
}
