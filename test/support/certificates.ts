import 'reflect-metadata'
import { createPrivateKey, KeyObject, type webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { type Issued, issueLeaf, newAuthority } from '../../src/certificates/index.ts'
import { createSigner } from '../../src/jose/index.ts'
import type { CertifiedKey } from '../../src/verification/index.ts'

/** To make what no authority should. */
export { x509 }

/** An hour ago until tomorrow. */
export const validNow = () => ({ from: Date.now() - 3_600_000, days: 1 })

/** A certificate as `x5c` has it. */
export const base64Of = ({ certificate }: Pick<Issued, 'certificate'>): string =>
  new X509Certificate(certificate).raw.toString('base64')

/** Signs with the key of a certificate. */
export const signerOf = ({ privateKey }: Pick<Issued, 'privateKey'>) =>
  createSigner(createPrivateKey(privateKey), 'certified')

/** A key with a certificate for DNS names, of an authority made for it; the authority's own is not in the chain. */
export async function certifiedKeyFor(...dnsNames: readonly string[]): Promise<CertifiedKey> {
  const authority = await newAuthority('authority', validNow())
  const leaf = await issueLeaf(authority, { name: 'verifier', dnsNames, validity: validNow() })
  return { signer: signerOf(leaf), chain: [base64Of(leaf)] }
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A certificate with exactly these extensions: also those that no authority should give. */
export async function certificateWith(
  issuer: Issued,
  name: string,
  extensions: x509.Extension[],
  { from, days } = validNow(),
): Promise<Issued> {
  const keys = (await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const pkcs8 = createPrivateKey(issuer.privateKey).export({ type: 'pkcs8', format: 'der' })
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ notBefore: new Date(from), notAfter: new Date(from + 86_400_000 * days) },
    ...{ subject: `CN=${name}`, issuer: new x509.X509Certificate(issuer.certificate).subject },
    ...{ publicKey: keys.publicKey, extensions, signingAlgorithm: ES256, serialNumber: '4711' },
    signingKey: await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), ES256, true, ['sign']),
  })
  const privateKey = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate: certificate.toString('pem'), privateKey }
}
