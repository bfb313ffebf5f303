import type { Clock } from '../core/index.ts'
import type { Cases } from './cases.ts'
import type { Opening } from './opening.ts'
import type { ClaimTarget } from './question.ts'
import type { Questions } from './questions.ts'
import type { Ratings } from './ratings.ts'

export interface CasesOperationsDeps {
  readonly clock: Clock
  readonly questions: Questions
  readonly opening: Opening
  readonly cases: Cases
  readonly ratings: Ratings
  /** A claim as people write it, such as `company-profile.email`. */
  readonly claimName: (claim: ClaimTarget) => string
  /** The other way round. @throws Refusal `invalid_claim_ref`, `unknown_claim` */
  readonly targetsFrom: (refs: readonly string[]) => ClaimTarget[]
  /** The last moment that a day, or a time from now, means, in ms. @throws Refusal `invalid_date` */
  readonly lastMoment: (text: string) => number
  /** A purpose or legal basis by code or IRI, as its IRI. @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly purposeIri: (codeOrIri: string) => string
  readonly legalBasisIri: (codeOrIri: string) => string
}
