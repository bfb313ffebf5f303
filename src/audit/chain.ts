import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { AuditRow } from './audit-table.ts'

/** What the first entry points back to. */
export const GENESIS = 'genesis'

/** SHA-256 over the canonical JSON (RFC 8785) of the entry, its place and the hash before it; base64url. */
export function entryHash(
  entry: Pick<AuditRow, 'id' | 'at' | 'action' | 'actor' | 'data'>,
  seq: number,
  prev: string,
) {
  const { id, at, action, actor, data } = entry
  const text = canonicalize({ id, at, action, actor, data, seq, prev }) ?? ''
  return createHash('sha256').update(text).digest('base64url')
}

export type ChainReport =
  | { readonly intact: true; readonly entries: number; readonly head: string; readonly unsealed: number }
  | {
      readonly intact: false
      readonly entries: number
      readonly brokenAt: number
      readonly reason: ChainFault
    }

export type ChainFault = 'entry_changed' | 'entry_missing' | 'chain_cut'
