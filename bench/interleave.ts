/** Something to be repeated. */
export type Work = () => unknown

/** Turns taken before the first that counts: what runs for days is measured after the compiler is done with it. */
const WARM_UP_TURNS = 10

/**
 * Runs several kinds of work in turns, so that what else the machine does hits all of them alike.
 * @param rounds how often each gets its turn
 * @param times how often the work is done per turn
 * @returns for each kind the CPU seconds per piece of work, one figure per round
 */
export async function interleave<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { rounds, times }: { readonly rounds: number; readonly times: number },
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(works) as Name[]
  const spent = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (const name of names) await cpuSeconds(works[name], times * WARM_UP_TURNS)
  for (let round = 0; round < rounds; round++)
    for (const name of names) spent[name].push((await cpuSeconds(works[name], times)) / times)
  return spent
}

async function cpuSeconds(work: Work, times: number): Promise<number> {
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** The middle one: a round that something else disturbed does not count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
