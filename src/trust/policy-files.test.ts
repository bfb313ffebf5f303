import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isWholeSet, loadPolicies, type PolicyPart, policyDigest, policyParts } from './policy-files.ts'

test('version 1 of the TTP-policy is there in Dutch and English, in seven parts', () => {
  const [policy] = loadPolicies('policy')
  expect(policy).toMatchObject({ id: 'ttp-policy', version: 1 })
  expect(policy?.documents.map(({ lang }) => lang)).toEqual(['nl', 'en'])
  for (const document of policy?.documents ?? []) expect(document.text.match(/^## \d\. /gm)).toHaveLength(7)
})

test('version 2 is a set of seven documents, each in Dutch and English', () => {
  const policy = loadPolicies('policy')[1]
  expect(policy?.documents.map(({ part, lang }) => [part, lang])).toEqual(
    policyParts.flatMap((part) => [
      [part, 'nl'],
      [part, 'en'],
    ]),
  )
})

test.each([
  ['one text in Dutch', [['nl']], true],
  ['one text in English', [['en']], false],
  ['a part beside a whole', [['nl'], ['nl', 'sla']], false],
  [
    'a part that is missing in English',
    policyParts.map((part) => ['nl', part]).concat([['en', 'sla']]),
    false,
  ],
  ['every part in Dutch', policyParts.map((part) => ['nl', part]), true],
  ['a part twice', [...policyParts.slice(1), 'sla'].map((part) => ['nl', part]), false],
])('%s as a policy: %s', (_what, documents, isWhole) => {
  const named = documents.map(([lang, part]) => ({ lang, part }) as { lang: 'nl'; part?: PolicyPart })
  expect(isWholeSet(named)).toBe(isWhole)
})

test('what parties signed for in version 1 never changes', () => {
  expect(loadPolicies('policy')[0]?.digest).toBe('sha-256:IXtuwFh-MO5adH7LIeKRK5NcNEdWoODyqn1CWQvEzyE')
})

test('it takes effect at midnight in Amsterdam', () => {
  expect(new Date(loadPolicies('policy')[0]?.effectiveAt ?? 0).toISOString()).toBe('2025-12-31T23:00:00.000Z')
})

describe('the digest of a policy', () => {
  const document = { lang: 'nl' as const, title: 'Titel', file: 'nl.md', digest: `sha-256:${'A'.repeat(43)}` }
  const policy = { id: 'ttp-policy', version: 1, effective: '2026-01-01', documents: [document] }

  test.each([
    { version: 2 },
    { id: 'other' },
    { effective: '2026-01-02' },
    { documents: [{ ...document, digest: `sha-256:${'B'.repeat(43)}` }] },
    { documents: [{ ...document, lang: 'en' as const }] },
  ])('changes with %j', (change) => {
    expect(policyDigest({ ...policy, ...change })).not.toBe(policyDigest(policy))
  })

  test('does not depend on the order of members or on file names', () => {
    const { documents, effective, version, id } = policy
    const moved = documents.map((entry) => ({ ...entry, file: 'other.md' }))
    expect(policyDigest({ documents: moved, effective, version, id })).toBe(policyDigest(policy))
  })
})

describe('a policy that cannot be relied on stops the start', () => {
  let dir: string
  const at = (file: string) => join(dir, 'ttp-policy/1', file)
  const edit = (change: (policy: Record<string, unknown>) => void) => {
    const policy = JSON.parse(readFileSync(at('policy.json'), 'utf8'))
    change(policy)
    writeFileSync(at('policy.json'), JSON.stringify(policy))
  }
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'regie-policy-'))
    cpSync('policy', dir, { recursive: true })
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test('one letter changed in a published text, with the digest it has now', () => {
    writeFileSync(at('en.md'), readFileSync(at('en.md'), 'utf8').replace('thirty', 'twenty'))
    expect(() => loadPolicies(dir)).toThrow(
      expect.objectContaining({
        code: 'policy_text_changed',
        params: { file: 'ttp-policy/1/en.md', digest: expect.stringMatching(/^sha-256:/) },
      }),
    )
  })

  test.each([
    ['a text is gone', () => rmSync(at('nl.md')), 'policy_unreadable'],
    ['a text is too large', () => writeFileSync(at('nl.md'), 'x'.repeat(300_000)), 'policy_unreadable'],
    ['policy.json is gone', () => rmSync(at('policy.json')), 'policy_unreadable'],
    ['policy.json is not JSON', () => writeFileSync(at('policy.json'), '{'), 'policy_invalid'],
    [
      'another version than its folder',
      () => edit((policy) => Object.assign(policy, { version: 2 })),
      'policy_invalid',
    ],
    [
      'another id than its folder',
      () => edit((policy) => Object.assign(policy, { id: 'other' })),
      'policy_invalid',
    ],
    [
      'a day that does not exist',
      () => edit((p) => Object.assign(p, { effective: '2026-02-30' })),
      'policy_invalid',
    ],
    ['an unknown member', () => edit((policy) => Object.assign(policy, { text: '' })), 'policy_invalid'],
    ['no Dutch text', () => edit((policy) => (policy.documents as object[]).shift()), 'policy_invalid'],
    [
      'a language twice',
      () => edit((policy) => (policy.documents as object[]).push((policy.documents as object[])[0] ?? {})),
      'policy_invalid',
    ],
    [
      'a text outside its folder',
      () =>
        edit((policy) =>
          Object.assign((policy.documents as object[])[0] ?? {}, { file: '../../purposes.md' }),
        ),
      'policy_invalid',
    ],
    ['no policies', () => rmSync(join(dir, 'ttp-policy'), { recursive: true }), 'policy_unreadable'],
    ['no folder', () => rmSync(dir, { recursive: true }), 'policy_unreadable'],
  ])('%s', (_, spoil, code) => {
    spoil()
    expect(() => loadPolicies(dir)).toThrow(expect.objectContaining({ code }))
  })

  test('versions come in order, tenth after third', () => {
    for (const version of [10, 3]) {
      mkdirSync(join(dir, `ttp-policy/${version}`))
      cpSync(at('.'), join(dir, `ttp-policy/${version}`), { recursive: true })
      const file = join(dir, `ttp-policy/${version}/policy.json`)
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }))
    }
    expect(loadPolicies(dir).map(({ version }) => version)).toEqual([1, 2, 3, 10])
  })
})
