import { createPrivateKey, X509Certificate } from 'node:crypto'
import { type Issued, issueLeaf, newAuthority } from '../../src/certificates/index.ts'
import { createSigner } from '../../src/jose/index.ts'
import type { CertifiedKey } from '../../src/verification/index.ts'

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
