import { expect, test } from 'vitest'
import { decryptJwe, encryptJwe, newEncryptionKey, parseEncryptionJwk } from '../../jose/index.ts'
import { Encryption } from './encryption.ts'
import type { IssuerDocument } from './metadata.ts'

const theirs = newEncryptionKey('theirs')
const required = { enc_values_supported: ['A256GCM'], encryption_required: true }
const document = {
  credential_request_encryption: { jwks: { keys: [{ kty: 'RSA' }, theirs.publicJwk] }, ...required },
  credential_response_encryption: { alg_values_supported: ['ECDH-ES'], ...required },
} as unknown as IssuerDocument

const encryption = (change: object = {}): Encryption => {
  const found = Encryption.requiredBy({ ...document, ...change })
  if (!found) throw new Error('nothing is required')
  return found
}
const read = async (jwt: string) =>
  (await decryptJwe(jwt, { keyOf: () => theirs.privateKey, maxBytes: 100_000 })).payload as {
    credential_response_encryption: { jwk: unknown; enc: string }
  }

test('a request goes to the key of the issuer that fits, with one of ours for the answer', async () => {
  const one = encryption()
  const jwt = await one.seal({ a: 1 })
  const header = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
  expect(header).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'theirs' })
  const { credential_response_encryption: asked } = await read(jwt)
  const answer = await encryptJwe({ b: 2 }, { recipient: parseEncryptionJwk(asked.jwk), enc: 'A256GCM' })
  expect(await one.open({ status: 200, json: null, jwt: answer })).toEqual({
    status: 200,
    json: { b: 2 },
    jwt: null,
  })
})

test('an answer in the clear, with another key, or in another way is none', async () => {
  const one = encryption()
  const invalid = { code: 'issuer_answer_invalid' }
  await expect(one.open({ status: 200, json: { credentials: [] }, jwt: null })).rejects.toMatchObject(invalid)
  const other = newEncryptionKey('other').publicJwk
  const foreign = await encryptJwe({}, { recipient: other, enc: 'A256GCM' })
  await expect(one.open({ status: 200, json: null, jwt: foreign })).rejects.toMatchObject(invalid)
  const { credential_response_encryption: asked } = await read(await one.seal({}))
  const weaker = await encryptJwe({}, { recipient: parseEncryptionJwk(asked.jwk), enc: 'A128GCM' })
  await expect(one.open({ status: 200, json: null, jwt: weaker })).rejects.toMatchObject(invalid)
})

test('a refusal comes in the clear', async () => {
  const refusal = { status: 400, json: { error: 'invalid_proof' }, jwt: null }
  expect(await encryption().open(refusal)).toEqual(refusal)
})

test('two requests have two keys', async () => {
  const keys = await Promise.all(
    [encryption(), encryption()].map(async (one) => JSON.stringify(await read(await one.seal({})))),
  )
  expect(keys[0]).not.toBe(keys[1])
})

test('nothing is encrypted where nothing is required', () => {
  const free = { ...required, encryption_required: false }
  const issuer = {
    credential_request_encryption: { jwks: { keys: [theirs.publicJwk] }, ...free },
    credential_response_encryption: { alg_values_supported: ['ECDH-ES'], ...free },
  } as unknown as IssuerDocument
  expect(Encryption.requiredBy(issuer)).toBeNull()
})

test.each([
  [
    'no key of ours fits',
    { credential_request_encryption: { jwks: { keys: [{ kty: 'RSA' }] }, ...required } },
  ],
  ['our key would go in the clear', { credential_request_encryption: undefined }],
  [
    'the answer comes in a way we do not know',
    { credential_response_encryption: { ...required, alg_values_supported: ['RSA-OAEP'] } },
  ],
  [
    'the answer comes in a cipher we do not know',
    {
      credential_response_encryption: {
        ...{ alg_values_supported: ['ECDH-ES'], enc_values_supported: ['A128CBC-HS256'] },
        encryption_required: true,
      },
    },
  ],
])('where %s, nothing is asked', (_what, change) => {
  expect(() => encryption(change)).toThrow(expect.objectContaining({ code: 'encryption_unsupported' }))
})
