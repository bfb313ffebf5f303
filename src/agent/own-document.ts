import type { DIDDocument, VerificationMethod } from 'did-resolver'
import type { Did } from '../core/index.ts'
import { jwkThumbprint } from '../jose/index.ts'
import type { KeyRing } from './key-ring.ts'
import type { KeyRow } from './key-table.ts'
import { NODE_SERVICE_TYPE } from './registry.ts'

/** How verifiers call a key of a did:web of ours: by its thumbprint, so that a name is never given twice. */
export const webKid = async (ring: KeyRing, did: Did, id: string): Promise<string> =>
  `${did}#${jwkThumbprint((await ring.byId(id)).row.publicJwk)}`

/**
 * The document of a did:web of ours, made of its keys as they are now: one that signs is for everything, a retired one
 * stays for what it signed, one that was given up is not there.
 * @returns null when the DID was deactivated
 */
export function ownDocument(did: Did, rows: readonly KeyRow[], endpoint: string): DIDDocument | null {
  const signing = rows.filter(({ use }) => use === 'signing')
  if (signing.some(({ state }) => state === 'ended')) return null
  const listed = signing.filter(({ state }) => state === 'active' || state === 'retired')
  const named = (states: readonly KeyRow['state'][]) =>
    listed.flatMap(({ kid, state }) => (kid !== null && states.includes(state) ? [kid] : []))
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/jwk/v1'],
    id: did,
    verificationMethod: listed.flatMap(({ kid, publicJwk }): VerificationMethod[] =>
      kid === null ? [] : [{ id: kid, type: 'JsonWebKey', controller: did, publicKeyJwk: { ...publicJwk } }],
    ),
    authentication: named(['active']),
    assertionMethod: named(['active', 'retired']),
    service: [{ id: `${did}#node`, type: NODE_SERVICE_TYPE, serviceEndpoint: endpoint }],
  }
}
