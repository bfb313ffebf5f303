import type { Refusal } from '../core/index.ts'
import type { Store, Tx } from './store.ts'

const MAX_SIZE = 64

export interface BatchOptions {
  /** As `Store.transactAlone`: `run` hands its `tx` to all it calls. */
  readonly alone?: boolean
}

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
  { alone = false }: BatchOptions = {},
): (input: I) => Promise<O> {
  interface Waiting {
    readonly input: I
    readonly resolve: (output: O) => void
    readonly reject: (error: unknown) => void
  }
  const waiting: Waiting[] = []
  let busy = false
  const transact = (work: (tx: Tx) => Promise<readonly (O | Refusal)[]>) =>
    alone ? store.transactAlone(work) : store.transact(work)

  const drain = async () => {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_SIZE)
      try {
        const inputs = batch.map(({ input }) => input)
        const outputs = await transact((tx) => run(tx, inputs))
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
