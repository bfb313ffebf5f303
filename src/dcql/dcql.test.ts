import { readFileSync } from 'node:fs'
import { DcqlQuery as Oracle } from 'dcql'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../jose/index.ts'
import { type ClaimPath, listClaimPaths } from '../sd-jwt/index.ts'
import { answerOf, authority, isSatisfied, type Presented } from './dcql-answer.ts'
import { type CredentialQuery, parseDcqlQuery } from './dcql-query.ts'

const vector = (path: string) => JSON.parse(readFileSync(`test/vectors/openid4vp/${path}`, 'utf8'))

interface Held {
  readonly format: string
  readonly types?: readonly string[]
  readonly claims: JsonObject
}
interface Case {
  readonly query: string
  readonly wallet: Readonly<Record<string, Held>>
  readonly satisfied: boolean
  readonly why?: string
  readonly return?: Readonly<Record<string, { credential: string; disclose?: readonly ClaimPath[] }>>
}

/** Composed from the text of the specification: what satisfies which query. */
const expected: {
  matching: readonly Case[]
  invalidQueries: readonly { query: unknown; why: string }[]
  validQueries: readonly { query: unknown; why: string }[]
} = vector('dcql-expected.json')

const shown = ({ format, types, claims }: Held, paths?: readonly ClaimPath[]): Presented => ({
  format,
  types: types ?? [String(claims.vct)],
  document: paths ? only(claims, paths) : claims,
  disclosedPaths:
    format === 'dc+sd-jwt'
      ? listClaimPaths(paths ? only(claims, paths) : claims).filter(([first]) => first !== 'vct')
      : [],
  isHolderBound: true,
  authorities: new Set(),
})

/** The claims at these paths, and the type. */
function only(claims: JsonObject, paths: readonly ClaimPath[]): JsonObject {
  const prune = (value: unknown, under: readonly ClaimPath[]): unknown => {
    if (under.some((path) => path.length === 0)) return value
    return Object.fromEntries(
      Object.entries(value as object)
        .filter(([name]) => under.some(([first]) => first === name))
        .map(([name, inner]) => [
          name,
          prune(
            inner,
            under.filter(([first]) => first === name).map(([, ...rest]) => rest),
          ),
        ]),
    )
  }
  return prune(claims, [...paths, ['vct']]) as JsonObject
}

describe('the queries of the specification', () => {
  test.each(expected.matching)(
    '$query: $satisfied, $why',
    ({ query: file, wallet, satisfied, return: answer }) => {
      const document = vector(file)
      const query = parseDcqlQuery(document.dcql_query ?? document)
      const answered = query.credentials.filter((one) =>
        Object.values(wallet).some((held) => answerOf(one, shown(held)).fault === null),
      )
      expect(isSatisfied(query, new Set(answered.map(({ id }) => id)))).toBe(satisfied)
      for (const [id, { credential, disclose }] of Object.entries(answer ?? {})) {
        const one = query.credentials.find((each) => each.id === id) as CredentialQuery
        const presented = shown(wallet[credential] as Held, disclose)
        expect(answerOf(one, presented)).toMatchObject({ fault: null, unasked: [] })
      }
    },
  )

  test.each(expected.matching.filter(({ query }) => !query.startsWith('request/')))(
    'another implementation says the same of $query: $satisfied, $why',
    ({ query: file, wallet, satisfied }) => {
      const query = Oracle.parse(vector(file))
      const credentials = Object.values(wallet).map(({ format, claims }) => ({
        credential_format: 'dc+sd-jwt' as const,
        vct: String(claims.vct),
        claims: claims as Record<string, string>,
        cryptographic_holder_binding: true,
        ...(format !== 'dc+sd-jwt' && { vct: 'other' }),
      }))
      expect(Oracle.query(query, credentials).can_be_satisfied).toBe(satisfied)
    },
  )

  test.each(expected.invalidQueries)('refused: $why', ({ query }) => {
    expect(() => parseDcqlQuery(query)).toThrow(expect.objectContaining({ code: 'dcql_query_invalid' }))
  })

  test.each(expected.validQueries)('taken: $why', ({ query }) => {
    expect(parseDcqlQuery(query)).not.toHaveProperty('future')
  })

  test('what nobody knows of a query is passed over', () => {
    const claims = [{ path: ['a'], more: 1 }]
    const query = { credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: {}, claims, more: 1 }], more: 1 }
    expect(JSON.stringify(parseDcqlQuery(query))).not.toContain('more')
  })

  test('a query that points at one claim twice is refused', () => {
    const claims = [{ path: ['a'] }, { path: ['a'] }]
    const query = { credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: {}, claims }] }
    expect(() => parseDcqlQuery(query)).toThrow(expect.objectContaining({ code: 'dcql_query_invalid' }))
  })
})

