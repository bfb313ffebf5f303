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
  readonly uris: readonly string[]
  /** What its issuer calls its holder. */
  readonly name: string
  /** Where the path ends: one of those we trust. */
  readonly anchor: Certificate
  /** Which keys signed the certificates below the anchor, base64url (OpenID4VP 1.0, section 6.1.1.1, `aki`). */
  readonly authorityKeyIds: readonly string[]
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
  /** What the leaf must be for, as an object identifier; without it only a leaf that is not limited to anything. */
  readonly purpose?: string | undefined
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
export const verifyPath = (x5c: unknown, policy: PathPolicy, deps: PathDeps): Promise<TrustedLeaf> =>
  verifyPathBy(x5c, policy.anchors, () => policy, deps)

/**
 * As {@link verifyPath}, where each anchor has rules of its own.
 * @throws Refusal `certificate_…`
 */
export async function verifyPathBy(
  x5c: unknown,
  anchors: readonly Certificate[],
  rulesOf: (anchor: Certificate) => Omit<PathPolicy, 'anchors'>,
  deps: PathDeps,
): Promise<TrustedLeaf> {
  const chain = readChain(x5c)
  const [leaf] = chain
  const path = toAnchor(chain, anchors)
  const anchor = path.at(-1) ?? leaf
  const { revocation, purpose } = rulesOf(anchor)
  const now = deps.clock.now()
  for (const [at, certificate] of path.entries()) requireInPlace(certificate, at, path.length, now)
  requirePurpose(leaf, purpose)
  for (const [at, certificate] of path.entries()) {
    const issuer = path[at + 1]
    // The anchor is trusted because we say so: nobody else takes it back.
    if (issuer) await deps.revocations.check(certificate, issuer, revocation)
  }
  return {
    key: signingKeyOf(leaf),
    dnsNames: leaf.dnsNames,
    uris: leaf.uris,
    name: leaf.name,
    anchor,
    authorityKeyIds: path.slice(0, -1).flatMap(({ authorityKeyId }) => authorityKeyId ?? []),
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

/** A certificate made for something else, such as signing programs, is of no use here (RFC 5280, section 4.2.1.12). */
function requirePurpose({ purposes }: Certificate, purpose: string | undefined): void {
  const isFor = purpose === undefined ? !purposes?.isCritical : (purposes?.ids.has(purpose) ?? false)
  if (!isFor)
    throw new Refusal(
      'forbidden',
      'certificate_for_another_purpose',
      'this certificate is for something else',
    )
}

/** A certificate speaks for a DNS name only where it has exactly that: wildcards stand for no verifier. */
export const speaksFor = ({ dnsNames }: Pick<TrustedLeaf, 'dnsNames'>, dnsName: string): boolean =>
  dnsNames.includes(dnsName.toLowerCase())
