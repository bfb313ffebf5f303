import type { DIDDocument } from 'did-resolver'
import { type Did, Refusal } from '../core/index.ts'
import { type DocumentJwk, jwkOfMultibase } from './public-key.ts'

/**
 * The document a did:key stands for (the did:key method); nothing is fetched.
 * An X25519 key is listed for key agreement only.
 * @throws Refusal `did_key_unsupported` for other kinds of keys and for broken ones
 */
export function resolveDidKey(did: Did): DIDDocument {
  const multibase = did.slice('did:key:'.length)
  const publicKeyJwk = jwkOfMultibase(multibase)
  if (!publicKeyJwk)
    throw new Refusal('unprocessable', 'did_key_unsupported', 'this did:key holds no key we know')
  return keyDocument(did, `${did}#${multibase}`, publicKeyJwk, relationshipsOf(publicKeyJwk))
}

/** Verification relationships of DID Core, section 5.3. */
export type Relationship =
  | 'authentication'
  | 'assertionMethod'
  | 'capabilityInvocation'
  | 'capabilityDelegation'
  | 'keyAgreement'

export const signingRelationships: readonly Relationship[] = [
  'assertionMethod',
  'authentication',
  'capabilityInvocation',
  'capabilityDelegation',
]

const relationshipsOf = (jwk: DocumentJwk): readonly Relationship[] =>
  jwk.crv === 'X25519' ? ['keyAgreement'] : signingRelationships

/** A document with one key in it. */
export function keyDocument(
  did: Did,
  id: string,
  publicKeyJwk: DocumentJwk,
  relationships: readonly Relationship[],
): DIDDocument {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
    id: did,
    verificationMethod: [{ id, type: 'JsonWebKey2020', controller: did, publicKeyJwk }],
    ...Object.fromEntries(relationships.map((relationship) => [relationship, [id]])),
  }
}
