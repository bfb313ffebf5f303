import { type Clock, type Did, didOfUrl, isDid, isRefusal, Refusal, seconds } from '../../core/index.ts'
import {
  checkTimes,
  type JsonObject,
  offChainAlgs,
  type ParsedJws,
  type PublicJwk,
  verifyJws,
} from '../../jose/index.ts'
import { SIGNED_METADATA_TYP } from '../metadata.ts'

export type MetadataSigner = Did | `x509:${string}`

/** Whose certificate this is, by the anchors for issuers. @throws Refusal `certificate_…` */
type CertifiedIssuer = (x5c: unknown) => Promise<{
  readonly key: PublicJwk
  readonly anchorName: string
  readonly name: string
}>

export interface SignedMetadataDeps {
  readonly clock: Clock
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  /** Without it certificates count for nothing. */
  readonly certifiedIssuer?: CertifiedIssuer | undefined
}

interface KnownSigner {
  readonly name: MetadataSigner
  readonly key: PublicJwk
  /** What `iss` is where it is there; null where it says nothing of a certificate. */
  readonly iss: string | null
}

/** Whose key signed: by the DID in `kid` or the certificates in `x5c`; null for whom neither is known. */
export async function signerOf(
  { header: { kid, x5c } }: ParsedJws,
  { requireKey, certifiedIssuer }: SignedMetadataDeps,
): Promise<KnownSigner | null> {
  try {
    if (x5c !== undefined) {
      if (!certifiedIssuer) return null
      const { key, anchorName, name } = await certifiedIssuer(x5c)
      return { key, name: `x509:${anchorName}:${name}`, iss: null }
    }
    const did = typeof kid === 'string' ? kid.split('#', 1)[0] : undefined
    if (typeof kid !== 'string' || !isDid(did)) return null
    return { key: await requireKey(kid, 'assertionMethod'), name: did, iss: didOfUrl(kid) }
  } catch (error) {
    if (isRefusal(error) && STRANGERS.has(error.code)) return null
    if (isRefusal(error) && error.status < 500)
      throw invalid('the key of the metadata is not its signer’s', error)
    throw error
  }
}

/** Of whose certificates nothing is known: another authority's, or of a kind we do not read. */
const STRANGERS: ReadonlySet<string> = new Set([
  'certificate_untrusted',
  'certificate_extension_unknown',
  'certificate_key_unsupported',
])

/** Section 12.2.3: `typ`, `alg`, `sub` and the times; all parameters are claims. */
export function verifySigned(
  jws: ParsedJws,
  { key, iss: expected }: KnownSigner,
  identifier: string,
  { clock }: Pick<SignedMetadataDeps, 'clock'>,
): JsonObject {
  const { iat, iss, sub } = jws.payload
  orInvalid(() => {
    verifyJws(jws, key, { typ: SIGNED_METADATA_TYP, allowedAlgs: offChainAlgs })
    checkTimes(jws.payload, seconds(clock.now()))
  })
  const isTheirs = iss === undefined || iss === (expected ?? identifier)
  if (sub !== identifier || typeof iat !== 'number' || !isTheirs)
    throw invalid('the signed metadata are of another issuer')
  return jws.payload
}

/** What our own rooms refuse about the signature, in this room's words. @throws Refusal `issuer_metadata_invalid` */
export function orInvalid<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw invalid('the signed metadata do not verify', error)
  }
}

/** Metadata that are not taken, whatever else they say. */
export const invalid = (why: string, cause?: unknown) =>
  new Refusal('upstream', 'issuer_metadata_invalid', why, { cause })
