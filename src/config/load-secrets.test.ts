import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, loadSecrets } from './index.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'regie-secrets-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const config = (more: Partial<Config> = {}): Config => ({
  name: 'company',
  url: 'http://127.0.0.1:4800',
  listen: { host: '127.0.0.1', port: 4800 },
  dataDir: join(dir, 'company'),
  storage: { engine: 'sqlite', file: join(dir, 'company', 'regie.sqlite') },
  organisation: { name: 'Verzonnen B.V.' },
  administrator: { account: 'company', givenName: 'Roos', familyName: 'Schijn', roles: [] },
  chain: { chainId: 31337, rpcUrl: 'http://127.0.0.1:4845', registry: '0x01' },
  trustAnchor: { url: 'http://127.0.0.1:4801' },
  isTrustAnchor: false,
  loopback: true,
  localTokens: true,
  ...more,
})

const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => 250 - i))
const hex = bytes.toString('hex')
const code = (code: string) => expect.objectContaining({ code })

test.each([
  ['hex', hex],
  ['hex with 0x', `0x${hex.toUpperCase()}`],
  ['base64', bytes.toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['a final newline', `${hex}\n`],
])('the master key is read as %s', (_, text) => {
  expect(loadSecrets(config(), { REGIE_MASTER_KEY: text })).toEqual({ masterKey: bytes })
})

test.each([
  ['nothing', ''],
  ['31 bytes', hex.slice(2)],
  ['33 bytes', `${hex}00`],
  ['no encoding', `${hex.slice(1)}z`],
  ['zeros', '0'.repeat(64)],
])('a master key of %s is refused, and not repeated', (_, text) => {
  expect(() => loadSecrets(config(), { REGIE_MASTER_KEY: text })).toThrow(
    expect.objectContaining({
      code: 'invalid_master_key',
      message: expect.not.stringContaining(hex.slice(2, 20)),
    }),
  )
})

test('the master key is read from a file that only its owner reads', () => {
  const path = join(dir, 'key')
  writeFileSync(path, hex, { mode: 0o600 })
  expect(loadSecrets(config(), { REGIE_MASTER_KEY_FILE: path })).toEqual({ masterKey: bytes })
  chmodSync(path, 0o640)
  expect(() => loadSecrets(config(), { REGIE_MASTER_KEY_FILE: path })).toThrow(code('secret_file_exposed'))
  expect(() => loadSecrets(config(), { REGIE_MASTER_KEY_FILE: join(dir, 'none') })).toThrow(
    code('secret_file_unreadable'),
  )
})

test('a key and a key file together are refused', () => {
  const env = { REGIE_MASTER_KEY: hex, REGIE_MASTER_KEY_FILE: join(dir, 'key') }
  expect(() => loadSecrets(config(), env)).toThrow(code('secret_given_twice'))
})

test('on one machine a master key is made once, readable by its owner only', () => {
  const made = loadSecrets(config(), {})
  const path = join(dir, 'company', 'master.key')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(dir, 'company'))).toEqual(['master.key'])
  expect(loadSecrets(config(), {})).toEqual(made)
  chmodSync(path, 0o644)
  expect(() => loadSecrets(config(), {})).toThrow(code('secret_file_exposed'))
})

test('elsewhere no master key is made', () => {
  expect(() => loadSecrets(config({ loopback: false }), {})).toThrow(code('master_key_missing'))
  expect(existsSync(join(dir, 'company', 'master.key'))).toBe(false)
})

test('a database that lost its master key does not get another one', () => {
  loadSecrets(config(), {})
  writeFileSync(join(dir, 'company', 'regie.sqlite'), '')
  rmSync(join(dir, 'company', 'master.key'))
  expect(() => loadSecrets(config(), {})).toThrow(code('master_key_missing'))
})

test('the trust anchor needs a relay key, and only it gets one', () => {
  const relayKey = `0x${'ab'.repeat(32)}`
  const env = { REGIE_MASTER_KEY: hex, REGIE_RELAY_KEY: relayKey }
  expect(loadSecrets(config({ isTrustAnchor: true }), env).relayKey).toBe(relayKey)
  expect(loadSecrets(config(), env)).not.toHaveProperty('relayKey')
  expect(() => loadSecrets(config({ isTrustAnchor: true }), { REGIE_MASTER_KEY: hex })).toThrow(
    code('relay_key_missing'),
  )
  expect(() =>
    loadSecrets(config({ isTrustAnchor: true }), { ...env, REGIE_RELAY_KEY: 'ab'.repeat(32) }),
  ).toThrow(code('invalid_relay_key'))
})

test('an issuer’s certificate needs its key as well', () => {
  const env = { REGIE_MASTER_KEY: hex, REGIE_ISSUER_KEY: 'pem' }
  const withCertificate = config({ issuer: { certificatePath: '/issuer.pem' } })
  expect(loadSecrets(withCertificate, env).issuerKey).toBe('pem')
  expect(loadSecrets(config(), env)).not.toHaveProperty('issuerKey')
  expect(() => loadSecrets(withCertificate, { REGIE_MASTER_KEY: hex })).toThrow(code('issuer_key_missing'))
})

test('a verifier’s certificate needs its key, and without one no key is kept', () => {
  const env = { REGIE_MASTER_KEY: hex, REGIE_VERIFIER_KEY: 'pem' }
  const withCertificate = config({ verifier: { certificatePath: '/verifier.pem' } })
  expect(loadSecrets(withCertificate, env).verifierKey).toBe('pem')
  expect(loadSecrets(config(), env)).not.toHaveProperty('verifierKey')
  expect(() => loadSecrets(withCertificate, { REGIE_MASTER_KEY: hex })).toThrow(code('verifier_key_missing'))
})

test('the login of the organisation needs its client secret, and without one none is kept', () => {
  const env = { REGIE_MASTER_KEY: hex, REGIE_OPENID_SECRET: 'geheim' }
  const withLogin = config({
    openid: {
      ...{ issuer: 'https://login.example', clientId: 'regie', label: { nl: 'Aanmelden', en: 'Sign in' } },
      ...{ scopes: [], accountClaim: 'email', groupsClaim: 'groups', groups: [], create: false },
    },
  })
  expect(loadSecrets(withLogin, env).openIdSecret).toBe('geheim')
  expect(loadSecrets(config(), env)).not.toHaveProperty('openIdSecret')
  expect(() => loadSecrets(withLogin, { REGIE_MASTER_KEY: hex })).toThrow(code('openid_secret_missing'))
})
