import { CLOCK_SKEW_S, MAX_TIME_S, milliseconds, Refusal, seconds } from '../core/index.ts'
import { checkTimes, isJsonObject, type JsonObject, type JsonValue } from '../jose/index.ts'
import { CREDENTIAL, contextOf, VC_JWT } from './names.ts'
import { idOf, type ParsedVcJwt } from './parse-vc-jwt.ts'

/** What a credential says, where that is one thing only. */
export interface VcContent {
  readonly types: readonly string[]
  readonly id: string | null
  readonly subject: string | null
  /** What is said of the subject, without its id. */
  readonly claims: JsonObject
  /** Seconds since the epoch. */
  readonly validFrom: number | null
  readonly validUntil: number | null
  readonly status: JsonValue | undefined
  readonly schema: JsonValue | undefined
}

/**
 * Reads a credential and holds its members against the registered claims beside it: where both are there they say the
 * same (VCDM 1.1, section 6.3.1; Securing Verifiable Credentials using JOSE and COSE, section 3.1.3).
 * @throws Refusal `vc_document_invalid`, `vc_claims_disagree`
 */
export function readVc({ format, jws: { payload }, document, issuer }: ParsedVcJwt): VcContent {
  const types = typesOf(document, contextOf[format], CREDENTIAL)
  const { credentialSubject: about } = document
  // Several subjects would be several answers to what it says and of whom.
  if (!isJsonObject(about) || issuer === null) throw invalid()
  const { id: subjectId, ...claims } = about
  if (subjectId !== undefined && typeof subjectId !== 'string') throw invalid()
  if (document.id !== undefined && typeof document.id !== 'string') throw invalid()
  const [from, until] =
    format === VC_JWT
      ? [document.issuanceDate, document.expirationDate]
      : [document.validFrom, document.validUntil]
  const [validFrom, validUntil] = [timeOf(from), timeOf(until)]
  if (document.issuer !== undefined && idOf(document.issuer) !== issuer) throw disagree('iss')
  agree('iss', payload.iss, issuer)
  agree('sub', payload.sub, subjectId)
  agree('jti', payload.jti, document.id)
  if (format === VC_JWT) {
    // In VCDM 2.0 these are of the signature, and may differ from what they are of the credential.
    agree('nbf', wholeSeconds(payload.nbf), validFrom ?? undefined)
    agree('exp', wholeSeconds(payload.exp), validUntil ?? undefined)
    if (validFrom === null && payload.nbf === undefined) throw invalid()
  }
  return {
    types,
    id: firstText(document.id, payload.jti),
    subject: firstText(subjectId, payload.sub),
    claims,
    validFrom: validFrom ?? numberOf(payload.nbf) ?? numberOf(payload.iat),
    validUntil: validUntil ?? numberOf(payload.exp),
    status: document.credentialStatus,
    schema: document.credentialSchema,
  }
}

/** @throws Refusal `jws_expired`, `jws_not_yet_valid`, `jws_issued_in_future`, `jws_time_malformed` */
export function checkVcTimes({ jws: { payload } }: ParsedVcJwt, content: VcContent, now: number): void {
  checkTimes(payload, now, CLOCK_SKEW_S)
  checkTimes(
    {
      ...(content.validFrom !== null && { nbf: content.validFrom }),
      ...(content.validUntil !== null && { exp: content.validUntil }),
    },
    now,
  )
}

/** The types of a document that begins with its context and has the type it must have. @throws Refusal `vc_document_invalid` */
export function typesOf(document: JsonObject, context: string, needed: string): readonly string[] {
  const contexts = document['@context']
  const types = [document.type].flat()
  if (!Array.isArray(contexts) || contexts[0] !== context) throw invalid()
  if (!types.every((type) => typeof type === 'string') || types.length > 20) throw invalid()
  if (!types.includes(needed)) throw invalid()
  return types
}

const TIME_STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

function timeOf(value: JsonValue | undefined): number | null {
  if (value === undefined) return null
  const at = typeof value === 'string' && TIME_STAMP.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at) || at < 0 || at > milliseconds(MAX_TIME_S)) throw invalid()
  return seconds(at)
}

const wholeSeconds = (value: unknown) => (typeof value === 'number' ? Math.floor(value) : value)
const numberOf = (value: unknown) => (typeof value === 'number' ? value : null)
const firstText = (...values: readonly unknown[]) =>
  values.find((value): value is string => typeof value === 'string') ?? null

function agree(claim: string, registered: unknown, inside: unknown): void {
  if (registered === undefined || inside === undefined) return
  if (registered !== inside) throw disagree(claim)
}

const invalid = () =>
  new Refusal('invalid', 'vc_document_invalid', 'this is not written as the W3C data model has it')

const disagree = (claim: string) =>
  new Refusal(
    'invalid',
    'vc_claims_disagree',
    'the credential and the claims beside it say different things',
    {
      params: { claim },
    },
  )
