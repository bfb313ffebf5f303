import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadCredentialTypes } from './load-credential-types.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'regie-types-'))
  mkdirSync(join(root, 'schemas'))
  mkdirSync(join(root, 'credentials'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const both = (key: string, nl: string, en: string, more = {}) => [
  { locale: 'nl', [key]: nl, ...more },
  { locale: 'en', [key]: en, ...more },
]

const claim = (path: readonly (string | null)[], more = {}) => ({
  path,
  display: both('label', 'Vergunning', 'Licence'),
  sd: 'always',
  mandatory: false,
  regie: { data_class: 'confidential' },
  ...more,
})

const licence = {
  type: {
    vct: 'urn:regie:credential:licence:1',
    name: 'Licence',
    description: 'A licence to advise on insurance.',
    display: both('name', 'Vergunning', 'Licence', { description: '.' }),
    regie: { about: 'organisation', issuers: 'trust-anchor', validity: 'P2Y', status: true },
    claims: [
      claim(['number'], { mandatory: true, sd: 'never' }),
      claim(['scopes']),
      claim(['scopes', null, 'code']),
      claim(['holder']),
    ],
  },
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    required: ['number'],
    properties: {
      number: { type: 'string', maxLength: 20 },
      scopes: {
        type: 'array',
        maxItems: 5,
        items: {
          type: 'object',
          additionalProperties: false,
          properties: { code: { type: 'string', maxLength: 5 } },
        },
      },
      holder: { $ref: '#/$defs/party' },
    },
    $defs: {
      party: {
        type: 'object',
        additionalProperties: false,
        properties: { name: { type: 'string', maxLength: 5 } },
      },
    },
  },
  example: { number: 'W-1', scopes: [{ code: 'A' }, { code: 'B' }], holder: { name: 'x' } } as unknown,
}
type Parts = { type: unknown; schema: unknown; example: unknown }

function write(name: string, parts: Partial<Parts>): void {
  mkdirSync(join(root, 'credentials', name), { recursive: true })
  const put = (path: string, value: unknown) =>
    value !== undefined &&
    writeFileSync(join(root, path), typeof value === 'string' ? value : JSON.stringify(value))
  put(`credentials/${name}/type.json`, parts.type)
  put(`credentials/${name}/example.json`, parts.example)
  put(`schemas/${name}.schema.json`, parts.schema)
}
const load = () => loadCredentialTypes(join(root, 'credentials'), join(root, 'schemas'))

test('a new type needs a folder and a schema, no code', () => {
  write('licence', licence)
  const type = load().byName('licence')
  expect(type.vct).toBe('urn:regie:credential:licence:1')
  expect(type.label(['scopes', 1, 'code'], 'nl')).toBe('Vergunning')
  expect(type.disclosablePaths({ number: 'W-1', scopes: [{ code: 'A' }, { code: 'B' }] })).toEqual([
    ['scopes'],
    ['scopes', 0, 'code'],
    ['scopes', 1, 'code'],
  ])
  expect(type.validateClaims({ number: 'W-2' })).toEqual({ ok: true })
  expect(type.validateClaims({ number: 7 })).toEqual({
    ok: false,
    errors: [{ path: ['number'], code: 'wrong_type' }],
  })
  expect(type.expiresAt(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2028, 0, 1))
})

const changed = (change: (parts: typeof licence) => void): Parts => {
  const copy = structuredClone(licence)
  change(copy)
  return copy
}
const without = (part: keyof Parts): Partial<Parts> => ({ ...licence, [part]: undefined })

describe('a broken file stops the start and is named', () => {
  const cases: [string, Partial<Parts>, string, object][] = [
    [
      'no type.json',
      without('type'),
      'credential_type_unreadable',
      { file: 'licence/type.json', reason: 'no_file' },
    ],
    [
      'no schema',
      without('schema'),
      'credential_type_unreadable',
      { file: 'licence.schema.json', reason: 'no_file' },
    ],
    ['no example', without('example'), 'credential_type_unreadable', { file: 'licence/example.json' }],
    ['not JSON', { ...licence, type: '{' }, 'credential_type_unreadable', { reason: 'json_invalid' }],
    [
      'a member twice',
      { ...licence, type: '{"vct":"a","vct":"b"}' },
      'credential_type_unreadable',
      { reason: 'json_duplicate_member' },
    ],
    ['a list', { ...licence, type: '[]' }, 'credential_type_unreadable', { reason: 'json_not_object' }],
    [
      'too much',
      { ...licence, type: ' '.repeat(300_000) },
      'credential_type_unreadable',
      { reason: 'json_too_large' },
    ],
    [
      'a misspelt member',
      changed((p) => Object.assign(p.type, { extend: 'x' })),
      'credential_type_invalid',
      { file: 'licence/type.json', reason: 'unrecognized_keys' },
    ],
    [
      'a language missing',
      changed((p) => p.type.display.pop()),
      'credential_type_invalid',
      { at: 'display' },
    ],
    [
      'an unknown issuer rule',
      changed((p) => Object.assign(p.type.regie, { issuers: 'anybody' })),
      'credential_type_invalid',
      { at: 'regie.issuers' },
    ],
    [
      'a validity of nothing',
      changed((p) => Object.assign(p.type.regie, { validity: 'P0D' })),
      'credential_type_invalid',
      { at: 'regie.validity' },
    ],
    [
      'an unknown data class',
      changed((p) => p.type.claims.push(claim(['x'], { regie: { data_class: 'secret' } }))),
      'credential_type_invalid',
      { at: 'claims.4.regie.data_class' },
    ],
    [
      'a claim of the token itself',
      changed((p) => p.type.claims.push(claim(['iss']))),
      'credential_type_invalid',
      { at: 'claims.4.path' },
    ],
    [
      'the same claim twice',
      changed((p) => p.type.claims.push(claim(['holder']))),
      'credential_type_duplicate',
      { reason: 'claim' },
    ],
    [
      'a claim the schema lacks',
      changed((p) => p.type.claims.push(claim(['nickname']))),
      'credential_type_invalid',
      { reason: 'claim_not_in_schema', at: 'nickname' },
    ],
    [
      'a claim without a description',
      changed((p) => Object.assign(p.schema.properties, { extra: { type: 'boolean' } })),
      'credential_type_invalid',
      { reason: 'claim_not_described', at: 'extra' },
    ],
    [
      'a member without a description beside one that has it',
      changed((p) =>
        Object.assign(p.schema.properties.scopes.items.properties, { level: { type: 'integer' } }),
      ),
      'credential_type_invalid',
      { reason: 'claim_not_described', at: 'scopes..level' },
    ],
    [
      'mandatory here and optional there',
      changed((p) => Object.assign(p.schema, { required: [] })),
      'credential_type_invalid',
      { reason: 'mandatory', at: 'number' },
    ],
    [
      'an open object',
      changed((p) => Object.assign(p.schema.$defs.party, { additionalProperties: true })),
      'credential_schema_invalid',
      { file: 'licence.schema.json', reason: 'open_object', at: 'holder' },
    ],
    [
      'text without a maximum',
      changed((p) => Object.assign(p.schema.properties, { number: { type: 'string' } })),
      'credential_schema_invalid',
      { reason: 'unbounded', at: 'number' },
    ],
    [
      'a list without a maximum',
      changed((p) => Object.assign(p.schema.properties.scopes, { maxItems: undefined })),
      'credential_schema_invalid',
      { reason: 'unbounded', at: 'scopes' },
    ],
    [
      'a claim of any type',
      changed((p) => Object.assign(p.schema.properties, { number: { maxLength: 5 } })),
      'credential_schema_invalid',
      { reason: 'untyped', at: 'number' },
    ],
    [
      'a reference to another server',
      changed((p) => Object.assign(p.schema.properties.holder, { $ref: 'https://schemas.example/party' })),
      'credential_schema_invalid',
      { reason: 'unresolvable', at: 'holder' },
    ],
    [
      'a schema that contains itself',
      changed((p) => Object.assign(p.schema.$defs.party.properties, { boss: { $ref: '#/$defs/party' } })),
      'credential_schema_invalid',
      { reason: 'too_deep' },
    ],
    [
      'another dialect',
      changed((p) => Object.assign(p.schema, { $schema: 'http://json-schema.org/draft-07/schema#' })),
      'credential_schema_invalid',
      { reason: 'dialect' },
    ],
    [
      'an unknown keyword',
      changed((p) => Object.assign(p.schema.properties.number, { maxLenght: 5 })),
      'credential_schema_invalid',
      { reason: 'does_not_compile' },
    ],
    [
      'an example that breaks the schema',
      { ...licence, example: { number: 5 } },
      'credential_example_invalid',
      { file: 'licence/example.json', reason: 'wrong_type', at: 'number' },
    ],
  ]
  test.each(cases)('%s', (_, parts, code, params) => {
    write('licence', parts)
    expect(load).toThrow(expect.objectContaining({ code, params: expect.objectContaining(params) }))
  })

  test('two types with one vct', () => {
    write('licence', licence)
    write('permit', licence)
    expect(load).toThrow(
      expect.objectContaining({
        code: 'credential_type_duplicate',
        params: { file: 'permit/type.json', reason: 'vct' },
      }),
    )
  })

  test('a folder name that cannot be written in a claim reference', () => {
    write('Licence.old', licence)
    expect(load).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ reason: 'folder_name' }) }),
    )
  })

  test('no types at all, and no folder', () => {
    expect(load).toThrow(expect.objectContaining({ params: { file: '.', reason: 'no_types' } }))
    expect(() => loadCredentialTypes(join(root, 'absent'), root)).toThrow(
      expect.objectContaining({ params: { file: '.', reason: 'no_folder' } }),
    )
  })

  test('the refusal tells no path of this machine', () => {
    write('licence', without('type'))
    expect(() => load()).toThrow(expect.not.objectContaining({ message: expect.stringContaining(root) }))
  })
})
