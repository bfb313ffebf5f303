import type { Did } from '../core/index.ts'
import { expandPattern, valueAt } from '../credentials/index.ts'
import type { ReceivedGrantRow } from './access-tables.ts'
import type { ClaimTarget } from './decide.ts'
import type { AskQuery } from './incoming-ask.ts'
import type { AnsweredReport, LeftOut } from './outgoing-ask.ts'

/** One claim as it was read: the value, who says so, and how fresh that is. */
export interface ReadClaim {
  readonly target: ClaimTarget
  readonly value: unknown
  readonly subject: Did
  readonly issuer: Did
  readonly selfDeclared: boolean
  readonly trusted: boolean
  readonly issuedAt: number
  readonly expiresAt: number | null
  /** When the issuer last confirmed it, ms; null for types without a status. */
  readonly statusAsOf: number | null
  readonly grantId: string
  readonly grantExpiresAt: number
}

/** What came of reading under one grant. */
export interface GrantRead {
  readonly grantId: string
  readonly partner: Did
  readonly asked: readonly ClaimTarget[]
  readonly claims: readonly ReadClaim[]
  /** What the grant opens and the owner cannot show now. */
  readonly leftOut: readonly LeftOut[]
  /** When it was asked, ms. */
  readonly askedAt: number
}

/** The owner’s no. */
export interface ReadDenied {
  readonly grantId: string
  readonly codes: readonly string[]
  /** The reason after which the grant never opens anything again, if it is one of those. */
  readonly ended: string | null
}

/** Only what was asked, of whom the grant is, is taken from an answer. */
export function collectClaims(
  grant: ReceivedGrantRow,
  queries: readonly AskQuery[],
  reports: Readonly<Record<string, readonly AnsweredReport[]>>,
): ReadClaim[] {
  return queries.flatMap(({ id, vct, paths }) =>
    (reports[id] ?? []).flatMap((report) =>
      report.verified && report.vct === vct && report.subject === grant.grantor
        ? paths.flatMap((path) => readClaim(grant, { vct, path }, report))
        : [],
    ),
  )
}

function readClaim(grant: ReceivedGrantRow, target: ClaimTarget, report: AnsweredReport): ReadClaim[] {
  if (expandPattern(target.path, report.claims).length !== 1 || !report.issuer || !report.subject) return []
  return [
    {
      target,
      value: valueAt(target.path, report.claims),
      subject: report.subject,
      issuer: report.issuer,
      selfDeclared: report.issuer === report.subject,
      trusted: report.trusted,
      issuedAt: report.issuedAt ?? 0,
      expiresAt: report.expiresAt,
      statusAsOf: report.statusAsOf,
      grantId: grant.id,
      grantExpiresAt: grant.expiresAt,
    },
  ]
}
