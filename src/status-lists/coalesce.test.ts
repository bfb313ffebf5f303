import { expect, test } from 'vitest'
import { coalesce } from './coalesce.ts'

/** Runs that end when told, numbered by their beginning. */
function controlled() {
  const ends: ((failure?: Error) => void)[] = []
  const work = coalesce<number>(() => {
    const number = ends.length + 1
    return new Promise((resolve, reject) => {
      ends.push((failure) => (failure ? reject(failure) : resolve(number)))
    })
  })
  const end = async (run: number, failure?: Error) => {
    ends[run - 1]?.(failure)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { work, end, begun: () => ends.length }
}

test('who asks for any result joins the run under way', async () => {
  const { work, end, begun } = controlled()
  const both = [work.any('a'), work.any('a')]
  await end(1)
  expect(await Promise.all(both)).toEqual([1, 1])
  expect(begun()).toBe(1)
})

test('who asks for a fresh result never gets a run that began before, and shares the next', async () => {
  const { work, end, begun } = controlled()
  const first = work.any('a')
  const later = [work.fresh('a'), work.fresh('a'), work.fresh('a')]
  expect(begun()).toBe(1)
  await end(1)
  await end(2)
  expect([await first, ...(await Promise.all(later))]).toEqual([1, 2, 2, 2])
  expect(begun()).toBe(2)
})

test('a failed run fails those who joined it and not those who come after', async () => {
  const { work, end } = controlled()
  const failing = work.any('a')
  const later = work.fresh('a')
  failing.catch(() => undefined)
  await end(1, new Error('no'))
  await end(2)
  await expect(failing).rejects.toThrow('no')
  expect(await later).toBe(2)
  const again = work.any('a')
  await end(3)
  expect(await again).toBe(3)
})

test('keys do not wait for each other', async () => {
  const { work, end } = controlled()
  const [, b] = [work.any('a'), work.any('b')]
  await end(2)
  expect(await b).toBe(2)
})
