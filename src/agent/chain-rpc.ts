import { AsyncLocalStorage } from 'node:async_hooks'
import { Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { isJsonObject } from '../jose/index.ts'

/** Where a chain with an ERC-1056 registry is. */
export interface ChainConfig {
  readonly rpcUrl: string
  readonly chainId: number
  /** Address of the ERC-1056 registry. */
  readonly registry: string
}

/**
 * One JSON-RPC call.
 * @throws Refusal `chain_unreachable`; `chain_rpc_failed` when the chain answers with an error
 */
export type ChainRpc = (method: string, params: readonly unknown[]) => Promise<unknown>

const CALL_TIMEOUT_MS = 2_500
const MAX_ANSWER_BYTES = 1_048_576

interface Budget {
  calls: number
  readonly until: number
}

const budgets = new AsyncLocalStorage<Budget>()
let running = 0

/**
 * Bounds what `work` may ask of the chain. A DID's history is a list its owner can make as long as she likes, and
 * following it costs a call per entry.
 */
export async function withinBudget<T>(
  limits: { calls: number; ms: number },
  work: () => Promise<T>,
): Promise<T> {
  running += 1
  try {
    return await budgets.run({ calls: limits.calls, until: performance.now() + limits.ms }, work)
  } finally {
    running -= 1
    // While it is in use, Node.js follows every promise of the process.
    if (running === 0) budgets.disable()
  }
}

export function createChainRpc(egress: Egress, rpcUrl: string): ChainRpc {
  let nextId = 1
  return async (method, params) => {
    const timeoutMs = spend()
    const body = JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params })
    const { json } = await egress
      .json(rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
      })
      .catch((cause) => {
        throw new Refusal('unavailable', 'chain_unreachable', 'the chain does not answer', { cause })
      })
    const answer = (isJsonObject(json) ? json : {}) as {
      result?: unknown
      error?: unknown
    }
    if (answer.error !== undefined || answer.result === undefined)
      throw new Refusal('unavailable', 'chain_rpc_failed', `the chain refused ${method}`)
    return answer.result
  }
}

/** @returns how many milliseconds the next call may take */
function spend(): number {
  const budget = budgets.getStore()
  if (!budget) return CALL_TIMEOUT_MS
  const left = budget.until - performance.now()
  budget.calls -= 1
  if (left <= 0 || budget.calls < 0)
    throw new Refusal('unavailable', 'chain_unreachable', 'the chain did not answer in time')
  return Math.max(1, Math.min(CALL_TIMEOUT_MS, left))
}
