import type { Did, RegistryRole, Role } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
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
  /** The method of the organisation's DID; `ethr` unless told. */
  readonly did?: 'ethr' | 'web'
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
  /** The code of the invitation this organisation applies with unless it brings another: of a node made for it. */
  readonly invitation?: string
  /** http and loopback addresses are allowed to and from here: a network on one machine. */
  readonly loopback: boolean
  /** `host:port` of the company's own systems that webhooks, and nothing else, may call wherever they are. */
  readonly egress?: { readonly allowHosts: readonly string[] }
  /** When what we have of partners is too old, and when giving and getting are out of balance; {@link qualityOf}. */
  readonly quality?: { readonly staleMonths: number; readonly imbalance: number }
  /** How long what need not be kept for ever is kept; {@link retentionOf}. */
  readonly retention?: RetentionConfig
  /** The mail server that takes our mail; without one mails are kept and not sent. */
  readonly mail?: MailConfig
  /** The login the organisation's people have already; its client secret is a secret. */
  readonly openid?: OpenIdConfig
  /** People sign in with the role in their wallet as well. */
  readonly walletSignIn?: boolean
  /** How credentials are issued to wallets of others; to all of them unless told. */
  readonly issuance?: {
    readonly requireDpop: boolean
    readonly requireWalletAttestation: boolean
    readonly requireKeyAttestation: boolean
    /** Whose word about wallets and keys is believed. */
    readonly walletProviders: readonly { readonly name: string; readonly keys: readonly PublicJwk[] }[]
    /** Formats beside SD-JWT VC. */
    readonly formats?: readonly ('jwt_vc_json' | 'vc+jwt')[] | undefined
  }
  /** The certificate under which this node asks wallets; its key is a secret. */
  readonly verifier?: { readonly certificatePath: string }
  /** The certificate under which it issues to wallets of others, of these types or of all; its key is a secret. */
  readonly issuer?: { readonly certificatePath: string; readonly types?: readonly string[] | undefined }
  /** Whom else than the network this node believes; {@link trustOf}. */
  readonly trust?: TrustConfig
  /** How credentials of issuers outside the network are taken; those it names without asking. */
  readonly wallet?: {
    readonly trustedIssuers: readonly string[]
    readonly clientId?: string
    readonly renewDays: number
  }
  /** How the trust anchor's servicedesk works; {@link servicedeskOf}. */
  readonly servicedesk?: Omit<ServicedeskConfig, 'evidence'> & {
    readonly evidence?: ServicedeskConfig['evidence'] | undefined
  }
  /** Whom credentials may be shown that ask by a link; {@link presentingOf}. */
  readonly presenting?: PresentingConfig
  /** Runs the nodes of others besides, one label below its own host name. */
  readonly hosting?: boolean
  /** The node writes its accounts' tokens to `dataDir/tokens`, mode 0600, for the command line on this machine. */
  readonly localTokens: boolean
}

/** What `agent.yml` says of quality, or what holds where it says nothing. */
export const qualityOf = ({ quality }: Pick<Config, 'quality'>): NonNullable<Config['quality']> =>
  quality ?? { staleMonths: 12, imbalance: 3 }

export interface MailConfig {
  readonly host: string
  readonly port: number
  /** Address mails come from. */
  readonly from: string
  readonly tls: 'starttls' | 'implicit' | 'none'
}

/** An OpenID provider whose people sign in here, and what its groups may. */
export interface OpenIdConfig {
  /** As it calls itself, to the letter: `iss` of what it signs. */
  readonly issuer: string
  readonly clientId: string
  /** What the button on the sign-in page says. */
  readonly label: { readonly nl: string; readonly en: string }
  /** Beside `openid`. */
  readonly scopes: readonly string[]
  /** The claim that names somebody; `email` counts only where the provider says that it is verified. */
  readonly accountClaim: string
  readonly groupsClaim: string
  readonly groups: readonly { readonly group: string; readonly roles: readonly Role[] }[]
  /** Somebody of a group named here whom nobody added is added when she signs in. */
  readonly create: boolean
}

export interface ServicedeskConfig {
  /** Hours a case may be in each state before it is overdue. Saturdays and Sundays do not count. */
  readonly targets: {
    readonly submittedHours: number
    readonly investigatingHours: number
    readonly acceptedHours: number
    readonly policyPendingHours: number
  }
  /** One person proposes to accept a case, another one accepts it. */
  readonly fourEyes: boolean
  /** Kinds of evidence without which no case is accepted. */
  readonly evidence: readonly ServicedeskEvidence[]
  /** Where the trade register is asked; no trailing slash. */
  readonly kvkUrl: string
}
export type ServicedeskEvidence = 'kvk_extract' | 'authority' | 'identity' | 'bank_account' | 'domain_control'

