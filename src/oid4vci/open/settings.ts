import type { TrustedProviders } from '../../oauth/index.ts'
import type { VcFormat } from '../../vc-jwt/index.ts'

/** How this node issues to wallets of others; `agent.yml`, `node.issuance`. */
export interface IssuanceSettings extends TrustedProviders {
  /** Access tokens are given only bound to a key (RFC 9449). */
  readonly requireDpop: boolean
  /** Tokens are given only to wallets that a provider we trust vouches for. */
  readonly requireWalletAttestation: boolean
  /** Credentials are bound only to keys that a provider we trust vouches for. */
  readonly requireKeyAttestation: boolean
  /**
   * Formats to issue every type in beside SD-JWT VC; none unless told, since each makes the metadata, which every wallet
   * fetches, longer by as much again.
   */
  readonly formats?: readonly VcFormat[] | undefined
}

export const openToAll: IssuanceSettings = {
  requireDpop: false,
  requireWalletAttestation: false,
  requireKeyAttestation: false,
  walletProviders: [],
}

/** Keys, and so credentials, in one request (OpenID4VCI 1.0, section 12.2.4, `batch_size`). */
export const BATCH_SIZE = 10
/** Seconds a wallet should wait before it asks for a deferred credential again. */
export const DEFERRED_INTERVAL_S = 5
