const endings: (() => unknown)[] = []
let ended = false

/** For `test/support/setup.ts`: says that somebody ends what this file begins. */
export const willEnd = (): void => {
  ended = true
}

/**
 * Does this after the tests of the file, the last first, wherever it is called from: an `afterAll` inside another hook is
 * never called.
 */
export const atEnd = (end: () => unknown): void => {
  if (!ended)
    throw new Error('what begins here would go on for ever: test/support/setup.ts is not among setupFiles')
  endings.push(end)
}

/** For `test/support/setup.ts`. One that fails keeps none of the others from ending: they are processes and databases. */
export async function end(): Promise<void> {
  const failures: unknown[] = []
  // One ending may begin another.
  for (let ending = endings.pop(); ending; ending = endings.pop())
    await Promise.resolve()
      .then(ending)
      .catch((error: unknown) => failures.push(error))
  ended = false
  if (failures.length > 0) throw new AggregateError(failures, 'not everything of this file could be ended')
}
