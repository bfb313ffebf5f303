import { findAccount, type LocalAccount, localAccounts, readSecret, readToken } from './accounts.ts'
import { UsageError } from './failure.ts'

/** Which node a command talks to, and as whom. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string
  readonly token?: string
  /** Opens the caller's consent key: what an unlock gave. */
  readonly consent?: string
  /** The secret that lies beside the token; null when there is none. @throws CommandFailure */
  readonly readSecret?: () => Promise<string | null>
}

export interface ConnectionOptions {
  readonly as?: string
  readonly node?: string
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_ACCOUNT = 'company'

/**
 * `--as` wins over the environment, `--node` over `REGIE_URL`. A local account's token goes to its own node only.
 * @throws UsageError, CommandFailure
 */
export async function connectionOf(options: ConnectionOptions, env: Env): Promise<Connection> {
  const dataDir = env.REGIE_DATA || 'data'
  const given = options.node ?? (options.as === undefined ? env.REGIE_URL || undefined : undefined)
  const url = given === undefined ? undefined : requireUrl(given)
  const token = options.as === undefined ? env.REGIE_TOKEN || undefined : undefined
  // What an unlock gave says itself whose it is: to another account, and another node, it opens nothing.
  const consent = env.REGIE_CONSENT ? { consent: env.REGIE_CONSENT } : {}
  if (url !== undefined && token !== undefined) return { url, token, ...consent }
  if (url !== undefined && options.as === undefined) return atLocalNode(dataDir, url)
  const account = await findAccount(dataDir, options.as ?? DEFAULT_ACCOUNT)
  const own = requireUrl(account.url)
  if (url !== undefined && url !== own)
    throw new UsageError(
      `the account ${account.account} is of the node at ${own}: leave out --node, or set REGIE_TOKEN and leave out --as`,
    )
  if (token !== undefined) return { url: own, token, ...consent }
  return { url: own, ...(await asLocal(dataDir, account)), ...consent }
}

/** A node given by its address: as its own account when it runs on this machine, otherwise as nobody. */
async function atLocalNode(dataDir: string, url: string): Promise<Connection> {
  const all = await localAccounts(dataDir).catch(() => [])
  const account = all.find((one) => one.node === one.account && requireUrl(one.url) === url)
  return account ? { url, ...(await asLocal(dataDir, account)) } : { url }
}

const asLocal = async (dataDir: string, account: LocalAccount) => ({
  token: await readToken(dataDir, account),
  readSecret: () => readSecret(dataDir, account),
})

/** @throws UsageError */
function requireUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new UsageError('a node is given by its address, such as --node http://127.0.0.1:4001')
  return url.href.replace(/\/+$/, '')
}
