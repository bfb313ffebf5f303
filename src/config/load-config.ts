import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { isLoopbackHost, Refusal } from '../core/index.ts'
import type { StorageConfig } from '../store/index.ts'
import { type AgentFile, agentFile } from './agent-file.ts'
import type { Config, TrustConfig } from './config.ts'
import { problem } from './problems.ts'
import { refuseSecrets } from './secret-shapes.ts'
import { parseYaml } from './yaml.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** Where a node of the embedded network finds the others: `network.json` in the data folder. */
export type NetworkFile = Exclude<AgentFile['node']['network'], 'embedded'>

/** What `agent.yml` says, with what the environment overrides, before the network is known. */
export interface NodeSettings {
  readonly file: AgentFile['node']
  readonly url: string
  readonly listen: Config['listen']
  /** Absolute; holds one folder per node. */
  readonly dataRoot: string
  readonly dataDir: string
  readonly embedded: boolean
}

/**
 * One node's configuration: `agent.yml`, with `REGIE_PORT` and `REGIE_DATA` from the environment over it, and
 * `REGIE_DATABASE_URL` where it stores in Postgres (an address with a password cannot be in a file).
 * @throws Refusal `config_not_found`, `config_invalid`, `config_unknown_key`, `secret_in_config`,
 *   `database_url_missing`, `network_not_started`
 */
export function loadConfig(path: string, env: Env): Config {
  const { file, url, listen, dataRoot, dataDir, embedded } = readSettings(path, env)
  const network = file.network === 'embedded' ? readNetworkFile(dataRoot) : file.network
  const isTrustAnchor = network.trustAnchor === url
  if (file.administrator.roles.includes('servicedesk') && !isTrustAnchor)
    throw invalid(path, 'node.administrator.roles', 'may hold servicedesk only on the trust anchor’s node')
  if (file.openid?.groups.some(({ roles }) => roles.includes('servicedesk')) && !isTrustAnchor)
    throw invalid(path, 'node.openid.groups', 'may give servicedesk only on the trust anchor’s node')
  const isLocal = isLoopback(network.trustAnchor)
  // Otherwise it would tell partners on other machines that it lives on theirs.
  if (isLoopback(url) && !isLocal)
    throw invalid(
      path,
      'node.url',
      'must be where others reach this node: the network is not on this machine',
    )
  const loopback = embedded || (isLoopback(url) && isLocal)
  return {
    name: file.name,
    url,
    did: file.did,
    listen,
    dataDir,
    storage: storageOf(file, dataDir, env),
    organisation: definedOnly(file.organisation),
    administrator: definedOnly(file.administrator),
    chain: network.chain,
    trustAnchor: {
      url: network.trustAnchor,
      ...(network.trustAnchorDid === undefined ? {} : { did: network.trustAnchorDid }),
    },
    isTrustAnchor,
    loopback,
    ...(file.egress && { egress: file.egress }),
    ...(file.issuance && { issuance: file.issuance }),
    ...(file.mail && { mail: file.mail }),
    ...(file.openid && { openid: file.openid }),
    ...(file.walletSignIn && { walletSignIn: true }),
    ...(file.wallet && { wallet: definedOnly(file.wallet) }),
    ...(file.presenting && { presenting: file.presenting }),
    ...(file.servicedesk && { servicedesk: file.servicedesk }),
    ...(file.quality && { quality: file.quality }),
    ...(file.retention && { retention: file.retention }),
    ...(file.verifier && { verifier: { certificatePath: resolve(file.verifier.certificate) } }),
    ...(file.issuer && {
      issuer: { certificatePath: resolve(file.issuer.certificate), types: file.issuer.types },
    }),
    ...(file.trust && { trust: trustConfig(file.trust) }),
    ...(file.hosting && { hosting: true }),
    localTokens: file.localTokens ?? loopback,
  }
}

const trustConfig = ({ anchors, issuers }: NonNullable<AgentFile['node']['trust']>): TrustConfig => ({
  anchors: anchors.map(({ certificate, for: uses, revocation, ...anchor }) => ({
    ...{ ...anchor, uses, certificatePath: resolve(certificate) },
    revocation: revocation === 'when-known' ? 'when_known' : revocation,
  })),
  issuers,
})

/** The part of {@link loadConfig} that needs no running network. Same refusals. */
export function readSettings(path: string, env: Env): NodeSettings {
  const file = readAgentFile(path).node
  const port = env.REGIE_PORT === undefined ? file.listen.port : portOf(env.REGIE_PORT)
  const { host, trustProxy } = file.listen
  const ownUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  if (file.url === undefined && !isLoopback(ownUrl))
    throw invalid(path, 'node.url', 'is missing: the node is reached from other machines')
  const dataRoot = resolve(env.REGIE_DATA ?? file.data)
  return {
    file,
    url: file.url ?? ownUrl,
    listen: { host, port, ...(trustProxy && { trustProxy }) },
    dataRoot,
    dataDir: join(dataRoot, file.name),
    embedded: file.network === 'embedded',
  }
}

function readAgentFile(path: string): AgentFile {
  const file = basename(path)
  const value = parseYaml(textOf(path, file), file)
  refuseSecrets(value, file)
  const parsed = agentFile.safeParse(value)
  if (!parsed.success) throw problem(parsed.error, agentFile, value, file)
  return parsed.data
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Refusal('not_found', 'config_not_found', `the configuration file ${file} cannot be read`, {
      params: { file },
      cause,
    })
  }
}

export const networkFilePath = (dataRoot: string): string => join(dataRoot, 'network.json')

const networkFile = z.strictObject({
  trustAnchor: z.url(),
  chain: z.strictObject({ chainId: z.int(), rpcUrl: z.url(), registry: z.string() }),
})

function readNetworkFile(dataRoot: string): NetworkFile {
  try {
    return networkFile.parse(JSON.parse(readFileSync(networkFilePath(dataRoot), 'utf8')))
  } catch (cause) {
    throw new Refusal(
      'unavailable',
      'network_not_started',
      'the embedded network has not been started here: start it with regie start',
      { cause },
    )
  }
}

function storageOf(file: AgentFile['node'], dataDir: string, env: Env): StorageConfig {
  if (file.storage === 'sqlite') return { engine: 'sqlite', file: join(dataDir, 'regie.sqlite') }
  const url = env.REGIE_DATABASE_URL
  if (!url || !/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new Refusal(
      'invalid',
      'database_url_missing',
      'storage is postgres: set REGIE_DATABASE_URL to a postgres:// address',
    )
  return { engine: 'postgres', url }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new Refusal('invalid', 'config_invalid', 'REGIE_PORT must be a port number', {
      params: { path: 'REGIE_PORT' },
    })
  return port
}

function invalid(path: string, key: string, why: string): Refusal {
  const file = basename(path)
  return new Refusal('invalid', 'config_invalid', `${file}: ${key} ${why}`, { params: { file, path: key } })
}

/** Without the members zod leaves `undefined`, so that absent is one thing only. */
function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}

/** True for an address that only this machine reaches. */
const isLoopback = (url: string): boolean => isLoopbackHost(new URL(url).hostname)
