import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import type { Partner } from '../partners/index.ts'
import { agesOf, type HeldValue, judge, pointsOf, staleAt, weights } from './judge.ts'

const DAY_MS = 86_400_000
const now = Date.UTC(2026, 10, 22, 12)
const did = asDid('did:web:bakkerij.example')
const rules = {
  staleMonths: 12,
  wanted: [
    { claim: 'company-profile.email', field: 'email' as const },
    { claim: 'company-profile.phone_number', field: 'phone' as const },
  ],
}
const partner = (details: Partner['content']['details'], updatedAt = now): Partner => ({
  row: { id: 'p1', did, updatedAt } as Partner['row'],
  content: { kind: 'organisation', name: 'Bakkerij', roles: [], books: { activity: 'unknown' }, details },
  contact: { noMarketingAt: null, restrictedAt: null, isErased: false },
})
const value = (over: Partial<HeldValue> = {}): HeldValue => ({
  ...{ claim: 'company-profile.email', subject: did, state: 'current' },
  ...{ asOf: now, checkedAt: null },
  ...over,
})
const found = { values: [] as HeldValue[], bounces: [], duplicates: 0 }
const codesOf = (one: Partner, over: Partial<Parameters<typeof judge>[1]> = {}, at = now) =>
  judge(one, { ...found, ...over }, rules, at).reasons.map(({ code, count, what }) => [code, count, ...what])

test('a partner of whom all is known, fresh and undisputed has no points', () => {
  const fine = partner({ email: 'a@b.example', phone: '0101234567' })
  expect(judge(fine, found, rules, now).reasons).toEqual([])
})

test('what is wanted is there when our copy has it, or the partner lets us see it', () => {
  expect(codesOf(partner({}))).toEqual([
    ['missing', 2, 'company-profile.email', 'company-profile.phone_number'],
  ])
  expect(codesOf(partner({ phone: '0101234567' }), { values: [value()] })).toEqual([])
  expect(codesOf(partner({ phone: '0101234567' }), { values: [value({ state: 'withdrawn' })] })).toEqual([
    ['missing', 1, 'company-profile.email'],
  ])
})

test('each value ages by itself; what its issuer confirms is as fresh as that', () => {
  const old = now - 366 * DAY_MS
  const one = partner({ email: 'a@b.example', phone: '0101234567' }, old)
  expect(codesOf(one, { values: [value({ asOf: old })] })).toEqual([
    ['stale', 3, 'email', 'phone', 'company-profile.email'],
  ])
  expect(codesOf(one, { values: [value({ asOf: old, checkedAt: now })] })).toEqual([
    ['stale', 2, 'email', 'phone'],
  ])
})

test('what we took over is as old as when it was read, the rest as the books', () => {
  const old = now - 366 * DAY_MS
  const one = partner({ email: 'a@b.example', phone: '0101234567' })
  const taken = {
    importedAt: old,
    fields: {
      email: { claim: 'x', grantId: 'g1', source: did, asOf: now, at: now, was: null },
    },
  }
  const ages = agesOf({ ...one, content: { ...one.content, taken } }, [], rules, now)
  expect(ages.map(({ what, stale }) => [what, stale])).toEqual([
    ['email', false],
    ['phone', true],
  ])
})

test('it is due again when the first value becomes stale', () => {
  const { nextAt } = judge(partner({ email: 'a', phone: 'b' }, now - DAY_MS), found, rules, now)
  expect(nextAt).toBe(staleAt(now - DAY_MS, 12))
  expect(judge(partner({ phone: 'b' }, now - 400 * DAY_MS), found, rules, now).nextAt).toBeNull()
})

test.each([
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-01-31', 1, '2026-02-28'],
  ['2026-12-15', 1, '2027-01-15'],
])('what is of %s is stale after %i months, on %s', (day, months, stale) => {
  expect(new Date(staleAt(Date.parse(day), months)).toISOString().slice(0, 10)).toBe(stale)
})

test('the points are the sum of what each reason weighs, and what does not work weighs most', () => {
  const bounces = [
    { what: 'email', kind: 'hard' as const },
    { what: 'phone', kind: 'soft' as const },
  ]
  const all = { values: [value({ state: 'changed' })], bounces, duplicates: 2 }
  const { reasons } = judge(partner({ email: 'a', phone: 'b' }), all, rules, now)
  expect(reasons.map(({ code, count }) => [code, count])).toEqual([
    ['bounced_hard', 1],
    ['outdated', 1],
    ['duplicate', 2],
    ['bounced_soft', 1],
  ])
  expect(pointsOf(reasons)).toBe(10 + 5 + 2 * 4 + 3)
  expect(Math.max(...Object.values(weights))).toBe(weights.bounced_hard)
})
