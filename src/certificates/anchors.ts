import { Refusal } from '../core/index.ts'
import { type Certificate, readPemFile } from './certificate.ts'
import { type PathDeps, type PathPolicy, type TrustedLeaf, verifyPathBy } from './path.ts'

/** Whose certificates an anchor is believed about. */
export type AnchorUse = 'issuers' | 'verifiers' | 'wallet-providers' | 'holders'

/** An authority this node trusts, and for what. */
export interface Anchor extends Omit<PathPolicy, 'anchors'> {
  /** What `agent.yml` calls it. */
  readonly name: string
  readonly certificate: Certificate
  readonly uses: readonly AnchorUse[]
}

/** Whose certificate leads to an anchor. */
export interface Certified extends TrustedLeaf {
  readonly anchorName: string
}

/** The authorities of `agent.yml`: each is trusted for what it is there for, and for nothing else. */
export class Anchors {
  readonly #anchors: readonly Anchor[]
  readonly #deps: PathDeps

  constructor(anchors: readonly Anchor[], deps: PathDeps) {
    this.#anchors = anchors
    this.#deps = deps
  }

  /**
   * Who signed with this chain.
   * @param x5c of a JWS header
   * @throws Refusal `certificate_…`
   */
  async verify(x5c: unknown, use: AnchorUse): Promise<Certified> {
    const anchors = this.#anchors.filter(({ uses }) => uses.includes(use))
    const rulesOf = (certificate: Certificate): Anchor => {
      const anchor = anchors.find((one) => one.certificate === certificate)
      if (!anchor) throw new Error('a path ends in an anchor')
      return anchor
    }
    const certificates = anchors.map(({ certificate }) => certificate)
    const leaf = await verifyPathBy(x5c, certificates, rulesOf, this.#deps)
    return { ...leaf, anchorName: rulesOf(leaf.anchor).name }
  }
}

/** An anchor as `agent.yml` has it. */
interface AnchorFile extends Omit<Anchor, 'certificate'> {
  readonly path: string
}

/**
 * Reads the anchors' certificates, once, at start. One that cannot be used stops the start; the refusal names it.
 * @throws Refusal `certificate_anchor_invalid`
 */
export function loadAnchors(files: readonly AnchorFile[]): readonly Anchor[] {
  const anchors = files.map(({ path, ...anchor }) => ({
    ...anchor,
    certificate: readAnchor(path, anchor.name),
  }))
  for (const { name, certificate } of anchors)
    if (anchors.some((other) => other.name !== name && other.certificate.der.equals(certificate.der)))
      throw invalid(name, 'it is there twice')
  return anchors
}

function readAnchor(path: string, name: string): Certificate {
  let certificate: Certificate
  try {
    const [first, ...more] = readPemFile(path)
    if (!first || more.length > 0) throw new Error('not one certificate')
    certificate = first
  } catch (cause) {
    throw invalid(name, 'its file does not hold one certificate that can be read', cause)
  }
  const { authority, keyUsage } = certificate
  if (!authority || (keyUsage && !keyUsage.has('certificates'))) throw invalid(name, 'it is no authority')
  return certificate
}

const invalid = (name: string, why: string, cause?: unknown) =>
  new Refusal('invalid', 'certificate_anchor_invalid', `the trust anchor ${name} cannot be used: ${why}`, {
    params: { anchor: name },
    cause,
  })
