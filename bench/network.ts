import { ensureBuilt } from '../test/support/build.ts'
import { startTestNetwork, type TestNetwork } from '../test/support/network.ts'
import { storeGrants } from './grants.ts'
import { median } from './interleave.ts'
import { closedLoop, openLoop, quantile } from './load.ts'
import { type CostedLoad, costed, describeCost, describeLatency, openReader, type Reader } from './reads.ts'
import { atLeast, atMost, type BenchRow } from './row.ts'
import { benchStart } from './start.ts'
import { tellStory } from './story.ts'

const AT_A_TIME = 16
/** Until the compiler is done with what every read does. */
const WARM_UP_SECONDS = 12
const ROUNDS = 7
const ROUND_SECONDS = 2.5
const FEW_GRANTS = 1_000
const MANY_GRANTS = 1_000_000
const OPEN_PER_SECOND = 150
const OPEN_ROUNDS = 5
const OPEN_SECONDS = 5

/** A network in which an employee of the company reads under a grant of the partner. */
interface ReadingNetwork {
  readonly reader: Reader
  readonly pids: { readonly company: number; readonly partner: number }
}

/**
 * The embedded network as `npm start` runs it, every node a process of its own: how soon it is ready, how fast one
 * reads under a grant, and what an idle node takes. A second one, whose partner gave a million grants, is read from in
 * turns with the first.
 */
export async function benchNetwork(): Promise<BenchRow[]> {
  await ensureBuilt()
  const began = performance.now()
  const network = await startTestNetwork()
  const seconds = (performance.now() - began) / 1000
  try {
    const reads = await benchReads(network)
    return [
      ...reads,
      atMost(
        'Network of three nodes and a chain, first start: ready',
        seconds,
        10,
        's',
        'with keys and DIDs',
      ),
      ...(await benchStart(network)),
    ]
  } finally {
    await network.dispose()
  }
}

async function benchReads(network: TestNetwork): Promise<BenchRow[]> {
  const other = await startTestNetwork()
  try {
    const few = await prepare(network, FEW_GRANTS)
    const many = await prepare(other, MANY_GRANTS)
    const usual: CostedLoad[] = []
    const crowded: CostedLoad[] = []
    for (let round = 0; round < ROUNDS; round++) {
      usual.push(await closed(few, ROUND_SECONDS))
      crowded.push(await closed(many, ROUND_SECONDS))
    }
    const open: CostedLoad[] = []
    while (open.length < OPEN_ROUNDS)
      open.push(
        await costed(few.pids, () =>
          openLoop(few.reader.read, { perSecond: OPEN_PER_SECOND, seconds: OPEN_SECONDS }),
        ),
      )
    await Promise.all([few.reader.close(), many.reader.close()])
    return rowsOf(usual, crowded, open)
  } finally {
    await other.dispose()
  }
}

async function prepare(network: TestNetwork, grants: number): Promise<ReadingNetwork> {
  const reader = openReader(await tellStory(network))
  await storeGrants(`${network.dataDir}/partner/regie.sqlite`, grants)
  const pids = { company: network.pid('company'), partner: network.pid('partner') }
  await closedLoop(reader.read, { atATime: AT_A_TIME, seconds: WARM_UP_SECONDS })
  return { reader, pids }
}

const closed = ({ pids, reader }: ReadingNetwork, seconds: number): Promise<CostedLoad> =>
  costed(pids, () => closedLoop(reader.read, { atATime: AT_A_TIME, seconds }))

function rowsOf(
  usual: readonly CostedLoad[],
  crowded: readonly CostedLoad[],
  rounds: readonly CostedLoad[],
): BenchRow[] {
  const [few, many] = [middle(usual), middle(crowded)]
  // A disk that stands still for a moment fills the tail of one round.
  const open = middle(rounds, (round) => quantile(round, 0.99))
  const tails = rounds.map((round) => quantile(round, 0.99).toFixed(0)).join(', ')
  const eachRound = (ratio: (few: CostedLoad, many: CostedLoad) => number) =>
    median(usual.map((round, at) => ratio(round, crowded[at] ?? round)))
  const slower = eachRound((a, b) => a.perSecond / b.perSecond)
  const partnerCpu = eachRound((a, b) => b.cpuMs.partner / a.cpuMs.partner)
  return [
    atLeast(
      'Read under a grant over HTTP, 16 at a time',
      few.perSecond,
      300,
      'reads per second',
      `${describeCost(few)}; ${describeLatency(few)}`,
    ),
    atMost(
      'the same at a steady 150 per second: p99',
      quantile(open, 0.99),
      60,
      'ms',
      `of five rounds: ${tails}; ${describeCost(open)}; p50 ${quantile(open, 0.5).toFixed(0)} ms`,
    ),
    {
      name: 'the same with 1,000,000 grants stored, against 1,000',
      ours: 1000 / many.perSecond,
      peer: 1000 / few.perSecond,
      unit: 'ms per read',
      ratio: slower,
      target: '≤ 1.3×',
      ok: slower <= 1.3,
      note: `the partner’s CPU per read ${partnerCpu.toFixed(2)}×`,
    },
  ]
}

/** The round in the middle: one that something else on the machine disturbed does not count. */
function middle(
  results: readonly CostedLoad[],
  by: (result: CostedLoad) => number = ({ perSecond }) => perSecond,
): CostedLoad {
  const sorted = [...results].sort((a, b) => by(a) - by(b))
  const found = sorted[Math.floor(sorted.length / 2)]
  if (!found) throw new Error('nothing was measured')
  return found
}
