import {
  type Clock,
  type Did,
  didOfUrl,
  isDid,
  isRefusal,
  milliseconds,
  Refusal,
  seconds,
} from '../../core/index.ts'
import { createSignatureCache, isJsonObject, type PublicJwk, type SignatureCache } from '../../jose/index.ts'
import type { KeyBinding } from '../../sd-jwt/index.ts'
import type { StatusChecker } from '../../status-lists/index.ts'
import {
  type ParsedVcJwt,
  type ParsedVpJwt,
  parseVcJwt,
  parseVpJwt,
  type VcContent,
  type VcFormat,
  verifyVcJwt,
  verifyVpJwt,
} from '../../vc-jwt/index.ts'
import { credentialDigest } from '../digest.ts'
import type { IssuerSchemaCheck } from '../issuer-types/index.ts'
import type { CredentialType, CredentialTypes } from '../types/index.ts'
import type { CredentialCheck, CredentialReport } from '../verify-credential.ts'
import { claimsOfSubject } from './subject.ts'
import { w3cSchemaOf } from './w3c-schema.ts'
import { w3cTypeOf } from './w3c-type.ts'

type KeyPurpose = 'assertionMethod' | 'authentication'

export interface VerifyW3cDeps {
  readonly clock: Clock
  readonly types: CredentialTypes
  /** A current key of a DID for a purpose. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: KeyPurpose) => Promise<PublicJwk>
  /** Bitstring Status List. */
  readonly status: StatusChecker
  /** Schemas of others; without it those are not looked up. */
  readonly schemas?: IssuerSchemaCheck
}

/** The report of a W3C credential, as that of any other, with what only these have. */
export interface W3cReport extends CredentialReport {
  readonly format: VcFormat
  readonly types: readonly string[]
  /** The credential itself; null before its signature is verified. */
  readonly document: ParsedVcJwt['document'] | null
}

export interface W3cPresentationReport {
  readonly verified: boolean
  /** Of the presentation itself. */
  readonly checks: readonly CredentialCheck[]
  readonly holder: Did | null
  /** Of each credential in it, with the presentation's own check among theirs. */
  readonly credentials: readonly W3cReport[]
}

export interface VerifyW3c {
  /** @throws Refusal `vc_malformed`, `jws_…`, for what cannot be read */
  credential(compact: string, options?: { readonly fresh?: boolean }): Promise<W3cReport>
  /**
   * Who presents it, for whom and which nonce; and every credential in it, each of which must be about the presenter.
   * @throws Refusal `vp_malformed`, `vc_malformed`, `jws_…`, for what cannot be read
   */
  presentation(
    compact: string,
    options: { readonly nonce?: string; readonly aud?: string; readonly fresh?: boolean },
  ): Promise<W3cPresentationReport>
}

/** A verifier of W3C credentials and presentations whose issuers and holders are DIDs. */
export function createVerifyW3c(deps: VerifyW3cDeps): VerifyW3c {
  const cache = createSignatureCache()
  const credential = async (compact: string, fresh: boolean, binding: Bound | null): Promise<W3cReport> => {
    const vc = parseVcJwt(compact)
    const checks: CredentialCheck[] = []
    const content = await verifySigned(deps, vc, cache, checks)
    if (content && binding) checks.push(holderCheck(binding, content.subject))
    const vct = content && w3cTypeOf(deps.types, content.types)
    const type = vct === null ? null : deps.types.find(vct)
    if (!content || !checks.every(({ ok }) => ok))
      return reportOf(vc, compact, checks, content, { statusAsOf: null, vct, type }, binding)
    checks.push(await checkType(deps, vc, content))
    const statusAsOf = await checkStatus(deps, vc, content, fresh, checks)
    return reportOf(vc, compact, checks, content, { statusAsOf, vct, type }, binding)
  }
  return {
    credential: (compact, { fresh = false } = {}) => credential(compact, fresh, null),
    presentation: async (compact, { fresh = false, ...expected }) => {
      const vp = parseVpJwt(compact)
      const binding = await bindingOf(deps, vp, expected)
      const credentials = await Promise.all(
        vp.credentials.map((one) => embedded(vp, () => credential(one, fresh, binding))),
      )
      const verified = binding.failed === null && credentials.every((one) => one.verified)
      return { verified, checks: [binding.failed ?? passed], holder: binding.holder, credentials }
    },
  }
}

/** Both in one data model: whoever reads one of them must not have to guess. @throws Refusal `vp_malformed` */
async function embedded(vp: ParsedVpJwt, verify: () => Promise<W3cReport>): Promise<W3cReport> {
  const report = await verify()
  if (report.format === vp.format) return report
  throw new Refusal(
    'invalid',
    'vp_malformed',
    'this presentation and a credential in it are of two data models',
  )
}

const passed: CredentialCheck = { check: 'key_binding', ok: true }

interface Bound {
  readonly holder: Did | null
  readonly failed: CredentialCheck | null
  readonly keyBinding: KeyBinding | null
}

/** Who presents, proven with a current authentication key of the holder. */
async function bindingOf(
  deps: VerifyW3cDeps,
  vp: ParsedVpJwt,
  expected: { readonly nonce?: string; readonly aud?: string },
): Promise<Bound> {
  const holder = isDid(vp.holder) ? vp.holder : null
  try {
    const holderKey = await keyOf(deps, vp.holder, vp.kid, 'authentication')
    verifyVpJwt(vp, holderKey, { ...expected, now: seconds(deps.clock.now()) })
    const { aud, nonce, iat } = vp.jws.payload
    const claims = vp.jws.payload
    const keyBinding = { holderKey, aud: String(aud), nonce: String(nonce), iat: Number(iat), claims }
    return { holder, failed: null, keyBinding }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const failed = { check: 'key_binding' as const, ok: false, code: error.code, detail: error.message }
    return { holder, failed, keyBinding: null }
  }
}

