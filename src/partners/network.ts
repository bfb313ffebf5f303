import { type Did, isRefusal } from '../core/index.ts'
import type { NetworkState } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'

/** An organisation in the registry of the trust anchor. */
export interface NetworkParty {
  readonly did: Did
  readonly name: string
  readonly wallet: string
  readonly state: 'active' | 'suspended'
}

/** Who is in the network; the trust room answers. */
export interface RegistryPort {
  /** @throws Refusal of kind `unavailable` when the trust anchor does not answer */
  find(did: Did): Promise<NetworkParty | null>
  /** @throws Refusal of kind `unavailable` when the trust anchor does not answer */
  findByKvk(kvk: string): Promise<NetworkParty | null>
}

/** What the registry said about a KVK number; not there when it did not say. */
export type NetworkAnswers = ReadonlyMap<string, NetworkParty | null>

const AT_A_TIME = 8
const PATIENCE_MS = 10_000

/**
 * Looks up many KVK numbers, a few at a time. What the trust anchor does not answer within ten seconds altogether is
 * left out: an import does not wait for it.
 */
export async function askNetwork(
  registry: Pick<RegistryPort, 'findByKvk'>,
  kvkNumbers: Iterable<string>,
  patienceMs = PATIENCE_MS,
): Promise<NetworkAnswers> {
  const waiting = [...new Set(kvkNumbers)]
  const answers = new Map<string, NetworkParty | null>()
  let isOver = false
  const work = async () => {
    for (let kvk = waiting.pop(); kvk !== undefined && !isOver; kvk = waiting.pop()) {
      const answer = await registry.findByKvk(kvk).catch((error: unknown) => {
        if (!isRefusal(error)) throw error
        // It is away for one and for all: asking on would only take time.
        isOver = true
        return undefined
      })
      if (answer !== undefined && !isOver) answers.set(kvk, answer)
    }
  }
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isOver = true
      resolve()
    }, patienceMs)
  })
  try {
    await Promise.race([patience, Promise.all(Array.from({ length: AT_A_TIME }, work))])
  } finally {
    clearTimeout(timer)
    isOver = true
  }
  return answers
}

type NetworkColumns = Pick<PartnerRow, 'networkState' | 'did' | 'wallet' | 'networkCheckedAt'>

const state = (found: NetworkParty | null): NetworkState =>
  found?.state === 'active' ? 'in_network' : 'not_in_network'

/**
 * What a partner's row says of the network after an answer. Without one the last answer stands, and where there never
 * was any it is unknown. Who has no KVK number is not in the registry: it holds organisations.
 */
export function networkColumns(
  known: NetworkColumns | null,
  kvk: string | null,
  answers: NetworkAnswers,
  now: number,
): NetworkColumns {
  if (kvk === null) return known ?? { ...nowhere, networkState: 'not_in_network' }
  const found = answers.get(kvk)
  if (found === undefined) return known ?? { ...nowhere, networkState: 'unknown' }
  const { did = null, wallet = null } = found ?? {}
  return { networkState: state(found), did, wallet, networkCheckedAt: now }
}

const nowhere = { did: null, wallet: null, networkCheckedAt: null }

export const differsInNetwork = (a: NetworkColumns, b: NetworkColumns): boolean =>
  a.networkState !== b.networkState || a.did !== b.did || a.wallet !== b.wallet
