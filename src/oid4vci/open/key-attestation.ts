import { CLOCK_SKEW_S, Refusal, seconds } from '../../core/index.ts'
import {
  algOfJwk,
  checkTimes,
  offChainAlgs,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  parsePublicJwk,
} from '../../jose/index.ts'
import {
  OAuthRefusal,
  providersFor,
  requireAttestationStatus,
  requireSignedBy,
  type TrustedProviders,
  type WalletProvider,
} from '../../oauth/index.ts'
import type { Nonce } from '../nonces.ts'
import { invalidProofUnless, type ProofDeps } from '../proof.ts'
import { BATCH_SIZE } from './settings.ts'

const TYP = 'key-attestation+jwt'
const MAX_CHARS = 32 * 1024
/** Without `exp` it is believed as long as the nonce in it. */
const MAX_AGE_S = 300

export interface AttestedKeys {
  readonly keys: readonly PublicJwk[]
  readonly nonce: Nonce
}

/**
 * Verifies that a wallet provider we trust vouches for keys, and made that for us just now (OpenID4VCI 1.0, appendix D.1
 * and F.3).
 * @param withProof whether it stands in the header of a proof: then it must say until when it holds
 * @throws OAuthRefusal `invalid_proof`, `invalid_nonce`
 */
export async function verifyKeyAttestation(
  compact: unknown,
  { issuerParty, trusted, withProof }: { issuerParty: string; trusted: TrustedProviders; withProof: boolean },
  deps: ProofDeps,
): Promise<AttestedKeys> {
  const found = await providersFor(compact, trusted).catch((error: unknown) => ({ error }))
  const { jws, provider } = invalidProofUnless(() => {
    if ('error' in found) throw found.error
    return read(compact, found)
  })
  const { nonce } = jws.payload
  const keys = invalidProofUnless(() => {
    checkClaims(jws, seconds(deps.clock.now()), withProof)
    return keysOf(jws)
  })
  if (typeof nonce !== 'string')
    throw new OAuthRefusal(
      'invalid_proof',
      'key_attestation_nonce_missing',
      'the key attestation has no nonce of ours',
    )
  const ours = deps.nonces.require(issuerParty, nonce)
  const status = await requireAttestationStatus(jws, provider, trusted).then(
    () => null,
    (error: unknown) => ({ error }),
  )
  invalidProofUnless(() => {
    if (status) throw status.error
  })
  return { keys, nonce: ours }
}

function read(compact: unknown, providers: readonly WalletProvider[]) {
  if (typeof compact !== 'string') throw malformed()
  const jws = parseJws(compact, { maxBytes: MAX_CHARS })
  return { jws, provider: requireSignedBy(jws, providers, TYP) }
}

function checkClaims({ payload }: ParsedJws, now: number, withProof: boolean): void {
  const { iat, exp } = payload
  if (typeof iat !== 'number' || (withProof && exp === undefined)) throw malformed()
  checkTimes(payload, now)
  if (exp === undefined && now - iat > MAX_AGE_S + CLOCK_SKEW_S) throw malformed()
}

function keysOf({ payload: { attested_keys: keys } }: ParsedJws): PublicJwk[] {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > BATCH_SIZE) throw malformed()
  return keys.map((key: unknown) => {
    const jwk = parsePublicJwk(key)
    if (!(offChainAlgs as readonly string[]).includes(algOfJwk(jwk))) throw malformed()
    return jwk
  })
}

const malformed = () =>
  new Refusal('invalid', 'key_attestation_malformed', 'this is no key attestation we can use')
