import type { Did } from '../core/index.ts'
import { agedSince, type OwnField, ownValues, type Partner, type QualityCode } from '../partners/index.ts'
import type { BounceRow, StoredReason } from './quality-tables.ts'

/** One value that a partner lets us see. Times in ms. */
export interface HeldValue {
  readonly claim: string
  readonly subject: Did
  readonly state: 'current' | 'changed' | 'withdrawn'
  readonly asOf: number
  /** When its issuer last confirmed it. */
  readonly checkedAt: number | null
}

/** What makes a value too old, and what should be known of every partner. */
export interface QualityRules {
  /** After so many months a value that nobody confirmed is stale. */
  readonly staleMonths: number
  /** Claims of which we want to know at least one way. */
  readonly wanted: readonly { readonly claim: string; readonly field: OwnField }[]
}

/** How much one of each weighs: what does not work counts most, then what is contradicted, then what is old. */
export const weights: Readonly<Record<QualityCode, number>> = {
  bounced_hard: 10,
  outdated: 5,
  different: 5,
  duplicate: 4,
  bounced_soft: 3,
  stale: 2,
  missing: 1,
}

/** How old one value is. */
export interface Age {
  readonly what: string
  readonly whose: 'ours' | 'theirs'
  /** Milliseconds since the epoch. */
  readonly asOf: number
  readonly stale: boolean
}

const aged = ['email', 'phone', 'website', 'iban', 'address'] as const satisfies readonly OwnField[]

/** How old each value is: our own since it was imported or taken over, theirs since it was read or confirmed last. */
export function agesOf(
  { row, content }: Partner,
  values: readonly HeldValue[],
  { staleMonths }: Pick<QualityRules, 'staleMonths'>,
  now: number,
): Age[] {
  const own = ownValues(content)
  const ours = aged.flatMap((field) =>
    own[field] === undefined
      ? []
      : [{ what: field, whose: 'ours' as const, asOf: agedSince(row, content, field) }],
  )
  const theirs = values.flatMap(({ state, claim, asOf, checkedAt }) =>
    state === 'withdrawn'
      ? []
      : [{ what: claim, whose: 'theirs' as const, asOf: Math.max(asOf, checkedAt ?? 0) }],
  )
  return [...ours, ...theirs].map((one) => ({ ...one, stale: now >= staleAt(one.asOf, staleMonths) }))
}

/** When a value of then becomes stale: so many calendar months later, UTC, the last day of a shorter month. */
export function staleAt(asOf: number, months: number): number {
  const at = new Date(asOf)
  const day = at.getUTCDate()
  at.setUTCDate(1)
  at.setUTCMonth(at.getUTCMonth() + months)
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  return at.setUTCDate(Math.min(day, last))
}

export interface Judgement {
  readonly reasons: readonly StoredReason[]
  /** When something of it becomes stale, ms. */
  readonly nextAt: number | null
}

/** All that may be wrong with what we have of a partner, but differences, which not everybody may see. */
export function judge(
  partner: Partner,
  found: {
    readonly values: readonly HeldValue[]
    readonly bounces: readonly Pick<BounceRow, 'what' | 'kind'>[]
    /** Partners that seem to be this one. */
    readonly duplicates: number
  },
  rules: QualityRules,
  now: number,
): Judgement {
  const ages = agesOf(partner, found.values, rules, now)
  const named = (code: StoredReason['code'], what: readonly string[]): StoredReason[] =>
    what.length > 0 ? [{ code, count: what.length, what: [...new Set(what)] }] : []
  const bounced = (kind: 'hard' | 'soft') =>
    found.bounces.filter((bounce) => bounce.kind === kind).map(({ what }) => what)
  const own = ownValues(partner.content)
  const known = new Set(found.values.filter(({ state }) => state !== 'withdrawn').map(({ claim }) => claim))
  const missing = rules.wanted.filter(({ claim, field }) => own[field] === undefined && !known.has(claim))
  const future = ages.filter(({ stale }) => !stale).map(({ asOf }) => staleAt(asOf, rules.staleMonths))
  return {
    reasons: [
      ...named('bounced_hard', bounced('hard')),
      ...named(
        'outdated',
        found.values.filter(({ state }) => state === 'changed').map(({ claim }) => claim),
      ),
      ...(found.duplicates > 0 ? [{ code: 'duplicate' as const, count: found.duplicates, what: [] }] : []),
      ...named('bounced_soft', bounced('soft')),
      ...named(
        'stale',
        ages.filter(({ stale }) => stale).map(({ what }) => what),
      ),
      ...named(
        'missing',
        missing.map(({ claim }) => claim),
      ),
    ],
    nextAt: future.length > 0 ? Math.min(...future) : null,
  }
}

export const pointsOf = (
  reasons: readonly { readonly code: QualityCode; readonly count: number }[],
): number => reasons.reduce((sum, { code, count }) => sum + weights[code] * count, 0)
