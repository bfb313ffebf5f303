import { type Clock, type Did, didOfUrl, isDid, isRefusal, milliseconds, seconds } from '../core/index.ts'
import { createSignatureCache, type JsonObject, type PublicJwk } from '../jose/index.ts'
import {
  type ConcretePath,
  type KeyBinding,
  type KeyBindingPolicy,
  parseSdJwt,
  type SdJwt,
  type SdJwtCheck,
  type SdJwtReport,
  type SdJwtVcPayload,
  verifySdJwtVc,
} from '../sd-jwt/index.ts'
import type { StatusChecker } from '../status-lists/index.ts'
import { credentialDigest } from './credentials.ts'
import type { CredentialTypes } from './types/index.ts'

/** In the order they are made; those after the first that fails are not made. */
export type CheckName = 'issuer' | SdJwtCheck | 'type' | 'status'

export interface CredentialCheck {
  readonly check: CheckName
  readonly ok: boolean
  /** Why not; stable. */
  readonly code?: string
  readonly detail?: string
}

/** What became of verifying a credential or presentation. */
export interface CredentialReport {
  /** Cryptographically and formally true, now. Whether to believe its issuer is for `trust/` to say. */
  readonly verified: boolean
  readonly checks: readonly CredentialCheck[]
  readonly issuer: Did | null
  readonly subject: Did | null
  readonly vct: string | null
  readonly id: string | null
  /** SHA-256 of the issuer-signed part, base64url. */
  readonly digest: string
  /** The type's claims that are disclosed; none before the issuer's signature is verified. */
  readonly claims: JsonObject
  readonly disclosedPaths: readonly ConcretePath[]
  /** Milliseconds since the epoch, like `expiresAt` and `statusAsOf`. */
  readonly issuedAt: number | null
  readonly expiresAt: number | null
  /** When the issuer was last asked whether it is still valid. */
  readonly statusAsOf: number | null
  readonly keyBinding: KeyBinding | null
}

export interface VerifyCredentialOptions {
  readonly keyBinding: KeyBindingPolicy
  /** Asks for the status now, whatever a cache still allows. */
  readonly fresh?: boolean
}

export type VerifyCredential = (
  compact: string,
  options: VerifyCredentialOptions,
) => Promise<CredentialReport>

