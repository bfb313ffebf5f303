import { createHash, randomBytes } from 'node:crypto'

/** A pre-authorized code or access token: 256 random bits, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What a secret is for. */
export type SecretKind =
  | 'code'
  | 'token'
  | 'refresh_token'
  | 'request_uri'
  | 'transaction_id'
  | 'notification_id'
  | 'wallet_start'
  | 'wallet_state'
  | 'wallet_browser'

/** What is kept of a secret. The kind is part of it, so that one kind never passes for another. */
export const hashSecret = (kind: SecretKind, secret: string): string =>
  createHash('sha256').update(`${kind}:${secret}`).digest('base64url')
