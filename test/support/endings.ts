const endings: (() => unknown)[] = []

/** Does this after the tests of the file, the last first, wherever it is called from: an `afterAll` inside another hook is never called. */
export const atEnd = (end: () => unknown): void => {
  endings.push(end)
}

/** For `test/support/setup.ts`. */
export async function end(): Promise<void> {
  for (const ending of endings.splice(0).reverse()) await ending()
}
