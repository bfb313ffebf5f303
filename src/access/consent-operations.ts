import { z } from 'zod'
import { type AnyOperation, isDid, operation, Refusal } from '../core/index.ts'
import { approvalFrom, approvalInput } from './approval-input.ts'
import { subjectsOf } from './may-decide.ts'
import { type AccessOperationsDeps, asGrant, grantOutput, refOf, text } from './operation-values.ts'

export function consentOperations({
  clock,
  consent,
  ends,
  identify,
  narrow,
  partner,
  parties,
  purposeIri,
  types,
  view,
}: AccessOperationsDeps): AnyOperation[] {
  /** Who has something of these subjects is known by that: taking back works also while nobody else can be asked. */
  const granteeMeant = async (subjects: readonly string[], partner: string) => {
    const isGrantee = isDid(partner) && (await view.grants(subjects, { limit: 1 }, { partner })).length > 0
    return isGrantee ? partner : identify(partner)
  }
  return [
    operation({
      name: 'access.approve',
      summary: 'Grant a request, or less of it; only the one whose data it is can',
      method: 'POST',
      path: '/access/requests/:id/approval',
      positional: ['id'],
      input: z.strictObject({
        ...approvalInput,
        template: text(60).optional().describe('with an answer of templates.list, or less than that'),
      }),
      output: z.object({ grant: grantOutput, not_held: z.array(z.string()) }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const chosen = await approvalFrom(input, { types, clock, partner })
        const asked = input.template === undefined ? null : await view.asked(parties, caller, input.id)
        const approval = asked
          ? await narrow(asked.subjectParty, input.template ?? '', asked, chosen)
          : chosen
        const { grant, notHeld } = await consent.approve(caller, input.id, approval)
        return { grant: asGrant(types, grant), not_held: notHeld.map((claim) => refOf(types, claim)) }
      },
    }),
    operation({
      name: 'access.deny',
      summary: 'Refuse a request; the asker gets a signed no, with your reason if you give one',
      method: 'POST',
      path: '/access/requests/:id/denial',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().max(100),
        reason: text(1000).optional().describe('the asker reads it'),
      }),
      output: z.object({ id: z.string(), state: z.string() }),
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ id, reason }, { caller }) => {
        const row = await consent.deny(caller, id, reason)
        return { id: row.id, state: row.state }
      },
    }),
    operation({
      name: 'access.revoke',
      summary: 'Take a grant back; from then on it opens nothing',
      method: 'POST',
      path: '/access/grants/:id/revocation',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: grantOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asGrant(types, await ends.revoke(caller, id)),
    }),
    operation({
      name: 'access.restore',
      summary: 'Give anew, on the same terms, what you took back in the last ten minutes',
      method: 'POST',
      path: '/access/grants/:id/restoration',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: grantOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => asGrant(types, await consent.restore(caller, id)),
    }),
    operation({
      name: 'access.withdraw',
      summary: 'Take back all that you opened to a partner, or for a purpose, at once',
      method: 'POST',
      path: '/access/revocations',
      input: z.strictObject({
        partner: text(2048).optional().describe('DID, KVK number or name'),
        purpose: text(300).optional().describe('a code of vocabulary.list, such as marketing'),
      }),
      output: z.object({ items: z.array(grantOutput) }),
      allow: { users: ['signed_in'] },
      run: async ({ partner, purpose }, { caller }) => {
        if (partner === undefined && purpose === undefined)
          throw new Refusal('invalid', 'nothing_named', 'name a partner, a purpose, or both')
        const subjects = await subjectsOf(parties, caller)
        const ended = await ends.revokeAll(caller, subjects, {
          ...(partner !== undefined && { grantee: await granteeMeant(subjects, partner) }),
          ...(purpose !== undefined && { purpose: purposeIri(purpose) }),
        })
        return { items: ended.map((grant) => asGrant(types, grant)) }
      },
    }),
  ]
}
