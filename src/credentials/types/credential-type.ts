import { createHash } from 'node:crypto'
import { addDuration, asVct, Refusal, type Vct } from '../../core/index.ts'
import {
  type ClaimPath,
  type ClaimPattern,
  expandPattern,
  formatClaimRef,
  matchesPattern,
} from './claim-path.ts'
import type { ClaimsReport } from './claims-check.ts'
import type {
  ClaimMetadata,
  DataClass,
  IssuerRule,
  Language,
  SubjectKind,
  TypeMetadata,
} from './type-metadata.ts'

/** The claims of a credential without those of the token (`iss`, `sub`, `exp`, `status`, …). */
export type Claims = Readonly<Record<string, unknown>>

interface Parts {
  /** The folder's name. */
  readonly name: string
  readonly metadata: TypeMetadata
  /** `type.json` as it is on disk. */
  readonly document: string
  readonly schema: object
  /** The schema as it is on disk. */
  readonly schemaDocument: string
  readonly example: Claims
  readonly check: (claims: unknown) => ClaimsReport
}

/** One credential type: its metadata, its compiled schema, and the questions other rooms ask of them. */
export class CredentialType {
  readonly name: string
  readonly vct: Vct
  readonly metadata: TypeMetadata
  /** What `/credentials/<name>` serves, byte for byte; {@link integrity} covers it. */
  readonly document: string
  /** SRI digest of {@link document} in UTF-8, for `vct#integrity` (SD-JWT VC, "Document Integrity"). */
  readonly integrity: string
  readonly schema: object
  /** What `/schemas/<name>` serves, byte for byte; {@link schemaIntegrity} covers it. */
  readonly schemaDocument: string
  readonly schemaIntegrity: string
  readonly example: Claims
  readonly about: SubjectKind
  readonly issuerRule: IssuerRule
  /** Whether each credential of this type has an entry in a status list. */
  readonly needsStatus: boolean
  readonly #check: Parts['check']

  constructor(parts: Parts) {
    this.name = parts.name
    this.vct = asVct(parts.metadata.vct)
    this.metadata = parts.metadata
    this.document = parts.document
    this.integrity = integrityOf(parts.document)
    this.schema = parts.schema
    this.schemaDocument = parts.schemaDocument
    this.schemaIntegrity = integrityOf(parts.schemaDocument)
    this.example = parts.example
    this.about = parts.metadata.regie.about
    this.issuerRule = parts.metadata.regie.issuers
    this.needsStatus = parts.metadata.regie.status
    this.#check = parts.check
  }

  /** When a credential issued now ends by default, in milliseconds since the epoch. */
  expiresAt(issuedAt: number): number {
    return addDuration(issuedAt, this.metadata.regie.validity)
  }

  displayName(language: Language): string {
    return this.metadata.display.find((entry) => entry.locale === language)?.name ?? this.metadata.name
  }

  /** Checks claims against the schema; at most 20 errors, none with a value in it. */
  validateClaims(claims: unknown): ClaimsReport {
    return this.#check(claims)
  }

  /** @throws Refusal `invalid_claims`, with the faulty claims and their codes in `params.claims` */
  requireValidClaims(claims: unknown): asserts claims is Claims {
    const report = this.#check(claims)
    if (report.ok) return
    const found = report.errors.map(
      ({ path, code }) => `${formatClaimRef({ type: this.name, path })}: ${code}`,
    )
    throw new Refusal(
      'invalid',
      'invalid_claims',
      'some of these claims are missing, unknown or badly written',
      {
        params: { type: this.name, claims: found },
      },
    )
  }

  /** Metadata of a claim, where null stands for every element of an array; null when the type has no such claim. */
  findClaim(path: ClaimPattern): ClaimMetadata | null {
    return this.metadata.claims.find((claim) => matchesPattern(claim.path, path)) ?? null
  }

  /** @throws Refusal `unknown_claim`, with the type's claims in `params.known` */
  requireClaimPath(path: ClaimPattern): ClaimMetadata {
    const claim = this.findClaim(path)
    if (!claim)
      throw new Refusal('invalid', 'unknown_claim', 'this credential type has no such claim', {
        params: { type: this.name, known: this.metadata.claims.map(({ path }) => path.join('.')) },
      })
    return claim
  }

  /** What the claim is called on a screen. @throws Refusal `unknown_claim` */
  label(path: ClaimPattern, language: Language): string {
    return this.requireClaimPath(path).display.find((entry) => entry.locale === language)?.label ?? ''
  }

  /** @throws Refusal `unknown_claim` */
  dataClass(path: ClaimPattern): DataClass {
    return this.requireClaimPath(path).regie.data_class
  }

  /**
   * The claims present that an issuer makes selectively disclosable, an object before what lies in it. `allowed` counts
   * as `always`: nothing is shown that can be left out.
   */
  disclosablePaths(claims: Claims): readonly ClaimPath[] {
    return this.metadata.claims
      .filter((claim) => claim.sd !== 'never')
      .flatMap((claim) => expandPattern(claim.path, claims))
      .sort((a, b) => a.length - b.length)
  }
}

/** SRI digest of a text in UTF-8. */
export const integrityOf = (text: string) =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
