import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Puts a token where the command line on this machine finds it, `<data>/tokens/<account>.token`, readable by this user
 * alone. The file is whole or not there: it is written beside its place, synced, and moved.
 */
export function writeToken(dataDir: string, account: string, token: string): void {
  const dir = join(dataDir, 'tokens')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, `${account}.token`)
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${token}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
