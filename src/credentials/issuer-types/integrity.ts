import { createHash } from 'node:crypto'

/** Strongest first: where a document has digests of several, only that one counts (W3C SRI, section 3.3.4). */
const ALGORITHMS = ['sha512', 'sha384', 'sha256'] as const
const DIGEST = /^(sha(?:256|384|512))-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?$/

/**
 * Whether a document is the one that integrity metadata means (W3C SRI, section 3.3.5). Metadata that names no digest
 * we know matches nothing: SRI would let everything pass.
 */
export function matchesIntegrity(document: Uint8Array, metadata: string): boolean {
  const digests = metadata
    .split(/[\t\n\f\r ]+/)
    .map((part) => DIGEST.exec(part))
    .flatMap((found) => (found ? [{ algorithm: found[1], digest: found[2] }] : []))
  const strongest = ALGORITHMS.find((name) => digests.some(({ algorithm }) => algorithm === name))
  if (!strongest) return false
  const actual = createHash(strongest).update(document).digest('base64')
  return digests.some(({ algorithm, digest }) => algorithm === strongest && digest === actual)
}
