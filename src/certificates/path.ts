import { Refusal } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { type Certificate, readChain, signingKeyOf, thumbprintOf } from './certificate.ts'
import type { Revocations } from './revocations.ts'

/** What a certificate path came to. */
export interface TrustedLeaf {
  /** The key its holder signs with. */
  readonly key: PublicJwk
  /** DNS names of the leaf, in lower case. */
  readonly dnsNames: readonly string[]
  /** SHA-256 of the leaf's DER, base64url. */
  readonly thumbprint: string
  /** ms; the path is not valid any longer then. */
  readonly notAfter: number
}

export interface PathPolicy {
  /** Whom we trust; an anchor itself need not be in `x5c`, and should not be (OpenID4VC HAIP 1.0). */
  readonly anchors: readonly Certificate[]
  /**
   * `required`: a certificate whose issuer says nothing we can read of what it took back is refused. `when_known`: it
   * passes where it names no list, and is refused where the list it names cannot be had.
   */
  readonly revocation: 'required' | 'when_known'
}

export interface PathDeps {
  readonly clock: { now(): number }
  readonly revocations: Pick<Revocations, 'check'>
}

/**
 * Whether a chain leads to an anchor (RFC 5280, section 6.1, without policies and name constraints: a chain that has
 * them as critical is refused when it is read).
 * @param x5c of a JWS header
 * @throws Refusal `certificate_…`
 */
export async function verifyPath(x5c: unknown, policy: PathPolicy, deps: PathDeps): Promise<TrustedLeaf> {
  const chain = readChain(x5c)
  const path = toAnchor(chain, policy.anchors)
  const now = deps.clock.now()
  for (const [at, certificate] of path.entries()) requireInPlace(certificate, at, path.length, now)
  for (const [at, certificate] of path.entries()) {
    const issuer = path[at + 1]
    // The anchor is trusted because we say so: nobody else takes it back.
    if (issuer) await deps.revocations.check(certificate, issuer, policy.revocation)
  }
  const [leaf] = chain
  return {
    key: signingKeyOf(leaf),
    dnsNames: leaf.dnsNames,
    thumbprint: thumbprintOf(leaf),
    notAfter: Math.min(...path.map(({ notAfter }) => notAfter)),
  }
}

/** The chain up to and with an anchor, each signed by the next. */
function toAnchor(chain: readonly Certificate[], anchors: readonly Certificate[]): readonly Certificate[] {
  for (const [at, certificate] of chain.entries()) {
    const anchor = anchors.find((one) => one.der.equals(certificate.der))
    if (anchor && at === 0) throw untrusted('an anchor signs certificates, nothing else')
    if (anchor) return chain.slice(0, at + 1)
    const above = anchors.find((one) => isIssuedBy(certificate, one))
    if (above) return [...chain.slice(0, at + 1), above]
    const next = chain[at + 1]
    if (!next || !isIssuedBy(certificate, next))
      throw untrusted('this chain does not lead to anybody we trust')
  }
  throw untrusted('this chain does not lead to anybody we trust')
}

const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  certificate.isNamedBy(issuer) && certificate.isSignedBy(issuer.publicKey)

const untrusted = (message: string) => new Refusal('forbidden', 'certificate_untrusted', message)

/** @param at place in the path, 0 is the leaf */
function requireInPlace(certificate: Certificate, at: number, length: number, now: number): void {
  const { notBefore, notAfter, authority, keyUsage } = certificate
  if (now < notBefore || now > notAfter)
    throw new Refusal('forbidden', 'certificate_expired', 'a certificate of this chain is not valid now')
  if (at === 0) {
    if (authority || certificate.isSelfIssued)
      throw new Refusal(
        'forbidden',
        'certificate_not_leaf',
        'an authority’s own certificate signs nothing else',
      )
    if (keyUsage && !keyUsage.has('signature'))
      throw new Refusal('forbidden', 'certificate_not_for_signing', 'this certificate is not for signatures')
    return
  }
  if (!authority || (keyUsage && !keyUsage.has('certificates')))
    throw new Refusal(
      'forbidden',
      'certificate_not_authority',
      'a certificate of this chain may not issue others',
    )
  // Certificates between this one and the leaf.
  const below = at - 1
  if (at < length && authority.pathLength !== null && below > authority.pathLength)
    throw new Refusal(
      'forbidden',
      'certificate_path_too_long',
      'this chain is longer than its authority allows',
    )
}

/** A certificate speaks for a DNS name only where it has exactly that: wildcards stand for no verifier. */
export const speaksFor = ({ dnsNames }: Pick<TrustedLeaf, 'dnsNames'>, dnsName: string): boolean =>
  dnsNames.includes(dnsName.toLowerCase())
