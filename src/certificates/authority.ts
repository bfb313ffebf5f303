import { createPublicKey, randomBytes, type webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from './x509.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A key and its certificate, as PEM. */
export interface Issued {
  readonly certificate: string
  readonly privateKey: string
}

export interface Validity {
  /** ms */
  readonly from: number
  readonly days: number
}

/** A new certificate authority of a test network: its key signs certificates and lists of what it took back. */
export async function newAuthority(name: string, validity: Validity): Promise<Issued> {
  const keys = await newKeys()
  const extensions = [
    new BasicConstraintsExtension(true, 1, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ]
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(validity, extensions),
    name: distinguished(name),
    keys,
  })
  return { certificate: certificate.toString('pem'), privateKey: await pemOf(keys.privateKey) }
}

export interface LeafOrder {
  readonly name: string
  readonly dnsNames: readonly string[]
  readonly validity: Validity
  /** Where the authority publishes what it took back. */
  readonly crlUrl?: string
  /** PEM of the key it is for, to renew a certificate; a new key unless given. */
  readonly privateKey?: string
}

/** A certificate for one who signs requests or credentials. */
export async function issueLeaf(authority: Issued, order: LeafOrder): Promise<Issued> {
  const privateKey = order.privateKey ?? (await pemOf((await newKeys()).privateKey))
  const issuer = new X509Certificate(authority.certificate)
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ]
  if (order.dnsNames.length > 0)
    extensions.push(
      new SubjectAlternativeNameExtension(order.dnsNames.map((value) => ({ type: 'dns' as const, value }))),
    )
  if (order.crlUrl !== undefined) extensions.push(new CRLDistributionPointsExtension([order.crlUrl]))
  const certificate = await X509CertificateGenerator.create({
    ...common(order.validity, extensions),
    subject: distinguished(order.name),
    issuer: issuer.subjectName.toJSON(),
    publicKey: await publicKeyOf(privateKey),
    signingKey: await keyOf(authority.privateKey),
  })
  return { certificate: certificate.toString('pem'), privateKey }
}

/** The list of what an authority took back, DER. @param serialNumbers hexadecimal */
export async function issueList(
  authority: Issued,
  serialNumbers: readonly string[],
  { from, days }: Validity,
): Promise<Buffer> {
  const issuer = new X509Certificate(authority.certificate)
  const list = await X509CrlGenerator.create({
    issuer: issuer.subjectName.toJSON(),
    thisUpdate: new Date(from),
    nextUpdate: new Date(from + days * DAY_MS),
    entries: serialNumbers.map((serialNumber) => ({ serialNumber, revocationDate: new Date(from) })),
    signingAlgorithm: ALGORITHM,
    signingKey: await keyOf(authority.privateKey),
  })
  return Buffer.from(list.rawData)
}

const DAY_MS = 86_400_000

const distinguished = (name: string) => [{ CN: [name] }]

function common({ from, days }: Validity, extensions: Extension[]) {
  return {
    // The first bit is off: a serial number is positive (RFC 5280, section 4.1.2.2).
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    notBefore: new Date(from),
    notAfter: new Date(from + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions,
  }
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
}

const keyOf = (pem: string): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey(
    'pkcs8',
    Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64'),
    ALGORITHM,
    true,
    ['sign'],
  )

const publicKeyOf = (pem: string): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey(
    'spki',
    new Uint8Array(createPublicKey(pem).export({ type: 'spki', format: 'der' })),
    ALGORITHM,
    true,
    ['verify'],
  )
