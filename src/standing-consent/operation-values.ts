import { z } from 'zod'
import { type Caller, type Did, isDuration, Refusal, requireUser } from '../core/index.ts'
import { type CredentialTypes, formatClaimRef, parseClaimRef } from '../credentials/index.ts'
import type { Claim } from './claim.ts'
import type { StandingApprovals } from './standing-approvals.ts'
import type { Templates } from './templates.ts'

export interface StandingOperationsDeps {
  readonly templates: Templates
  readonly approvals: StandingApprovals
  readonly types: CredentialTypes
  readonly organisationId: () => Promise<string>
  /** A purpose or legal basis by code or IRI, as its IRI. @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly purposeIri: (codeOrIri: string) => string
  readonly legalBasisIri: (codeOrIri: string) => string
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: string) => Promise<string | null>
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<{ readonly did: Did }>
}

export const text = (max: number) => z.string().trim().min(1).max(max)
export const whose = z
  .enum(['me', 'organisation'])
  .default('me')
  .describe('for requests about yourself, or about the company (its administrator)')
export const claims = z.array(text(200)).min(1).max(100)
export const length = z.string().max(40).describe('how long at most, ISO 8601, such as P30D or P1Y')

/** @throws Refusal `not_data_subject` */
export async function ownerOf(
  { organisationId }: StandingOperationsDeps,
  caller: Caller,
  whose: 'me' | 'organisation',
) {
  const user = requireUser(caller)
  if (whose === 'me') return { user, owner: user.personId }
  if (user.roles.includes('administrator')) return { user, owner: await organisationId() }
  throw new Refusal(
    'forbidden',
    'not_data_subject',
    'only an administrator decides about the company’s data',
    {
      params: { subject: 'organisation' },
    },
  )
}

export async function ownersOf({ organisationId }: StandingOperationsDeps, caller: Caller) {
  const user = requireUser(caller)
  const organisation = user.roles.includes('administrator') ? [await organisationId()] : []
  return { user, owners: [user.personId, ...organisation] }
}

export const targets = (types: CredentialTypes, named: readonly string[]): Claim[] =>
  named.map((one) => {
    const ref = parseClaimRef(one)
    return { vct: types.requireClaim(ref).type.vct, path: ref.path }
  })

export const refs = (types: CredentialTypes, found: readonly Claim[] | null): string[] | null =>
  found?.map(({ vct, path }) => formatClaimRef({ type: types.find(vct)?.name ?? vct, path: [...path] })) ??
  null

export function requireLength(text: string): string {
  if (isDuration(text)) return text
  throw new Refusal('invalid', 'invalid_duration', 'say how long as a duration, such as P30D')
}
