import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadCredentialTypes } from '../credentials/index.ts'
import { loadPresets } from './load-presets.ts'
import { bindQuery, needsFacts, type Preset } from './preset.ts'

const types = loadCredentialTypes('credentials', 'schemas')
const presets = loadPresets('policy/presets', types)
const preset = (name: string) => presets.find((one) => one.name === name) as Preset
const employer = 'did:ethr:0x7a69:0xabc'
const facts = { policy_digest: 'sha256:now' }

test('the presets that come along can be read, in both languages', () => {
  expect(presets.map(({ name }) => name)).toEqual([
    'employee-role',
    'policy-accepted',
    'registered-company',
    'sign-in',
  ])
  expect(presets.filter(needsFacts).map(({ name }) => name)).toEqual(['policy-accepted'])
})

test('parameters and facts take their places in the query', () => {
  const claims = bindQuery(preset('employee-role'), { employer, role: 'buyer' }, null).credentials[0]?.claims
  expect(claims).toContainEqual({ path: ['role'], values: ['buyer'] })
  expect(claims).toContainEqual({ path: ['employer', 'did'], values: [employer] })
  const policy = bindQuery(preset('policy-accepted'), {}, facts).credentials[0]?.claims
  expect(policy).toContainEqual({ path: ['policy', 'digest'], values: ['sha256:now'] })
})

test('what the network must say is never left out', () => {
  expect(() => bindQuery(preset('policy-accepted'), {}, null)).toThrow('policy_digest')
})

test('a parameter that is left out restricts nothing; its claim is asked for', () => {
  const claims = bindQuery(preset('employee-role'), { employer }, null).credentials[0]?.claims
  expect(claims).toContainEqual({ path: ['role'] })
})

test.each<[Record<string, string>, string]>([
  [{}, 'preset_parameter_missing'],
  [{ employer: 'a company' }, 'preset_parameter_invalid'],
  [{ employer: `${employer}\n` }, 'preset_parameter_invalid'],
  [{ employer, role: '{policy_digest}' }, 'preset_parameter_invalid'],
  [{ employer, salary: '1' }, 'preset_parameter_unknown'],
  [{ employer, __proto__x: '1' }, 'preset_parameter_unknown'],
])('parameters %j are refused: %s', (given, code) => {
  expect(() => bindQuery(preset('employee-role'), given, null)).toThrow(expect.objectContaining({ code }))
})

describe('a file that cannot be used stops the start', () => {
  const good = JSON.parse(readFileSync('policy/presets/employee-role.json', 'utf8'))
  const query = (changed: object) => ({
    ...good,
    dcql_query: { credentials: [{ ...good.dcql_query.credentials[0], ...changed }] },
  })
  test.each<[string, object]>([
    ['shape', { ...good, extra: 1 }],
    [
      'shape',
      { ...good, parameters: { ...good.parameters, role: { ...good.parameters.role, pattern: '^(' } } },
    ],
    ['dcql_query_invalid', { ...good, dcql_query: {} }],
    ['issuers_missing', { ...good, issuers: {} }],
    ['unknown_claim', query({ claims: [{ path: ['salary'] }] })],
    ['unknown_parameter', query({ claims: [{ path: ['role'], values: ['{salary}'] }] })],
    ['vct_values_missing', query({ meta: {} })],
    [
      'trusted_authority_unsupported',
      query({ trusted_authorities: [{ type: 'etsi_tl', values: ['https://lotl.example'] }] }),
    ],
  ])('%s', (reason, content) => {
    const dir = mkdtempSync(join(tmpdir(), 'regie-presets-'))
    writeFileSync(join(dir, 'one.json'), JSON.stringify(content))
    expect(() => loadPresets(dir, types)).toThrow(
      expect.objectContaining({ code: 'preset_invalid', params: { file: 'one.json', reason } }),
    )
    rmSync(dir, { recursive: true })
  })
})
