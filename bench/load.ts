import { setTimeout as pause } from 'node:timers/promises'

/** What a load came to. Latencies in milliseconds, sorted. */
export interface LoadResult {
  readonly perSecond: number
  readonly count: number
  readonly latencies: readonly number[]
}

/** Calls again as soon as an answer is there, so many at a time, for so long. */
export async function closedLoop(
  call: () => Promise<void>,
  { atATime, seconds }: { readonly atATime: number; readonly seconds: number },
): Promise<LoadResult> {
  const latencies: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  const caller = async () => {
    for (let start = performance.now(); start < end; start = performance.now()) {
      await call()
      latencies.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: atATime }, caller))
  return resultOf(latencies, performance.now() - began)
}

/**
 * Calls at a steady rate, whether or not answers are there. A latency counts from when the call was due, so that one
 * slow answer is not hidden by the calls it delays.
 */
export async function openLoop(
  call: () => Promise<void>,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<LoadResult> {
  const latencies: number[] = []
  const total = perSecond * seconds
  const began = performance.now()
  const calls: Promise<void>[] = []
  while (calls.length < total) {
    for (
      let due = dueAt(began, calls.length, perSecond);
      due <= performance.now() && calls.length < total;
    ) {
      const from = due
      calls.push(call().then(() => void latencies.push(performance.now() - from)))
      due = dueAt(began, calls.length, perSecond)
    }
    await pause(1)
  }
  await Promise.all(calls)
  return resultOf(latencies, performance.now() - began)
}

const dueAt = (began: number, nth: number, perSecond: number) => began + (nth * 1000) / perSecond

function resultOf(latencies: number[], ms: number): LoadResult {
  latencies.sort((a, b) => a - b)
  return { perSecond: latencies.length / (ms / 1000), count: latencies.length, latencies }
}

/** @param share such as 0.99 */
export const quantile = ({ latencies }: Pick<LoadResult, 'latencies'>, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
