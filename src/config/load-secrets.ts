import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { Refusal } from '../core/index.ts'
import type { Config, Secrets } from './config.ts'
import type { Env } from './load-config.ts'

/** Environment variables that hold secrets. Take them out of the environment once they are read. */
export const secretVariables = [
  'REGIE_MASTER_KEY',
  'REGIE_RELAY_KEY',
  'REGIE_KVK_KEY',
  'REGIE_VERIFIER_KEY',
  'REGIE_ISSUER_KEY',
  'REGIE_MAIL_USER',
  'REGIE_MAIL_PASSWORD',
  'REGIE_OPENID_SECRET',
  'REGIE_DATABASE_URL',
] as const

/**
 * The node's secrets: `REGIE_MASTER_KEY`, `REGIE_RELAY_KEY`, `REGIE_KVK_KEY`, `REGIE_VERIFIER_KEY`, `REGIE_ISSUER_KEY`, `REGIE_OPENID_SECRET`,
 * `REGIE_MAIL_USER` and `REGIE_MAIL_PASSWORD`, or the files that
 * these names with `_FILE` behind them name. On a network on one machine a missing master key is made once and kept in the data
 * folder; everywhere else whoever runs the node keeps it.
 * @throws Refusal `master_key_missing`, `invalid_master_key`, `relay_key_missing`, `invalid_relay_key`,
 *   `verifier_key_missing`, `issuer_key_missing`, `mail_password_missing`, `openid_secret_missing`, `secret_file_exposed`, `secret_file_unreadable`, `secret_given_twice`
 */
export function loadSecrets(config: Config, env: Env): Secrets {
  const given = secret(env, 'REGIE_MASTER_KEY')
  const masterKey = masterKeyOf(given ?? localMasterKey(config))
  const common = {
    masterKey,
    ...certificateKeys(config, env),
    ...mailSignIn(config, env),
    ...openIdSecret(config, env),
  }
  if (!config.isTrustAnchor) return common
  const relayKey = secret(env, 'REGIE_RELAY_KEY')
  if (relayKey === undefined)
    throw new Refusal(
      'invalid',
      'relay_key_missing',
      'a trust anchor pays for transactions on the chain: set REGIE_RELAY_KEY or REGIE_RELAY_KEY_FILE',
    )
  if (!/^0x[0-9a-f]{64}$/i.test(relayKey))
    throw new Refusal('invalid', 'invalid_relay_key', 'the relay key is 0x and 64 hexadecimal digits')
  const kvkKey = secret(env, 'REGIE_KVK_KEY')
  return { ...common, relayKey, ...(kvkKey && { kvkKey }) }
}

/** The keys of those certificates that are there. */
const certificateKeys = ({ verifier, issuer }: Config, env: Env) => ({
  ...(verifier && { verifierKey: certificateKey(env, 'verifier', 'REGIE_VERIFIER_KEY') }),
  ...(issuer && { issuerKey: certificateKey(env, 'issuer', 'REGIE_ISSUER_KEY') }),
})

function certificateKey(env: Env, of: 'verifier' | 'issuer', variable: string): string {
  const key = secret(env, variable)
  if (key !== undefined) return key
  throw new Refusal(
    'invalid',
    `${of}_key_missing`,
    `node.${of}.certificate has a key: set ${variable} or ${variable}_FILE`,
  )
}

/** What a mail server wants to know, where somebody set it. */
function mailSignIn({ mail }: Config, env: Env): Pick<Secrets, 'mail'> {
  const user = mail && secret(env, 'REGIE_MAIL_USER')
  if (!user) return {}
  const password = secret(env, 'REGIE_MAIL_PASSWORD')
  if (password) return { mail: { user, password } }
  throw new Refusal(
    'invalid',
    'mail_password_missing',
    'REGIE_MAIL_USER has a password: set REGIE_MAIL_PASSWORD or REGIE_MAIL_PASSWORD_FILE',
  )
}

function openIdSecret({ openid }: Config, env: Env): Pick<Secrets, 'openIdSecret'> {
  if (!openid) return {}
  const openIdSecret = secret(env, 'REGIE_OPENID_SECRET')
  if (openIdSecret) return { openIdSecret }
  throw new Refusal(
    'invalid',
    'openid_secret_missing',
    'node.openid has a client secret: set REGIE_OPENID_SECRET or REGIE_OPENID_SECRET_FILE',
  )
}

function secret(env: Env, name: string): string | undefined {
  const value = env[name]
  const path = env[`${name}_FILE`]
  if (value !== undefined && path !== undefined)
    throw new Refusal('invalid', 'secret_given_twice', `set ${name} or ${name}_FILE, not both`)
  return path === undefined ? value?.trim() : readSecretFile(path)
}

/** @param text 64 hexadecimal digits, or base64 or base64url of 32 bytes */
function masterKeyOf(text: string): Uint8Array {
  const key = /^(0x)?[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text.slice(-64), 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined
  if (key?.length !== 32 || key.every((byte) => byte === key[0]))
    throw new Refusal('invalid', 'invalid_master_key', 'the master key is 32 random bytes, in hex or base64')
  return key
}

function localMasterKey(config: Config): string {
  const path = join(config.dataDir, 'master.key')
  if (existsSync(path)) return readSecretFile(path)
  const hasData = config.storage.engine === 'sqlite' && existsSync(config.storage.file)
  if (!config.loopback || hasData)
    throw new Refusal(
      'invalid',
      'master_key_missing',
      hasData
        ? 'the database is there but its master key is not: put it back, or set REGIE_MASTER_KEY'
        : 'set REGIE_MASTER_KEY or REGIE_MASTER_KEY_FILE: 32 random bytes, in hex or base64',
    )
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  writeOnce(path, `${randomBytes(32).toString('hex')}\n`)
  return readSecretFile(path)
}

/** All of the file or nothing, on disk before we go on, and never over one that is there: it opens the database. */
function writeOnce(path: string, text: string): void {
  const draft = `${path}.${process.pid}`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}

function readSecretFile(path: string): string {
  const params = { file: basename(path) }
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    throw new Refusal('invalid', 'secret_file_unreadable', 'a file with a secret cannot be read', {
      params,
      cause,
    })
  }
  try {
    const { mode, size } = fstatSync(file)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Refusal(
        'invalid',
        'secret_file_exposed',
        'a file with a secret can be read by others: chmod 600',
        { params },
      )
    if (size > 1024)
      throw new Refusal('invalid', 'secret_file_unreadable', 'a file with a secret is too large', { params })
    return readFileSync(file, 'utf8').trim()
  } finally {
    closeSync(file)
  }
}
