import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { isRefusal, type Log, Refusal } from '../core/index.ts'
import { createSigner, type Signer } from '../jose/index.ts'
import { asX5c, type Certificate, readPemFile } from './certificate.ts'

export interface OwnCertificateDeps {
  /** A PEM file: our certificate first, then those above it. */
  readonly path: string
  /** PEM of PKCS#8. */
  readonly privateKey: string
  readonly clock: { now(): number }
  readonly log: Log
}

interface Usable {
  readonly chain: readonly [string, ...string[]]
  /** ms */
  readonly notBefore: number
  /** ms */
  readonly notAfter: number
  /** Which file it was read from: another time or size means that it was renewed. */
  readonly version: string
}

/** A key of ours that a certificate names, as it is used now. */
export interface CurrentCertificate {
  readonly signer: Signer
  /** base64 of DER as `x5c` has it, ours first, without the trust anchor's own. */
  readonly chain: readonly [string, ...string[]]
  /** ms; whatever is signed under it is worth nothing later. */
  readonly notAfter: number
}

/** The key under which this node speaks to who knows certificates, and the chain that names it. */
export class OwnCertificate {
  readonly #deps: OwnCertificateDeps
  readonly #key: KeyObject
  readonly #signer: Signer
  #usable: Usable
  #refused: string | null = null

  /**
   * Reads both, so that what does not fit stops the start. One that is over does not: a node does more than ask.
   * @throws Refusal `certificate_own_invalid`
   */
  constructor(deps: OwnCertificateDeps) {
    this.#deps = deps
    this.#key = privateKeyOf(deps.privateKey)
    this.#signer = createSigner(this.#key, 'certified')
    this.#usable = readChain(deps.path, this.#key)
    if (!this.#isValid()) deps.log.warn({}, 'our certificate is not valid now: renew it')
  }

  /**
   * The key and its chain, without the trust anchor's own certificate. A renewed file is used from the next request on;
   * one that cannot be used leaves the old in its place, as long as that holds.
   * @throws Refusal `certificate_own_expired`
   */
  current(): CurrentCertificate {
    this.#renew()
    if (!this.#isValid())
      throw new Refusal('unavailable', 'certificate_own_expired', 'our own certificate is not valid now')
    const { chain, notAfter } = this.#usable
    return { signer: this.#signer, chain, notAfter }
  }

  #isValid(): boolean {
    const now = this.#deps.clock.now()
    return now >= this.#usable.notBefore && now <= this.#usable.notAfter
  }

  #renew(): void {
    const { path, log } = this.#deps
    const version = versionOf(path)
    if (version === null || version === this.#usable.version || version === this.#refused) return
    try {
      this.#usable = readChain(path, this.#key)
      this.#refused = null
      log.info({}, 'our certificate was renewed')
    } catch (err) {
      if (!isRefusal(err)) throw err
      this.#refused = version
      log.error({ err }, 'our renewed certificate cannot be used')
    }
  }
}

const versionOf = (path: string): string | null => {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : null
}

function readChain(path: string, key: KeyObject): Usable {
  const version = versionOf(path)
  if (version === null) throw invalid('its file is not there')
  const chain = certificatesIn(path)
  // The trust anchor's own certificate stays out (OpenID4VC HAIP 1.0, section 5).
  const [leaf, ...above] = chain.filter(({ isSelfIssued }, at) => at === 0 || !isSelfIssued)
  if (!leaf || leaf.isSelfIssued || leaf.authority)
    throw invalid('its first certificate is an authority’s own')
  if (!createPublicKey(key).equals(leaf.publicKey))
    throw invalid('the key is not that of its first certificate')
  if (leaf.keyUsage && !leaf.keyUsage.has('signature')) throw invalid('it is not for signatures')
  const certificates = [leaf, ...above]
  for (const [at, certificate] of certificates.entries()) {
    const issuer = certificates[at + 1]
    if (issuer && !(certificate.isNamedBy(issuer) && certificate.isSignedBy(issuer.publicKey)))
      throw invalid('each certificate must be signed by the next')
  }
  const [first = '', ...rest] = asX5c(certificates)
  return {
    chain: [first, ...rest],
    notBefore: Math.max(...certificates.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...certificates.map(({ notAfter }) => notAfter)),
    version,
  }
}

function certificatesIn(path: string): Certificate[] {
  try {
    return readPemFile(path)
  } catch (cause) {
    throw invalid('its file holds no certificates that can be read', cause)
  }
}

function privateKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('another kind of key')
    return key
  } catch {
    // Without its cause: what is wrong with a key may show some of it.
    throw invalid('its key is not a P-256 key in PEM (PKCS#8)')
  }
}

const invalid = (why: string, cause?: unknown) =>
  new Refusal('invalid', 'certificate_own_invalid', `our own certificate cannot be used: ${why}`, { cause })
