import { addDuration, type Did } from '../core/index.ts'
import { type Claim, claimKey } from './claim.ts'

/** What an owner lets partners of a kind see without being asked each time. */
export interface ApprovalRules {
  readonly purpose: string
  /** A legal basis; null for any that can be on a list. */
  readonly basis: string | null
  /** Claims that it may be about; null for any of the owner's. */
  readonly claims: readonly Claim[] | null
  /** ISO 8601: as long a grant gets at most. */
  readonly maxLength: string
  /** One partner, or the role that it has among ours. */
  readonly partner: Did | null
  readonly role: string | null
}

/** A request, as far as a list looks at it. */
export interface ListedRequest {
  readonly asker: Did
  /** What the asker is to us. */
  readonly askerRoles: readonly string[]
  readonly claims: readonly Claim[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  /** Milliseconds since the epoch. */
  readonly wantedUntil: number | null
  /** A system asks or is to read, it is part of an exchange, or a claim is a trade secret: somebody looks at that. */
  readonly needsALook: boolean
}

/**
 * Until when (ms) a request is granted by an entry; null when it does not fit exactly. What nobody names is not on the
 * list: a request for two purposes fits no entry, nor does one that wants it longer.
 */
export function fits(
  rules: ApprovalRules,
  request: ListedRequest,
  unfitBases: readonly string[],
  now: number,
): number | null {
  const { purpose, basis, claims, partner, role } = rules
  const isPartner = partner === null || partner === request.asker
  const hasRole = role === null || request.askerRoles.includes(role)
  const isNamed = (partner !== null || role !== null) && isPartner && hasRole
  const isPurpose = request.purpose.length === 1 && request.purpose[0] === purpose
  const isBasis = !unfitBases.includes(request.legalBasis) && (basis === null || basis === request.legalBasis)
  const keys = claims && new Set(claims.map(claimKey))
  const areClaims = request.claims.every((claim) => keys === null || keys.has(claimKey(claim)))
  const most = addDuration(now, rules.maxLength)
  const isInTime = request.wantedUntil === null || (request.wantedUntil > now && request.wantedUntil <= most)
  const fitsAll = isNamed && isPurpose && isBasis && areClaims && isInTime && !request.needsALook
  return fitsAll ? (request.wantedUntil ?? most) : null
}