/** The holder is who the credential is about: nobody else can show it as his. */
function holderCheck({ failed, holder }: Bound, subject: string | null): CredentialCheck {
  if (failed) return failed
  if (subject !== null && subject === holder) return passed
  return {
    check: 'key_binding',
    ok: false,
    code: 'holder_not_subject',
    detail: 'about another than who shows it',
  }
}

/** @throws Refusal `issuer_key_mismatch`, and those of requireKey */
async function keyOf(
  { requireKey }: VerifyW3cDeps,
  did: string | null,
  kid: string | null,
  purpose: KeyPurpose,
): Promise<PublicJwk> {
  if (!isDid(did) || kid === null || !kid.startsWith('did:') || didOfUrl(kid) !== did)
    throw new Refusal('invalid', 'issuer_key_mismatch', 'the key is not that of who signed')
  return requireKey(kid, purpose)
}

/** @returns what the credential says, once it is proven who says so */
async function verifySigned(
  deps: VerifyW3cDeps,
  vc: ParsedVcJwt,
  cache: SignatureCache,
  checks: CredentialCheck[],
): Promise<VcContent | null> {
  let issuerKey: PublicJwk
  try {
    issuerKey = await keyOf(deps, vc.issuer, vc.kid, 'assertionMethod')
    checks.push({ check: 'issuer', ok: true })
  } catch (error) {
    if (!isRefusal(error)) throw error
    checks.push({ check: 'issuer', ok: false, code: error.code, detail: error.message })
    return null
  }
  const result = verifyVcJwt(vc, { issuerKey, cache, now: seconds(deps.clock.now()) })
  for (const check of ['issuer_signature', 'claims', 'times'] as const) {
    if (!result.ok && result.check === check) {
      checks.push({ check, ok: false, code: result.code, detail: result.message })
      return null
    }
    checks.push({ check, ok: true })
  }
  return result.ok ? result.content : null
}

/** The claims against the schema of a type we know, or else against the one the credential names. */
async function checkType(
  { types, schemas }: VerifyW3cDeps,
  { document }: ParsedVcJwt,
  content: VcContent,
): Promise<CredentialCheck> {
  // Two types at once would be believed by the rule of one and taken for the other.
  if (content.types.filter((one) => types.find(one)).length > 1)
    return { check: 'type', ok: false, code: 'type_ambiguous', detail: 'of several types of this network' }
  const type = types.find(w3cTypeOf(types, content.types))
  if (!type) {
    const answer = await schemas?.checkSchema(content.schema, document)
    return answer ?? { check: 'type', ok: true, detail: 'unknown type: its claims were not checked' }
  }
  const { integrity } = w3cSchemaOf(type)
  const named = [content.schema ?? []].flat()
  if (named.some((one) => isJsonObject(one) && one.digestSRI !== undefined && one.digestSRI !== integrity))
    return {
      check: 'type',
      ok: false,
      code: 'type_integrity_mismatch',
      detail: 'made for another version of the type',
    }
  const claims = type.validateClaims(claimsOfSubject(type, content.claims))
  if (claims.ok) return { check: 'type', ok: true }
  const where = claims.errors.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', ')
  return { check: 'type', ok: false, code: 'invalid_claims', detail: where }
}

async function checkStatus(
  deps: VerifyW3cDeps,
  { issuer }: ParsedVcJwt,
  content: VcContent,
  fresh: boolean,
  checks: CredentialCheck[],
): Promise<number | null> {
  if (content.status === undefined) {
    const needed = deps.types.find(w3cTypeOf(deps.types, content.types))?.needsStatus ?? false
    checks.push(
      needed ? { check: 'status', ok: false, code: 'status_missing' } : { check: 'status', ok: true },
    )
    return null
  }
  const answer = await deps.status.check(content.status, issuer as Did, { fresh })
  checks.push(answer.ok ? { check: 'status', ok: true } : { check: 'status', ok: false, code: answer.code })
  return answer.asOf ?? null
}

interface Known {
  readonly statusAsOf: number | null
  readonly vct: string | null
  /** Where it is one of ours. */
  readonly type: CredentialType | null
}

function reportOf(
  vc: ParsedVcJwt,
  compact: string,
  checks: readonly CredentialCheck[],
  content: VcContent | null,
  { statusAsOf, vct, type }: Known,
  binding: Bound | null,
): W3cReport {
  const { jti } = vc.jws.payload
  const types = content?.types ?? []
  return {
    verified: checks.every(({ ok }) => ok),
    checks,
    issuer: isDid(vc.issuer) ? vc.issuer : null,
    subject: isDid(content?.subject) ? content.subject : null,
    vct,
    id: content?.id ?? (typeof jti === 'string' ? jti : null),
    digest: credentialDigest(compact),
    claims: content ? (type ? claimsOfSubject(type, content.claims) : content.claims) : {},
    disclosedPaths: [],
    issuedAt: content?.validFrom == null ? null : milliseconds(content.validFrom),
    expiresAt: content?.validUntil == null ? null : milliseconds(content.validUntil),
    statusAsOf,
    keyBinding: binding?.keyBinding ?? null,
    ...{ format: vc.format, types, document: content ? vc.document : null },
  }
}
