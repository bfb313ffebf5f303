import 'reflect-metadata'
import { KeyObject, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { createSigner } from '../../src/jose/index.ts'
import type { CertifiedKey } from '../../src/verification/index.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A key with a certificate for DNS names, of an authority made for it; the authority's own is not in the chain. */
export async function certifiedKeyFor(...dnsNames: readonly string[]): Promise<CertifiedKey> {
  cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0])
  const [authority, ours] = await Promise.all([newKeys(), newKeys()])
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=verifier',
    issuer: 'CN=authority',
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 3_600_000),
    publicKey: ours.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false),
      new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
    ],
  })
  return {
    signer: createSigner(KeyObject.from(ours.privateKey), 'certified'),
    chain: [Buffer.from(certificate.rawData).toString('base64')],
  }
}

const newKeys = () =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
