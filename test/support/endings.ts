import { afterAll } from 'vitest'

const endings: (() => unknown)[] = []

// Registered while the file is read: an `afterAll` inside another hook is never called.
afterAll(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Does this after the tests of the file, the last first, wherever it is called from. */
export const atEnd = (end: () => unknown): void => {
  endings.push(end)
}
