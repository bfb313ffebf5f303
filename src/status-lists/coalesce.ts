/** Work on a key that many ask for at once. */
export interface Coalesced<T> {
  /** The result of the run under way, or of a new one. */
  any(key: string): Promise<T>
  /** The result of a run that begins after this call: it sees all that happened before. Such calls share one run. */
  fresh(key: string): Promise<T>
}

interface Runs<T> {
  readonly current: Promise<T>
  next?: Promise<T>
}

/** Lets at most one run per key be under way and one wait for it. */
export function coalesce<T>(run: (key: string) => Promise<T>): Coalesced<T> {
  const running = new Map<string, Runs<T>>()
  const begin = (key: string): Promise<T> => {
    const current = run(key).finally(() => {
      if (!runs.next) running.delete(key)
    })
    const runs: Runs<T> = { current }
    running.set(key, runs)
    return current
  }
  return {
    any: (key) => running.get(key)?.current ?? begin(key),
    fresh: (key) => {
      const runs = running.get(key)
      if (!runs) return begin(key)
      runs.next ??= runs.current.then(
        () => begin(key),
        () => begin(key),
      )
      return runs.next
    },
  }
}
