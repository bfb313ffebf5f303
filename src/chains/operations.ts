import { z } from 'zod'
import { type AnyOperation, asDid, isoTime, operation, pageInput, pageOf } from '../core/index.ts'
import type { GivenDelegationRow } from './delegation-table.ts'
import type { Delegations } from './delegations.ts'
import type { ClaimTarget } from './ports.ts'

export interface ChainsOperationsDeps {
  readonly delegations: Delegations
  /** Claims as people write them. @throws Refusal `invalid_claim_ref`, `unknown_claim` */
  readonly claimsFrom: (refs: readonly string[]) => ClaimTarget[]
  readonly claimName: (claim: ClaimTarget) => string
  readonly purposeIri: (codeOrIri: string) => string
  /** The last moment a text means, in ms. @throws Refusal `invalid_date` */
  readonly lastMoment: (text: string) => number
}

const time = z.iso.datetime()
const text = (max: number) => z.string().trim().min(1).max(max)
const party = z.object({ did: z.string(), name: z.string() })
const output = z.object({
  id: z.string(),
  grant: z.string(),
  owner: party.describe('whose data it is about'),
  to: party.describe('who reads on our behalf'),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  roles: z.array(z.string()),
  persons: z.array(z.string()),
  systems: z.array(z.string()),
  state: z
    .enum(['telling_owner', 'announcing', 'given', 'ended'])
    .describe('the owner is told first, then the intermediary; then it is given'),
  ended: z.string().nullable().describe('why it ended'),
  made_at: time,
  until: time,
})

/** Who works with intermediaries. */
const users = ['coordinator', 'administrator'] as const

/** Passing a grant on to an intermediary, and taking that back. */
export function chainsOperations(deps: ChainsOperationsDeps): AnyOperation[] {
  const { delegations } = deps
  const asOutput = (row: GivenDelegationRow) => ({
    id: row.id,
    grant: row.grantId,
    owner: { did: row.owner, name: row.ownerName },
    to: { did: row.delegate, name: row.delegateName },
    claims: row.claims.map(deps.claimName),
    purpose: [...row.purpose],
    roles: [...(row.recipients.roles ?? [])],
    persons: [...(row.recipients.persons ?? [])],
    systems: [...(row.recipients.systems ?? [])],
    state: row.state,
    ended: row.endedCode,
    made_at: isoTime(row.createdAt),
    until: isoTime(row.expiresAt),
  })
  return [
    operation({
      name: 'delegations.create',
      summary: 'Let an intermediary read on our behalf what a grant opens, where its owner allowed that',
      method: 'POST',
      path: '/delegations',
      input: z.strictObject({
        grant: z.string().max(100).describe('a grant we hold'),
        to: text(300).describe('the intermediary: DID, KVK number or name'),
        claims: z
          .array(text(200))
          .min(1)
          .max(100)
          .optional()
          .describe('claims such as company-profile.email; all that the grant opens unless told'),
        purpose: z.array(text(300)).min(1).max(5).optional().describe('what for; as the grant unless told'),
        roles: z
          .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/))
          .min(1)
          .max(20)
          .optional()
          .describe('roles inside the intermediary that may look'),
        persons: z
          .array(text(2048))
          .min(1)
          .max(50)
          .optional()
          .describe('employees of the intermediary that may look whatever their role, by DID'),
        systems: z
          .array(text(2048))
          .min(1)
          .max(20)
          .optional()
          .describe('systems of the intermediary that may look by themselves, by DID'),
        until: text(40).optional().describe('YYYY-MM-DD, or how long: P30D; not after the grant ends'),
      }),
      output,
      status: 201,
      allow: { users },
      run: async ({ grant, to, claims, purpose, roles, persons, systems, until }, { caller }) =>
        asOutput(
          await delegations.create(caller, {
            grant,
            to,
            ...(claims && { claims: deps.claimsFrom(claims) }),
            ...(purpose && { purpose: purpose.map(deps.purposeIri) }),
            ...(roles && { roles }),
            ...(persons && { persons: persons.map(asDid) }),
            ...(systems && { systems: systems.map(asDid) }),
            ...(until && { until: deps.lastMoment(until) }),
          }),
        ),
    }),
    operation({
      name: 'delegations.list',
      summary: 'Who reads on our behalf, and under which grants',
      method: 'GET',
      path: '/delegations',
      input: z.strictObject(pageInput),
      output: pageOf(output),
      allow: { users },
      run: async (page) => {
        const found = await delegations.list(page)
        const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null
        return { items: found.map(asOutput), next }
      },
    }),
    operation({
      name: 'delegations.withdraw',
      summary: 'Let an intermediary read on our behalf no more',
      method: 'POST',
      path: '/delegations/:id/withdrawal',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output,
      allow: { users },
      run: async ({ id }, { caller }) => asOutput(await delegations.withdraw(caller, id)),
    }),
  ]
}
