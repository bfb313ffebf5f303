import { type Did, isDid } from '../core/index.ts'
import type { OwnActors } from './ports.ts'
import type { BreachScope } from './processing-tables.ts'

/** A scope that names nobody: whatever was looked at in its time belongs to it. */
export const nowhere = { askers: [], actors: [], tokens: [], grants: [], types: [] } as const

interface Given {
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly partners?: readonly string[] | undefined
  readonly actors?: readonly string[] | undefined
  readonly tokens?: readonly string[] | undefined
  readonly grants?: readonly string[] | undefined
  readonly types?: readonly string[] | undefined
}

export interface ScopeDeps {
  readonly actors: OwnActors
  /** By KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (reference: string) => Promise<Did>
  /** @throws Refusal `unknown_credential_type` */
  readonly requireType: (name: string) => string
}

/**
 * A scope as people write it, in ids; what is not given stays. Of a token its id is kept, which opens nothing.
 * @throws Refusal `actor_unknown`, `token_unknown`, `partner_unknown`, `unknown_credential_type`
 */
export async function scopeOf(
  { actors, partner, requireType }: ScopeDeps,
  given: Given,
  before: BreachScope,
): Promise<BreachScope> {
  return {
    from: given.from === undefined ? before.from : Date.parse(given.from),
    until: given.until === undefined ? before.until : Date.parse(given.until),
    askers: given.partners
      ? await Promise.all(given.partners.map(async (one) => (isDid(one) ? one : partner(one))))
      : before.askers,
    actors: given.actors ? await Promise.all(given.actors.map((one) => actors.require(one))) : before.actors,
    tokens: given.tokens ? await Promise.all(given.tokens.map((one) => actors.tokenId(one))) : before.tokens,
    grants: given.grants ?? before.grants,
    types: given.types?.map(requireType) ?? before.types,
  }
}
