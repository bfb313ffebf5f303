import { describe, expect, test } from 'vitest'
import type { FileContent } from './checked-file.ts'
import { defaultMonths, type Evidence, type ImportedRelation } from './import/index.ts'
import type { Proposal } from './proposal.ts'
import { ProposalIndex } from './proposal-index.ts'

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
): FileContent => ({
  head: {
    name: `${until}.xaf`,
    format: 'xaf',
    scope,
    books: { until },
    warnings: [],
    relations: relations.length,
    rejected: 0,
  },
  books: evidence,
  good: relations.map((one, at) => ({ nr: at + 1, relation: one, notices: [] })),
  bad: [],
})

const list = (...relations: readonly ImportedRelation[]): FileContent => ({
  head: {
    name: 'list.csv',
    format: 'csv',
    scope: 'csv:snelstart',
    books: null,
    warnings: [],
    relations: relations.length,
    rejected: 0,
  },
  books: [],
  good: relations.map((one, at) => ({ nr: at + 1, relation: { ...one, source: 'csv' }, notices: [] })),
  bad: [],
})

/** All proposals as they are shown; each record is a portion of its own. */
async function propose(...files: readonly FileContent[]): Promise<Proposal[]> {
  const read = files.map(({ head, books, good }) => ({
    head,
    books: [async () => books],
    good: good.map((one) => async () => [one]),
  }))
  const index = await ProposalIndex.of(read, defaultMonths)
  const found = new Map<string, Proposal>()
  for await (const some of index.open(index.lines.map(({ key }) => key)))
    for (const one of some) found.set(one.key, one)
  return index.lines.flatMap(({ key }) => found.get(key) ?? [])
}

describe('books of several years', () => {
  const last = auditFile('2024-12-31', [['1', booked('2024-11-01')]], [relation()])
  const now = auditFile(
    '2026-10-28',
    [['2', booked('2026-10-28')]],
    [relation(), relation({ sourceId: '2', kvk: '48000002' })],
  )

  test('count together: who was active two years ago is not active now', async () => {
    const [active, other] = await propose(last, now)
    expect(active).toMatchObject({ key: 'kvk:48000002', proposed: true })
    expect(other).toMatchObject({ key: 'kvk:48000001', proposed: false })
    expect(other?.content.books).toMatchObject({ activity: 'dormant', until: '2026-10-28' })
  })

  test('a relation that both years list is counted once', async () => {
    const again = auditFile('2026-10-28', [['1', booked('2026-01-01')]], [relation()])
    const [one] = await propose(last, again)
    expect(one?.records).toHaveLength(2)
    expect(one?.content.books.evidence).toMatchObject({ count: 2, sales: 200, last: '2026-01-01' })
  })

  test('two accounts of one company are added up', async () => {
    const evidence = [
      ['1', booked('2026-10-01', 100)],
      ['7', booked('2026-09-01', 50)],
    ] as const
    const [one] = await propose(auditFile('2026-10-28', evidence, [relation(), relation({ sourceId: '7' })]))
    expect(one?.content.books.evidence).toMatchObject({ count: 2, sales: 150, last: '2026-10-01' })
  })

  test('a number means something only within its administration', async () => {
    const anonymous = (name: string) =>
      auditFile(null, [], [relation({ name, kvk: undefined as never })], null)
    const nameless = [anonymous('Eerste'), anonymous('Tweede')].map((file) => ({
      ...file,
      good: file.good.map(({ relation: { kvk: _, ...rest }, ...record }) => ({ ...record, relation: rest })),
    }))
    expect(await propose(...nameless)).toHaveLength(2)
  })
})

describe('records of one company', () => {
  test('gaps are filled from the others and the order does not matter', async () => {
    const a = list(relation({ email: 'a@x.example' }))
    const b = list(relation({ phone: '1', sourceId: '2', name: 'Eerste bv' }))
    const c = auditFile('2026-10-28', [['1', booked('2026-10-28')]], [relation({ roles: ['supplier'] })])
    const [one] = await propose(a, b, c)
    expect(one?.content).toMatchObject({
      name: 'Eerste B.V.',
      roles: ['customer', 'supplier'],
      details: { email: 'a@x.example', phone: '1' },
      books: { activity: 'active' },
    })
    expect(await propose(c, b, a)).toEqual([one])
  })

  test('look-alikes without the same KVK number stay apart and name each other', async () => {
    const { kvk: _, ...without } = relation({ vat: 'NL899102256B01', sourceId: '2', name: 'Eerste' })
    const found = await propose(list(relation({ vat: 'NL899102256B01' }), without))
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
  ])('%s', async (_what, one, kind) => {
    const [found] = await propose(auditFile('2026-10-28', [['1', booked('2026-10-28')]], [one]))
    expect(found).toMatchObject({ kind, proposed: kind === 'organisation' })
  })

  test('a list does not tell collective accounts from persons', async () => {
    expect(await propose(list(nobody))).toMatchObject([{ kind: 'person', proposed: false }])
  })
})
