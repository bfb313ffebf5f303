import { hash, type KeyObject, X509Certificate as NodeCertificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Refusal } from '../core/index.ts'
import { type PublicJwk, publicJwkOf } from '../jose/index.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from './x509.ts'

/** An X.509 certificate (RFC 5280) as far as a path needs it; read, not verified. */
export interface Certificate {
  readonly der: Buffer
  readonly serialNumber: string
  /** Common name of its subject, or else its organisation; what its issuer calls it, for people to read. */
  readonly name: string
  readonly publicKey: KeyObject
  /** ms */
  readonly notBefore: number
  /** ms */
  readonly notAfter: number
  /** Null where it is no authority. */
  readonly authority: { readonly pathLength: number | null } | null
  /** What the key may be used for; null where nothing is said. */
  readonly keyUsage: ReadonlySet<'signature' | 'certificates' | 'crls'> | null
  /** Object identifiers of what it is for; null where nothing is said (RFC 5280, section 4.2.1.12). */
  readonly purposes: { readonly ids: ReadonlySet<string>; readonly isCritical: boolean } | null
  readonly dnsNames: readonly string[]
  readonly uris: readonly string[]
  /** Which key of its issuer signed it, base64url; null where it does not say. */
  readonly authorityKeyId: string | null
  /** Where its issuer publishes what it took back. */
  readonly crlUrls: readonly string[]
  /** Whether its issuer may be this one: the names agree, and the key identifiers where there are any. */
  isNamedBy(issuer: Certificate): boolean
  isSignedBy(key: KeyObject): boolean
  readonly isSelfIssued: boolean
}

/** A path of ours has a leaf and few above it; who sends more wants us to work. */
const MAX_CHAIN = 5
const MAX_DER_BYTES = 16 * 1024
/** Standard base64 with its padding (RFC 7515, section 4.1.6: not base64url). */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Extensions this room reads; a critical one that it does not read makes a certificate unusable (RFC 5280, section 4.2). */
const READ = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37'])

/**
 * The certificates of a JWS header's `x5c`, leaf first.
 * @throws Refusal `certificate_chain_malformed`, `certificate_malformed`, `certificate_extension_unknown`,
 *   `certificate_key_unsupported`
 */
export function readChain(x5c: unknown): readonly [Certificate, ...Certificate[]] {
  const parts: readonly unknown[] = Array.isArray(x5c) ? x5c : []
  const chain = parts.slice(0, MAX_CHAIN + 1).map((part) => {
    if (typeof part !== 'string' || part.length > MAX_DER_BYTES * 1.4 || !BASE64.test(part))
      throw malformedChain()
    return readCertificate(Buffer.from(part, 'base64'))
  })
  const [leaf, ...above] = chain
  if (!leaf || chain.length > MAX_CHAIN) throw malformedChain()
  return [leaf, ...above]
}

/** One certificate in DER. @throws Refusal as {@link readChain} */
export function readCertificate(der: Buffer): Certificate {
  const { node, parsed } = parse(der)
  const critical = parsed.extensions.find(({ type, critical }) => critical && !READ.has(type))
  if (critical)
    throw new Refusal(
      'invalid',
      'certificate_extension_unknown',
      'this certificate has a rule we do not know',
      {
        params: { extension: critical.type },
      },
    )
  const constraints = parsed.getExtension(BasicConstraintsExtension)
  const crls = parsed.getExtension(CRLDistributionPointsExtension)
  const purposes = parsed.getExtension(ExtendedKeyUsageExtension)
  const authorityKeyId = parsed.getExtension(AuthorityKeyIdentifierExtension)?.keyId
  const names = parsed.getExtension(SubjectAlternativeNameExtension)?.names.items ?? []
  return {
    der,
    serialNumber: parsed.serialNumber,
    name: parsed.subjectName.getField('CN')[0] ?? parsed.subjectName.getField('O')[0] ?? '',
    publicKey: node.publicKey,
    notBefore: parsed.notBefore.getTime(),
    notAfter: parsed.notAfter.getTime(),
    authority: constraints?.ca ? { pathLength: constraints.pathLength ?? null } : null,
    keyUsage: usageOf(parsed),
    purposes: purposes && { ids: new Set(purposes.usages.map(String)), isCritical: purposes.critical },
    dnsNames: names.flatMap(({ type, value }) => (type === 'dns' ? [value.toLowerCase()] : [])),
    uris: names.flatMap(({ type, value }) => (type === 'url' ? [value] : [])),
    authorityKeyId: authorityKeyId ? Buffer.from(authorityKeyId, 'hex').toString('base64url') : null,
    crlUrls: (crls?.distributionPoints ?? []).flatMap(({ distributionPoint }) =>
      (distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []),
    ),
    isNamedBy: (issuer) => node.checkIssued(new NodeCertificate(issuer.der)),
    isSignedBy: (key) => node.verify(key),
    isSelfIssued: parsed.subjectName.toString() === parsed.issuerName.toString(),
  }
}

/**
 * The certificates of a PEM file (RFC 7468), in their order; what is no certificate is passed over.
 * @throws Refusal as {@link readChain}; Error where the file, or what a block holds, cannot be read
 */
export function readPemFile(path: string): Certificate[] {
  const blocks =
    readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((pem) => readCertificate(new NodeCertificate(pem).raw))
}

function parse(der: Buffer): { node: NodeCertificate; parsed: X509Certificate } {
  if (der.length > MAX_DER_BYTES) throw malformedChain()
  try {
    const node = new NodeCertificate(der)
    // What comes after the certificate is not signed by anybody.
    if (node.raw.length !== der.length) throw new Error('more than one certificate')
    return { node, parsed: new X509Certificate(new Uint8Array(der)) }
  } catch (cause) {
    throw new Refusal('invalid', 'certificate_malformed', 'this is not an X.509 certificate', { cause })
  }
}

const usages = {
  signature: KeyUsageFlags.digitalSignature,
  certificates: KeyUsageFlags.keyCertSign,
  crls: KeyUsageFlags.cRLSign,
} as const

function usageOf(parsed: X509Certificate): Certificate['keyUsage'] {
  const extension = parsed.getExtension(KeyUsagesExtension)
  if (!extension) return null
  const all = Object.keys(usages) as (keyof typeof usages)[]
  return new Set(all.filter((name) => (extension.usages & usages[name]) !== 0))
}

/** The key a leaf signs with, as a JWK. @throws Refusal `certificate_key_unsupported` */
export function signingKeyOf({ publicKey }: Certificate): PublicJwk {
  try {
    return publicJwkOf(publicKey)
  } catch (cause) {
    throw new Refusal(
      'invalid',
      'certificate_key_unsupported',
      'the key of this certificate is of no kind we know',
      {
        cause,
      },
    )
  }
}

/** SHA-256 of the DER, base64url: the `x509_hash` of OpenID4VP 1.0, section 5.9.3. */
export const thumbprintOf = ({ der }: Certificate): string => hash('sha256', der, 'base64url')

/** A chain as a JWS header has it, leaf first. */
export const asX5c = (chain: readonly Certificate[]): string[] =>
  chain.map(({ der }) => der.toString('base64'))

const malformedChain = () =>
  new Refusal(
    'invalid',
    'certificate_chain_malformed',
    `x5c has one to ${MAX_CHAIN} certificates, base64 of DER`,
  )
