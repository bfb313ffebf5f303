import { describe, expect, test } from 'vitest'
import type { CheckedFile } from './checked-file.ts'
import { defaultMonths, type Evidence, type ImportedRelation } from './import/index.ts'
import { proposalsOf } from './proposals.ts'

const relation = (more: Partial<ImportedRelation> = {}): ImportedRelation => ({
  source: 'xaf',
  sourceId: '1',
  name: 'Eerste B.V.',
  kvk: '48000001',
  roles: ['customer'],
  isCompany: true,
  ...more,
})

const booked = (last: string, sales = 100): Evidence => ({
  last,
  lastAny: last,
  count: 1,
  sales,
  purchases: 0,
})

const auditFile = (
  until: string | null,
  evidence: readonly (readonly [string, Evidence])[],
  relations: readonly ImportedRelation[],
  scope: string | null = 'xaf:ADM',
): CheckedFile => ({
  head: { name: `${until}.xaf`, format: 'xaf', scope, books: { until, evidence }, warnings: [] },
  good: relations.map((one, at) => ({ nr: at + 1, relation: one, notices: [] })),
  bad: [],
})

const list = (...relations: readonly ImportedRelation[]): CheckedFile => ({
  head: { name: 'list.csv', format: 'csv', scope: 'csv:snelstart', books: null, warnings: [] },
  good: relations.map((one, at) => ({ nr: at + 1, relation: { ...one, source: 'csv' }, notices: [] })),
  bad: [],
})

const propose = (...files: readonly CheckedFile[]) => proposalsOf(files, defaultMonths)

describe('books of several years', () => {
  const last = auditFile('2024-12-31', [['1', booked('2024-11-01')]], [relation()])
  const now = auditFile(
    '2026-10-28',
    [['2', booked('2026-10-28')]],
    [relation(), relation({ sourceId: '2', kvk: '48000002' })],
  )

  test('count together: who was active two years ago is not active now', () => {
    const [active, other] = propose(last, now)
    expect(active).toMatchObject({ key: 'kvk:48000002', proposed: true })
    expect(other).toMatchObject({ key: 'kvk:48000001', proposed: false })
    expect(other?.content.books).toMatchObject({ activity: 'dormant', until: '2026-10-28' })
  })

  test('a relation that both years list is counted once', () => {
    const again = auditFile('2026-10-28', [['1', booked('2026-01-01')]], [relation()])
    const [one] = propose(last, again)
    expect(one?.records).toHaveLength(2)
    expect(one?.content.books.evidence).toMatchObject({ count: 2, sales: 200, last: '2026-01-01' })
  })

  test('two accounts of one company are added up', () => {
    const evidence = [
      ['1', booked('2026-10-01', 100)],
      ['7', booked('2026-09-01', 50)],
    ] as const
    const [one] = propose(auditFile('2026-10-28', evidence, [relation(), relation({ sourceId: '7' })]))
    expect(one?.content.books.evidence).toMatchObject({ count: 2, sales: 150, last: '2026-10-01' })
  })

  test('a number means something only within its administration', () => {
    const anonymous = (name: string) =>
      auditFile(null, [], [relation({ name, kvk: undefined as never })], null)
    const nameless = [anonymous('Eerste'), anonymous('Tweede')].map((file) => ({
      ...file,
      good: file.good.map(({ relation: { kvk: _, ...rest }, ...record }) => ({ ...record, relation: rest })),
    }))
    expect(propose(...nameless)).toHaveLength(2)
  })
})

describe('records of one company', () => {
  test('gaps are filled from the others and the order does not matter', () => {
    const a = list(relation({ email: 'a@x.example' }))
    const b = list(relation({ phone: '1', sourceId: '2', name: 'Eerste bv' }))
    const c = auditFile('2026-10-28', [['1', booked('2026-10-28')]], [relation({ roles: ['supplier'] })])
    const [one] = propose(a, b, c)
    expect(one?.content).toMatchObject({
      name: 'Eerste B.V.',
      roles: ['customer', 'supplier'],
      details: { email: 'a@x.example', phone: '1' },
      books: { activity: 'active' },
    })
    expect(propose(c, b, a)).toEqual([one])
  })

  test('look-alikes without the same KVK number stay apart and name each other', () => {
    const { kvk: _, ...without } = relation({ vat: 'NL899102256B01', sourceId: '2', name: 'Eerste' })
    const found = propose(list(relation({ vat: 'NL899102256B01' }), without))
    expect(found.map(({ key, duplicates }) => [key, duplicates])).toEqual([
      ['vat:NL899102256B01', [{ key: 'kvk:48000001', on: ['vat'] }]],
      ['kvk:48000001', [{ key: 'vat:NL899102256B01', on: ['vat'] }]],
    ])
  })
})

describe('who can be a partner', () => {
  const { kvk: _, ...nobody } = relation({ isCompany: false, name: 'Diverse debiteuren', roles: [] })
  test.each([
    ['a company', relation(), 'organisation'],
    ['a private customer', { ...nobody, roles: ['customer'] as const }, 'person'],
    ['a collective account', nobody, 'collective_account'],
  ])('%s', (_what, one, kind) => {
    const [found] = propose(auditFile('2026-10-28', [['1', booked('2026-10-28')]], [one]))
    expect(found).toMatchObject({ kind, proposed: kind === 'organisation' })
  })

  test('a list does not tell collective accounts from persons', () => {
    expect(propose(list(nobody))).toMatchObject([{ kind: 'person', proposed: false }])
  })
})
