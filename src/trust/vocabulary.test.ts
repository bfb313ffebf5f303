import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadVocabulary } from './vocabulary.ts'

const vocabulary = loadVocabulary('policy')

test('a purpose is found by its code and by its IRI', () => {
  const purpose = vocabulary.requirePurpose('order-management')
  expect(purpose.iri).toBe('https://w3id.org/dpv#CustomerOrderManagement')
  expect(purpose.label.nl).toBe('Bestellingen afhandelen')
  expect(vocabulary.requirePurpose(purpose.iri)).toBe(purpose)
})

test('a purpose that left the vocabulary is called by its IRI', () => {
  expect(vocabulary.purposeLabel('https://w3id.org/dpv#CustomerCare').nl).toBe('Klantenservice')
  expect(vocabulary.purposeLabel('https://w3id.org/dpv#Gone')).toEqual({
    nl: 'https://w3id.org/dpv#Gone',
    en: 'https://w3id.org/dpv#Gone',
  })
})

test('a legal basis is found by its code and by its IRI', () => {
  const basis = vocabulary.requireLegalBasis('contract')
  expect(basis).toMatchObject({ iri: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b', article: '6(1)(b)' })
  expect(vocabulary.requireLegalBasis(basis.iri)).toBe(basis)
})

test('the six legal bases of article 6 are there', () => {
  expect(vocabulary.legalBases.map(({ code }) => code)).toEqual([
    'consent',
    'contract',
    'legal-obligation',
    'vital-interest',
    'public-task',
    'legitimate-interest',
  ])
})

test.each(['', 'world-domination', 'Order-Management', 'contract', 'https://w3id.org/dpv#', 'toString'])(
  'the purpose %j is unknown',
  (purpose) => {
    expect(() => vocabulary.requirePurpose(purpose)).toThrow(
      expect.objectContaining({
        code: 'unknown_purpose',
        params: { known: expect.arrayContaining(['order-management']) },
      }),
    )
  },
)

test.each(['', 'because', 'order-management', 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-z'])(
  'the legal basis %j is unknown',
  (basis) => {
    expect(() => vocabulary.requireLegalBasis(basis)).toThrow(
      expect.objectContaining({ code: 'unknown_legal_basis' }),
    )
  },
)

describe('a broken file stops the start and is named', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'regie-vocabulary-'))
    cpSync('policy', dir, { recursive: true })
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const rewrite = (file: string, change: (terms: Record<string, unknown>[]) => unknown) =>
    writeFileSync(join(dir, file), JSON.stringify(change(JSON.parse(readFileSync(join(dir, file), 'utf8')))))

  test.each([
    [
      'purposes.json',
      'a code twice',
      (terms) => [...terms, { ...terms[0], iri: 'https://w3id.org/dpv#Other' }],
    ],
    ['purposes.json', 'an IRI twice', (terms) => [...terms, { ...terms[0], code: 'other' }]],
    ['purposes.json', 'an IRI of somebody else', ([term]) => [{ ...term, iri: 'https://example.org/dpv#X' }]],
    ['purposes.json', 'a label in one language', ([term]) => [{ ...term, label: { nl: 'Doel' } }]],
    ['legal-bases.json', 'no article', ([term]) => [{ ...term, article: undefined }]],
    ['legal-bases.json', 'no terms', () => []],
    ['legal-bases.json', 'not a list', () => ({})],
  ] satisfies [string, string, (terms: Record<string, unknown>[]) => unknown][])(
    '%s: %s',
    (file, _, change) => {
      rewrite(file, change)
      expect(() => loadVocabulary(dir)).toThrow(
        expect.objectContaining({ code: 'vocabulary_invalid', params: { file } }),
      )
    },
  )

  test('a file that is gone', () => {
    rmSync(join(dir, 'purposes.json'))
    expect(() => loadVocabulary(dir)).toThrow(
      expect.objectContaining({ code: 'vocabulary_invalid', params: { file: 'purposes.json' } }),
    )
  })
})
