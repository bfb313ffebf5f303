import type { JsonWebKey } from 'node:crypto'
import { DPOP_ALG, newDpopKey } from '../../oauth/index.ts'
import type { ServerDocument } from './metadata.ts'

/** Who we are to the servers of one issuer. */
export interface Client {
  /** Credential Issuer Identifier. */
  readonly issuer: string
  /** The authorization server's. */
  readonly server: string
  /** What we call ourselves; null where the access is anonymous. */
  readonly clientId: string | null
  /** The private key tokens are bound to; null where the server takes no DPoP. */
  readonly dpopKey: JsonWebKey | null
}

/** What a wallet goes to an issuer with; kept sealed, where it is kept. */
export interface Session extends Client {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  readonly refreshToken: string | null
  /** `credential_identifiers` by configuration, where the token response had them. */
  readonly identifiers: readonly (readonly [configurationId: string, identifiers: readonly string[]])[]
}

export const newClient = (issuer: string, server: ServerDocument, clientId: string | null): Client => ({
  issuer,
  server: server.issuer,
  clientId,
  dpopKey: server.dpop_signing_alg_values_supported?.includes(DPOP_ALG) ? newDpopKey() : null,
})
