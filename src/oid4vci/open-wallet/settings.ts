/** How our wallets take credentials of issuers outside the network; `agent.yml`, `node.wallet`. */
export interface WalletSettings {
  /** Credential Issuer Identifiers whose offers are taken without asking, as those of the network are. */
  readonly trustedIssuers: readonly string[]
  /** What we call ourselves to authorization servers; our own address unless told. */
  readonly clientId?: string
  /** How many days before a credential ends a new one is fetched. */
  readonly renewDays: number
}

export const askFirst: WalletSettings = { trustedIssuers: [], renewDays: 14 }
