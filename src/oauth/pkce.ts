import { createHash, randomBytes } from 'node:crypto'
import { equalBytes } from '../vault/index.ts'

/** RFC 7636, section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/
/** A SHA-256 digest as base64url. */
export const CODE_CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** Whether this is the verifier of that S256 challenge (RFC 7636, section 4.6). */
export function isVerifierOf(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier)) return false
  const made = createHash('sha256').update(verifier).digest('base64url')
  return equalBytes(Buffer.from(made), Buffer.from(challenge))
}

/** A verifier, to be kept, and its S256 challenge (RFC 7636, sections 4.1 and 4.2). */
export function newPkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
