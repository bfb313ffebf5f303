import { type CurrentCertificate, readCertificate, thumbprintOf } from '../certificates/index.ts'

/** Our certificate as what a credential is signed under, in place of a DID. */
export interface CertifiedIssuer extends CurrentCertificate {
  /** What the issued credential is filed under: `x5t#S256:` and the thumbprint of the certificate. */
  readonly keyId: string
  /** `iss`: our address where the certificate is for it; otherwise the certificate alone says who issued. */
  readonly iss: string | null
}

/** What of ours is issued under a certificate. */
export interface CertifiedIssuing {
  /** The certificate for a credential of that type by that issuer; null where its DID signs. @throws Refusal `certificate_own_expired` */
  of(issuer: { readonly partyId: string }, type: string): Promise<CertifiedIssuer | null>
  /** Whether credentials of that type are, of the organisation. */
  covers(type: string): boolean
  /** The certificate itself. @throws Refusal `certificate_own_expired` */
  current(): CurrentCertificate
  /** Whether all types are: then what the issuer says of itself is signed so too. */
  readonly isForAll: boolean
}

export interface CertifiedIssuingDeps {
  readonly certificate: { current(): CurrentCertificate }
  /** Names of types; all of them unless told. */
  readonly types?: readonly string[] | undefined
  /** Whose certificate it is, and its Credential Issuer Identifier. */
  readonly organisation: () => Promise<{ readonly id: string; readonly url: string }>
}

/** The organisation's certificate, for the types it is to be used for; people of the node issue under their DIDs. */
export function createCertifiedIssuing(deps: CertifiedIssuingDeps): CertifiedIssuing {
  const { certificate, types, organisation } = deps
  const covers = (type: string) => !types || types.includes(type)
  return {
    ...{ covers, isForAll: types === undefined, current: () => certificate.current() },
    of: async ({ partyId }, type) => {
      if (!covers(type)) return null
      const { id, url } = await organisation()
      return partyId === id ? asIssuer(certificate.current(), url) : null
    },
  }
}

/**
 * Of SD-JWT VC, "Issuer Signature Mechanisms": beside a certificate `iss` must be a name of it, and may be left out. Only
 * an https address can be one.
 */
function asIssuer(current: CurrentCertificate, url: string): CertifiedIssuer {
  const leaf = readCertificate(Buffer.from(current.chain[0], 'base64'))
  const { protocol, hostname } = new URL(url)
  const isNamed = protocol === 'https:' && (leaf.uris.includes(url) || leaf.dnsNames.includes(hostname))
  return { ...current, keyId: `x5t#S256:${thumbprintOf(leaf)}`, iss: isNamed ? url : null }
}
