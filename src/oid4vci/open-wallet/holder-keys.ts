import { didJwkOf } from '../../agent/index.ts'
import { type Did, didOfUrl, Refusal } from '../../core/index.ts'
import { algOfJwk, type PublicJwk, type Signer } from '../../jose/index.ts'
import type { Party } from '../../parties/index.ts'
import { createProof } from '../proof.ts'
import type { Configuration } from './metadata.ts'

/** A key a credential is to be bound to. */
export interface HolderKey {
  /** What presents the credential later: the key's own id, or its DID URL. */
  readonly kid: string
  readonly jwk: PublicJwk
  /** Whom a credential bound to it may be about, beside its holder. */
  readonly did: Did
  /** How the proof names it: in full, or by the DID it is of. */
  readonly named: 'jwk' | 'did'
}

export interface HolderKeysDeps {
  /** The signer a DID of ours signs with now. */
  readonly signerOf: (did: Did) => Promise<Signer>
  /** A holder key that signs under the did:jwk it is. */
  readonly holderSigner: (kid: string) => Promise<Signer>
  /** Makes a key of a party for one credential. */
  readonly newHolderKey: (partyId: string) => Promise<{ readonly kid: string; readonly jwk: PublicJwk }>
  /** The public half of the key {@link signerOf} signs with, and of a holder key. */
  readonly publicKeyOf: (did: Did) => Promise<PublicJwk>
  readonly publicKey: (kid: string) => Promise<PublicJwk>
}

/** How many signatures one party's wallet makes in one request, whatever an issuer allows. */
export const MOST_COPIES = 10

/** Keys that are there, or how many are to be made; null where the issuer binds a credential to none. */
type Plan = readonly HolderKey[] | { readonly fresh: number; readonly named: HolderKey['named'] } | null

interface For {
  readonly copies: number
  /** Whether each is to have a new key, also where the issuer knows our DID. */
  readonly ownKey: boolean
  /** Whether the issuer is of our own network, where holders are known by their DIDs. */
  readonly network: boolean
}

/**
 * Which keys a credential is to be bound to: our DID's, where the issuer names holders by DIDs and knows our kind, so that
 * it is about that DID. Otherwise, or where its holder chose so, one made for it alone: what two issuers gave cannot be
 * told to be of one holder, and whoever takes ES256 only (HAIP) takes it, whatever the DID signs with.
 * Makes none yet, so that it can be asked before a code is spent.
 * @throws Refusal `proof_type_unsupported`, `proof_alg_unsupported`, `key_attestation_unsupported`,
 *   `binding_method_unsupported`
 */
export async function planKeys(
  holder: Party,
  configuration: Configuration,
  { copies, network, ownKey: isOwn }: For,
  deps: HolderKeysDeps,
): Promise<Plan> {
  const { proof_types_supported: types, cryptographic_binding_methods_supported: methods } = configuration
  if (types === undefined && methods === undefined) return null
  const jwt = types?.jwt
  if (types && !jwt) throw no('proof_type_unsupported', 'the issuer takes no proof of a key that we can make')
  if (jwt?.key_attestations_required !== undefined)
    throw no('key_attestation_unsupported', 'the issuer wants keys that a wallet provider vouches for')
  const algs = jwt?.proof_signing_alg_values_supported ?? ['ES256']
  const takes = (did: Did) => methods?.includes(did.split(':', 2).join(':')) ?? false
  if (!isOwn && copies === 1 && takes(holder.did)) {
    const own = await ownKey(holder, network, deps)
    if (own && algs.includes(algOfJwk(own.jwk))) return [own]
  }
  if (!algs.includes('ES256'))
    throw no('proof_alg_unsupported', 'the issuer takes no signature that we can make')
  const named = methods?.includes('jwk') ? 'jwk' : 'did'
  if (methods && named === 'did' && !methods.includes('did:jwk'))
    throw no('binding_method_unsupported', 'the issuer binds credentials to no key that we can name')
  return { fresh: Math.min(copies, MOST_COPIES), named }
}

/** The keys of {@link planKeys}, those to be made made. @throws as it does */
export async function chooseKeys(
  holder: Party,
  configuration: Configuration,
  how: For,
  deps: HolderKeysDeps,
): Promise<readonly HolderKey[] | null> {
  const plan = await planKeys(holder, configuration, how, deps)
  if (plan === null || !('fresh' in plan)) return plan
  const keys: HolderKey[] = []
  for (let left = plan.fresh; left > 0; left -= 1) {
    const { kid, jwk } = await deps.newHolderKey(holder.id)
    keys.push({ kid, jwk, did: didJwkOf(jwk), named: plan.named })
  }
  return keys
}

/** A person's DID signs only when she opens her key: in the network her presentation key stands for her. */
async function ownKey(
  { kind, did, presentationKid }: Party,
  network: boolean,
  { signerOf, holderSigner, publicKeyOf, publicKey }: HolderKeysDeps,
): Promise<HolderKey | null> {
  if (kind !== 'person') {
    const { kid } = await signerOf(did)
    return { kid, jwk: await publicKeyOf(did), did, named: 'did' }
  }
  if (!network || presentationKid === null) return null
  const [jwk, signer] = await Promise.all([publicKey(presentationKid), holderSigner(presentationKid)])
  return { kid: presentationKid, jwk, did: didOfUrl(signer.kid), named: 'did' }
}

const signerFor = ({ kid }: HolderKey, { signerOf, holderSigner }: HolderKeysDeps): Promise<Signer> =>
  kid.startsWith('did:') ? signerOf(didOfUrl(kid)) : holderSigner(kid)

/** A proof that one has the key now. */
export const createKeyProof = async (
  key: HolderKey,
  about: Pick<Parameters<typeof createProof>[0], 'audience' | 'nonce' | 'clientId' | 'now'>,
  deps: HolderKeysDeps,
): Promise<string> =>
  createProof({
    ...{ ...about, signer: await signerFor(key, deps) },
    ...(key.named === 'jwk' && { jwk: key.jwk }),
  })

const no = (code: string, message: string) => new Refusal('unprocessable', code, message)
