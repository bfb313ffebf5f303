import { z } from 'zod'
import { didJwkOf } from '../../agent/index.ts'
import { isDid } from '../../core/index.ts'
import {
  isSameKey,
  type JsonObject,
  jwkThumbprint,
  offChainAlgs,
  parseJws,
  parsePublicJwk,
  verifyJws,
} from '../../jose/index.ts'
import { OAuthRefusal, type TrustedProviders, trustsProviders } from '../../oauth/index.ts'
import { PROOF_TYP } from '../names.ts'
import type { Nonce } from '../nonces.ts'
import {
  checkProofClaims,
  invalidProofUnless,
  MAX_PROOF_CHARS,
  type ProofClaims,
  type ProofDeps,
  requireProofKey,
} from '../proof.ts'
import { type AttestedKeys, verifyKeyAttestation } from './key-attestation.ts'
import { BATCH_SIZE } from './settings.ts'
import type { HolderKey } from './tables.ts'

export interface ProofsExpectation extends ProofClaims {
  readonly trusted: TrustedProviders
  readonly requireKeyAttestation: boolean
}

/** Keys that credentials can be bound to, and the nonces their proofs use up. */
export interface VerifiedProofs {
  readonly keys: readonly HolderKey[]
  readonly nonces: readonly Nonce[]
}

/** Exactly one kind of proof (OpenID4VCI 1.0, section 8.2, appendix F). */
const proofs = z.union([
  z.strictObject({ jwt: z.array(z.string().min(1)).min(1).max(BATCH_SIZE) }),
  z.strictObject({ attestation: z.tuple([z.string().min(1)]) }),
])

/** Ways to name a key that we do not follow: whose it is would be for somebody else to say. */
const UNSUPPORTED = ['x5u', 'jku', 'x5t', 'x5t#S256', 'trust_chain']

/**
 * Verifies the proofs of a Credential Request; all keys differ.
 * @throws OAuthRefusal `invalid_proof`, `invalid_nonce`; a Refusal of kind `unavailable` when a DID cannot be asked now
 */
export async function verifyProofs(
  value: unknown,
  expected: ProofsExpectation,
  deps: ProofDeps,
): Promise<VerifiedProofs> {
  const parsed = proofs.safeParse(value)
  if (!parsed.success)
    throw invalid('proof_missing', `send proofs of one kind, jwt (up to ${BATCH_SIZE}) or attestation (one)`)
  const found =
    'jwt' in parsed.data
      ? await fromJwts(parsed.data.jwt, expected, deps)
      : await fromAttestation(parsed.data.attestation[0], expected, deps)
  if (new Set(found.keys.map(({ jwk }) => jwkThumbprint(jwk))).size !== found.keys.length)
    throw invalid('proof_key_repeated', 'each credential needs a key of its own')
  const nonces = new Map(found.nonces.map((nonce) => [nonce.text, nonce]))
  return { keys: found.keys, nonces: [...nonces.values()] }
}

async function fromAttestation(
  compact: string,
  expected: ProofsExpectation,
  deps: ProofDeps,
): Promise<VerifiedProofs> {
  if (!trustsProviders(expected.trusted))
    throw invalid('proof_type_unsupported', 'this issuer trusts no attestations of keys')
  const { keys, nonce } = await verifyKeyAttestation(compact, { ...expected, withProof: false }, deps)
  return { keys: keys.map(ownKey), nonces: [nonce] }
}

async function fromJwts(
  compacts: readonly string[],
  expected: ProofsExpectation,
  deps: ProofDeps,
): Promise<VerifiedProofs> {
  const proven: (Proven & { readonly nonce: Nonce })[] = []
  for (const compact of compacts) proven.push(await verifyOne(compact, expected, deps))
  const [only] = proven
  const attested = proven.flatMap(({ attestation }) => attestation ?? [])
  const nonces = [...proven.map(({ nonce }) => nonce), ...attested.map(({ nonce }) => nonce)]
  // One proof with an attestation vouches for all keys in it (appendix F.1).
  const more =
    proven.length === 1 && only?.attestation
      ? only.attestation.keys.filter((key) => !isSameKey(key, only.key.jwk)).map(ownKey)
      : []
  return { keys: [...proven.map(({ key }) => key), ...more], nonces }
}

interface Proven {
  readonly key: HolderKey
  readonly attestation: AttestedKeys | null
}

async function verifyOne(
  compact: string,
  expected: ProofsExpectation,
  deps: ProofDeps,
): Promise<Proven & { readonly nonce: Nonce }> {
  const jws = invalidProofUnless(() => parseJws(compact, { maxBytes: 3 * MAX_PROOF_CHARS }))
  if (jws.header.typ !== PROOF_TYP) throw invalid('proof_typ_mismatch', 'this is not a proof of possession')
  const nonce = checkProofClaims(jws, expected, deps)
  const key = await keyOf(jws.header, deps)
  invalidProofUnless(() => verifyJws(jws, key.jwk, { typ: PROOF_TYP, allowedAlgs: offChainAlgs }))
  return { key, nonce, attestation: await attestationOf(jws.header, key, expected, deps) }
}

/** The key is in the proof itself, in a certificate of an anchor, or one of a DID the holder names; never two of these. */
async function keyOf(header: JsonObject, deps: ProofDeps): Promise<HolderKey> {
  const { kid, jwk, x5c } = header
  const ways = [kid, jwk, x5c].filter((way) => way !== undefined).length
  if (UNSUPPORTED.some((name) => Object.hasOwn(header, name)) || ways !== 1)
    throw invalid('proof_key_unnamed', 'the proof must name its key with one of kid, jwk and x5c')
  if (x5c !== undefined) return ownKey(await certifiedKey(x5c, deps))
  if (jwk !== undefined) return ownKey(invalidProofUnless(() => parsePublicJwk(jwk)))
  const subject = String(kid).split('#', 1)[0]
  if (typeof kid !== 'string' || !isDid(subject)) throw invalid('proof_kid_no_did', 'kid is no DID URL')
  return { jwk: await requireProofKey(kid, deps), subject }
}

/** @throws OAuthRefusal `invalid_proof` */
async function certifiedKey(x5c: unknown, { certifiedHolder }: ProofDeps): Promise<HolderKey['jwk']> {
  if (!certifiedHolder) throw invalid('proof_key_unnamed', 'this issuer knows no certificates of holders')
  const found = await certifiedHolder(x5c).catch((error: unknown) => ({ error }))
  return invalidProofUnless(() => {
    if ('error' in found) throw found.error
    return found
  })
}

async function attestationOf(
  { key_attestation: compact }: JsonObject,
  { jwk }: HolderKey,
  expected: ProofsExpectation,
  deps: ProofDeps,
): Promise<AttestedKeys | null> {
  if (compact === undefined && expected.requireKeyAttestation)
    throw invalid('key_attestation_required', 'this issuer wants keys that a wallet provider vouches for')
  // What nobody we trust can have signed says nothing about the key, for or against.
  if (compact === undefined || !trustsProviders(expected.trusted)) return null
  const attested = await verifyKeyAttestation(compact, { ...expected, withProof: true }, deps)
  if (attested.keys.some((key) => isSameKey(key, jwk))) return attested
  throw invalid('key_not_attested', 'the proof is made with a key that is not in its attestation')
}

const ownKey = (jwk: HolderKey['jwk']): HolderKey => ({ jwk, subject: didJwkOf(jwk) })

const invalid = (code: string, message: string) => new OAuthRefusal('invalid_proof', code, message)
