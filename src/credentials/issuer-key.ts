import { type Certified, speaksFor } from '../certificates/index.ts'
import { type Did, didOfUrl, isDid, Refusal } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import type { SdJwt } from '../sd-jwt/index.ts'
import type { ListSigner } from '../status-lists/index.ts'

/**
 * An issuer that has no DID: a certificate names it, or it publishes its keys at its address. It is nobody in the
 * network, whatever its certificate or address says.
 */
export type OutsideIssuer =
  | {
      readonly kind: 'certificate'
      /** What this node calls the authority that its certificate leads to. */
      readonly anchor: string
      /** What that authority calls it. */
      readonly name: string
      readonly dnsNames: readonly string[]
      /** Which keys signed its chain, base64url (OpenID4VP 1.0, section 6.1.1.1). */
      readonly authorityKeyIds: readonly string[]
      /** `iss`, where it says one: a name of the certificate. */
      readonly url: string | null
    }
  | { readonly kind: 'metadata'; readonly url: string }

/** Whose key an issuer-signed token was checked against. */
export interface IssuerKey {
  readonly key: PublicJwk
  /** Null for who has none. */
  readonly did: Did | null
  readonly outside: OutsideIssuer | null
  /** Who signs its status lists. */
  readonly listSigner: ListSigner
}

export interface IssuerKeysDeps {
  /** A current assertion key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  /** Whose certificate this is; without it certificates count for nothing. @throws Refusal `certificate_…` */
  readonly certified?: (x5c: unknown) => Promise<Certified>
  /** A key published at an issuer's address; without it none counts. @throws Refusal `issuer_…` */
  readonly publishedKey?: (url: string, kid: string | undefined) => Promise<PublicJwk>
}

/**
 * The key of who issued a credential, by one of three ways: the DID in `iss`, the certificates in `x5c`, or the keys
 * published at `iss` (SD-JWT VC, section "Issuer Signature Mechanisms"). Never by two at once.
 * @throws Refusal `issuer_key_mismatch`, `issuer_name_mismatch`, and those of who is asked
 */
export async function issuerKeyOf(
  { issuerSigned: { header, payload } }: SdJwt,
  { requireKey, certified, publishedKey }: IssuerKeysDeps,
): Promise<IssuerKey> {
  const { kid, x5c } = header
  const { iss } = payload
  if (x5c !== undefined && !isDid(iss) && certified) {
    const party = await certified(x5c)
    const url = iss === undefined ? null : requireNamed(party, iss)
    const { key, anchorName, name, dnsNames, authorityKeyIds } = party
    return {
      ...{ key, did: null, listSigner: `anchor ${anchorName}` },
      outside: { kind: 'certificate', anchor: anchorName, name, dnsNames, authorityKeyIds, url },
    }
  }
  if (x5c === undefined && isDid(iss)) {
    if (typeof kid !== 'string' || didOfUrl(kid) !== iss) throw mismatch()
    return { key: await requireKey(kid, 'assertionMethod'), did: iss, outside: null, listSigner: iss }
  }
  if (x5c === undefined && typeof iss === 'string' && publishedKey) {
    const key = await publishedKey(iss, typeof kid === 'string' ? kid : undefined)
    return { key, did: null, outside: { kind: 'metadata', url: iss }, listSigner: `keys ${iss}` }
  }
  throw mismatch()
}

/** With a certificate its subject is the issuer: an `iss` beside it must be one of its names, or nobody knows who is meant. */
function requireNamed({ dnsNames, uris }: Certified, iss: unknown): string {
  const url = typeof iss === 'string' && iss.length <= 2_048 ? URL.parse(iss) : null
  const isWeb = url?.protocol === 'https:' && url.username === '' && url.password === ''
  if (typeof iss === 'string' && isWeb && (uris.includes(iss) || speaksFor({ dnsNames }, url.hostname)))
    return iss
  throw new Refusal(
    'forbidden',
    'issuer_name_mismatch',
    'the certificate is not for the issuer that is named',
  )
}

const mismatch = () => new Refusal('invalid', 'issuer_key_mismatch', 'the key is not the issuer’s')
