import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { asDid, type Did } from '../core/index.ts'
import { resolveDidJwk } from './did-jwk.ts'
import { resolveDidKey } from './did-key.ts'

const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/vectors/did/${name}`, import.meta.url), 'utf8'))

describe('did:key', () => {
  const { cases } = vectors('did-key-expected.json') as {
    cases: { did: Did; publicKeyJwk: Record<string, string> | null; multicodec: string }[]
  }

  test.each(cases.filter(({ publicKeyJwk }) => publicKeyJwk))(
    '$did stands for its key',
    ({ did, publicKeyJwk }) => {
      const document = resolveDidKey(did)
      expect(document.verificationMethod?.[0]?.publicKeyJwk).toEqual(publicKeyJwk)
      const isForAgreement = publicKeyJwk?.crv === 'X25519'
      expect(document.authentication === undefined).toBe(isForAgreement)
      expect(document.keyAgreement !== undefined).toBe(isForAgreement)
    },
  )

  test.each(cases.filter(({ publicKeyJwk }) => !publicKeyJwk))('$did is refused ($multicodec)', ({ did }) => {
    expect(() => resolveDidKey(did)).toThrow(expect.objectContaining({ code: 'did_key_unsupported' }))
  })

  test.each([
    'did:key:z',
    'did:key:z6Mk',
    'did:key:m6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
    'did:key:z0OIl',
    // The code of Ed25519 in three bytes instead of two, and a P-256 key one byte too long.
    'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169z',
    `did:key:z${'1'.repeat(300)}`,
  ])('%s is refused', (did) => {
    expect(() => resolveDidKey(asDid(did))).toThrow(expect.objectContaining({ code: 'did_key_unsupported' }))
  })
})

describe('did:jwk', () => {
  const { examples, composedRules } = vectors('did-jwk.json') as {
    examples: { name: string; did: Did; didUrl: string; publicKeyJwk: object; didDocument: object }[]
    composedRules: { name: string; did: Did; expected: Record<string, unknown> | 'reject' }[]
  }

  test.each(examples)(
    'the $name example has the document of the specification',
    ({ did, didUrl, didDocument }) => {
      const document = resolveDidJwk(did)
      expect(document).toEqual(didDocument)
      expect(document.verificationMethod?.[0]?.id).toBe(didUrl)
    },
  )

  test.each(composedRules.filter(({ expected }) => expected === 'reject'))('$name', ({ did }) => {
    expect(() => resolveDidJwk(did)).toThrow(expect.objectContaining({ code: 'did_jwk_invalid' }))
  })

  test.each(composedRules.filter(({ expected }) => expected !== 'reject'))('$name', ({ did, expected }) => {
    if (expected === 'reject') return
    const document = resolveDidJwk(did)
    const method = document.verificationMethod?.[0]
    for (const relationship of ['keyAgreement', 'assertionMethod', 'authentication'] as const)
      if (relationship in expected) expect(document[relationship] !== undefined).toBe(expected[relationship])
    if ('verificationMethodIdSuffix' in expected)
      expect(method?.id).toBe(did + String(expected.verificationMethodIdSuffix))
    if ('sameKeyAs' in expected) {
      const other = resolveDidJwk(expected.sameKeyAs as Did)
      expect(method?.publicKeyJwk).toEqual(other.verificationMethod?.[0]?.publicKeyJwk)
      expect(document.id === other.id).toBe(expected.sameDid)
    }
  })
})
