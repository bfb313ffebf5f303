import type { Did } from '../core/index.ts'
import type { Party } from '../parties/index.ts'
import type { AttestationState } from '../trust/index.ts'
import type { CatalogueFit, RequestDetails } from './access-tables.ts'
import type { ShownLink } from './chain.ts'
import type { Actor, ClaimTarget } from './decide.ts'

/** One credential an Ask wants claims of: a credential query of its `dcql_query`. */
export interface AskQuery {
  readonly id: string
  readonly vct: string
  readonly paths: readonly ClaimTarget['path'][]
}

/** What a counter-offer says: which request of ours it answers, and what its maker opens in return. */
export interface InReturnFor {
  /** Digest of that request, as we signed it. */
  readonly request: string
  /** What its maker calls the exchange. */
  readonly exchange: string
  readonly claims: readonly ClaimTarget[]
  /** Milliseconds since the epoch, like `answerBy`. */
  readonly until: number
  /** Until when we can agree. */
  readonly answerBy: number
}

/** An Ask whose signatures, times and audience hold, before anything is decided. */
export interface VerifiedAsk {
  /** The signed request as it came in. */
  readonly compact: string
  /** SHA-256 of it, `sha-256:…`. */
  readonly digest: string
  readonly asker: Did
  /** The full client identifier, with its prefix: the audience of the answer. */
  readonly clientId: string
  readonly nonce: string
  /** Seconds since the epoch. */
  readonly exp: number
  /** The party it is addressed to. */
  readonly addressed: Party
  readonly queries: readonly AskQuery[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly details: RequestDetails
  /** Milliseconds since the epoch. */
  readonly wantedUntil: number | null
  /** Only in a counter-offer. */
  readonly inReturnFor?: InReturnFor
  readonly actor: Actor | null
  readonly attestation: AttestationState
  /** The grant it shows, if any. */
  readonly grant: { readonly id: string; readonly digest: string } | null
  /** The link it shows by which it reads under another's grant, if any. */
  readonly link: ShownLink | null
}

/** What becomes of an Ask. */
export type AskOutcome =
  | { readonly kind: 'presented'; readonly presentations: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: 'consent_pending'; readonly id: string }
  | {
      readonly kind: 'denied'
      readonly codes: readonly string[]
      /** Where a grant opens it and only this is in the way: without it, the rest is shown. */
      readonly withheld?: readonly Withheld[]
    }

/** A claim that a grant opens and that cannot be shown now. */
export interface Withheld extends ClaimTarget {
  readonly code: WithheldCode
}

export type WithheldCode = 'claim_not_held' | 'claim_restricted'

export const targetsOf = (ask: Pick<VerifiedAsk, 'queries'>): ClaimTarget[] =>
  ask.queries.flatMap(({ vct, paths }) => paths.map((path) => ({ vct, path })))

/** Another organisation in the network that asks us. */
export interface AskerAddress {
  readonly did: Did
  readonly name: string
  readonly wallet: string
}

/** How what is asked of one subject compares with what the asker publishes that it needs. */
export interface JudgedAsk {
  readonly catalogue: CatalogueFit
  /** Asked, and not in it. */
  readonly overAsked: readonly ClaimTarget[]
}
