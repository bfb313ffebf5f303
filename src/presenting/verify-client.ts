import { type Certificate, readChain, signingKeyOf, speaksFor, thumbprintOf } from '../certificates/index.ts'
import { asDid, type Clock, type Did, didOfUrl, Refusal } from '../core/index.ts'
import { offChainAlgs, type ParsedJws, type PublicJwk, verifyJws } from '../jose/index.ts'
import { type ClientIdPrefix, clientIdPrefixes, REQUEST_TYP } from '../oauth/index.ts'

export interface VerifyClientDeps {
  readonly clock: Clock
  /** A current key of a DID. @throws Refusal */
  readonly requireKey: (kid: string, purpose: 'authentication') => Promise<PublicJwk>
  /**
   * Whose certificate leads to somebody we trust to name verifiers; null where we trust nobody to.
   * @throws Refusal `certificate_…`
   */
  readonly certified: ((x5c: unknown) => Promise<unknown>) | null
}

/** Who asks, as far as its identifier and signature prove it. */
export interface Client {
  /** Whole, with its prefix: what a presentation is bound to. */
  readonly clientId: string
  readonly prefix: ClientIdPrefix
  readonly did: Did | null
  /** The only host it may be answered at; null where the identifier says none. */
  readonly host: string | null
  /** Whether a certificate of it leads to an anchor of ours. */
  readonly isCertified: boolean
  /** Its certificates, to be looked at again; null for who has none. */
  readonly x5c: readonly string[] | null
}

/** @throws Refusal `verifier_prefix_unsupported` */
export function prefixOf(clientId: string): { prefix: ClientIdPrefix; identifier: string } {
  const colon = clientId.indexOf(':')
  const prefix = clientIdPrefixes.find((name) => name === clientId.slice(0, Math.max(colon, 0)))
  if (!prefix)
    throw new Refusal(
      'invalid',
      'verifier_prefix_unsupported',
      'a verifier of this kind cannot be told from others here',
    )
  return { prefix, identifier: clientId.slice(colon + 1) }
}

/**
 * As {@link prefixOf}, of a verifier that can sign: to no other we say which signatures we know, so of no other a request
 * object is fetched (section 5.10).
 * @throws Refusal `verifier_prefix_unsupported`, `verifier_signature_pointless`
 */
export function requireSigning(clientId: string) {
  const { prefix, identifier } = prefixOf(clientId)
  if (prefix === 'redirect_uri')
    throw new Refusal(
      'invalid',
      'verifier_signature_pointless',
      'a verifier that is only an address has no key to sign with',
    )
  return { prefix, identifier }
}

/**
 * Whose request object this is (OpenID4VP 1.0, section 5.9.3): signed with the key that its client identifier names.
 * @throws Refusal `verifier_prefix_unsupported`, `verifier_key_mismatch`, `verifier_signature_pointless`,
 *   `certificate_…`, `jws_…`, and those of the resolver
 */
export async function verifyClient(
  jws: ParsedJws,
  clientId: string,
  deps: VerifyClientDeps,
): Promise<Client> {
  const { prefix, identifier } = requireSigning(clientId)
  if (prefix === 'decentralized_identifier') {
    const did = asDid(identifier)
    const { kid } = jws.header
    if (typeof kid !== 'string' || didOfUrl(kid) !== did) throw mismatch()
    verify(jws, await deps.requireKey(kid, 'authentication'))
    return { clientId, prefix, did, host: null, isCertified: false, x5c: null }
  }
  const [leaf] = readChain(jws.header.x5c)
  if (prefix === 'x509_hash' && thumbprintOf(leaf) !== identifier) throw mismatch()
  if (prefix === 'x509_san_dns' && !speaksFor(leaf, identifier)) throw mismatch()
  verify(jws, signingKeyOf(leaf))
  const isCertified = await isTrusted(jws.header.x5c, leaf, deps)
  const host = prefix === 'x509_san_dns' ? identifier.toLowerCase() : null
  // Read above: it is a list of texts.
  return { clientId, prefix, did: null, host, isCertified, x5c: jws.header.x5c as readonly string[] }
}

const verify = (jws: ParsedJws, key: PublicJwk) =>
  verifyJws(jws, key, { typ: REQUEST_TYP, allowedAlgs: offChainAlgs })

/** Where anchors are configured a chain must lead to one; where none is, nobody is trusted for a certificate. */
async function isTrusted(
  x5c: unknown,
  leaf: Certificate,
  deps: Pick<VerifyClientDeps, 'clock' | 'certified'>,
): Promise<boolean> {
  if (deps.certified) {
    await deps.certified(x5c)
    return true
  }
  const now = deps.clock.now()
  if (now < leaf.notBefore || now > leaf.notAfter)
    throw new Refusal('forbidden', 'certificate_expired', 'a certificate of this chain is not valid now')
  return false
}

/**
 * Looks at the certificates of a verifier again: one may have been taken back since, have ended, or lost its anchor.
 * @param wasCertified whether they led to an anchor when the request was opened
 * @throws Refusal `certificate_…`
 */
export async function requireStillCertified(
  x5c: unknown,
  wasCertified: boolean,
  deps: Pick<VerifyClientDeps, 'clock' | 'certified'>,
): Promise<void> {
  const [leaf] = readChain(x5c)
  if ((await isTrusted(x5c, leaf, deps)) || !wasCertified) return
  throw new Refusal('forbidden', 'certificate_untrusted', 'this chain does not lead to anybody we trust')
}

const mismatch = () =>
  new Refusal('forbidden', 'verifier_key_mismatch', 'the request is not signed with a key of who asks')
