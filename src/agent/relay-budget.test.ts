import { expect, test } from 'vitest'
import { RelayBudget } from './relay-budget.ts'

const DAY = 86_400_000

function openBudget() {
  const clock = { at: 1_000, now: () => clock.at }
  const budget = new RelayBudget(clock)
  const spend = (controller: string, work: () => Promise<unknown> = async () => 'done') =>
    budget.spend(controller, work).catch(({ code }) => code)
  return { clock, spend }
}

test('twenty changes a day are paid for one controller, also when they fail, and others are left alone', async () => {
  const { clock, spend } = openBudget()
  for (let nr = 0; nr < 19; nr += 1) expect(await spend('a')).toBe('done')
  expect(await spend('a', () => Promise.reject({ code: 'relay_reverted' }))).toBe('relay_reverted')
  expect(await spend('a')).toBe('relay_budget_spent')
  expect(await spend('b')).toBe('done')
  clock.at += DAY - 1
  expect(await spend('a')).toBe('relay_budget_spent')
  clock.at += 1
  expect(await spend('a')).toBe('done')
})

test('of one controller five changes wait at once, and one that is done makes room', async () => {
  const { spend } = openBudget()
  const waiting: (() => void)[] = []
  const wait = () => new Promise<string>((done) => waiting.push(() => done('done')))
  const five = Array.from({ length: 5 }, () => spend('a', wait))
  expect(await spend('a')).toBe('relay_budget_spent')
  expect(await spend('b')).toBe('done')
  for (const end of waiting) end()
  expect(await Promise.all(five)).toEqual(Array(5).fill('done'))
  expect(await spend('a')).toBe('done')
})
