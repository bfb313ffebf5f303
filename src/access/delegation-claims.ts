import { z } from 'zod'
import { isDid } from '../core/index.ts'
import type { LinkFacts } from './chain.ts'
import { targetKey } from './terms.ts'

const did = z.string().refine(isDid)
const target = z.object({ vct: z.string(), path: z.array(z.union([z.string(), z.int()])).min(1) })

/** What a delegation credential says, as far as we go by it (`schemas/access-delegation.schema.json`). */
const delegationClaims = z.object({
  delegation: z.object({
    grant: z.object({ id: z.string(), digest: z.string(), credential: z.string() }),
    owner: z.object({ organisation: did, wallet: z.string() }),
    query: z.array(target).min(1),
    purpose: z.array(z.string()).min(1),
    legal_basis: z.string(),
    recipients: z.object({
      roles: z.array(z.string()).optional(),
      persons: z.array(did).optional(),
      systems: z.array(did).optional(),
    }),
    max_depth: z.literal(0),
    attestation: z.string().optional(),
  }),
})

export type DelegationClaims = z.output<typeof delegationClaims>['delegation']

/** Null for what is no delegation. */
export function delegationClaimsOf(claims: unknown): DelegationClaims | null {
  const parsed = delegationClaims.safeParse(claims)
  return parsed.success ? parsed.data.delegation : null
}

/** A link as the owner was told of it, which does not change. */
export type LinkTold = Pick<
  LinkFacts,
  'grantId' | 'principal' | 'delegate' | 'claims' | 'purpose' | 'recipients' | 'expiresAt'
>

/** Whether a delegation says what the owner was told: then the owner's row can be gone by. */
export function saysAsTold(delegation: DelegationClaims, expiresAt: number | null, told: LinkTold): boolean {
  const { grant, query, purpose, recipients } = delegation
  return (
    grant.id === told.grantId &&
    expiresAt !== null &&
    expiresAt <= told.expiresAt &&
    isSame(query.map(targetKey), told.claims.map(targetKey)) &&
    isSame(purpose, told.purpose) &&
    isSame(recipients.roles, told.recipients.roles) &&
    isSame(recipients.persons, told.recipients.persons) &&
    isSame(recipients.systems, told.recipients.systems)
  )
}

const isSame = (some: readonly string[] = [], others: readonly string[] = []): boolean =>
  JSON.stringify([...some].sort()) === JSON.stringify([...others].sort())
