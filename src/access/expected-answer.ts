import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import type { CredentialReport, CredentialTypes } from '../credentials/index.ts'
import type { SentRequestRow } from './access-tables.ts'
import { type ClaimTarget, targetKey } from './decide.ts'

/** What a grant credential says, as far as we go by it. */
const grantAccess = z.looseObject({
  request: z.string(),
  query: z
    .array(z.looseObject({ vct: z.string(), path: z.array(z.union([z.string(), z.int()])).min(1) }))
    .min(1)
    .max(200),
  purpose: z.array(z.string()).min(1),
  legal_basis: z.string(),
  /** A reference, or a case: see `CaseRef`. */
  case: z.unknown().optional(),
  in_return: z.string().max(100).optional(),
})
export type GrantAccess = z.output<typeof grantAccess>

/** Digest of the request that a grant or denial answers; null when it names none. */
export function requestDigestOf({ claims }: CredentialReport): string | null {
  const { access, request } = claims as { access?: { request?: unknown }; request?: unknown }
  const digest = access === undefined ? request : access.request
  return typeof digest === 'string' ? digest : null
}

/**
 * What a grant opens, if it answers this request with what was asked and no more: our next Ask is made of it and signed
 * by us, so a partner must not be able to write in it.
 * @throws Refusal `offer_not_expected`
 */
export function requireAnswerTo(request: SentRequestRow, report: CredentialReport): GrantAccess {
  const parsed = grantAccess.safeParse((report.claims as { access?: unknown }).access)
  const asked = new Set(request.claims.map(targetKey))
  const fits =
    parsed.success &&
    parsed.data.query.every((target) => asked.has(targetKey(target))) &&
    parsed.data.purpose.every((purpose) => request.purpose.includes(purpose)) &&
    parsed.data.legal_basis === request.legalBasis
  if (!fits) throw notExpected()
  return parsed.data
}

/**
 * Whether this issuer may answer about these claims: only the partner itself speaks for the partner, and a person only
 * where people were asked.
 */
export function mayAnswer(
  types: CredentialTypes,
  request: SentRequestRow,
  report: CredentialReport,
  claims: readonly ClaimTarget[],
): boolean {
  const isAbout = (kind: 'organisation' | 'person') => (claim: ClaimTarget) =>
    types.find(claim.vct)?.about === kind
  if (report.issuer === request.partner) return true
  return request.claims.some(isAbout('person')) && !claims.some(isAbout('organisation'))
}

export const notExpected = () => new Refusal('forbidden', 'offer_not_expected', 'we did not ask for this')
