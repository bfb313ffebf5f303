import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type JsonObject, parsePublicJwk } from '../jose/index.ts'
import { listClaimPaths } from './claim-path.ts'
import { parseSdJwt } from './parse-sd-jwt.ts'
import { presentSdJwt } from './present-sd-jwt.ts'
import { readSdJwt } from './read-sd-jwt.ts'
import type { KeyBindingPolicy } from './verify-key-binding.ts'
import { verifySdJwt, verifySdJwtVc } from './verify-sd-jwt.ts'

interface Case {
  readonly name: string
  readonly issuance: string
  readonly presentation: string | null
  readonly keyBinding: { readonly nonce: string; readonly aud: string } | null
  readonly verifyAt: number
  readonly header: JsonObject
  readonly payload: JsonObject
  readonly disclosures: readonly (readonly unknown[])[]
  readonly expectedFromIssuance: JsonObject
  readonly expectedFromPresentation: JsonObject
}
interface NestedCase {
  readonly name: string
  readonly issuance: string
  readonly verifyAt: number
  readonly disclosures: number
  readonly digests: number
  readonly decoys: number
  readonly expected: JsonObject
}
interface Flattened {
  readonly payload: string
  readonly protected: string
  readonly signature: string
  readonly header: { readonly disclosures: readonly string[]; readonly kb_jwt?: string }
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/vectors/sd-jwt/${name}.json`, import.meta.url), 'utf8'))

const { issuerPublicJwk, holderPublicJwk } = read('keys')
const issuerKey = parsePublicJwk(issuerPublicJwk)

const typs = ['example+sd-jwt', 'dc+sd-jwt']
const verify = (compact: string, now: number, keyBinding: KeyBindingPolicy = 'forbidden') =>
  verifySdJwt(compact, { issuerKey, typ: typs, now, keyBinding })

const digestsIn = (value: unknown): readonly string[] =>
  JSON.stringify(value).match(/[A-Za-z0-9_-]{43}(?=")/g) ?? []

for (const file of ['rfc9901', 'sd-jwt-vc', 'published-tokens']) {
  describe(`${file}.json`, () => {
    const cases: readonly Case[] = read(file).cases

    test.each(cases)('$name: the issuance says what it should', (vector) => {
      const report = verify(vector.issuance, vector.verifyAt)
      expect(report).toMatchObject({ ok: true, header: vector.header, keyBinding: null })
      expect(report).toHaveProperty('payload', vector.expectedFromIssuance)
    })

    test.each(cases)('$name: disclosures are hashed as received', (vector) => {
      const { issuerSigned, disclosures } = parseSdJwt(vector.issuance)
      expect(issuerSigned.payload).toEqual(vector.payload)
      expect(disclosures.map(({ content }) => content)).toEqual(vector.disclosures)
      const known = digestsIn([vector.payload, vector.disclosures])
      for (const { encoded } of disclosures) expect(known).toContain(hash('sha256', encoded, 'base64url'))
    })

    test.each(cases.filter(({ presentation }) => presentation !== null))(
      '$name: the presentation says what it should',
      (vector) => {
        const { nonce, aud } = vector.keyBinding ?? {}
        const policy = vector.keyBinding ? { nonce, aud } : 'forbidden'
        const report = verify(vector.presentation ?? '', vector.verifyAt, policy)
        expect(report).toMatchObject({ ok: true })
        expect(report).toHaveProperty('payload', vector.expectedFromPresentation)
        if (vector.keyBinding)
          expect(report).toHaveProperty('keyBinding.holderKey', parsePublicJwk(holderPublicJwk))
      },
    )

    test.each(cases.filter(({ keyBinding }) => keyBinding))(
      '$name: another nonce or aud is refused',
      (vector) => {
        const { nonce = '', aud = '' } = vector.keyBinding ?? {}
        const check = (policy: KeyBindingPolicy, now = vector.verifyAt) =>
          verify(vector.presentation ?? '', now, policy)
        expect(check({ nonce: `${nonce}0`, aud })).toMatchObject({ code: 'kb_nonce_mismatch' })
        expect(check({ nonce, aud: `${aud}/` })).toMatchObject({ code: 'kb_aud_mismatch' })
        expect(check({ nonce, aud }, vector.verifyAt + 400)).toMatchObject({ code: 'kb_too_old' })
      },
    )

    test.each(cases)('$name: a strict SD-JWT VC check takes dc+sd-jwt only', (vector) => {
      const report = verifySdJwtVc(vector.issuance, {
        issuerKey,
        now: vector.verifyAt,
        keyBinding: 'forbidden',
      })
      if (vector.header.typ === 'dc+sd-jwt') expect(report).toMatchObject({ ok: true })
      else expect(report).toMatchObject({ ok: false, code: 'jws_typ_mismatch' })
    })
  })
}

describe('nested-and-decoys.json', () => {
  const cases: readonly NestedCase[] = read('nested-and-decoys').cases

  test.each(cases)('$name: every disclosure finds its place and decoys are ignored', (vector) => {
    const report = verify(vector.issuance, vector.verifyAt)
    expect(report).toMatchObject({ ok: true })
    expect(report).toHaveProperty('payload', vector.expected)
    const { issuerSigned, disclosures } = parseSdJwt(vector.issuance)
    expect(disclosures).toHaveLength(vector.disclosures)
    const contents = disclosures.map(({ content }) => content)
    const digests = new Set(digestsIn([withoutKey(issuerSigned.payload), contents]))
    expect(digests.size).toBe(vector.digests)
    expect(digests.size - disclosures.length).toBe(vector.decoys)
  })

  test.each(cases)('$name: each disclosure is needed by exactly one path', async ({ issuance, verifyAt }) => {
    const { payload, disclosedPaths } = readSdJwt(issuance)
    for (const path of disclosedPaths) {
      const report = verify(await presentSdJwt(issuance, [path]), verifyAt)
      expect(report).toMatchObject({ ok: true })
    }
    const nothing = verify(await presentSdJwt(issuance, []), verifyAt)
    expect(nothing).toMatchObject({ ok: true, disclosedPaths: [] })
    const everything = verify(await presentSdJwt(issuance, listClaimPaths(payload)), verifyAt)
    expect(everything).toHaveProperty('payload', payload)
  })

  const withoutKey = ({ cnf: _, ...payload }: JsonObject) => payload
})

describe('flattened JSON serialization', () => {
  const compactOf = ({ payload, protected: header, signature, header: { disclosures, kb_jwt } }: Flattened) =>
    [`${header}.${payload}.${signature}`, ...disclosures, kb_jwt ?? ''].join('~')

  test.each<{
    readonly name: string
    readonly issuanceJson: Flattened
    readonly presentationJson: Flattened
    readonly keyBinding: { readonly nonce: string; readonly aud: string }
    readonly verifyAt: number
    readonly expectedFromIssuance: JsonObject
    readonly expectedFromPresentation: JsonObject
  }>(read('rfc9901').flattenedJson)('$name: the same SD-JWT in compact form is verified', (vector) => {
    const issuance = verify(compactOf(vector.issuanceJson), vector.verifyAt)
    expect(issuance).toHaveProperty('payload', vector.expectedFromIssuance)
    const { nonce, aud } = vector.keyBinding
    const presentation = verify(compactOf(vector.presentationJson), vector.verifyAt, { nonce, aud })
    expect(presentation).toHaveProperty('payload', vector.expectedFromPresentation)
  })
})
