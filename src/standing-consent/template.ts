import { addDuration, type Did, Refusal } from '../core/index.ts'
import { type Claim, claimKey } from './claim.ts'

/** A named answer: what its owner opens when she approves with it, at most. */
export interface TemplateRules {
  /** For requests with this purpose only; null for any. */
  readonly purpose: string | null
  /** The claims it opens; null for all that are asked. */
  readonly claims: readonly Claim[] | null
  /** Roles at the asker that may look; null for the role of whoever asked. */
  readonly roles: readonly string[] | null
  readonly onlyAsker: boolean
  /** Whether a system that asks, or that the asker names, may read by itself. */
  readonly allowSystem: boolean
  /** ISO 8601; null for as long as was asked. */
  readonly maxLength: string | null
}

/** The request that is approved with it. */
export interface AskedFor {
  readonly claims: readonly Claim[]
  readonly purpose: readonly string[]
  /** Milliseconds since the epoch. */
  readonly wantedUntil: number | null
  readonly hasSystem: boolean
}

/** What is said beside the template, or what becomes of both. */
export interface Choice {
  readonly only?: readonly Claim[]
  readonly until?: number
  readonly roles?: readonly string[]
  readonly onlyAsker?: boolean
  readonly allowSystem?: boolean
  /** Whether it may be passed on; a template never says so. */
  readonly passOn?: boolean
  readonly passOnTo?: readonly Did[]
  readonly passOnReaders?: object
}

/**
 * What a request is approved with under a template. It narrows what was asked, and what is said beside it narrows the
 * template: neither widens the other.
 * @throws Refusal `template_other_purpose`, `template_widens`
 */
export function narrow(template: TemplateRules, asked: AskedFor, choice: Choice, now: number): Choice {
  const { purpose } = template
  if (purpose !== null && asked.purpose.some((one) => one !== purpose))
    throw new Refusal(
      'conflict',
      'template_other_purpose',
      'this template is for requests with another purpose',
    )
  const only = claimsOf(template, asked, choice)
  const until = untilOf(template, asked, choice, now)
  const { roles, onlyAsker } = lookersOf(template, choice)
  if (choice.allowSystem && !template.allowSystem) throw widens('system')
  if (choice.passOn || choice.passOnTo || choice.passOnReaders) throw widens('passing on')
  return {
    ...(only && { only }),
    ...(until !== undefined && { until }),
    ...(onlyAsker ? { onlyAsker: true } : roles && { roles }),
    ...(template.allowSystem && asked.hasSystem && { allowSystem: true }),
  }
}

function claimsOf({ claims }: TemplateRules, asked: AskedFor, { only }: Choice) {
  if (claims && !isWithin(claims, asked.claims)) throw widens('claims')
  if (only && !isWithin(only, claims ?? asked.claims)) throw widens('claims')
  return only ?? claims
}

function untilOf({ maxLength }: TemplateRules, { wantedUntil }: AskedFor, { until }: Choice, now: number) {
  const limits = [wantedUntil, maxLength === null ? null : addDuration(now, maxLength)]
  const most = Math.min(...limits.filter((limit) => limit !== null))
  if (until !== undefined && until > most) throw widens('until')
  return until ?? (maxLength === null ? undefined : most)
}

function lookersOf(template: TemplateRules, { roles, onlyAsker }: Choice) {
  const ceiling = template.roles
  if (roles && (template.onlyAsker || (ceiling && roles.some((role) => !ceiling.includes(role)))))
    throw widens('roles')
  // Only who asked is the narrowest there is.
  return { roles: roles ?? ceiling ?? undefined, onlyAsker: template.onlyAsker || onlyAsker === true }
}

function isWithin(some: readonly Claim[], all: readonly Claim[]): boolean {
  const keys = new Set(all.map(claimKey))
  return some.every((claim) => keys.has(claimKey(claim)))
}

const widens = (what: string) =>
  new Refusal('conflict', 'template_widens', 'a template opens no more than was asked, nor than itself', {
    params: { what },
  })