export interface VerifyCredentialDeps {
  readonly clock: Clock
  readonly types: CredentialTypes
  /** A current assertion key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  readonly status: StatusChecker
}

/**
 * A verifier of SD-JWT VCs whose issuers are DIDs. What can be read and is not true is an answer, not an error.
 * @throws Refusal `sd_jwt_malformed` and others of parseSdJwt, for what cannot be read
 */
export function createVerifyCredential(deps: VerifyCredentialDeps): VerifyCredential {
  // Presentations of one credential share one verification of its issuer's signature.
  const cache = createSignatureCache()
  return async (compact, { keyBinding, fresh }) => {
    const sdJwt = parseSdJwt(compact)
    const digest = credentialDigest(compact)
    const checks: CredentialCheck[] = []
    const issuerKey = await findIssuerKey(deps, sdJwt, checks)
    if (!issuerKey) return report(sdJwt, digest, checks, null, null)
    const now = seconds(deps.clock.now())
    const result = verifySdJwtVc(sdJwt, { issuerKey, cache, now, keyBinding, requiredClaims: ['iss', 'iat'] })
    addChecks(checks, result)
    if (!result.ok) return report(sdJwt, digest, checks, null, null)
    checks.push(checkType(deps.types, result.payload))
    const statusAsOf = await checkStatus(deps, result.payload, fresh ?? false, checks)
    return report(sdJwt, digest, checks, result, statusAsOf)
  }
}

async function findIssuerKey(
  deps: VerifyCredentialDeps,
  { issuerSigned: { header, payload } }: SdJwt,
  checks: CredentialCheck[],
): Promise<PublicJwk | null> {
  try {
    const { kid } = header
    if (!isDid(payload.iss) || typeof kid !== 'string' || didOfUrl(kid) !== payload.iss) {
      checks.push({
        check: 'issuer',
        ok: false,
        code: 'issuer_key_mismatch',
        detail: 'the key is not the issuer’s',
      })
      return null
    }
    const key = await deps.requireKey(kid, 'assertionMethod')
    checks.push({ check: 'issuer', ok: true })
    return key
  } catch (error) {
    if (!isRefusal(error)) throw error
    checks.push({ check: 'issuer', ok: false, code: error.code, detail: error.message })
    return null
  }
}

const formalChecks: readonly SdJwtCheck[] = [
  'issuer_signature',
  'disclosures',
  'claims',
  'times',
  'key_binding',
]

function addChecks(checks: CredentialCheck[], result: SdJwtReport<SdJwtVcPayload>): void {
  for (const check of formalChecks) {
    if (!result.ok && result.check === check) {
      checks.push({ check, ok: false, code: result.code, detail: result.message })
      return
    }
    checks.push({ check, ok: true })
  }
}

/** The claims against the schema of a type we know; one we do not know is authentic all the same, and never trusted. */
function checkType(types: CredentialTypes, payload: SdJwtVcPayload): CredentialCheck {
  const type = types.find(payload.vct)
  if (!type) return { check: 'type', ok: true, detail: 'unknown type: its claims were not checked' }
  const integrity = payload['vct#integrity']
  if (integrity !== undefined && integrity !== type.integrity)
    return {
      check: 'type',
      ok: false,
      code: 'type_integrity_mismatch',
      detail: 'made for another version of the type',
    }
  const claims = type.validateClaims(claimsOf(payload))
  // What the holder left out is no fault.
  const faults = claims.ok ? [] : claims.errors.filter(({ code }) => code !== 'missing')
  if (faults.length === 0) return { check: 'type', ok: true }
  const where = faults.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', ')
  return { check: 'type', ok: false, code: 'invalid_claims', detail: where }
}

async function checkStatus(
  deps: VerifyCredentialDeps,
  payload: SdJwtVcPayload,
  fresh: boolean,
  checks: CredentialCheck[],
): Promise<number | null> {
  if (payload.status === undefined) {
    const needed = deps.types.find(payload.vct)?.needsStatus ?? false
    checks.push(
      needed ? { check: 'status', ok: false, code: 'status_missing' } : { check: 'status', ok: true },
    )
    return null
  }
  const answer = await deps.status.check(payload.status, payload.iss as Did, { fresh })
  checks.push(answer.ok ? { check: 'status', ok: true } : { check: 'status', ok: false, code: answer.code })
  return answer.asOf ?? null
}

const tokenClaims = new Set([
  'iss',
  'sub',
  'jti',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'status',
  'vct',
  'vct#integrity',
  '_sd_alg',
])

/** The claims of the type, without those of the token. */
export const claimsOf = (payload: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => !tokenClaims.has(name)))

function report(
  { issuerSigned: { payload } }: SdJwt,
  digest: string,
  checks: readonly CredentialCheck[],
  result: Extract<SdJwtReport<SdJwtVcPayload>, { ok: true }> | null,
  statusAsOf: number | null,
): CredentialReport {
  return {
    verified: checks.every(({ ok }) => ok),
    checks,
    issuer: isDid(payload.iss) ? payload.iss : null,
    subject: isDid(payload.sub) ? payload.sub : null,
    vct: typeof payload.vct === 'string' ? payload.vct : null,
    id: typeof payload.jti === 'string' ? payload.jti : null,
    digest,
    claims: result ? claimsOf(result.payload) : {},
    disclosedPaths: result?.disclosedPaths ?? [],
    issuedAt: timeOf(payload.iat),
    expiresAt: timeOf(payload.exp),
    statusAsOf,
    keyBinding: result?.keyBinding ?? null,
  }
}

const timeOf = (value: unknown): number | null => (typeof value === 'number' ? milliseconds(value) : null)
