import { createHash } from 'node:crypto'

/** SHA-256 of the issuer-signed part of a credential of any format, base64url: the same for every presentation of it. */
export const credentialDigest = (compact: string): string =>
  createHash('sha256')
    .update(compact.split('~', 1)[0] ?? '')
    .digest('base64url')
