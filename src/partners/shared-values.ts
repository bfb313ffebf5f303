import { z } from 'zod'
import { type Did, isoTime, isoTimeOrNull } from '../core/index.ts'

/** What a partner lets us see of one claim, as one caller may see it. Times in ms. */
export interface SharedValue {
  readonly claim: string
  /** Null when it is withdrawn or hidden. */
  readonly value: unknown
  readonly hidden: boolean
  readonly state: 'current' | 'changed' | 'withdrawn'
  readonly subject: Did
  readonly source: {
    readonly did: Did
    readonly name: string | null
    readonly kind: 'self_declared' | 'attested'
  }
  readonly trusted: boolean
  readonly issuedAt: number
  readonly validUntil: number | null
  readonly asOf: number
  readonly checkedAt: number | null
  /** Null for what a partner states to us of its own accord. */
  readonly grantId: string | null
  readonly until: number
  readonly withdrawn: { readonly at: number; readonly code: string } | null
}

const time = z.iso.datetime()

export const sharedValueOutput = z.object({
  claim: z.string(),
  value: z.unknown().describe('null when it is hidden or withdrawn'),
  hidden: z.boolean().describe('it is there, but its owner does not let the caller see it'),
  state: z
    .enum(['current', 'changed', 'withdrawn'])
    .describe('changed: the partner says it is no longer so, and it was not read again yet'),
  subject: z.string().describe('whose it is: the partner, or one of its people'),
  source: z.object({
    did: z.string(),
    name: z.string().nullable(),
    kind: z.enum(['self_declared', 'attested']),
  }),
  trusted: z.boolean().describe('whether this node accepts that issuer for this type'),
  issued_at: time,
  valid_until: time.nullable(),
  as_of: time.describe('when it was last read'),
  checked_at: time.nullable().describe('when its issuer last confirmed that it is valid'),
  grant: z.string().nullable().describe('null for what the partner states to you of its own accord'),
  until: time.describe('end of the grant, or of the statement'),
  withdrawn: z.object({ at: time, code: z.string() }).nullable(),
})

export const describeShared = (shared: SharedValue): z.input<typeof sharedValueOutput> => ({
  claim: shared.claim,
  value: shared.value,
  hidden: shared.hidden,
  state: shared.state,
  subject: shared.subject,
  source: { ...shared.source },
  trusted: shared.trusted,
  issued_at: isoTime(shared.issuedAt),
  valid_until: isoTimeOrNull(shared.validUntil),
  as_of: isoTime(shared.asOf),
  checked_at: isoTimeOrNull(shared.checkedAt),
  grant: shared.grantId,
  until: isoTime(shared.until),
  withdrawn: shared.withdrawn && { at: isoTime(shared.withdrawn.at), code: shared.withdrawn.code },
})

export const differenceOutput = z.object({
  field: z.enum(['name', 'email', 'phone', 'website', 'iban', 'kvk', 'vat', 'address']),
  claim: z.string(),
  grant: z.string(),
  ours_as_of: time.describe('when we last imported or changed it'),
  theirs_as_of: time.describe('when we last read theirs'),
})
