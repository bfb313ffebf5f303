import { randomBytes } from 'node:crypto'
import {
  type Certificate,
  readCertificate,
  signingKeyOf,
  speaksFor,
  thumbprintOf,
} from '../certificates/index.ts'
import { type Did, didOfUrl, Refusal } from '../core/index.ts'
import { type Signer, signJws, verifySignature } from '../jose/index.ts'
import { type ClientIdPrefix, REQUEST_TYP } from '../oauth/index.ts'

/** A key that a certificate names. */
export interface CertifiedKey {
  /** Signs ES256 with the key of the first certificate. */
  readonly signer: Signer
  /** base64 of DER as `x5c` has it (RFC 7515, section 4.1.6): our certificate first, without the trust anchor's. */
  readonly chain: readonly [string, ...string[]]
}

export interface ClientDeps {
  readonly organisation: () => Promise<{ readonly did: Did }>
  readonly signerOf: (did: Did) => Promise<Signer>
  /** The key with certificates that is configured; null where there is none. */
  readonly certifiedKey: () => Promise<CertifiedKey | null>
  /** Whether requests may go unsigned: on one machine, to try things out. */
  readonly isDevelopment: boolean
}

/** Who we are to wallets, and our signature under what we ask. */
export class Client {
  readonly #deps: ClientDeps
  /** Chains whose key was seen to be ours. */
  readonly #proven = new Set<string>()

  constructor(deps: ClientDeps) {
    this.#deps = deps
  }

  async did(): Promise<Did> {
    return (await this.#deps.organisation()).did
  }

  /**
   * Our client identifier, prefix and all.
   * @throws Refusal `client_id_prefix_unavailable`, `certificate_without_our_name`, `certificate_own_expired`
   */
  async idOf(prefix: ClientIdPrefix, responseUri: string): Promise<string> {
    switch (prefix) {
      case 'decentralized_identifier':
        return `${prefix}:${await this.did()}`
      case 'x509_san_dns':
        return `${prefix}:${dnsNameOf(await this.#requireCertified(), new URL(responseUri).hostname)}`
      case 'x509_hash':
        return `${prefix}:${thumbprintOf(leafOf(await this.#requireCertified()))}`
      case 'redirect_uri':
        if (!this.#deps.isDevelopment) throw unavailable()
        return `${prefix}:${responseUri}`
    }
  }

  /**
   * The request object, signed with the key that its client identifier names.
   * @throws Refusal `client_id_prefix_unavailable`, `client_key_mismatch`
   */
  async sign(prefix: ClientIdPrefix, request: { readonly client_id: string; readonly response_uri: string }) {
    if ((await this.idOf(prefix, request.response_uri)) !== request.client_id)
      // Another certificate came into use since the request was made.
      throw new Refusal('gone', 'client_id_changed', 'this request was made under another identifier')
    if (prefix === 'redirect_uri') throw unavailable()
    if (prefix === 'decentralized_identifier') {
      const did = await this.did()
      const signer = await this.#deps.signerOf(did)
      if (didOfUrl(signer.kid) !== did) throw mismatch()
      return signJws({ typ: REQUEST_TYP }, request, signer)
    }
    const { signer, chain } = await this.#requireCertified()
    return signJws({ typ: REQUEST_TYP, kid: undefined, x5c: chain }, request, signer)
  }

  async #requireCertified(): Promise<CertifiedKey> {
    const certified = await this.#deps.certifiedKey()
    if (!certified) throw unavailable()
    const [leaf] = certified.chain
    if (this.#proven.has(leaf)) return certified
    const probe = randomBytes(32)
    const key = signingKeyOf(leafOf(certified))
    // A certificate beside another's key would make every wallet refuse, and say to us nothing of why.
    if (!verifySignature(key, probe, await certified.signer.sign(probe))) throw mismatch()
    this.#proven.add(leaf)
    return certified
  }
}

const leafOf = ({ chain: [leaf] }: CertifiedKey): Certificate => readCertificate(Buffer.from(leaf, 'base64'))

function dnsNameOf(certified: CertifiedKey, host: string): string {
  // The subject's common name does not count: only a dNSName entry does (section 5.9.3).
  if (speaksFor(leafOf(certified), host)) return host
  throw new Refusal(
    'conflict',
    'certificate_without_our_name',
    'our certificate is not for the name this node is reached at',
    { params: { name: host } },
  )
}

const unavailable = () =>
  new Refusal(
    'conflict',
    'client_id_prefix_unavailable',
    'this node cannot ask under this kind of identifier',
  )

const mismatch = () =>
  new Refusal('unavailable', 'client_key_mismatch', 'the key that signs is not the one our identifier names')
