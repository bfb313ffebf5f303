import { median } from './interleave.ts'
import type { BenchRow } from './row.ts'
import { startWorker, type Turn, type Worker } from './turns.ts'

const ROUNDS = 9
/** Chosen so that a turn of either takes about as long. */
const TIMES = { ours: 1_600, veramo: 96 }

/**
 * A credential issued and kept: ours with its status entry and its row in one synced SQLite file, against stock Veramo
 * that creates and saves one. Both on 16 at a time, in turns.
 */
export async function benchIssue(): Promise<BenchRow[]> {
  const ours = await startWorker(new URL('./issue-ours.ts', import.meta.url))
  const veramo = await startWorker(new URL('./issue-veramo.ts', import.meta.url))
  try {
    // The first turns are the compiler's.
    for (let turn = 0; turn < 3; turn++) await both(ours, veramo)
    const rounds: Awaited<ReturnType<typeof both>>[] = []
    while (rounds.length < ROUNDS) rounds.push(await both(ours, veramo))
    const rate = (who: 'ours' | 'veramo', cost: keyof Turn) => (round: (typeof rounds)[number]) =>
      TIMES[who] / round[who][cost]
    const middle = (measure: (round: (typeof rounds)[number]) => number) => median(rounds.map(measure))
    const ratio = (cost: keyof Turn) =>
      middle((round) => rate('ours', cost)(round) / rate('veramo', cost)(round))
    return [
      {
        name: 'Issue through the service, 16 at a time, against stock Veramo create and save',
        ours: middle(rate('ours', 'seconds')),
        peer: middle(rate('veramo', 'seconds')),
        unit: 'credentials per second',
        ratio: ratio('seconds'),
        target: '≥ 10×',
        ok: ratio('seconds') >= 10,
        note: `per CPU second ${ratio('cpuSeconds').toFixed(1)}×`,
      },
    ]
  } finally {
    await Promise.all([ours.stop(), veramo.stop()])
  }
}

async function both(ours: Worker, veramo: Worker): Promise<{ readonly ours: Turn; readonly veramo: Turn }> {
  return { ours: await ours.turn(TIMES.ours), veramo: await veramo.turn(TIMES.veramo) }
}
