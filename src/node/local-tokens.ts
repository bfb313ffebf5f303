import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'

/** Puts a token where the command line on this machine finds it, `<data>/tokens/<account>.token`. */
export const writeToken = (dataDir: string, account: string, token: string): void =>
  writeFor(dataDir, `${account}.token`, token)

/** The secret that opens the consent key of somebody made on a machine that only tries things out. */
export const writeSecret = (dataDir: string, account: string, secret: string): void =>
  writeFor(dataDir, `${account}.secret`, secret)

/** The one-use code with which the first administrator takes her consent key over. */
export const writeActivation = (dataDir: string, account: string, code: string): void =>
  writeFor(dataDir, `${account}.activation`, code)

/** The page on which she does that with a browser; the code is in the address. */
export const writeWelcome = (dataDir: string, account: string, page: string): void =>
  writeFor(dataDir, `${account}.welcome`, page)

/** Where the command line on this machine finds what is people's; null where they keep it themselves. */
export const localFilesOf = ({ localTokens, dataDir }: Pick<Config, 'localTokens' | 'dataDir'>) =>
  localTokens
    ? {
        keepToken: async (account: string, token: string) => writeToken(dataDir, account, token),
        keepSecret: async (account: string, secret: string) => writeSecret(dataDir, account, secret),
      }
    : null

/**
 * Readable by this user alone. The file is whole or not there: it is written beside its place, synced, and moved.
 */
function writeFor(dataDir: string, name: string, text: string): void {
  const dir = join(dataDir, 'tokens')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, name)
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

/** Takes away what was put there for an account: its name is in the names of the files. */
export function forgetAccount(dataDir: string, account: string): void {
  for (const kind of ['token', 'secret', 'activation', 'welcome'])
    rmSync(join(dataDir, 'tokens', `${account}.${kind}`), { force: true })
}
