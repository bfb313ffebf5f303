import { describe, expect, test } from 'vitest'
import type { InvitationState } from '../core/index.ts'
import { type DatedMove, forecast, LEAST, staysOf, stepLengths } from './forecast.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 22)

/** So many invitations that each took these days for a step, one state after the other. */
const history = (days: readonly number[], states: readonly InvitationState[]): DatedMove[] =>
  days.flatMap((day, nr) =>
    states.map((to, step) => ({ invitation: `i${nr}`, to, at: NOW - 100 * DAY + step * day * DAY })),
  )

const all = [
  'draft',
  'informed',
  'submitted',
  'investigating',
  'accepted',
  'policy_pending',
  'registered',
] as const

describe('how long a step lasts', () => {
  test.each([
    { days: [1, 2, 3, 4], median: null, p80: null, count: 4 },
    { days: [1, 2, 3, 4, 5], median: 3, p80: 4, count: 5 },
    { days: [1, 1, 1, 1, 60], median: 1, p80: 1, count: 5 },
    { days: [0, 0, 0, 0, 0], median: 0, p80: 0, count: 5 },
    { days: [9, 1, 5, 3, 7, 2, 8, 4, 6, 10], median: 5, p80: 8, count: 10 },
    { days: [], median: null, p80: null, count: 0 },
  ])('$days days: median $median, four of five within $p80', ({ days, ...expected }) => {
    const [, , submitted] = stepLengths(staysOf(history(days, ['submitted', 'investigating'])))
    expect(submitted).toEqual({ state: 'submitted', ...expected })
  })

  test('what did not go on along the road is no measure of how long a step lasts', () => {
    for (const end of ['withdrawn', 'rejected', 'declined_by_partner', 'stalled', 'draft'] as const)
      expect(staysOf(history([1, 2, 3, 4, 5], ['submitted', end])), end).toEqual([])
  })

  test('a step that was skipped counts for where it came from', () => {
    expect(staysOf(history([2], ['draft', 'submitted']))).toEqual([{ state: 'draft', ms: 2 * DAY }])
  })

  test('moves that came in another order are put right', () => {
    expect(staysOf(history([2], ['draft', 'submitted']).reverse())).toEqual([{ state: 'draft', ms: 2 * DAY }])
  })
})

describe('a forecast', () => {
  const known = stepLengths(staysOf(history(Array(LEAST).fill(4), all)))
  const none = stepLengths([])
  const at = (state: InvitationState, daysAgo: number, talkAt: number | null = null) => ({
    ...{ state, since: NOW - daysAgo * DAY },
    talkAt,
  })

  test('adds up what is left of the road', () => {
    expect(forecast(known, at('investigating', 1), NOW)).toEqual({
      next: { at: NOW + 3 * DAY, basis: 'history' },
      registered: { at: NOW + 11 * DAY, basis: 'history' },
      registeredP80: NOW + 11 * DAY,
    })
  })

  test('says when it is only aimed for, and then gives no worst case', () => {
    expect(forecast(none, at('investigating', 1), NOW)).toEqual({
      next: { at: NOW + 4 * DAY, basis: 'target' },
      registered: { at: NOW + 14 * DAY, basis: 'target' },
      registeredP80: null,
    })
  })

  test('rests on targets as soon as one step of the rest has too little history', () => {
    const some = stepLengths(staysOf(history(Array(LEAST).fill(4), all.slice(0, 5))))
    expect(forecast(some, at('investigating', 0), NOW)).toMatchObject({
      next: { basis: 'history' },
      registered: { basis: 'target' },
      registeredP80: null,
    })
  })

  test('of one that is late does not promise a date that is over', () => {
    const { next, registered } = forecast(known, at('accepted', 30), NOW)
    expect(next).toEqual({ at: NOW - 26 * DAY, basis: 'overdue' })
    expect(registered).toEqual({ at: NOW + 4 * DAY, basis: 'history' })
  })

  test.each([
    [NOW + DAY, 'talk'],
    [NOW - DAY, 'overdue'],
  ] as const)('of a stalled one is the next talk alone: %s %s', (talkAt, basis) => {
    expect(forecast(known, at('stalled', 9, talkAt), NOW)).toEqual({
      ...{ next: { at: talkAt, basis }, registered: null, registeredP80: null },
    })
    expect(forecast(known, at('stalled', 9), NOW).next).toBeNull()
  })

  test.each(['registered', 'rejected', 'declined_by_partner', 'withdrawn'] as const)(
    'of %s is none',
    (state) => {
      expect(forecast(known, at(state, 1), NOW)).toEqual({
        next: null,
        registered: null,
        registeredP80: null,
      })
    },
  )
})
