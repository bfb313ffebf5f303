import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSigner, type JsonObject, type JsonValue, publicJwkOf } from '../jose/index.ts'
import { type ConcretePath, isWithin, listClaimPaths } from './claim-path.ts'
import { issueSdJwt } from './issue-sd-jwt.ts'
import { presentSdJwt } from './present-sd-jwt.ts'
import { readSdJwt } from './read-sd-jwt.ts'
import { verifySdJwt } from './verify-sd-jwt.ts'

const pair = generateKeyPairSync('ed25519')
const signer = createSigner(pair.privateKey, 'k')
const jwk = publicJwkOf(pair.publicKey)
const now = 1_800_000_000

/** Names a claim can have; also those that are traps for a careless object. */
const reserved = ['_sd', '...', '_sd_alg', '__proto__', 'iss', 'aud', 'nbf', 'exp', 'cnf', 'iat']
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('constructor', 'toString', '0', 'address'),
  )
  .filter((text) => !reserved.includes(text))

/** Any JSON object; every text in it starts with a mark that occurs once. */
const payloads = fc
  .letrec<{ value: unknown; array: unknown; object: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('leaf'), tie('array'), tie('object')),
    array: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }))
  .object.map((value) => marked(value as JsonValue) as JsonObject)

let marks = 0
function marked(value: JsonValue): JsonValue {
  if (typeof value === 'string') return `mark${++marks}|${value}`
  // JSON has no minus zero.
  if (typeof value === 'number') return value + 0
  if (Array.isArray(value)) return value.map((item: JsonValue) => marked(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]))
}

const marksIn = (text: string) => new Set(text.match(/mark\d+\|/g))

/** Everything a verifier could read: the text itself and each part of it decoded. */
const readable = (compact: string) =>
  [compact, ...compact.split(/[~.]/).map((part) => Buffer.from(part, 'base64url').toString('utf8'))].join(
    '\n',
  )

/** What must be seen: written down apart from the code, over paths only. */
function pruned(
  value: JsonValue,
  isVisible: (path: ConcretePath) => boolean,
  path: ConcretePath = [],
): JsonValue {
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) =>
      isVisible([...path, index]) ? [pruned(item, isVisible, [...path, index])] : [],
    )
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isVisible([...path, key]))
      .map(([key, item]) => [key, pruned(item, isVisible, [...path, key])]),
  )
}

const isSame = (a: ConcretePath, b: ConcretePath) => a.length === b.length && isWithin(a, b)

test('of any payload, exactly the chosen claims are seen and nothing else is in the bytes', async () => {
  await fc.assert(
    fc.asyncProperty(payloads, fc.infiniteStream(fc.boolean()), fc.nat(3), async (payload, coin, decoys) => {
      const flip = () => coin.next().value === true
      const paths = listClaimPaths(payload)
      const disclosable = paths.filter(flip)
      const chosen = paths.filter(() => flip() && flip())
      const compact = await issueSdJwt({
        header: { typ: 'test+sd-jwt' },
        payload,
        disclosable,
        signer,
        decoys,
      })
      expect(readSdJwt(compact).payload).toEqual(payload)

      const keyBinding = { aud: 'verifier', nonce: 'nonce', iat: now, signer }
      const bound = await presentSdJwt(compact, chosen)
      const report = verifySdJwt(bound, { issuerKey: jwk, typ: 'test+sd-jwt', now, keyBinding: 'forbidden' })

      const isHidden = (path: ConcretePath) =>
        disclosable.some((hidden) => isSame(hidden, path)) &&
        !chosen.some((claim) => isWithin(claim, path) || isWithin(path, claim))
      const expected = pruned(payload, (path) => !isHidden(path))
      expect(report).toMatchObject({ ok: true })
      expect(report).toHaveProperty('payload', expected)
      expect(marksIn(readable(bound))).toEqual(marksIn(JSON.stringify(expected)))

      const withKey = await presentSdJwt(compact, chosen, keyBinding)
      expect(withKey.startsWith(bound)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('what is not disclosable anywhere is there always', async () => {
  const payload = { a: [1, { b: 'c' }], d: null }
  const compact = await issueSdJwt({ header: { typ: 't' }, payload, disclosable: [], signer, decoys: 3 })
  expect(compact.split('~')).toHaveLength(2)
  expect(Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString()).toBe(JSON.stringify(payload))
})
