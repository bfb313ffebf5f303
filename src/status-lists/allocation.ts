import { randomBytes } from 'node:crypto'
import { type Did, newId } from '../core/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { LIST_BITS, type StatusClaim, type StatusEntry, statusClaim } from './status.ts'

/** An entry reserved for one credential, valid until told otherwise. */
export interface Allocated extends StatusEntry {
  readonly uri: string
  /** Who signs the list, where that is not who issues the credentials. */
  readonly statusIssuer: Did | null
  /** The `status` claim to put into an SD-JWT VC. */
  readonly status: StatusClaim
}

/** How a list is published: an entry of one kind says nothing in the other. */
export type ListFormat = 'token' | 'bitstring'

export interface NewListSettings {
  /** Entries per list. */
  readonly size: number
  readonly uriOf: (listId: string) => string
  /** `permutation` of a list's seed, base64, and size. */
  readonly shuffleOf: (seed: string, size: number) => (position: number) => number
  readonly now: number
  readonly onOpened: (listId: string) => void
}

/**
 * Reserves `count` entries of the issuer's lists, opening a list where none has room. Two transactions never get the
 * same entry: each moves the counter of the list by one UPDATE, and waits where another one just did.
 */
export async function allocateEntries(
  tx: Tx,
  by: ListParties,
  count: number,
  settings: NewListSettings,
): Promise<Allocated[]> {
  const allocated: Allocated[] = []
  while (allocated.length < count) {
    const taken = await take(tx, by, count - allocated.length, settings)
    if (!taken) await openList(tx, by, settings)
    else allocated.push(...taken)
  }
  return allocated
}

/** Whose credentials a list is about, and whose key signs it. */
export interface ListParties {
  readonly issuer: Did
  readonly statusIssuer: Did
  readonly format: ListFormat
}

interface Moved {
  id: string
  uri: string
  seed: string
  size: string | number
  next: string | number
}

/** Moves the counter on; it may run past the end of the list, which only means the list is full. */
async function take(
  tx: Tx,
  { issuer, statusIssuer, format }: ListParties,
  count: number,
  { shuffleOf }: NewListSettings,
): Promise<Allocated[] | null> {
  const [moved] = await rows<Moved>(
    tx,
    `UPDATE status_list SET next = next + ? WHERE id = (
       SELECT id FROM status_list WHERE issuer = ? AND COALESCE(status_issuer, issuer) = ? AND format = ?
         AND next < size
       ORDER BY ordinal LIMIT 1)
     RETURNING id, uri, seed, size, next`,
    [count, issuer, statusIssuer, format],
  )
  if (!moved) return null
  const size = Number(moved.size)
  const end = Math.min(Number(moved.next), size)
  const shuffle = shuffleOf(moved.seed, size)
  const taken: Allocated[] = []
  for (let position = Number(moved.next) - count; position < end; position++) {
    const named = statusIssuer === issuer ? null : statusIssuer
    const entry = { listId: moved.id, index: shuffle(position), uri: moved.uri, statusIssuer: named }
    taken.push({ ...entry, status: statusClaim(entry) })
  }
  return taken
}

/** Opens the issuer's next list; when another process does so at the same moment, that one is used. */
async function openList(
  tx: Tx,
  { issuer, statusIssuer, format }: ListParties,
  { size, uriOf, now, onOpened }: NewListSettings,
): Promise<void> {
  const id = newId()
  const seed = randomBytes(32).toString('base64')
  const [last] = await rows<{ ordinal: string | number | null }>(
    tx,
    'SELECT max(ordinal) AS ordinal FROM status_list WHERE issuer = ?',
    [issuer],
  )
  const ordinal = Number(last?.ordinal ?? 0) + 1
  const opened = await rows(
    tx,
    `INSERT INTO status_list (id, issuer, status_issuer, format, ordinal, uri, seed, bits, size, next, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (issuer, ordinal) DO NOTHING RETURNING id`,
    [
      id,
      issuer,
      statusIssuer === issuer ? null : statusIssuer,
      format,
      ordinal,
      uriOf(id),
      seed,
      LIST_BITS,
      size,
      now,
    ],
  )
  if (opened.length === 0) return
  await rows(
    tx,
    `INSERT INTO status_list_token (list_id, version, published_version, changed_at, published_at, expires_at)
     VALUES (?, 1, 0, ?, 0, 0)`,
    [id, now],
  )
  onOpened(id)
}