/**
 * What `agent.yml` says of the servicedesk, or what holds where it says nothing: a working day to begin, three to decide.
 * A network on one machine is for trying out: nothing is asked for there.
 */
export const servicedeskOf = ({
  servicedesk,
  loopback,
}: Pick<Config, 'servicedesk' | 'loopback'>): ServicedeskConfig => ({
  targets: { submittedHours: 24, investigatingHours: 72, acceptedHours: 120, policyPendingHours: 120 },
  fourEyes: false,
  kvkUrl: 'https://api.kvk.nl/api',
  ...servicedesk,
  evidence: servicedesk?.evidence ?? (loopback ? [] : ['kvk_extract', 'authority', 'identity']),
})

export interface PresentingConfig {
  readonly unknownVerifiers: 'ask' | 'refuse'
  readonly withhold: readonly ('public' | 'trusted' | 'confidential' | 'trade_secret')[]
}

/** What `agent.yml` says of verifiers that ask by a link, or what holds where it says nothing. */
export const presentingOf = ({ presenting }: Pick<Config, 'presenting'>): PresentingConfig =>
  presenting ?? { unknownVerifiers: 'ask', withhold: ['trade_secret'] }

export interface RetentionConfig {
  /** Who looked: partners at our data, and our own people and systems at what partners let us see. */
  readonly looksMonths: number
  /** Messages and call-ups, from when they were written. */
  readonly messagesMonths: number
  /** That a partner was told of a correction or of the end of a grant. */
  readonly noticesMonths: number
  /** That there was a value, after a partner withdrew it. */
  readonly withdrawnMonths: number
  /** Files of a case at the trust anchor, after it closed without a registration. */
  readonly closedEvidenceMonths: number
  /** Those of a registered organisation, after the last credential of its registration ended. */
  readonly registeredEvidenceMonths: number
  /** The feed of changes in what partners let us see. */
  readonly changesDays: number
}

/**
 * What `agent.yml` says of retention, or what holds where it says nothing. Who looked, and who was told, is proof: a
 * claim for damages lapses five years after it is known (BW 3:310). Of questions and answers last year's may be needed
 * beside this year's. A year after it was withdrawn nobody asks any more where a value went. A system that did not read
 * the feed for three months has to read everything anew. On what somebody was not registered is disputed within a year;
 * on what somebody was, as long as books are kept (AWR, article 52).
 */
export const retentionOf = ({ retention }: Pick<Config, 'retention'>): RetentionConfig =>
  retention ?? {
    looksMonths: 60,
    messagesMonths: 24,
    noticesMonths: 60,
    withdrawnMonths: 12,
    closedEvidenceMonths: 12,
    registeredEvidenceMonths: 84,
    changesDays: 90,
  }

/** One whose credentials of a type are believed. */
export type AcceptedIssuer =
  /** Whom the network accepts for it. */
  | 'network'
  | { readonly did: Did }
  /** Whoever has this role in the registry of the network. */
  | { readonly role: RegistryRole }
  /** Whoever has a certificate of an anchor, for a DNS name where one is given. */
  | { readonly anchor: string; readonly dnsName?: string | undefined }
  /** Who publishes its keys there: `iss` of its credentials. */
  | { readonly url: string }

export interface TrustConfig {
  readonly anchors: readonly {
    readonly name: string
    readonly certificatePath: string
    readonly uses: readonly ('issuers' | 'verifiers' | 'wallet-providers' | 'holders')[]
    readonly revocation: 'required' | 'when_known'
    readonly purpose?: string | undefined
  }[]
  /** Per `vct` the only issuers that are believed. */
  readonly issuers: readonly { readonly type: string; readonly accept: readonly AcceptedIssuer[] }[]
}

/** What `agent.yml` says of trust, or what holds where it says nothing: the network, and nobody else. */
export const trustOf = ({ trust }: Pick<Config, 'trust'>): TrustConfig =>
  trust ?? { anchors: [], issuers: [] }

/** What must not be in a file that is shared: comes from the environment or from files with mode 0600. */
export interface Secrets {
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  /** Private key that pays for relayed chain transactions, `0x…`; only on the trust anchor. */
  readonly relayKey?: string
  /** The key of the trade register's API; only on the trust anchor, where it has one. */
  readonly kvkKey?: string
  /** The key of the verifier's certificate, PEM of PKCS#8; where there is such a certificate. */
  readonly verifierKey?: string
  /** That of the issuer's certificate, in the same way. */
  readonly issuerKey?: string
  /** Who this node is to the OpenID provider of its people; where there is one. */
  readonly openIdSecret?: string
  /** Who we are to the mail server, where it asks. */
  readonly mail?: { readonly user: string; readonly password: string }
}
