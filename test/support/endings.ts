const endings: (() => unknown)[] = []

/**
 * Does this after the tests of the file, the last first, wherever it is called from: an `afterAll` inside another hook is
 * never called.
 */
export const atEnd = (end: () => unknown): void => {
  endings.push(end)
}

/** For `test/support/setup.ts`. One that fails keeps none of the others from ending: they are processes and databases. */
export async function end(): Promise<void> {
  const failures: unknown[] = []
  for (const ending of endings.splice(0).reverse())
    await Promise.resolve()
      .then(ending)
      .catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'not everything of this file could be ended')
}
