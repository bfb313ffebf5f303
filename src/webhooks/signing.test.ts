import { createHmac, createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { newSigningKeys, publicKeyOf, type SigningKeys, signedHeaders, signerOf } from './signing.ts'

/** The vectors of the reference libraries: JavaScript for `v1`, Go for `v1a` (standard-webhooks, libraries/). */
const vector = {
  message: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
  keys: {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    privateKey: 'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=',
  },
  v1: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  v1a: 'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==',
}

test('the signatures are those of the reference libraries', () => {
  expect(signedHeaders(vector.message, [signerOf(vector.keys)])).toEqual({
    'webhook-id': vector.message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': `${vector.v1} ${vector.v1a}`,
  })
})

test('what was signed with several keys can be verified with each of them', () => {
  const keys: [SigningKeys, SigningKeys] = [newSigningKeys(), newSigningKeys()]
  const message = { id: 'a', timestamp: 1, body: '{"naam":"Crèmebröd"}' }
  const signatures = signedHeaders(message, keys.map(signerOf))['webhook-signature'].split(' ')
  expect(signatures.map((one) => one.split(',')[0])).toEqual(['v1', 'v1a', 'v1', 'v1a'])
  for (const one of keys) {
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const secret = Buffer.from(one.secret.slice('whsec_'.length), 'base64')
    const mac = createHmac('sha256', secret).update(`a.1.${message.body}`).digest('base64')
    expect(signatures).toContain(`v1,${mac}`)
    const x = Buffer.from(publicKeyOf(signerOf(one)).slice('whpk_'.length), 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const signed = signatures.filter((signature) =>
      verify(
        null,
        Buffer.from(`a.1.${message.body}`),
        publicKey,
        Buffer.from(signature.split(',')[1] ?? '', 'base64'),
      ),
    )
    expect(signed).toHaveLength(1)
  }
})

test('no two webhooks have the same keys', () => {
  const many = Array.from({ length: 50 }, newSigningKeys)
  expect(new Set(many.flatMap(({ secret, privateKey }) => [secret, privateKey])).size).toBe(100)
})
