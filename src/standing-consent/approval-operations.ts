import { z } from 'zod'
import { type AnyOperation, isoTime, operation, partnerRoles, type UserCaller } from '../core/index.ts'
import {
  claims,
  length,
  ownerOf,
  ownersOf,
  refs,
  requireLength,
  type StandingOperationsDeps,
  targets,
  text,
  whose,
} from './operation-values.ts'
import type { ApprovalRow } from './standing-tables.ts'

const entryOutput = z.object({
  id: z.string(),
  for: z.enum(['me', 'organisation']),
  purpose: z.string(),
  basis: z.string().nullable(),
  claims: z.array(z.string()).nullable().describe('null for all of yours'),
  partner: z.string().nullable(),
  partner_name: z.string().nullable(),
  role: z.string().nullable().describe('what the partner is to you'),
  length: z.string(),
  added_by: z.string().describe('who put it there, as the audit log names her'),
  added_at: z.iso.datetime(),
})

export function approvalOperations(deps: StandingOperationsDeps): AnyOperation[] {
  const { approvals, purposeIri, legalBasisIri, types, partner, organisationName } = deps
  const show = async (user: UserCaller, { id, ownerParty, rules, addedBy, createdAt }: ApprovalRow) => ({
    id,
    for: ownerParty === user.personId ? ('me' as const) : ('organisation' as const),
    purpose: rules.purpose,
    basis: rules.basis,
    claims: refs(types, rules.claims),
    partner: rules.partner,
    partner_name: rules.partner && (await organisationName(rules.partner)),
    role: rules.role,
    length: rules.maxLength,
    added_by: addedBy,
    added_at: isoTime(createdAt),
  })
  return [
    operation({
      name: 'approvals.add',
      summary: 'Say yes beforehand: to one purpose, of one partner or of those that are to you what you name',
      method: 'POST',
      path: '/approvals',
      input: z.strictObject({
        for: whose,
        purpose: text(300).optional().describe('what for: one code of vocabulary.list'),
        partner: text(300).optional().describe('DID, KVK number or name'),
        role: z.enum(partnerRoles).optional().describe('what the partner is to you'),
        basis: text(300).optional().describe('on this legal basis only; never on consent or vital interest'),
        claims: claims.optional().describe('for these claims at most; all of yours if you name none'),
        length: length.default('P1Y'),
      }),
      output: entryOutput,
      status: 201,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const { user, owner } = await ownerOf(deps, caller, input.for)
        const row = await approvals.add(user, owner, {
          purpose: input.purpose === undefined ? null : purposeIri(input.purpose),
          basis: input.basis === undefined ? null : legalBasisIri(input.basis),
          claims: input.claims ? targets(types, input.claims) : null,
          maxLength: requireLength(input.length),
          partner: input.partner === undefined ? null : (await partner(input.partner)).did,
          role: input.role ?? null,
        })
        return show(user, row)
      },
    }),
    operation({
      name: 'approvals.list',
      summary: 'What you say yes to beforehand, and the company where you decide about it',
      method: 'GET',
      path: '/approvals',
      input: z.strictObject({}),
      output: z.object({ items: z.array(entryOutput) }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { user, owners } = await ownersOf(deps, caller)
        const found = await Promise.all(owners.map((owner) => approvals.list(owner)))
        return { items: await Promise.all(found.flat().map((row) => show(user, row))) }
      },
    }),
    operation({
      name: 'approvals.remove',
      summary: 'Take an entry off your list; what it gave stays open unless you end that too',
      method: 'POST',
      path: '/approvals/:id/removal',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().max(100),
        end_grants: z.boolean().default(false).describe('also take back what it gave'),
      }),
      output: z.object({
        entry: entryOutput,
        still_open: z.array(z.string()).describe('grants it gave that are open still'),
        ended: z.array(z.string()),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ id, end_grants }, { caller }) => {
        const { user, owners } = await ownersOf(deps, caller)
        const { row, open, ended } = await approvals.remove(user, owners, id, end_grants)
        return { entry: await show(user, row), still_open: [...open], ended: [...ended] }
      },
    }),
    operation({
      name: 'approvals.apply',
      summary: 'Grant all that waits and is on your list, in one step',
      method: 'POST',
      path: '/approvals/application',
      input: z.strictObject({}),
      output: z.object({
        granted: z.array(z.string()).describe('the grants'),
        left: z
          .array(z.object({ request: z.string(), code: z.string() }))
          .describe('what waits still, and why'),
      }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { user, owners } = await ownersOf(deps, caller)
        return approvals.apply(user, owners)
      },
    }),
  ]
}
