import { createDecipheriv, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { CompactEncrypt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { codeOf } from '../../test/support/wallet-room.ts'
import { isRefusal } from '../core/index.ts'
import {
  type Derivation,
  deriveFileKey,
  type FileKey,
  newDerivation,
  openWalletFile,
  readFileKey,
  readWalletFile,
  sealWalletFile,
  type WalletContents,
} from './index.ts'

const cheap: Derivation = { ...newDerivation(), m: 19_456, t: 2, p: 1 }
const passphrase = 'een zin die niemand raadt'
let key: FileKey
let file = ''

const credential = (text: string) => ({
  ...{ format: 'dc+sd-jwt', credential: `${text}~`, key: null, batch: null },
  received_at: '2026-11-22T12:00:00.000Z',
  source: {
    credential_issuer: 'https://issuer.example',
    credential_configuration_id: 'diploma',
    authorization_server: 'https://issuer.example',
  },
})
const contents = (more: object = {}): WalletContents => ({
  ...{ type: 'urn:regie:wallet:1', created_at: '2026-11-22T12:00:00.000Z' },
  holder: { kind: 'person', did: 'did:jwk:x' },
  ...{ credentials: [credential('a.b.c')], keys: [] },
  ...more,
})
const jwkOf = (kid: string) => ({
  ...{ kty: 'EC' as const, crv: 'P-256' as const },
  ...{ x: 'A'.repeat(43), y: 'A'.repeat(43), d: 'A'.repeat(43), kid },
})
const headerOf = (text: string) => JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString())
const withHeader = (change: object) => {
  const [head, ...rest] = file.trim().split('.')
  const header = { ...headerOf(head ?? ''), ...change }
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
}
const reading = (text: string) => codeOf((async () => readWalletFile(text))())
const opening = (text: string, with_ = key.key) => codeOf(openWalletFile(readWalletFile(text), with_))

beforeAll(async () => {
  key = await deriveFileKey(passphrase, cheap)
  file = await sealWalletFile(contents(), key)
})

test('a file is read with the passphrase it was written with, however it was typed', async () => {
  const read = readWalletFile(file)
  expect(await openWalletFile(read, key.key)).toEqual(contents())
  const accented = await deriveFileKey('caf\u00e9 met een zin', cheap)
  expect((await deriveFileKey('cafe\u0301 met een zin', cheap)).key).toEqual(accented.key)
})

test('it is what RFC 7516 says: anybody opens it with the standard’s own steps', () => {
  const [head = '', empty, iv = '', text = '', tag = ''] = file.trim().split('.')
  expect([empty, headerOf(file)]).toEqual([
    '',
    {
      ...{ alg: 'dir', enc: 'A256GCM', typ: 'regie-wallet+jwe', kid: expect.any(String), version: 1 },
      ...{ crit: ['kdf', 'version'], kdf: cheap },
    },
  ])
  const decipher = createDecipheriv('aes-256-gcm', key.key, Buffer.from(iv, 'base64url'))
  decipher.setAAD(Buffer.from(head)).setAuthTag(Buffer.from(tag, 'base64url'))
  const plain = Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()])
  expect(JSON.parse(plain.toString())).toEqual(contents())
})

test('argon2id gives what its reference gives', async () => {
  // test.c of the reference implementation: argon2id, version 0x13, t 2, m 2^16, p 1, "password" under "somesalt".
  const salt = Buffer.from('somesalt').toString('base64url')
  const { key: derived } = await deriveFileKey('password', { ...cheap, m: 65_536, t: 2, p: 1, salt })
  expect(Buffer.from(derived).toString('hex')).toBe(
    '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
  )
})

test('two files of one wallet have no salt, key or text in common', async () => {
  expect(newDerivation()).toMatchObject({ alg: 'argon2id', v: 19, m: 65_536, t: 3, p: 4 })
  expect(newDerivation().salt).not.toBe(newDerivation().salt)
  expect(await sealWalletFile(contents(), key)).not.toBe(file)
})

