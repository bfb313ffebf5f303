import type { StorageConfig } from '../store/index.ts'

/** The ERC-1056 registry that did:ethr identifiers of this network live in. */
export interface ChainConfig {
  readonly chainId: number
  readonly rpcUrl: string
  /** Address of the registry contract, `0x…`. */
  readonly registry: string
}

export interface OrganisationConfig {
  readonly name: string
  readonly kvkNumber?: string
  readonly legalForm?: string
  readonly vatNumber?: string
  readonly email?: string
  readonly phoneNumber?: string
  readonly website?: string
  readonly address?: {
    readonly streetAddress?: string
    readonly postalCode?: string
    readonly locality?: string
    readonly country?: string
  }
}

/** The first person of the node: its administrator and, where she may sign, its legal representative. */
export interface AdministratorConfig {
  readonly account: string
  readonly givenName: string
  readonly familyName: string
  readonly email?: string
  readonly jobTitle?: string
  /** How she may represent the company: alone, only together with others, or not (absent). */
  readonly representation?: 'SOLE' | 'JOINT'
  /** Roles beside `administrator`. */
  readonly roles: readonly string[]
}

/** `agent.yml`, read and checked: what one node is. Holds no secrets. */
export interface Config {
  /** Short name: its folder under the data directory and what `regie --as` calls it. */
  readonly name: string
  /** Where others reach this node; no trailing slash. */
  readonly url: string
  readonly listen: {
    readonly host: string
    readonly port: number
    /** Addresses of proxies in front whose `X-Forwarded-For` is believed; limits count per caller, not per proxy. */
    readonly trustProxy?: string
  }
  /** This node's own folder: database, tokens, key files. */
  readonly dataDir: string
  readonly storage: StorageConfig
  readonly organisation: OrganisationConfig
  readonly administrator: AdministratorConfig
  readonly chain: ChainConfig
  /** The trust anchor of this node; itself when `isTrustAnchor`. */
  readonly trustAnchor: { readonly url: string; readonly did?: string }
  readonly isTrustAnchor: boolean
  /** http and loopback addresses are allowed to and from here: a network on one machine. */
  readonly loopback: boolean
  /** `host:port` of the company's own systems that webhooks, and nothing else, may call wherever they are. */
  readonly egress?: { readonly allowHosts: readonly string[] }
  /** When what we have of partners is too old, and when giving and getting are out of balance; {@link qualityOf}. */
  readonly quality?: { readonly staleMonths: number; readonly imbalance: number }
  /** The node writes its accounts' tokens to `dataDir/tokens`, mode 0600, for the command line on this machine. */
  readonly localTokens: boolean
}

/** What `agent.yml` says of quality, or what holds where it says nothing. */
export const qualityOf = ({ quality }: Pick<Config, 'quality'>): NonNullable<Config['quality']> =>
  quality ?? { staleMonths: 12, imbalance: 3 }

/** What must not be in a file that is shared: comes from the environment or from files with mode 0600. */
export interface Secrets {
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  /** Private key that pays for relayed chain transactions, `0x…`; only on the trust anchor. */
  readonly relayKey?: string
}
