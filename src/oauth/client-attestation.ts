import { createHash } from 'node:crypto'
import { CLOCK_SKEW_S, isRefusal, milliseconds, Refusal, seconds } from '../core/index.ts'
import {
  checkTimes,
  isJsonObject,
  isSignedWith,
  jwkThumbprint,
  offChainAlgs,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  parsePublicJwk,
  verifyJws,
} from '../jose/index.ts'
import { OAuthRefusal } from './oauth-refusal.ts'
import type { Once } from './once.ts'

const ATTESTATION_TYP = 'oauth-client-attestation+jwt'
const POP_TYP = 'oauth-client-attestation-pop+jwt'
/** Of a proof of possession, in a header. */
const MAX_CHARS = 8 * 1024
/** Of an attestation with its certificates, in a header: what ours may be in all is in `http/server.ts`. */
const MAX_ATTESTATION_CHARS = 16 * 1024
/** The same in a body. */
const MAX_CHARS_WITH_CHAIN = 32 * 1024
const POP_MAX_AGE_S = 300

/** Who vouches for wallets, or for the keys in them, and is believed. */
export interface WalletProvider {
  readonly name: string
  readonly keys: readonly PublicJwk[]
  /** What who signs its status lists is called; its name unless told. */
  readonly listSigner?: string
}

/** What a status list says of an attestation; whatever is no clear yes is a no. */
export type AttestationStatus = { readonly ok: true } | { readonly ok: false; readonly code: string }

/** Whom an issuer believes about wallets, and about the keys in them. */
export interface TrustedProviders {
  readonly walletProviders: readonly WalletProvider[]
  /** Who has a certificate of an anchor for wallet providers; without it certificates count for nothing. */
  readonly certifiedProvider?: (x5c: unknown) => Promise<WalletProvider>
  /** Whether an attestation still holds; without it one that has a status counts for nothing. */
  readonly statusOf?: (status: unknown, listSigner: string) => Promise<AttestationStatus>
}

/** Whether there is anybody whose word counts. */
export const trustsProviders = ({ walletProviders, certifiedProvider }: TrustedProviders): boolean =>
  walletProviders.length > 0 || certifiedProvider !== undefined

/**
 * Who may have signed an attestation: those we know by their keys, or the one its own certificates name (OpenID4VC HAIP
 * 1.0, sections 4.4.1 and 4.5.1). Never both: where it brings certificates they must lead to an anchor.
 * @throws Refusal `certificate_…`, `jws_…`
 */
export async function providersFor(
  compact: unknown,
  { walletProviders, certifiedProvider }: TrustedProviders,
): Promise<readonly WalletProvider[]> {
  if (typeof compact !== 'string' || !certifiedProvider) return walletProviders
  const { x5c } = parseJws(compact, { maxBytes: MAX_CHARS_WITH_CHAIN }).header
  return x5c === undefined ? walletProviders : [await certifiedProvider(x5c)]
}

/**
 * That whoever vouched did not take it back (Token Status List; OpenID4VCI 1.0, appendices D.1 and E).
 * @throws Refusal `status_…`, also when nobody can be asked
 */
export async function requireAttestationStatus(
  { payload: { status } }: ParsedJws,
  { name, listSigner = `provider ${name}` }: WalletProvider,
  { statusOf }: TrustedProviders,
): Promise<void> {
  if (status === undefined) return
  const answer = (await statusOf?.(status, listSigner)) ?? { ok: false, code: 'status_unavailable' }
  if (!answer.ok)
    throw new Refusal('forbidden', answer.code, 'this attestation does not hold, or nobody knows')
}

/** A client whose provider vouches for it, and that has the key it was vouched for with. */
export interface AttestedClient {
  readonly clientId: string
  /** Thumbprint of the client instance's key: the same instance comes back with the same. */
  readonly jkt: string
  readonly once: Once
}

/**
 * Verifies a client attestation and its proof of possession: Attestation-Based Client Authentication, draft 07, sections
 * 5 and 6, with the audience being the authorization server's issuer identifier.
 * @param now milliseconds since the epoch
 * @throws OAuthRefusal `invalid_client`
 */
export async function verifyClientAttestation(
  { attestation, pop }: { readonly attestation: string; readonly pop: string },
  { audience, trusted, now }: { audience: string; trusted: TrustedProviders; now: number },
): Promise<AttestedClient> {
  try {
    const providers = await providersFor(attestation, trusted)
    const { jws, clientId, key, provider } = readAttestation(attestation, providers, seconds(now))
    const { jti, iat } = readPop(pop, { key, clientId, audience, now: seconds(now) })
    // Last: who has not the key of an attestation cannot have us ask for its list.
    await requireAttestationStatus(jws, provider, trusted)
    const jkt = jwkThumbprint(key)
    const replay = createHash('sha256').update(`${jkt} ${jti}`).digest('base64url')
    const expiresAt = milliseconds(Math.ceil(iat) + POP_MAX_AGE_S + 2 * CLOCK_SKEW_S)
    return { clientId, jkt, once: { key: `attest:${replay}`, expiresAt } }
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw new OAuthRefusal('invalid_client', error.code, error.message, { cause: error })
  }
}

/**
 * Who of these providers signed it.
 * @throws Refusal `provider_not_trusted`, `jws_…`
 */
export function requireSignedBy(
  jws: ParsedJws,
  providers: readonly WalletProvider[],
  typ: string,
): WalletProvider {
  const expected = { typ, allowedAlgs: offChainAlgs }
  const signer = providers.find(({ keys }) => keys.some((key) => isSignedWith(jws, key, expected)))
  if (!signer)
    throw new Refusal('invalid', 'provider_not_trusted', 'no wallet provider we know signed this attestation')
  return signer
}

function readAttestation(compact: string, providers: readonly WalletProvider[], now: number) {
  const jws = parseJws(compact, { maxBytes: MAX_ATTESTATION_CHARS })
  const provider = requireSignedBy(jws, providers, ATTESTATION_TYP)
  const { sub, exp, cnf } = jws.payload
  if (typeof sub !== 'string' || sub === '' || sub.length > 500 || typeof exp !== 'number')
    throw malformed('the attestation lacks sub or exp')
  checkTimes(jws.payload, now)
  const key = parsePublicJwk(isJsonObject(cnf) ? cnf.jwk : undefined)
  return { jws, clientId: sub, key, provider }
}

function readPop(
  compact: string,
  expected: { key: PublicJwk; clientId: string; audience: string; now: number },
): { jti: string; iat: number } {
  const jws = parseJws(compact, { maxBytes: MAX_CHARS })
  verifyJws(jws, expected.key, { typ: POP_TYP, allowedAlgs: offChainAlgs })
  const { iss, aud, jti, iat } = jws.payload
  if (iss !== undefined && iss !== expected.clientId) throw malformed('the proof names another client')
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audiences.length !== 1 || audiences[0] !== expected.audience)
    throw new Refusal('invalid', 'attestation_aud_mismatch', 'the proof is for another server')
  if (typeof jti !== 'string' || jti === '' || jti.length > 256 || typeof iat !== 'number')
    throw malformed('the proof lacks jti or iat')
  checkTimes(jws.payload, expected.now)
  if (expected.now - iat > POP_MAX_AGE_S + CLOCK_SKEW_S)
    throw new Refusal('invalid', 'attestation_too_old', 'the proof was made too long ago')
  return { jti, iat }
}

const malformed = (message: string) => new Refusal('invalid', 'attestation_malformed', message)
