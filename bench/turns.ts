import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a turn cost. */
export interface Turn {
  readonly seconds: number
  /** CPU time, threads and all. */
  readonly cpuSeconds: number
}

/** A program that does a piece of work as often as it is asked to: in a process of its own, which pays for itself. */
export interface Worker {
  turn(times: number): Promise<Turn>
  stop(): Promise<void>
}

/** @param module what calls {@link takeTurns} */
export async function startWorker(module: URL): Promise<Worker> {
  const loader = new URL('./load-typescript.mjs', import.meta.url)
  const child = fork(fileURLToPath(module), { execArgv: ['--import', loader.href] })
  const ended = once(child, 'exit')
  const answer = async <T>(): Promise<T> => {
    const first = await Promise.race([once(child, 'message'), ended.then(() => null)])
    if (!first) throw new Error('what was to be measured ended')
    return first[0] as T
  }
  await answer<'ready'>()
  return {
    turn: (times) => {
      child.send(times)
      return answer<Turn>()
    },
    stop: async () => {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** The other end of {@link startWorker}. */
export function takeTurns(work: (times: number) => Promise<void>, end: () => Promise<void>): void {
  process.on('message', async (times: number) => {
    const cpu = process.cpuUsage()
    const began = performance.now()
    await work(times)
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    process.send?.({ seconds, cpuSeconds: (user + system) / 1e6 } satisfies Turn)
  })
  process.once('disconnect', () => void end().then(() => process.exit(0)))
  process.send?.('ready')
}
