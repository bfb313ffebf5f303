import { z } from 'zod'
import { milliseconds, Refusal } from '../core/index.ts'

const digestRef = z.object({ id: z.string(), digest: z.string() })

const recipients = z.object({
  roles: z.array(z.string()).optional(),
  persons: z.array(z.string()).optional(),
  systems: z.array(z.string()).optional(),
})

/** What a grant credential says, as the schema of its type has it (`schemas/access-grant.schema.json`). */
const grantPayload = z.object({
  iss: z.string(),
  sub: z.string(),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  access: z.object({
    query: z
      .array(
        z.object({
          credential_id: z.string(),
          vct: z.string(),
          path: z.array(z.union([z.string(), z.int()])).min(1),
        }),
      )
      .min(1),
    actions: z.array(z.string()).min(1),
    purpose: z.array(z.string()).min(1),
    legal_basis: z.string(),
    case: z.union([z.string(), z.object({ ref: z.string() })]).optional(),
    recipients,
    relevance: z.string(),
    value: z.string(),
    retention: z.string().optional(),
    agreement: digestRef.optional(),
    delegation: z
      .object({
        max_depth: z.int(),
        to: z.array(z.string()).optional(),
        recipients: recipients.optional(),
      })
      .optional(),
    request: z.string(),
    consent_record: digestRef.optional(),
  }),
})

type Access = z.output<typeof grantPayload>['access']

/** How a grant ended. */
export interface Ended {
  /** `grant_revoked`, `grant_expired`, or what else the owner answered. */
  readonly code: string
  /** Milliseconds since the epoch; null where only the owner knows. */
  readonly at: number | null
  /** Who ended it, as the pseudonym her node has for her; null when time did, or where only the owner knows. */
  readonly by: string | null
}

/** A grant, whoever looks at it: what its credential says, and what became of it. */
export interface GrantRecord extends Omit<Access, 'consent_record'> {
  readonly id: string
  readonly grantor: string
  readonly grantee: string
  readonly grantee_name: string
  /** Milliseconds since the epoch, whole seconds; like `until`. */
  readonly from: number
  readonly until: number
  /** SHA-256 of the grant credential, base64url. */
  readonly digest: string
  readonly consent_record?: ConsentRecordRef
  readonly ended: Ended | null
}

/** The consent record a grant credential points at; `digest` as {@link consentDigest} has it. */
export type ConsentRecordRef = z.output<typeof digestRef>

/** One time somebody looked under a grant. */
export interface Use {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: { readonly did: string; readonly name?: string; readonly role?: string } | null
  readonly claims: readonly { readonly vct: string; readonly path: readonly (string | number)[] }[]
  readonly purpose: readonly string[]
}

/** Why a format does not have something: `no_term` it has no word for it, `owner_only` it is kept by the owner. */
export type WhyLost = 'no_term' | 'owner_only' | 'unsigned' | 'older_uses'

/** What an export does not say. */
export interface Lost {
  /** A member of the grant: `recipients.roles`. */
  readonly field: string
  readonly why: WhyLost
}

/** A grant in the form of others. */
export interface Exported {
  readonly document: Readonly<Record<string, unknown>>
  readonly lost: readonly Lost[]
  /** What the format asks for and a grant does not have. */
  readonly missing: readonly string[]
}

/** The member of GDPR article 6 that asks for a consent record. */
const CONSENT = 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-a'

export const isOnConsent = (grant: Pick<GrantRecord, 'legal_basis'>): boolean => grant.legal_basis === CONSENT

/**
 * @param payload of the grant credential
 * @throws Refusal `grant_unreadable`
 */
export function grantRecordOf(
  payload: unknown,
  rest: Pick<GrantRecord, 'grantee_name' | 'digest' | 'ended'>,
): GrantRecord {
  const parsed = grantPayload.safeParse(payload)
  if (!parsed.success)
    throw new Refusal('unprocessable', 'grant_unreadable', 'this grant is not in a form we know')
  const { iss, sub, jti, iat, exp, access } = parsed.data
  const { consent_record: record, ...said } = access
  return {
    ...said,
    ...(record && { consent_record: record }),
    ...rest,
    id: jti,
    grantor: iss,
    grantee: sub,
    from: milliseconds(Math.floor(iat)),
    until: milliseconds(exp),
  }
}

/** Of these members the ones this grant has: what an export leaves out. */
export const lostOf = (
  grant: GrantRecord,
  fields: readonly (readonly [field: string, why: WhyLost])[],
): Lost[] => fields.filter(([field]) => has(grant, field.split('.'))).map(([field, why]) => ({ field, why }))

function has(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path
  if (first === undefined) return value !== undefined && value !== null
  return typeof value === 'object' && value !== null && has((value as Record<string, unknown>)[first], rest)
}
