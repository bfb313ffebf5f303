import type { Did } from '../core/index.ts'
import type { Presented } from '../dcql/index.ts'
import type { Verification } from '../trust/index.ts'

/** What a presentation must be bound to. */
export interface Binding {
  /** The verifier's full client identifier, prefix and all (OpenID4VP 1.0, sections 14.1.2 and 14.8). */
  readonly aud: string
  readonly nonce: string
  /** Whether its holder must prove possession. */
  readonly isRequired: boolean
  /** Whom to accept as issuer of a type; undefined for whom the network accepts. */
  readonly issuersOf: (type: string) => readonly Did[] | undefined
}

/** The transaction data a presentation is signed over (OpenID4VP 1.0, annex B.3.3.1). */
export interface TransactionHashes {
  readonly hashes: readonly string[]
  readonly alg: string | null
}

export interface VerifiedPresentation {
  readonly report: Verification
  /** Null where the presentation does not hold: then nothing it says is looked at. */
  readonly presented: Presented | null
  /** Whom it is about; null where it does not say. */
  readonly subject: string | null
  readonly transaction: TransactionHashes | null
}

/** A credential format: another one is another of these in the list that node/ passes in. */
export interface PresentationFormat {
  /** Credential Format Identifier (OpenID4VP 1.0, annex B). */
  readonly id: string
  /** Its value in `vp_formats_supported`. */
  readonly metadata: Readonly<Record<string, readonly string[]>>
  /** What can be read and does not hold is an answer. @throws Refusal for what cannot be read */
  verify(presentation: string, binding: Binding): Promise<VerifiedPresentation>
}
