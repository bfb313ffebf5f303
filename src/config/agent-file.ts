import { z } from 'zod'
import { isDid, isLoopbackHost, isRefusal, registryRoles, roles } from '../core/index.ts'
import { parsePublicJwk } from '../jose/index.ts'

/** A text for people: one line, no control characters. */
const line = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^\P{Cc}*$/u, 'must be one line')

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a short name such as company')

const port = z.int().min(1, 'must be a port number').max(65_535, 'must be a port number')

const baseUrl = z
  .string()
  .refine(isBaseUrl, 'must be an https address (http only on this machine) without query or sign-in')
  .transform((url) => url.replace(/\/+$/, ''))

const did = z.string().refine(isDid, 'must be a DID')

const organisation = z.strictObject({
  name: line,
  kvkNumber: z
    .string()
    .regex(/^\d{8}$/, 'must have 8 digits')
    .optional(),
  legalForm: line.optional(),
  vatNumber: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9]{2,13}$/, 'must be a VAT number without blanks or dots')
    .optional(),
  email: z.email('must be an e-mail address').optional(),
  phoneNumber: line.optional(),
  website: z.url({ protocol: /^https?$/, error: 'must be a web address' }).optional(),
  address: z
    .strictObject({
      streetAddress: line.optional(),
      postalCode: line.optional(),
      locality: line.optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be a country code such as NL')
        .optional(),
    })
    .optional(),
})

const administrator = z.strictObject({
  account: name,
  givenName: line,
  familyName: line,
  email: z.email('must be an e-mail address').optional(),
  jobTitle: line.optional(),
  representation: z.enum(['SOLE', 'JOINT']).optional(),
  roles: z.array(z.enum(roles).exclude(['administrator'])).default([]),
})

/** As a URL names them, so that what is compared is written one way only. */
const hostAndPort = z
  .string()
  .refine(isHostAndPort, 'must be a host in lower case and its port, such as erp.intern:8443')

const dnsName = z
  .string()
  .max(253, 'must be a host name')
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a host name in lower case',
  )

/** How long something is kept. */
const months = z.int().min(1, 'must be at least 1').max(120, 'must be at most 120')

const network = z.union(
  [
    z.literal('embedded'),
    z.strictObject({
      trustAnchor: baseUrl,
      /** Pinned; without it the trust anchor's node says which DID it has. */
      trustAnchorDid: did.optional(),
      chain: z.strictObject({
        chainId: z.int().min(1, 'must be above 0'),
        rpcUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
        registry: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be a contract address, 0x…'),
      }),
    }),
  ],
  'must be embedded, or have trustAnchor and chain',
)

/** A public key, P-256 or Ed25519. */
const publicJwk = z.unknown().transform((value, context) => {
  try {
    return parsePublicJwk(value)
  } catch (error) {
    if (!isRefusal(error)) throw error
    context.addIssue({ code: 'custom', message: 'must be a public key as JWK (P-256 or Ed25519)' })
    return z.NEVER
  }
})

/** An https address, or one on this machine, as `iss` of a credential has it. */
const issuerUrl = z
  .string()
  .max(500, 'must be at most 500 characters')
  .refine(isBaseUrl, 'must be an https address (http only on this machine) without query or sign-in')

/** One whose credentials are believed. */
const acceptedIssuer = z.union(
  [
    /** Whom the network accepts for the type. */
    z.literal('network'),
    z.strictObject({ did }),
    /** Whoever has this role in the registry of the network. */
    z.strictObject({ role: z.enum(registryRoles) }),
    /** Whoever has a certificate of this authority; with `dnsName` only who has one for that name. */
    z.strictObject({ anchor: name, dnsName: dnsName.optional() }),
    /** Who publishes its keys at this address (JWT VC Issuer Metadata). */
    z.strictObject({ url: issuerUrl }),
  ],
  'must be network, or have did, role, anchor or url',
)

const walletProvider = z.strictObject({
  name: line,
  keys: z.array(publicJwk).min(1, 'must have a key').max(20, 'must have at most 20 keys'),
})

/** How credentials are issued to wallets of others (OpenID4VCI). */
const issuance = z.strictObject({
  /** Access tokens only bound to a key of the wallet (DPoP). */
  requireDpop: z.boolean().default(false),
  /** Tokens only for wallets that one of `walletProviders` vouches for. */
  requireWalletAttestation: z.boolean().default(false),
  /** Credentials only for keys that one of `walletProviders` vouches for. */
  requireKeyAttestation: z.boolean().default(false),
  walletProviders: z.array(walletProvider).max(100, 'must have at most 100 providers').default([]),
  /** Formats beside dc+sd-jwt: each lists every type once more in the metadata. */
  formats: z
    .array(z.enum(['jwt_vc_json', 'vc+jwt']))
    .max(2, 'must name each format once')
    .optional(),
})