describe('refused before any work', () => {
  test.each([
    ['nothing', () => '', 'wallet_file_malformed'],
    ['something else', () => '{"wallet":1}', 'wallet_file_malformed'],
    [
      'a header that is no JSON',
      () => `${Buffer.from('{').toString('base64url')}....`,
      'wallet_file_malformed',
    ],
    ['a header with more in it', () => withHeader({ zip: 'DEF' }), 'wallet_file_malformed'],
    ['another algorithm', () => withHeader({ alg: 'PBES2-HS512+A256KW' }), 'wallet_file_malformed'],
    ['nothing critical', () => withHeader({ crit: undefined }), 'wallet_file_malformed'],
    ['six parts', () => `${file.trim()}.AAAA`, 'wallet_file_malformed'],
    ['an encrypted key', () => file.replace('..', '.AAAA.'), 'wallet_file_malformed'],
    ['a file of another kind', () => withHeader({ typ: 'JOSE' }), 'wallet_file_foreign'],
    ['a later version', () => withHeader({ version: 2 }), 'wallet_file_version_unsupported'],
    ['half of it', () => file.slice(0, file.length - 200), 'wallet_file_truncated'],
    ['one character less', () => file.trim().slice(0, -1), 'wallet_file_truncated'],
    ['too much', () => `${file.trim()}${'A'.repeat(64 * 1024 ** 2)}`, 'wallet_file_too_large'],
  ])('%s', async (_what, text, code) => expect(await reading(text())).toBe(code))

  test.each([
    ['64 GiB of memory', { m: 64 * 1024 ** 2 }],
    ['a little more than 1 GiB', { m: 1024 ** 2 + 1 }],
    ['less than anybody should', { m: 19_455 }],
    ['a million passes', { t: 1_000_000 }],
    ['one pass', { t: 1 }],
    ['17 lanes', { p: 17 }],
    ['no lane', { p: 0 }],
    ['half a lane', { p: 1.5 }],
    ['an older Argon2', { v: 16 }],
    ['argon2i', { alg: 'argon2i' }],
    ['a short salt', { salt: 'AAAA' }],
    ['a long salt', { salt: 'A'.repeat(87) }],
    ['a secret beside it', { secret: 'x' }],
  ])('a key made with %s', async (_what, change) => {
    expect(await reading(withHeader({ kdf: { ...cheap, ...change } }))).toBe('wallet_file_kdf_unsupported')
  })
})

describe('refused when opened', () => {
  test('with another passphrase', async () => {
    expect(await opening(file, (await deriveFileKey('een andere zin', cheap)).key)).toBe(
      'wallet_file_passphrase_wrong',
    )
  })

  test.each([
    ['text', 3],
    ['initialization vector', 2],
    ['tag', 4],
  ])('with another %s', async (_what, at) => {
    const parts = file.trim().split('.')
    const part = parts[at] ?? ''
    parts[at] = `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}`
    expect(await opening(parts.join('.'))).toBe('wallet_file_damaged')
  })

  test('with a text that is written in another way', async () => {
    const parts = file.trim().split('.')
    parts[3] = ` ${parts[3]}`
    expect(await opening(parts.join('.'))).toBe('wallet_file_damaged')
  })

  test('with a header that was changed', async () => {
    expect(await opening(withHeader({ kdf: { ...cheap, t: 3 } }))).toBe('wallet_file_damaged')
  })

  const holding = async (value: unknown) => {
    const { kid } = readWalletFile(file)
    const jwe = await new CompactEncrypt(
      Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    )
      .setProtectedHeader({ ...headerOf(file), kid })
      .encrypt(key.key, { crit: { kdf: true, version: true } })
    return opening(jwe)
  }

  test.each([
    ['no JSON', '{'],
    ['a member twice', '{"type":"urn:regie:wallet:1","type":"urn:regie:wallet:1"}'],
    ['another type', contents({ type: 'urn:regie:wallet:2' })],
    ['more than it says', contents({ notes: 'x' })],
    ['a key without its private half', contents({ keys: [{ ...jwkOf('k'.repeat(43)), d: undefined }] })],
    ['too many', contents({ credentials: Array.from({ length: 2001 }, (_, at) => credential(`${at}`)) })],
    ['a credential without its issuer', contents({ credentials: [{ ...credential('a'), source: null }] })],
  ])('with %s in it', async (_what, value) => {
    expect(await holding(value)).toBe('wallet_file_contents_invalid')
  })

  test.each([
    ['credential', { credentials: [credential('a.b.c'), { ...credential('x'), credential: 'a.b.c~WyJd~' }] }],
    ['key', { keys: [jwkOf('k'.repeat(43)), jwkOf('k'.repeat(43))] }],
  ])('with a %s twice', async (_what, more) => {
    expect(await holding(contents(more))).toBe('wallet_file_duplicate_entry')
  })
})

test('a wallet that is too large is not written', async () => {
  const large = { ...credential('x'), credential: 'x'.repeat(49 * 1024 ** 2) }
  expect(await codeOf(sealWalletFile(contents({ credentials: [large] }), key))).toBe('wallet_too_large')
})

test.each([
  ['short', 'AAAA'],
  ['padded', `${'A'.repeat(43)}=`],
  ['written in another way', `${'A'.repeat(42)}B`],
])('a key that is %s is none', async (_what, text) => {
  expect(await codeOf((async () => readFileKey(text))())).toBe('wallet_file_key_invalid')
})

test('whatever comes in, a refusal comes out', async () => {
  const open = async (text: string) => openWalletFile(readWalletFile(text), key.key)
  const refused = (text: string) =>
    open(text).then(
      (value) => isDeepStrictEqual(value, contents()),
      (error) => isRefusal(error),
    )
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.string({ maxLength: 4 }), async (at, text) =>
      refused(file.slice(0, at) + text + file.slice(at + 1)),
    ),
    { numRuns: 300 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => refused(text)),
    { numRuns: 200 },
  )
  expect(await refused(randomBytes(2000).toString('latin1'))).toBe(true)
})
