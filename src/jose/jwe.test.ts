import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, EncryptJWT } from 'jose'
import { expect, test } from 'vitest'
import {
  contentEncryptions,
  decryptJwe,
  encodeBase64url,
  encryptJwe,
  newEncryptionKey,
  newStoredKey,
  openStoredKey,
  parseEncryptionJwk,
} from './index.ts'

const ours = newEncryptionKey('session-1')
const maxBytes = 10_000
const open = (compact: string) =>
  decryptJwe(compact, { keyOf: (kid) => (kid === 'session-1' ? ours.privateKey : null), maxBytes })
const bytes = new TextEncoder().encode('{"vp_token":{}}')
const header = { alg: 'ECDH-ES', enc: 'A128GCM', kid: 'session-1' }
const sealed = (more: object = {}) =>
  new CompactEncrypt(bytes).setProtectedHeader({ ...header, ...more }).encrypt(ours.publicJwk)

test.each(contentEncryptions)(
  'what is encrypted with %s is read by its recipient, and by jose',
  async (enc) => {
    const compact = await encryptJwe({ naam: 'Őri' }, { recipient: ours.publicJwk, enc })
    expect(await open(compact)).toEqual({ enc, kid: 'session-1', payload: { naam: 'Őri' } })
    const { plaintext } = await compactDecrypt(compact, ours.privateKey)
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ naam: 'Őri' })
    const other = await encryptJwe({ naam: 'Őri' }, { recipient: ours.publicJwk, enc })
    expect(other.split('.')[0]).not.toBe(compact.split('.')[0])
  },
)

test('what jose encrypts is read, with apu and apv too', async () => {
  expect((await open(await sealed())).payload).toEqual({ vp_token: {} })
  const agreed = await new CompactEncrypt(bytes)
    .setProtectedHeader(header)
    .setKeyManagementParameters({ apu: randomBytes(8), apv: randomBytes(8) })
    .encrypt(ours.publicJwk)
  expect((await open(agreed)).payload).toEqual({ vp_token: {} })
})

/** The token with another header: it is not authentic any more, and must be refused before that shows. */
async function withHeader(change: (header: Record<string, unknown>) => object): Promise<string> {
  const [first = '', ...rest] = (await sealed()).split('.')
  const changed = change(JSON.parse(Buffer.from(first, 'base64url').toString()))
  return [encodeBase64url(Buffer.from(JSON.stringify(changed))), ...rest].join('.')
}

const secp = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' })
const notOnCurve = { ...ours.publicJwk, y: ours.publicJwk.x }

test.each<[string, () => Promise<string>, string]>([
  ['zip', () => withHeader((h) => ({ ...h, zip: 'DEF' })), 'jwe_header_invalid'],
  ['crit', () => withHeader((h) => ({ ...h, crit: ['exp'], exp: 1 })), 'jwe_header_invalid'],
  ['a key in the header', () => withHeader((h) => ({ ...h, jwk: secp })), 'jwe_header_invalid'],
  [
    'PBES2',
    () => withHeader((h) => ({ ...h, alg: 'PBES2-HS256+A128KW', p2c: 1e9, p2s: 'AA' })),
    'jwe_header_invalid',
  ],
  ['PBES2 alone', () => withHeader((h) => ({ ...h, alg: 'PBES2-HS256+A128KW' })), 'jwe_alg_unsupported'],
  ['dir', () => withHeader((h) => ({ ...h, alg: 'dir' })), 'jwe_alg_unsupported'],
  ['CBC', () => sealed({ enc: 'A128CBC-HS256' }), 'jwe_alg_unsupported'],
  ['another kid', () => sealed({ kid: 'session-2' }), 'jwe_key_unknown'],
  ['no ephemeral key', () => withHeader(({ epk: _, ...h }) => h), 'jwk_invalid'],
  ['one of another curve', () => withHeader((h) => ({ ...h, epk: secp })), 'jwe_key_unsupported'],
  ['one that is no point', () => withHeader((h) => ({ ...h, epk: notOnCurve })), 'jwe_not_decrypted'],
  [
    'another header of the same meaning',
    () => withHeader((h) => ({ ...h, typ: 'JWT' })),
    'jwe_not_decrypted',
  ],
  ['an encrypted key', async () => (await sealed()).replace('..', '.AAAA.'), 'jwe_malformed'],
  ['four parts', async () => (await sealed()).split('.').slice(0, 4).join('.'), 'jwe_malformed'],
  ['padding', async () => `${await sealed()}=`, 'base64url_invalid'],
  ['a space', async () => (await sealed()).replace('..', '.. '), 'base64url_invalid'],
  ['too much', async () => `${await sealed()}${'A'.repeat(maxBytes)}`, 'jwe_too_large'],
  [
    'what is no object',
    () =>
      new CompactEncrypt(new TextEncoder().encode('[]')).setProtectedHeader(header).encrypt(ours.publicJwk),
    'json_not_object',
  ],
])('%s is refused', async (_what, make, code) => {
  await expect(open(await make())).rejects.toMatchObject({ code })
})

test('a key that was kept opens what was encrypted to it', async () => {
  const kept = JSON.parse(JSON.stringify(newStoredKey('kept')))
  const compact = await encryptJwe({ a: 1 }, { recipient: kept.publicJwk, enc: 'A256GCM' })
  const { payload } = await decryptJwe(compact, { keyOf: () => openStoredKey(kept), maxBytes })
  expect(payload).toEqual({ a: 1 })
  const another = { ...kept, ...newStoredKey('kept'), publicJwk: kept.publicJwk }
  await expect(decryptJwe(compact, { keyOf: () => openStoredKey(another), maxBytes })).rejects.toThrow()
})

test('one bit flipped anywhere after the header, and it is not decrypted', async () => {
  const compact = await new EncryptJWT({ a: 1 }).setProtectedHeader(header).encrypt(ours.publicJwk)
  const parts = compact.split('.')
  for (const at of [2, 3, 4]) {
    const flipped = Buffer.from(parts[at] ?? '', 'base64url')
    flipped[0] = (flipped[0] ?? 0) ^ 1
    const forged = parts.map((part, place) => (place === at ? encodeBase64url(flipped) : part)).join('.')
    await expect(open(forged)).rejects.toMatchObject({ code: 'jwe_not_decrypted' })
  }
})

test.each<[string, unknown, string]>([
  ['a signing key', { ...ours.publicJwk, use: 'sig' }, 'jwe_key_unsupported'],
  ['another algorithm', { ...ours.publicJwk, alg: 'ECDH-ES+A128KW' }, 'jwe_key_unsupported'],
  ['another curve', secp, 'jwe_key_unsupported'],
  ['a private key', ours.privateKey.export({ format: 'jwk' }), 'jwk_private'],
  ['no key', 'x', 'jwk_invalid'],
])('nothing is encrypted to %s', (_what, jwk, code) => {
  expect(() => parseEncryptionJwk(jwk)).toThrow(expect.objectContaining({ code }))
})
