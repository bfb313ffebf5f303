import { z } from 'zod'
import type { ClaimPath } from '../credentials/index.ts'
import { isJsonObject } from '../jose/index.ts'

/** One claim of one type. */
export interface ClaimTarget {
  readonly vct: string
  readonly path: ClaimPath
}

/** Bytes of a proposed value as JSON. */
const MAX_VALUE_BYTES = 2_048

const scalar = z.union([z.string().max(1_000), z.number(), z.boolean()])
const member = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

/** What a claim could say instead: a text, number or yes-or-no, a list of those, or a small object such as an address. */
export const proposedValue = z
  .union([scalar, z.array(scalar).min(1).max(50), z.record(member, scalar)])
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_VALUE_BYTES, 'is longer than 2 KiB')
export type ProposedValue = z.infer<typeof proposedValue>

/** Why, in the proposer's own words. */
export const proposedReason = z.string().trim().min(1).max(500)

/** What was sent there came back: for good, or for now. */
export const bounceKind = z.enum(['hard', 'soft'])
export type BounceKind = z.infer<typeof bounceKind>

/** What an owner may answer to a proposal it does not follow. */
export const declineReasons = ['value_is_right', 'cannot_verify', 'attested_by_other', 'other'] as const
export type DeclineReason = (typeof declineReasons)[number]

/** Proposals under one grant that may wait for an answer, and that may be made in a day. */
export const LIMITS = { open: 5, aDay: 10, dayMs: 86_400_000 } as const

/** Who proposes too much, as both sides say it; null when there is room for one more. */
export function tooMany(counts: { readonly open: number; readonly today: number }): string | null {
  return counts.open >= LIMITS.open || counts.today >= LIMITS.aDay ? 'too_many_corrections' : null
}

/** The claims with another value at a path; what they held before stays as it is. */
export function withValue(claims: unknown, path: ClaimPath, value: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (typeof part === 'number') {
    const list = Array.isArray(claims) ? [...claims] : []
    list[part] = withValue(list[part], rest, value)
    return list
  }
  const members = isJsonObject(claims) ? claims : {}
  const inner = Object.hasOwn(members, part) ? members[part] : undefined
  return { ...members, [part]: withValue(inner, rest, value) }
}
