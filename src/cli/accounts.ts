import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure, UsageError } from './failure.ts'

/** An account of a node that runs on this machine. */
export interface LocalAccount {
  readonly node: string
  readonly url: string
  readonly account: string
}

const NAME = /^(?!\.)[A-Za-z0-9._-]+(\/(?!\.)[A-Za-z0-9._-]+)?$/

/**
 * Finds `--as`: a node's own account (`company`), an account on any node (`anna`), or on one (`partner/anna`).
 * @throws UsageError when nobody, or more than one, is called that
 * @throws CommandFailure `no_local_nodes`
 */
export async function findAccount(dataDir: string, as: string): Promise<LocalAccount> {
  if (!NAME.test(as)) throw new UsageError('--as takes a name such as company, anna or partner/anna')
  const all = await localAccounts(dataDir)
  const [first = '', second] = as.split('/')
  if (second !== undefined) return one(all, as, ({ node, account }) => node === first && account === second)
  if (all.some(({ node, account }) => node === as && account === as))
    return one(all, as, ({ node, account }) => node === as && account === as)
  return one(all, as, ({ account }) => account === as)
}

function one(
  all: readonly LocalAccount[],
  as: string,
  test: (account: LocalAccount) => boolean,
): LocalAccount {
  const found = all.filter(test)
  const [first] = found
  if (first && found.length === 1) return first
  const names = (found.length > 1 ? found : all).map(nameOf).join(', ')
  if (found.length > 1) throw new UsageError(`several accounts are called "${as}": use --as one of ${names}`)
  throw new UsageError(`there is no account "${as}" here: use --as one of ${names}`)
}

const nameOf = ({ node, account }: LocalAccount): string => (node === account ? node : `${node}/${account}`)

/** All accounts whose tokens nodes on this machine wrote. @throws CommandFailure `no_local_nodes` */
export async function localAccounts(dataDir: string): Promise<readonly LocalAccount[]> {
  const nodes = await readdir(dataDir, { withFileTypes: true }).catch(() => [])
  const all: LocalAccount[] = []
  for (const { name: node } of nodes.filter((entry) => entry.isDirectory())) {
    const url = await urlOf(join(dataDir, node, 'node.json'))
    if (url === undefined) continue
    const files = await readdir(join(dataDir, node, 'tokens')).catch(() => [])
    const names = files
      .filter((file) => file.endsWith('.token'))
      .map((file) => file.slice(0, -'.token'.length))
    // The node's own account first: it is what most who read the list look for.
    names.sort((a, b) => Number(b === node) - Number(a === node) || (a < b ? -1 : 1))
    all.push(...names.map((account) => ({ node, url, account })))
  }
  if (all.length === 0)
    throw new CommandFailure({
      code: 'no_local_nodes',
      title: `No node has been started here: there are no accounts in ${dataDir}`,
    })
  return all
}

async function urlOf(file: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(file, 'utf8')) as { url?: unknown }
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}

/**
 * The token of an account. Looked at and read through one handle, so that nobody swaps the file in between.
 * @throws CommandFailure `token_file_open` when others can read it, `token_missing`
 */
export async function readToken(dataDir: string, account: LocalAccount): Promise<string> {
  const path = fileOf(dataDir, account, 'token')
  const token = await readOwn(path)
  if (token === null)
    throw new CommandFailure({ code: 'token_missing', title: `The token ${path} cannot be read` })
  return token
}

/**
 * The secret of an account's consent key, where a node that tries things out keeps it; null when it does not.
 * @throws CommandFailure `token_file_open` when others can read it
 */
export const readSecret = (dataDir: string, account: LocalAccount): Promise<string | null> =>
  readOwn(fileOf(dataDir, account, 'secret'))

const fileOf = (dataDir: string, { node, account }: LocalAccount, kind: 'token' | 'secret'): string =>
  join(dataDir, node, 'tokens', `${account}.${kind}`)

async function readOwn(path: string): Promise<string | null> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return null
  try {
    const { mode } = await handle.stat()
    if ((mode & 0o077) !== 0)
      throw new CommandFailure({
        code: 'token_file_open',
        title: `Others on this machine can read ${path}`,
        params: { path },
      })
    return (await handle.readFile('utf8')).trim()
  } finally {
    await handle.close()
  }
}
