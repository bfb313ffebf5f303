import { createHmac } from 'node:crypto'
import { In, type Reader, rows, type Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { partnerMergeTable } from './merged-table.ts'

export const mergeKey = (vault: Pick<Vault, 'deriveKey'>): Buffer => vault.deriveKey('regie partner merge')

/** Tells natural keys apart without what is in them. */
export const mergeMark = (key: Buffer, naturalKey: string): string =>
  createHmac('sha256', key).update(naturalKey).digest('base64url')

/** From the natural key of a record to that of the partner which somebody said it is. */
export async function mergedKeys({
  store,
  vault,
}: {
  readonly store: Store
  readonly vault: Pick<Vault, 'deriveKey'>
}): Promise<(naturalKey: string) => string> {
  const found = await rows<{ mark: string; natural_key: string }>(
    store.reader,
    'SELECT m.mark, p.natural_key FROM partner_merge m JOIN partner p ON p.id = m.partner_id',
  )
  if (found.length === 0) return (naturalKey) => naturalKey
  const keyOf = new Map(found.map(({ mark, natural_key: naturalKey }) => [mark, naturalKey]))
  const key = mergeKey(vault)
  return (naturalKey) => keyOf.get(mergeMark(key, naturalKey)) ?? naturalKey
}

/** Per partner the ids of those that went into it. */
export async function goneInto(
  reader: Reader,
  partnerIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const found =
    partnerIds.length > 0 ? await reader.findBy(partnerMergeTable, { partnerId: In([...partnerIds]) }) : []
  const ids = new Map<string, string[]>()
  for (const { partnerId, goneId } of found) ids.set(partnerId, [...(ids.get(partnerId) ?? []), goneId])
  return ids
}
