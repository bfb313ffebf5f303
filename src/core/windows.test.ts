import { expect, test } from 'vitest'
import { Windows } from './windows.ts'

test('so many fit in a window, and each key has its own', () => {
  let now = 0
  const windows = new Windows({ now: () => now }, { ms: 60, most: 2 })
  const [first, second, third] = [windows.take('a'), windows.take('a'), windows.take('a')]
  expect([typeof first, typeof second, third]).toEqual(['function', 'function', null])
  expect(windows.take('b')).not.toBeNull()
  first?.()
  expect(windows.take('a')).not.toBeNull()
  expect(windows.take('a')).toBeNull()
  now = 59
  expect(windows.take('a')).toBeNull()
  now = 60
  expect(windows.take('a')).not.toBeNull()
})

test('what is taken off late counts for the window it was in', () => {
  let now = 0
  const windows = new Windows({ now: () => now }, { ms: 60, most: 1 })
  const first = windows.take('a')
  now = 60
  windows.take('a')
  first?.()
  expect(windows.take('a')).toBeNull()
})