/** How credentials of issuers outside the network are taken (OpenID4VCI). */
const wallet = z.strictObject({
  /** Issuers whose offers are taken without asking, once somebody brought them. */
  trustedIssuers: z.array(issuerUrl).max(200, 'must have at most 200 issuers').default([]),
  /** What this node is called by authorization servers that know it; its own address unless told. */
  clientId: line.optional(),
  /** So many days before a credential ends a newer one is fetched. */
  renewDays: z.int().min(1, 'must be at least 1').max(365, 'must be at most 365').default(14),
})

/** Showing credentials to whoever asks for them by a link (OpenID4VP). */
/** How long a case at the trust anchor may be in each state: hours on Monday to Friday. */
const targetHours = (hours: number) => z.int().min(1).max(2_400).default(hours)
const servicedesk = z.strictObject({
  targets: z
    .strictObject({
      submittedHours: targetHours(24),
      investigatingHours: targetHours(72),
      acceptedHours: targetHours(120),
      policyPendingHours: targetHours(120),
    })
    .prefault({}),
  /** The API of the trade register; its key is a secret. */
  kvkUrl: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/$/, ''))
    .default('https://api.kvk.nl/api'),
  /** Who proposes to accept is not who accepts. */
  fourEyes: z.boolean().default(false),
  /** Without which no case is accepted. */
  evidence: z
    .array(z.enum(['kvk_extract', 'authority', 'identity', 'bank_account', 'domain_control']))
    .max(5)
    .optional(),
})

const presenting = z.strictObject({
  /** Verifiers that neither the network nor a certificate vouches for; an answer always takes somebody's yes. */
  unknownVerifiers: z.enum(['ask', 'refuse']).default('ask'),
  /** Classes of claims that none of those is shown, whoever says yes. */
  withhold: z.array(z.enum(['public', 'trusted', 'confidential', 'trade_secret'])).default(['trade_secret']),
})

/** A file beside this one: relative to the working directory, like `data`. */
const filePath = line

/** Whom else than the network this node believes, and about what. */
const trust = z
  .strictObject({
    /** Authorities whose certificates count. */
    anchors: z
      .array(
        z.strictObject({
          name,
          /** Its certificate, PEM. */
          certificate: filePath,
          for: z
            .array(z.enum(['issuers', 'verifiers', 'wallet-providers', 'holders']))
            .min(1, 'must say what it is trusted for'),
          /** `when-known`: a certificate that names no list of what was taken back is believed all the same. */
          revocation: z.enum(['required', 'when-known']).default('required'),
          /** Certificates must be for this (extended key usage). */
          purpose: z
            .string()
            .regex(/^[0-2](\.\d{1,12}){2,15}$/, 'must be an object identifier such as 1.0.18013.5.1.2')
            .optional(),
        }),
      )
      .max(100, 'must have at most 100 anchors')
      .default([]),
    /** Per type of credential the only issuers that are believed; of types not named here whom the network says. */
    issuers: z
      .array(
        z.strictObject({
          /** Its `vct`. */
          type: line,
          accept: z.array(acceptedIssuer).min(1, 'must name an issuer').max(100, 'must have at most 100'),
        }),
      )
      .max(100, 'must have at most 100 types')
      .default([]),
  })
  .refine(({ anchors }) => new Set(anchors.map(({ name }) => name)).size === anchors.length, {
    error: 'must not have two anchors of one name',
  })
  .refine(({ issuers }) => new Set(issuers.map(({ type }) => type)).size === issuers.length, {
    error: 'must not name a type twice under issuers',
  })

/** The mail server that takes our mail. Its user and password are secrets: `REGIE_MAIL_USER`, `REGIE_MAIL_PASSWORD`. */
const mail = z
  .strictObject({
    host: z.union([dnsName, z.ipv4()], 'must be the name of a mail server'),
    port: port.default(587),
    /** Address mails come from. */
    from: z.email('must be an e-mail address'),
    /** `starttls`: nothing is said before TLS; `implicit`: TLS from the first byte; `none` on this machine only. */
    tls: z.enum(['starttls', 'implicit', 'none'], 'must be starttls, implicit or none').default('starttls'),
  })
  .refine(({ host, tls }) => tls !== 'none' || isLoopbackHost(host), {
    path: ['tls'],
    error: 'must not be none: the mail server is not on this machine',
  })

/**
 * The login people have already (OpenID Connect). The client secret is none of the file: `REGIE_OPENID_SECRET` or
 * `REGIE_OPENID_SECRET_FILE`.
 */
const openid = z.strictObject({
  issuer: issuerUrl,
  clientId: line,
  label: z.strictObject({ nl: line, en: line }),
  /** Beside `openid`; some providers have one for groups. */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope'))
    .max(20, 'must have at most 20 scopes')
    .default(['email', 'profile']),
  /** What names somebody: `email` where it is verified, `preferred_username` (her account here), or another claim. */
  accountClaim: line.default('email'),
  groupsClaim: line.default('groups'),
  /** What a group may here, beside what each of its people may anyhow. */
  groups: z
    .array(
      z.strictObject({
        group: line,
        roles: z.array(z.enum(roles)).min(1, 'must name a role').max(roles.length),
      }),
    )
    .max(200, 'must have at most 200 groups')
    .default([]),
  /** People of those groups are added when they first sign in. */
  create: z.boolean().default(false),
})

