import { type Clock, type Did, isDid, isRefusal, milliseconds, seconds } from '../core/index.ts'
import { createSignatureCache, type JsonObject } from '../jose/index.ts'
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
import type { ListSigner, StatusChecker } from '../status-lists/index.ts'
import { credentialDigest } from './digest.ts'
import { type IssuerKey, type IssuerKeysDeps, issuerKeyOf, type OutsideIssuer } from './issuer-key.ts'
import type { IssuerTypeCheck } from './issuer-types/index.ts'
import { claimsOf } from './token-claims.ts'
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
  /** Null for an issuer that has none: {@link outsideIssuer}. */
  readonly issuer: Did | null
  /** Who signed where that is nobody with a DID. Absent where nobody proved to be it. */
  readonly outsideIssuer?: OutsideIssuer
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

export interface VerifyCredentialDeps extends IssuerKeysDeps {
  readonly clock: Clock
  readonly types: CredentialTypes
  readonly status: StatusChecker
  /** Types that only their issuers describe; without it those are not looked up. */
  readonly issuerTypes?: IssuerTypeCheck
}

/**
 * A verifier of SD-JWT VCs. What can be read and is not true is an answer, not an error.
 * @throws Refusal `sd_jwt_malformed` and others of parseSdJwt, for what cannot be read
 */
export function createVerifyCredential(deps: VerifyCredentialDeps): VerifyCredential {
  // Presentations of one credential share one verification of its issuer's signature.
  const cache = createSignatureCache()
  return async (compact, { keyBinding, fresh }) => {
    const sdJwt = parseSdJwt(compact)
    const digest = credentialDigest(compact)
    const checks: CredentialCheck[] = []
    const issuer = await findIssuerKey(deps, sdJwt, checks)
    if (!issuer) return report(sdJwt, digest, checks, null)
    const now = seconds(deps.clock.now())
    // Of who is in the network more is asked than the specification does, which leaves both out at will.
    const requiredClaims = issuer.did === null ? [] : ['iss', 'iat']
    const result = verifySdJwtVc(sdJwt, { issuerKey: issuer.key, cache, now, keyBinding, requiredClaims })
    addChecks(checks, result)
    if (!result.ok) return report(sdJwt, digest, checks, { issuer })
    checks.push(await checkType(deps, result))
    const statusAsOf = await checkStatus(deps, result.payload, issuer.listSigner, fresh ?? false, checks)
    return report(sdJwt, digest, checks, { issuer, result, statusAsOf })
  }
}

async function findIssuerKey(
  deps: VerifyCredentialDeps,
  sdJwt: SdJwt,
  checks: CredentialCheck[],
): Promise<IssuerKey | null> {
  try {
    const found = await issuerKeyOf(sdJwt, deps)
    checks.push({ check: 'issuer', ok: true })
    return found
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

type Verified = Extract<SdJwtReport<SdJwtVcPayload>, { ok: true }>

/** The claims against the schema of a type we know, or else against what their issuer says of it. */
async function checkType(
  { types, issuerTypes }: VerifyCredentialDeps,
  { payload, disclosedPaths }: Verified,
): Promise<CredentialCheck> {
  const type = types.find(payload.vct)
  if (!type) return (await issuerTypes?.check(payload, disclosedPaths)) ?? unknownType()
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

/** A type we do not know is authentic all the same, and never trusted. */
const unknownType = (): CredentialCheck => ({
  check: 'type',
  ok: true,
  detail: 'unknown type: its claims were not checked',
})

async function checkStatus(
  deps: VerifyCredentialDeps,
  payload: SdJwtVcPayload,
  signer: ListSigner,
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
  const answer = await deps.status.check(payload.status, signer, { fresh })
  checks.push(answer.ok ? { check: 'status', ok: true } : { check: 'status', ok: false, code: answer.code })
  return answer.asOf ?? null
}

interface Found {
  readonly issuer: IssuerKey
  readonly result?: Extract<SdJwtReport<SdJwtVcPayload>, { ok: true }>
  readonly statusAsOf?: number | null
}

function report(
  { issuerSigned: { payload, header } }: SdJwt,
  digest: string,
  checks: readonly CredentialCheck[],
  found: Found | null,
): CredentialReport {
  const { issuer, result, statusAsOf } = found ?? {}
  // A forgery is told with the DID it names; beside certificates a DID names nobody.
  const named = header.x5c === undefined && isDid(payload.iss) ? payload.iss : null
  return {
    verified: checks.every(({ ok }) => ok),
    checks,
    issuer: issuer ? issuer.did : named,
    ...(result && issuer?.outside && { outsideIssuer: issuer.outside }),
    subject: isDid(payload.sub) ? payload.sub : null,
    vct: typeof payload.vct === 'string' ? payload.vct : null,
    id: typeof payload.jti === 'string' ? payload.jti : null,
    digest,
    claims: result ? claimsOf(result.payload) : {},
    disclosedPaths: result?.disclosedPaths ?? [],
    issuedAt: timeOf(payload.iat),
    expiresAt: timeOf(payload.exp),
    statusAsOf: statusAsOf ?? null,
    keyBinding: result?.keyBinding ?? null,
  }
}

const timeOf = (value: unknown): number | null => (typeof value === 'number' ? milliseconds(value) : null)