describe('a presentation is held against its query again', () => {
  const query = (more: object = {}) =>
    parseDcqlQuery({
      credentials: [
        {
          id: 'a',
          format: 'dc+sd-jwt',
          meta: { vct_values: ['urn:a'] },
          claims: [{ path: ['name'] }],
          ...more,
        },
      ],
    }).credentials[0] as CredentialQuery
  const good: Presented = {
    format: 'dc+sd-jwt',
    types: ['urn:a'],
    document: { vct: 'urn:a', name: 'Ada', ages: [17, 18], nested: { x: 1, y: 2 } },
    disclosedPaths: [['name']],
    isHolderBound: true,
    authorities: new Set([authority('aki', 's9tIpPmhxdiuNkHMEWNpYim8S8Y')]),
  }

  test.each<[string, object, Partial<Presented>, string | null]>([
    ['as asked', {}, {}, null],
    ['another format', {}, { format: 'jwt_vc_json' }, 'format_not_asked'],
    ['another type', {}, { types: ['urn:b'] }, 'type_not_asked'],
    ['without proof of its holder', {}, { isHolderBound: false }, 'holder_binding_missing'],
    [
      'without that proof, where none is asked',
      { require_cryptographic_holder_binding: false },
      { isHolderBound: false },
      null,
    ],
    ['a claim less', {}, { document: { vct: 'urn:a' } }, 'claims_missing'],
    ['another value', { claims: [{ path: ['name'], values: ['Bob'] }] }, {}, 'claim_value_not_accepted'],
    [
      'a value of another kind',
      { claims: [{ path: ['ages', 1], values: ['18'] }] },
      {},
      'claim_value_not_accepted',
    ],
    [
      'one accepted value among others',
      { claims: [{ path: ['ages', null], values: [18] }] },
      {},
      'claim_value_not_accepted',
    ],
    [
      'an authority that vouches',
      { trusted_authorities: [{ type: 'aki', values: ['x', 's9tIpPmhxdiuNkHMEWNpYim8S8Y'] }] },
      {},
      null,
    ],
    [
      'an authority that does not',
      { trusted_authorities: [{ type: 'aki', values: ['x'] }] },
      {},
      'authority_not_trusted',
    ],
    [
      'an authority of another kind',
      { trusted_authorities: [{ type: 'etsi_tl', values: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] }] },
      {},
      'authority_not_trusted',
    ],
  ])('%s', (_, more, changed, fault) => {
    expect(answerOf(query(more), { ...good, ...changed }).fault).toBe(fault)
  })

  test('more than was asked is seen, and what lies in or around what was asked is not more', () => {
    const unasked = (paths: Presented['disclosedPaths'], more: object = {}) =>
      answerOf(query(more), { ...good, disclosedPaths: paths }).unasked
    expect(unasked([['name'], ['ages'], ['ages', 0]])).toEqual([['ages'], ['ages', 0]])
    expect(unasked([['nested'], ['nested', 'x']], { claims: [{ path: ['nested', 'x'] }] })).toEqual([])
    expect(unasked([['nested', 'y']], { claims: [{ path: ['nested', 'x'] }] })).toEqual([['nested', 'y']])
    expect(unasked([['name']], { claims: undefined })).toEqual([['name']])
  })
})