const node = z
  .strictObject({
    name,
    organisation,
    administrator,
    network,
    listen: z.strictObject({
      host: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('127.0.0.1'),
      port,
      /** Addresses of proxies in front whose `X-Forwarded-For` is believed, such as `loopback` or `10.0.0.0/8`. */
      trustProxy: line.optional(),
    }),
    /** Where others reach this node, for instance through a proxy; `http://host:port` of `listen` unless told. */
    url: baseUrl.optional(),
    /** The method of the organisation's DID: on the network's chain, or on the host of `url`. It stays as it is first. */
    did: z.enum(['ethr', 'web'], 'must be ethr or web').default('ethr'),
    egress: z
      .strictObject({
        /** `host:port` of the company's own systems that webhooks may call wherever they are, also over http. */
        allowHosts: z.array(hostAndPort).max(100, 'must have at most 100 hosts').default([]),
      })
      .optional(),
    quality: z
      .strictObject({
        /** After so many months a value of a partner that nobody confirmed is stale. */
        staleMonths: z.int().min(1, 'must be at least 1').max(120, 'must be at most 120').default(12),
        /** From how many claims more on one side than on the other a partner is out of balance with us. */
        imbalance: z.int().min(1, 'must be at least 1').max(1000, 'must be at most 1000').default(3),
      })
      .optional(),
    retention: z
      .strictObject({
        /** Who looked, on both sides. */
        looksMonths: months.default(60),
        messagesMonths: months.default(24),
        /** That partners were told of a correction or of the end of a grant. */
        noticesMonths: months.default(60),
        /** That there was a value which a partner withdrew. */
        withdrawnMonths: months.default(12),
        /** Files of a case at the trust anchor, once it closed, or its registration ended. */
        closedEvidenceMonths: months.default(12),
        registeredEvidenceMonths: months.default(84),
        /** The feed of changes, for systems that follow it. */
        changesDays: z.int().min(7, 'must be at least 7').max(3660, 'must be at most 3660').default(90),
      })
      .optional(),
    issuance: issuance.optional(),
    mail: mail.optional(),
    openid: openid
      .refine(({ create, groups }) => !create || groups.length > 0, {
        path: ['create'],
        error: 'must not be true without groups: nobody would be added',
      })
      .optional(),
    presenting: presenting.optional(),
    servicedesk: servicedesk.optional(),
    wallet: wallet.optional(),
    verifier: z
      .strictObject({
        /**
         * PEM file: a certificate for the name this node is reached at, then those above it without the trust anchor's own.
         * Its key is a secret: `REGIE_VERIFIER_KEY` or `REGIE_VERIFIER_KEY_FILE`.
         */
        certificate: filePath,
      })
      .optional(),
    issuer: z
      .strictObject({
        /**
         * PEM file as under `verifier`: what the organisation issues to wallets of others as `dc+sd-jwt` is signed under it.
         * Its key is a secret: `REGIE_ISSUER_KEY` or `REGIE_ISSUER_KEY_FILE`.
         */
        certificate: filePath,
        /** Names of the only types that are; of others the DID signs. */
        types: z.array(line).min(1, 'must name a type').max(200, 'must have at most 200 types').optional(),
      })
      .optional(),
    trust: trust.optional(),
    /** People sign in with the role in their wallet: who is lured into scanning somebody else's code lets that one in. */
    walletSignIn: z.boolean().optional(),
    /** A trust anchor runs the nodes of others besides, one label below the host of `url`. */
    hosting: z.boolean().optional(),
    /** Folder that holds one folder per node; relative to the working directory. */
    data: line.default('data'),
    storage: z.enum(['sqlite', 'postgres']).default('sqlite'),
    /** Tokens for the command line on this machine; on unless the node is reached from elsewhere. */
    localTokens: z.boolean().optional(),
  })
  .refine(
    ({ issuance: it, trust: { anchors } = { anchors: [] } }) =>
      !(it?.requireWalletAttestation || it?.requireKeyAttestation) ||
      it.walletProviders.length > 0 ||
      anchors.some(({ for: uses }) => uses.includes('wallet-providers')),
    {
      path: ['issuance'],
      error: 'must name walletProviders, or trust an anchor for them: without one nobody could be issued to',
    },
  )

/** `agent.yml` as it is written: Veramo's configuration format, version 3. */
export const agentFile = z.strictObject({
  version: z.literal(3, 'must be 3.0, the version of the configuration format'),
  node,
  /** For Veramo's own tools, which make the agent from this; we make it from `node`. */
  agent: z.strictObject({
    $require: z.literal('./dist/agent-from-file.js?t=function#createAgentFromFile'),
    $args: z.tuple([z.string()]),
  }),
})

export type AgentFile = z.output<typeof agentFile>

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username || url.password || url.search || url.hash) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}

function isHostAndPort(text: string): boolean {
  const [, host = '', port = ''] = /^(.+):([1-9]\d{0,4})$/.exec(text) ?? []
  return Number(port) <= 65_535 && URL.parse(`http://${host}/`)?.host === host
}
