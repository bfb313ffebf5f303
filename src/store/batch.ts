import type { Refusal } from '../core/index.ts'
import type { Store, Tx } from './store.ts'

/**
 * Commits what arrives together in one transaction: while one batch is being written the next one collects.
 * One commit to disk then serves many callers, and each is answered only after it.
 *
 * `run` gets the inputs in order and returns an answer for each; a {@link Refusal} as an answer is thrown to its
 * caller alone, an exception fails the whole batch and writes nothing.
 */
export function createBatch<I, O>(
  store: Store,
  run: (tx: Tx, inputs: readonly I[]) => Promise<readonly (O | Refusal)[]>,
  maxSize = 64,
): (input: I) => Promise<O> {
  interface Waiting {
    readonly input: I
    readonly resolve: (output: O) => void
    readonly reject: (error: unknown) => void
  }
  const waiting: Waiting[] = []
  let busy = false

  const drain = async () => {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxSize)
      try {
        const inputs = batch.map(({ input }) => input)
        const outputs = await store.transact((tx) => run(tx, inputs))
        batch.forEach(({ resolve, reject }, at) => {
          const output = outputs[at]
          if (output instanceof Error) reject(output)
          else resolve(output as O)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  return (input) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      // A turn of the event loop lets the requests that arrived with this one join its commit.
      if (!busy) {
        busy = true
        // Its own transaction, also when the first caller is in one that may fail.
        store.detached(() => setImmediate(drain))
      }
    })
}
