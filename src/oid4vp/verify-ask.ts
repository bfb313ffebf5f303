import type { Actor, AskQuery, VerifiedAsk } from '../access/index.ts'
import { asDid, CLOCK_SKEW_S, type Clock, type Did, didOfUrl, isId, Refusal, seconds } from '../core/index.ts'
import { type CredentialTypes, credentialDigest } from '../credentials/index.ts'
import { checkTimes, type PublicJwk, parseJws, verifyJws } from '../jose/index.ts'
import { REQUEST_TYP } from '../oauth/index.ts'
import type { Party } from '../parties/index.ts'
import { parseSdJwt, type SdJwt, unfoldSdJwt } from '../sd-jwt/index.ts'
import type { AttestationState } from '../trust/index.ts'
import {
  bareDigest,
  didOfClientId,
  digestOf,
  MAX_LIFETIME_S,
  type RequestObject,
  requestObject,
} from './request-object.ts'
import { type VerifyLinkDeps, verifyLink } from './verify-link.ts'

export interface VerifyAskDeps extends VerifyLinkDeps {
  readonly clock: Clock
  readonly types: CredentialTypes
  readonly urlOf: (party: Party) => string
  /** A current key of a DID. @throws Refusal */
  readonly requireKey: (kid: string, purpose: 'authentication') => Promise<PublicJwk>
  /** @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly requireTerms: (purpose: readonly string[], legalBasis: string) => void
}

export type VerifyAsk = (compact: string, addressed: Party) => Promise<VerifiedAsk>

/** Bytes of a whole request, verifier_info and all. */
export const MAX_ASK_BYTES = 128 * 1024

/**
 * Verifies an Ask: cheap checks first, then who asks, then what it shows about itself. Nothing is written.
 * @throws Refusal `ask_malformed`, `ask_audience_mismatch`, `ask_lifetime_too_long`, `ask_key_mismatch`,
 *   `did_unresolvable`, `jws_…`, `unknown_…`
 */
export function createVerifyAsk(deps: VerifyAskDeps): VerifyAsk {
  return async (compact, addressed) => {
    const jws = parseJws(compact, { maxBytes: MAX_ASK_BYTES })
    const parsed = requestObject.safeParse(jws.payload)
    if (!parsed.success) throw malformed(parsed.error.issues)
    const request = parsed.data
    const audience = deps.urlOf(addressed)
    checkCheap(request, audience, seconds(deps.clock.now()))
    const asker = didOfClientId(request.client_id)
    const { kid } = jws.header
    if (typeof kid !== 'string' || didOfUrl(kid) !== asker)
      throw new Refusal('forbidden', 'ask_key_mismatch', 'the request is not signed by a key of its asker')
    verifyJws(jws, await deps.requireKey(kid, 'authentication'), { typ: REQUEST_TYP })
    const access = request['urn:regie:access']
    deps.requireTerms(access.purpose, access.legal_basis)
    const queries = queriesOf(deps.types, request)
    return {
      compact,
      digest: digestOf(compact),
      asker,
      clientId: request.client_id,
      nonce: request.nonce,
      exp: request.exp,
      addressed,
      queries,
      purpose: access.purpose,
      legalBasis: access.legal_basis,
      details: {
        relevance: access.relevance,
        value: access.value,
        ...(access.case && { case: access.case }),
        ...(access.retention && { retention: access.retention }),
        ...(access.agreement && { agreement: access.agreement }),
        ...(access.delegation && { delegation: passingOnOf(access.delegation) }),
        ...(access.system && { system: { did: asDid(access.system.did), name: access.system.name } }),
      },
      wantedUntil: access.until === undefined ? null : access.until * 1000,
      ...(access.in_return_for && {
        inReturnFor: {
          ...access.in_return_for,
          until: access.in_return_for.until * 1000,
          answerBy: access.in_return_for.answer_by * 1000,
        },
      }),
      ...(await readVerifierInfo(deps, request, asker, audience)),
    }
  }
}

/** Names where the request is wrong, never with what. */
function malformed(issues: readonly { path: readonly PropertyKey[]; code: string }[]): Refusal {
  const where = issues.slice(0, 5).map(({ path, code }) => `${path.map(String).join('.')}: ${code}`)
  return new Refusal('invalid', 'ask_malformed', 'this request is not an Ask as this wallet takes it', {
    params: { where },
  })
}

function checkCheap(request: RequestObject, audience: string, now: number): void {
  if (request.aud !== audience)
    throw new Refusal('forbidden', 'ask_audience_mismatch', 'this request is for another wallet')
  if (request.exp - request.iat > MAX_LIFETIME_S)
    throw new Refusal('invalid', 'ask_lifetime_too_long', 'a request may last 60 seconds')
  checkTimes(request, now, CLOCK_SKEW_S)
}

function queriesOf(types: CredentialTypes, request: RequestObject): AskQuery[] {
  const ids = new Set(request.dcql_query.credentials.map(({ id }) => id))
  if (ids.size < request.dcql_query.credentials.length)
    throw new Refusal('invalid', 'ask_malformed', 'two credential queries have the same id')
  return request.dcql_query.credentials.map(({ id, meta, claims }) => {
    const [vct] = meta.vct_values
    const type = types.require(vct)
    const paths = claims.map(({ path }) => path)
    for (const path of paths) type.requireClaimPath(path)
    return { id, vct, paths }
  })
}

/** What the asker shows of itself, each bound to it: a grant, the attestation, the role of who asks. */
async function readVerifierInfo(
  deps: VerifyAskDeps,
  request: RequestObject,
  asker: Did,
  audience: string,
): Promise<Pick<VerifiedAsk, 'actor' | 'attestation' | 'grant' | 'link'>> {
  let actor: Actor | null = null
  let attestation: AttestationState = 'missing'
  let grant: VerifiedAsk['grant'] = null
  let delegation: { readonly sdJwt: SdJwt; readonly data: string } | null = null
  const seen = new Set<string>()
  for (const { data } of request.verifier_info ?? []) {
    const sdJwt = parseSdJwt(data)
    const { payload } = sdJwt.issuerSigned
    const name = deps.types.find(String(payload.vct))?.name ?? ''
    if (seen.has(name))
      throw new Refusal('invalid', 'ask_malformed', 'the asker shows two papers of one kind')
    seen.add(name)
    if (name === 'access-grant') grant = grantOf(sdJwt, data)
    else if (name === 'access-delegation') delegation = { sdJwt, data }
    else if (name === 'ttp-policy-attestation') attestation = await deps.checkAttestation(data, asker)
    else if (name === 'employee-role' || name === 'system-role')
      // Before anything is looked up for it: an asker must not make us call addresses of his choice.
      actor =
        payload.iss === asker ? await verifyActor(deps, { request, asker, audience, data, kind: name }) : null
  }
  const link = delegation && (await verifyLink(deps, { ...delegation, asker, grant }))
  return { actor, attestation, grant, link }
}

/** A pointer to our own row, which decides; still, what comes with it must be its own. */
function grantOf(sdJwt: SdJwt, data: string): VerifiedAsk['grant'] {
  unfoldSdJwt(sdJwt)
  const { jti } = sdJwt.issuerSigned.payload
  // It is written in the owner's log and record: only what can be one of our ids gets that far.
  if (!isId(jti)) throw new Refusal('invalid', 'ask_malformed', 'a grant of ours has an id of another form')
  return { id: jti, digest: credentialDigest(data) }
}

const passingOnOf = ({ why, to }: NonNullable<RequestObject['urn:regie:access']['delegation']>) => ({
  why,
  ...(to && { to: to.map(({ did, name }) => ({ did: asDid(did), name })) }),
})

interface RoleShown {
  readonly request: RequestObject
  readonly asker: Did
  readonly audience: string
  readonly data: string
  readonly kind: 'employee-role' | 'system-role'
}

/** Who asks for the asker: issued by it, presented by her key, for this request alone; null when any of it is not so. */
async function verifyActor(deps: VerifyAskDeps, shown: RoleShown): Promise<Actor | null> {
  const { request, asker, audience, data, kind } = shown
  const report = await deps.verifyCredential(data, { keyBinding: { nonce: request.nonce, aud: audience } })
  const bound = report.keyBinding?.claims
  const isBound = bound?.client_id === request.client_id && bound?.request_digest === bareDigest(request)
  if (!report.verified || !report.subject || report.issuer !== asker || !isBound) return null
  const claims = report.claims as Record<string, string | undefined>
  if (kind === 'system-role') {
    const { system_name: name, responsible_employee: responsible } = claims
    return { kind: 'system', did: report.subject, ...(name && { name }), ...(responsible && { responsible }) }
  }
  const name = [claims.given_name, claims.family_name].filter(Boolean).join(' ')
  return { kind: 'employee', did: report.subject, role: String(claims.role), ...(name && { name }) }
}
