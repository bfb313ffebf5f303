import { isRefusal } from '../src/core/index.ts'
import { decodeBitstring } from '../src/status-lists/bitstring.ts'
import { decodeList } from '../src/status-lists/codec.ts'

/** What a list cost that is refused as too large. */
export interface BombCost {
  readonly ms: number
  /** By which the memory of the process went up at its highest: what is resident, or its buffers if those are more. */
  readonly mib: number
}

export interface Bomb {
  readonly kind: 'token' | 'bitstring'
  readonly text: string
}

const MIB = 1024 * 1024
/** Buffers may lie in memory that the process had before. */
const used = () => {
  const { rss, arrayBuffers } = process.memoryUsage()
  return { resident: rss / MIB, buffers: arrayBuffers / MIB }
}

/** Unpacks the one list that is sent to it: only of a process of its own does the memory say what that list took. */
process.once('message', async ({ kind, text }: Bomb) => {
  const decode = () => (kind === 'token' ? decodeList({ bits: 1, lst: text }) : decodeBitstring(text))
  const before = used()
  let mib = 0
  const sample = () => {
    const { resident, buffers } = used()
    mib = Math.max(mib, resident - before.resident, buffers - before.buffers)
  }
  const sampler = setInterval(sample, 1)
  const began = performance.now()
  const outcome = await decode().then(
    () => 'unpacked',
    (error: unknown) => (isRefusal(error) ? error.code : 'failed'),
  )
  const ms = performance.now() - began
  sample()
  clearInterval(sampler)
  if (outcome !== 'status_list_too_large') throw new Error(`the bomb was ${outcome}`)
  process.send?.({ ms, mib } satisfies BombCost)
  process.disconnect()
})
process.send?.('ready')
