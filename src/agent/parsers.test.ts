import { generateKeyPairSync } from 'node:crypto'
import { encodeBase58, toBeHex } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asDid, type Did, Refusal } from '../core/index.ts'
import { publicJwkOf } from '../jose/index.ts'
import { decodeBase58 } from './base58.ts'
import { didJwkOf, resolveDidJwk } from './did-jwk.ts'
import { resolveDidKey } from './did-key.ts'
import { urlOfDidWeb } from './did-web.ts'
import { readDocument } from './document.ts'
import { signedChangeSchema, signerOfChange } from './registry.ts'

const refusesOnly = (work: () => unknown): void => {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
  }
}

test('base58 gives back the bytes that were encoded', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 400n }), (number) => {
      expect(decodeBase58(encodeBase58(toBeHex(number)))).toEqual(
        Uint8Array.from(Buffer.from(toBeHex(number).slice(2), 'hex')),
      )
    }),
  )
  expect(decodeBase58('11')).toEqual(Uint8Array.from([0, 0]))
})

test('whatever follows the method, a DID resolves or is refused', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.base64String(), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(text, (rest) => {
      refusesOnly(() => resolveDidKey(`did:key:${rest}` as Did))
      refusesOnly(() => resolveDidKey(`did:key:z${rest}` as Did))
      refusesOnly(() => resolveDidJwk(`did:jwk:${rest}` as Did))
      refusesOnly(() => resolveDidJwk(`did:jwk:${Buffer.from(rest).toString('base64url')}` as Did))
      refusesOnly(() => urlOfDidWeb(`did:web:${rest}` as Did))
    }),
  )
})

test('whatever JSON a JWK is, a did:jwk resolves or is refused', () => {
  const jwk = fc.record(
    {
      kty: fc.constantFrom('EC', 'OKP', 'RSA', 'oct'),
      crv: fc.constantFrom('P-256', 'Ed25519', 'x'),
      x: fc.anything(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(jwk, (value) => {
      refusesOnly(() =>
        resolveDidJwk(`did:jwk:${Buffer.from(JSON.stringify(value)).toString('base64url')}` as Did),
      )
    }),
  )
})

test('a did:web never leads to another host or scheme than it names', () => {
  fc.assert(
    fc.property(
      fc.webAuthority({ withPort: true }),
      fc.webSegment().filter((one) => !one.includes(':')),
      (host, segment) => {
        refusesOnly(() => {
          const url = new URL(urlOfDidWeb(`did:web:${host.replace(':', '%3A')}:${segment}` as Did))
          expect(url.protocol).toBe('https:')
          expect(url.host).toBe(new URL(`https://${host}`).host)
          expect(url.pathname.split('/')).toHaveLength(3)
        })
      },
    ),
  )
})

test('whatever a document holds, it is read or refused', () => {
  const did = asDid('did:web:example.com')
  fc.assert(
    fc.property(
      fc.record({
        verificationMethod: fc.anything(),
        authentication: fc.oneof(fc.anything(), fc.array(fc.anything())),
        service: fc.array(fc.anything()),
      }),
      (document) => refusesOnly(() => readDocument(did, { id: did, ...document } as never)),
    ),
  )
})

test.each(['ec', 'ed25519'] as const)('a did:jwk of a new %s key holds that key', (kind) => {
  const { publicKey } =
    kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) : generateKeyPairSync('ed25519')
  const jwk = publicJwkOf(publicKey)
  const did = didJwkOf(jwk)
  expect(readDocument(did, resolveDidJwk(did)).keys.assertionMethod).toEqual(new Map([[`${did}#0`, jwk]]))
})

test('whatever is signed, a change has a signer or none', () => {
  const change = fc.record({
    chainId: fc.constant(1),
    registry: fc.constant(`0x${'11'.repeat(20)}`),
    identity: fc.constant(`0x${'aB'.repeat(20)}`),
    method: fc.constantFrom('setAttribute', 'revokeAttribute'),
    name: fc.constant('did/svc/RegieNode'),
    value: fc.constant('0x00'),
    validity: fc.nat(1000),
    nonce: fc.nat(),
    signature: fc
      .uint8Array({ minLength: 65, maxLength: 65 })
      .map((b) => `0x${Buffer.from(b).toString('hex')}`),
  })
  fc.assert(
    fc.property(change, (value) => {
      const signer = signerOfChange(signedChangeSchema.parse(value))
      if (signer !== null) expect(signer).toMatch(/^0x[0-9a-fA-F]{40}$/)
    }),
  )
})
