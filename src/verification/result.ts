import type { Verification } from '../trust/index.ts'

export interface Check {
  readonly check: string
  readonly ok: boolean
  /** Why not, or what is to be known; stable. */
  readonly code?: string
  readonly detail?: string
}

/** One presentation that came in: the report of a credential, and which question it answers. */
export interface PresentedCredential extends Verification {
  /** Id of the credential query. */
  readonly query: string
  readonly accepted: boolean
}

/** What became of a request. */
export interface VerificationResult {
  /** The request is answered, by presentations that hold, of issuers we accept. */
  readonly accepted: boolean
  /** Of the response as a whole. */
  readonly checks: readonly Check[]
  readonly credentials: readonly PresentedCredential[]
  /** Whom all that was accepted is about; null where it is not accepted, or does not say. */
  readonly subject: string | null
}
