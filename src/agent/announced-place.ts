import type { Did } from '../core/index.ts'
import { didOfAddress } from './did-ethr.ts'
import { NODE_SERVICE, signedChangeSchema } from './registry.ts'

/** Where a change of a DID, signed by its controller, says that its node is from now on; null where it says something else. */
export function announcedPlace(change: unknown): { readonly did: Did; readonly url: string } | null {
  const { success, data } = signedChangeSchema.safeParse(change)
  if (!success || data.method !== 'setAttribute' || data.name !== NODE_SERVICE) return null
  const url = Buffer.from(data.value.slice(2), 'hex').toString('utf8').replace(/\/+$/, '')
  return { did: didOfAddress(data.identity, data.chainId), url }
}
