import type { Did } from '../core/index.ts'
import type { CredentialCheck, CredentialReport, VerifyCredential } from '../credentials/index.ts'
import type { JsonObject } from '../jose/index.ts'
import type { Assessment, Trust } from './trust.ts'

export interface VerificationInput {
  readonly presentation: string
  /** With one of these the presenter must prove possession of the key in it. */
  readonly nonce?: string | undefined
  readonly audience?: string | undefined
  /** Whom to accept; by default whom the network accepts for the type. */
  readonly issuers?: readonly Did[] | undefined
}

export interface Verification {
  /** Cryptographically and formally true, now. */
  readonly verified: boolean
  /** This node accepts the issuer for that type. */
  readonly trusted: boolean
  readonly checks: readonly (Omit<CredentialCheck, 'check'> & { readonly check: string })[]
  /** A DID; for who has none the address it goes by, if any. */
  readonly issuer: string | null
  /** The `vct`. */
  readonly type: string | null
  readonly claims: JsonObject
  readonly provenance: {
    readonly issuer: string | null
    /** What the network calls it, or the authority that its certificate leads to. */
    readonly issuer_name?: string
    /** How it is known whose key signed; absent where it is not. */
    readonly proven_by?: 'did' | 'certificate' | 'metadata'
    /** `certificate`: the authority, as this node's configuration calls it. */
    readonly anchor?: string
    readonly issued_at: string | null
    readonly expires_at: string | null
    /** When the issuer's status list was asked; null when nothing had to be asked. */
    readonly status_as_of: string | null
  }
}

/** Verifies what somebody shows, for anybody who asks. */
export class Verifier {
  readonly #verify: VerifyCredential
  readonly #trust: Trust

  constructor(deps: { readonly verify: VerifyCredential; readonly trust: Trust }) {
    this.#verify = deps.verify
    this.#trust = deps.trust
  }

  /**
   * What is well-formed and not true is an answer. The status is asked at its source, so that what was revoked a
   * second ago is reported so.
   * @throws Refusal `sd_jwt_malformed` and others of parseSdJwt, for what cannot be read
   */
  async verify({ presentation, nonce, audience, issuers }: VerificationInput): Promise<Verification> {
    const bound = nonce !== undefined || audience !== undefined
    const report = await this.#verify(presentation, {
      keyBinding: bound
        ? { ...(nonce !== undefined && { nonce }), ...(audience !== undefined && { aud: audience }) }
        : 'optional',
      fresh: true,
    })
    return this.judge(report, issuers)
  }

  /** A report as it is told: with whether we accept the issuer, and what the network calls it. */
  async judge(report: CredentialReport, issuers?: readonly Did[]): Promise<Verification> {
    const [assessment, name] = await Promise.all([
      this.#trust.assess(report, issuers && { issuers }),
      this.#nameOf(report),
    ])
    const issuer = report.issuer ?? report.outsideIssuer?.url ?? null
    return {
      verified: report.verified,
      trusted: assessment.trusted,
      checks: [...report.checks, trustCheck(assessment)],
      issuer,
      type: report.vct,
      claims: report.claims,
      provenance: {
        issuer,
        ...(name !== null && { issuer_name: name }),
        ...proofOf(report),
        issued_at: iso(report.issuedAt),
        expires_at: iso(report.expiresAt),
        status_as_of: iso(report.statusAsOf),
      },
    }
  }

  /** Only who signed is called by name: a forgery must not borrow one. */
  async #nameOf({ issuer, outsideIssuer, checks }: CredentialReport): Promise<string | null> {
    if (outsideIssuer?.kind === 'certificate') return outsideIssuer.name
    return issuer && isSigned(checks) ? this.#trust.nameOf(issuer) : null
  }
}

const isSigned = (checks: CredentialReport['checks']): boolean =>
  checks.some(({ check, ok }) => check === 'issuer_signature' && ok)

function proofOf({ issuer, outsideIssuer, checks }: CredentialReport) {
  if (outsideIssuer?.kind === 'certificate')
    return { proven_by: 'certificate' as const, anchor: outsideIssuer.anchor }
  if (outsideIssuer) return { proven_by: 'metadata' as const }
  return issuer && isSigned(checks) ? { proven_by: 'did' as const } : {}
}

const trustCheck = ({ trusted, code, detail }: Assessment) => ({
  check: 'trust',
  ok: trusted,
  ...(code && { code }),
  ...(detail && { detail }),
})

const LATEST = 8.64e15

/** Times of a forgery may be any number. */
const iso = (ms: number | null): string | null =>
  ms === null || !(Math.abs(ms) <= LATEST) ? null : new Date(ms).toISOString()
