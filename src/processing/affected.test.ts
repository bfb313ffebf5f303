import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { affectedBy, logsOf } from './affected.ts'
import type { AccessLook } from './ports.ts'
import type { BreachScope, OwnLookRow } from './processing-tables.ts'

const partner = asDid('did:web:partner.example')
const bram = asDid('did:jwk:bram')
const scope = (given: Partial<BreachScope> = {}): BreachScope => ({
  ...{ from: 0, until: 100, askers: [], actors: [], tokens: [], grants: [], types: [] },
  ...given,
})
const other = (id: string, at: number, subjectParty: string, path: string): AccessLook => ({
  ...{
    id,
    at,
    subjectParty,
    asker: partner,
    grantId: 'g1',
    claims: [{ vct: 'contact-person', path: [path] }],
  },
})
const own = (id: string, given: Partial<OwnLookRow>): OwnLookRow => ({
  ...{ id, at: 5, actorParty: 'sanne', tokenId: 't1', partner, subject: bram, grantId: 'g2' },
  ...{ claims: ['contact-person.email'], ...given },
})
async function* each<T>(all: readonly T[]) {
  yield* all
}
const affected = (given: Partial<BreachScope>, others: AccessLook[], ours: OwnLookRow[]) =>
  affectedBy(scope(given), {
    ...{ others: each(others), ours: each(ours) },
    claimName: ({ vct, path }) => `${vct}.${path.join('.')}`,
  })

test('each data subject is named once, with the names of what was seen, how often and when', async () => {
  const looks = [
    other('1', 3, 'p1', 'email'),
    other('2', 9, 'p1', 'phone_number'),
    other('3', 4, 'p2', 'email'),
  ]
  expect(await affected({}, looks, [])).toEqual([
    {
      ...{ subject: { kind: 'ours', party: 'p1' }, by: [partner], grants: ['g1'], looks: 2 },
      ...{ claims: ['contact-person.email', 'contact-person.phone_number'], firstAt: 3, lastAt: 9 },
    },
    {
      ...{ subject: { kind: 'ours', party: 'p2' }, by: [partner], grants: ['g1'], looks: 1 },
      ...{ claims: ['contact-person.email'], firstAt: 4, lastAt: 4 },
    },
  ])
})

test('a stolen token counts without the other tokens of whose it was; an employee counts with all', async () => {
  const ours = [
    own('1', {}),
    own('2', { tokenId: 't2', subject: null, partner: 'row1', grantId: null, claims: ['name'] }),
    own('3', { tokenId: 't3', actorParty: 'piet', subject: asDid('did:jwk:els') }),
  ]
  const subjects = async (given: Partial<BreachScope>) =>
    (await affected(given, [], ours)).map(({ subject }) => subject.kind)
  expect(await subjects({ tokens: ['t1'] })).toEqual(['of_partner'])
  expect(await subjects({ tokens: ['t2'] })).toEqual(['imported'])
  expect(await subjects({ actors: ['sanne'] })).toEqual(['of_partner', 'imported'])
  expect(await subjects({})).toHaveLength(3)
  expect(await subjects({ grants: ['g2'], actors: ['sanne'] })).toEqual(['of_partner'])
})

test('types leave out what is of another, also where one name begins with the other', async () => {
  const looks = [other('1', 3, 'p1', 'email')]
  expect(await affected({ types: ['contact'] }, looks, [])).toEqual([])
  expect(await affected({ types: ['contact-person'] }, looks, [own('1', { claims: ['name'] })])).toHaveLength(
    1,
  )
})

test.each([
  [{}, { others: true, ours: true }],
  [{ askers: [partner] }, { others: true, ours: false }],
  [{ tokens: ['t1'] }, { others: false, ours: true }],
  [
    { askers: [partner], actors: ['sanne'] },
    { others: true, ours: true },
  ],
])('%j is about the logs %j', (given, logs) => {
  expect(logsOf(scope(given))).toEqual(logs)
})
