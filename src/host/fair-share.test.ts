import { expect, test } from 'vitest'
import { FairShare } from './fair-share.ts'

const of = () => new FairShare({ perSecond: 2, burst: 3, inFlight: 2, diskBytes: 0 })

test('after a quiet while a few at once, then as many as a second brings', () => {
  const shares = of()
  const taken = (now: number) => {
    const giveBack = shares.take('a', now)
    giveBack?.()
    return giveBack !== null
  }
  expect([taken(0), taken(0), taken(0), taken(0)]).toEqual([true, true, true, false])
  expect([taken(400), taken(500), taken(500)]).toEqual([false, true, false])
})

test('what is under way takes a place, until it is done', () => {
  const shares = of()
  const first = shares.take('a', 0)
  shares.take('a', 0)
  expect(shares.take('a', 10_000)).toBeNull()
  first?.()
  expect(shares.take('a', 10_000)).not.toBeNull()
})

test('one that has had its share takes nothing from another', () => {
  const shares = of()
  while (shares.take('a', 0));
  expect(shares.take('b', 0)).not.toBeNull()
})
