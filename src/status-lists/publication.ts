import { type Clock, type Did, Refusal, seconds } from '../core/index.ts'
import { type Signer, signJws } from '../jose/index.ts'
import { type Reader, rows, type Store } from '../store/index.ts'
import type { ListFormat } from './allocation.ts'
import { newBitstring, setBit } from './bitstring.ts'
import { type StatusPurpose, signBitstring, stateOfPurpose, statusPurposes } from './bitstring-credential.ts'
import { type Bits, type DecodedList, newList, packList, setValue } from './codec.ts'
import { eachEntry } from './entries.ts'
import { valueOfState } from './status.ts'

/** The media type of a Status List Token in JWT form is this after `application/`. */
export const STATUS_LIST_TYP = 'statuslist+jwt'

/** What is published of a list. Times in ms since the epoch. */
export interface Published {
  /** Counts the changes of the list. */
  readonly version: number
  /** The version the token holds at least; 0 when there is no token. */
  readonly publishedVersion: number
  readonly token: string | null
  /** The list of what is suspended, where that is another one. */
  readonly suspensionToken: string | null
  readonly format: ListFormat
  readonly publishedAt: number
  readonly expiresAt: number
}

export async function readPublished(reader: Reader, listId: string): Promise<Published | null> {
  const [row] = await rows<
    Record<'version' | 'published_version' | 'published_at' | 'expires_at', string | number> & {
      token: string | null
      suspension_token: string | null
      format: ListFormat
    }
  >(
    reader,
    `SELECT version, published_version, token, suspension_token, published_at, expires_at, format
     FROM status_list_token JOIN status_list ON id = list_id WHERE list_id = ?`,
    [listId],
  )
  if (!row) return null
  return {
    version: Number(row.version),
    publishedVersion: Number(row.published_version),
    token: row.token,
    suspensionToken: row.suspension_token,
    format: row.format,
    publishedAt: Number(row.published_at),
    expiresAt: Number(row.expires_at),
  }
}

/** What lasts longer than this was signed for good: its issuer has no key any more. */
export const LAST_MS = 366 * 86_400_000

export interface PublishDeps {
  readonly store: Store
  readonly clock: Clock
  readonly signer: (statusIssuer: Did) => Promise<Signer>
  readonly ttlS: number
  readonly lifetimeS: number
}

/**
 * Signs a list as it is now and keeps the token. Several processes may do so at once: a token never replaces one
 * that holds more changes, or one that was signed for good.
 */
export async function publishList(
  deps: PublishDeps,
  listId: string,
  reader = deps.store.reader,
): Promise<void> {
  const { store, clock, ttlS, lifetimeS } = deps
  const list = await readList(reader, listId)
  const now = clock.now()
  const signer = await deps.signer(list.signer)
  const iat = seconds(now)
  const exp = iat + lifetimeS
  const [token, suspensionToken] = await signTokens(list, { iat, exp, ttlS, signer })
  await store.transact((tx) =>
    rows(
      tx,
      `UPDATE status_list_token
       SET token = ?, suspension_token = ?, published_version = ?, published_at = ?, expires_at = ?
       WHERE list_id = ? AND (published_version < ? OR (published_version = ? AND expires_at - published_at < ?))`,
      [
        ...[token, suspensionToken, list.version, now, exp * 1000],
        ...[listId, list.version, list.version, LAST_MS],
      ],
    ),
  )
}

/** @returns what is published of a list: one token, or one for each purpose */
async function signTokens(
  { uri, signer: issuer, ...list }: List,
  { iat, exp, ttlS, signer }: { iat: number; exp: number; ttlS: number; signer: Signer },
): Promise<readonly [token: string, suspensionToken: string | null]> {
  if (list.format === 'token') {
    const payload = { sub: uri, iat, exp, ttl: ttlS, status_list: await packList(list.entries) }
    return [await signJws({ typ: STATUS_LIST_TYP }, payload, signer), null]
  }
  const sign = (purpose: StatusPurpose) =>
    signBitstring(
      {
        ...{ uri: `${uri}/${purpose}`, issuer, purpose, bytes: list.entries[purpose] },
        ...{ validFrom: iat, validUntil: exp, ttlS },
      },
      signer,
    )
  return [await sign('revocation'), await sign('suspension')]
}

type List = {
  readonly signer: Did
  readonly uri: string
  readonly version: number
} & (
  | { readonly format: 'token'; readonly entries: DecodedList }
  | { readonly format: 'bitstring'; readonly entries: Readonly<Record<StatusPurpose, Uint8Array>> }
)

async function readList(reader: Reader, listId: string): Promise<List> {
  const [row] = await rows<{
    signer: Did
    format: ListFormat
    uri: string
    bits: string | number
    size: string | number
    version: string | number
  }>(
    reader,
    `SELECT COALESCE(l.status_issuer, l.issuer) AS signer, l.format, l.uri, l.bits, l.size, t.version FROM status_list l
     JOIN status_list_token t ON t.list_id = l.id WHERE l.id = ?`,
    [listId],
  )
  if (!row) throw new Refusal('not_found', 'status_list_unknown', 'there is no such status list')
  const size = Number(row.size)
  const head = { signer: row.signer, uri: row.uri, version: Number(row.version) }
  // Read after the version: the entries may hold more than it counts, never less.
  if (row.format === 'token') {
    const entries = newList(Number(row.bits) as Bits, size)
    await eachEntry(reader, { listId, size }, (index, value) => setValue(entries, index, value))
    return { ...head, format: 'token', entries }
  }
  const entries = { revocation: newBitstring(size), suspension: newBitstring(size) }
  await eachEntry(reader, { listId, size }, (index, value) => {
    for (const purpose of statusPurposes)
      if (valueOfState[stateOfPurpose[purpose]] === value) setBit(entries[purpose], index)
  })
  return { ...head, format: 'bitstring', entries }
}
