import { hash } from 'node:crypto'
import {
  BoundedMap,
  CLOCK_SKEW_S,
  type Clock,
  type Did,
  type Log,
  Refusal,
  silentLog,
} from '../core/index.ts'
import type { Signer } from '../jose/index.ts'
import { type Reader, rows, type Store, type Tx } from '../store/index.ts'
import { type Allocated, allocateEntries, type ListFormat } from './allocation.ts'
import { MIN_BITS } from './bitstring.ts'
import { isStatusPurpose, type StatusPurpose } from './bitstring-credential.ts'
import { coalesce } from './coalesce.ts'
import { permutation } from './permutation.ts'
import { LAST_MS, type Published, publishList, readPublished } from './publication.ts'
import { type StatusEntry, type StatusState, stateOfValue, valueOfState } from './status.ts'

export interface StatusListsDeps {
  readonly store: Store
  readonly clock: Clock
  /** Signs a list for its issuer, with a key that DID lists under `assertionMethod`. */
  readonly signer: (statusIssuer: Did) => Promise<Signer>
  /** Where this node is reached, without a slash at the end; lists are below it at `/status-lists/<id>`. */
  readonly baseUrl: string
  readonly log?: Log
  /** Entries per list; 131,072 unless told. */
  readonly size?: number
  /** Seconds a verifier may use a list without asking again, 1 to 60; 60 unless told. */
  readonly ttlS?: number
  /** Seconds a signed list lasts; 300 unless told. Bounds how long an old list can be replayed to a verifier. */
  readonly lifetimeS?: number
}

/** A signed list as it is served. */
export interface ServedList {
  /** JWT of type `statuslist+jwt`, or `vc+jwt` for one purpose. */
  readonly token: string
  /** Strong entity tag, with its quotes. */
  readonly etag: string
  readonly ttlS: number
  /** Milliseconds since the epoch. */
  readonly publishedAt: number
}

/** What the database says about an entry of an own list, now. */
export interface LocalStatus {
  readonly issuer: Did
  readonly state: StatusState
}

const DEFAULT_SIZE = 2 ** 17
/** Lists whose shuffle is kept: drawing that of a large list takes longer than all else of an allocation. */
const MAX_SHUFFLES = 8
const MAX_TTL_S = 60
const DEFAULT_LIFETIME_S = 300
/** Longer than any credential lasts. */
const LAST_LIFETIME_S = 20 * 366 * 86_400

/** The lists this node publishes for the credentials its parties issue. IETF Token Status List, draft 20; W3C Bitstring Status List 1.0. */
export class StatusLists {
  readonly #deps: StatusListsDeps
  readonly #log: Log
  readonly #ttlS: number
  readonly #publishing = coalesce<void>((listId) => this.#publishNow(listId))
  readonly #shuffles = new BoundedMap<ReturnType<typeof permutation>>(MAX_SHUFFLES)
  readonly #onChange = new Set<(listId: string) => void>()

  constructor(deps: StatusListsDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
    this.#ttlS = deps.ttlS ?? MAX_TTL_S
    if (this.#ttlS < 1 || this.#ttlS > MAX_TTL_S)
      throw new Refusal('invalid', 'invalid_status_ttl', 'the ttl of a status list is 1 to 60 seconds')
  }

  /** Reserves an entry for one credential; see {@link allocateMany}. */
  async allocate(tx: Tx, issuer: Did): Promise<Allocated> {
    const [allocated] = await this.allocateMany(tx, issuer, 1)
    if (!allocated) throw new Error('no entry was allocated')
    return allocated
  }

  /**
   * Reserves entries for as many credentials, in one statement as long as the open list has room.
   * @param statusIssuer who signs the list; the issuer unless told
   */
  async allocateMany(
    tx: Tx,
    issuer: Did,
    count: number,
    statusIssuer = issuer,
    format: ListFormat = 'token',
  ): Promise<Allocated[]> {
    const size = this.#deps.size ?? DEFAULT_SIZE
    return allocateEntries(tx, { issuer, statusIssuer, format }, count, {
      size: format === 'bitstring' ? Math.max(size, MIN_BITS) : size,
      uriOf: (listId) => `${this.#deps.baseUrl}/status-lists/${listId}`,
      shuffleOf: (seed, of) => this.#shuffleOf(seed, of),
      now: this.#deps.clock.now(),
      onOpened: (listId) => this.#changed(listId),
    })
  }

  /**
   * Says what an entry is from now on; doing it twice changes nothing. `invalid` is for good.
   * @returns whether this changed it
   * @throws Refusal `status_list_unknown`, `status_index_outside`, `status_final`
   */
  async setStatus(tx: Tx, entry: StatusEntry, state: StatusState): Promise<boolean> {
    const [list] = await rows<{ size: string | number }>(tx, 'SELECT size FROM status_list WHERE id = ?', [
      entry.listId,
    ])
    if (!list) throw unknownList()
    if (!Number.isSafeInteger(entry.index) || entry.index < 0 || entry.index >= Number(list.size))
      throw new Refusal('invalid', 'status_index_outside', 'the index lies outside the status list')
    const now = this.#deps.clock.now()
    if (!(await writeEntry(tx, entry, state, now))) {
      const current = (await readEntry(tx, entry)) ?? 'valid'
      if (current === state) return false
      throw new Refusal('conflict', 'status_final', 'what was revoked stays revoked')
    }
    await rows(
      tx,
      `UPDATE status_list_token SET version = version + 1,
         changed_at = CASE WHEN version > published_version THEN changed_at ELSE ? END
       WHERE list_id = ?`,
      [now, entry.listId],
    )
    this.#changed(entry.listId)
    return true
  }

  /**
   * The signed list, never without a change committed before this call: what waits to be published is published first.
   * @param purpose of a Bitstring Status List; a Token Status List has none
   * @throws Refusal `status_list_unknown`; `status_list_unavailable` when it cannot be signed now
   */
  async serve(listId: string, purpose?: StatusPurpose): Promise<ServedList> {
    const asked = this.#deps.clock.now()
    const found = await readPublished(this.#deps.store.reader, listId)
    if (!found || (found.format === 'token') !== (purpose === undefined)) throw unknownList()
    const halfLife = (found.publishedAt + found.expiresAt) / 2
    if (isServable(found, found.version, asked)) {
      // A list somebody reads is renewed in good time; one nobody reads costs nothing.
      if (asked >= halfLife) this.#renewInBackground(listId)
      return this.#served(found, purpose)
    }
    const failed = await this.#publishing.fresh(listId).then(
      () => undefined,
      (error: unknown) => error,
    )
    const current = failed ? null : await readPublished(this.#deps.store.reader, listId)
    if (current && isServable(current, found.version, asked)) return this.#served(current, purpose)
    throw new Refusal('unavailable', 'status_list_unavailable', 'the status list cannot be signed now', {
      cause: failed,
    })
  }

  /** Signs the list as it is now and keeps it for every process to serve. */
  async publish(listId: string): Promise<void> {
    return this.#publishing.fresh(listId)
  }

  /** The state of an entry in a list of ours, straight from the database; null when the URI is not one of ours. */
  async local(uri: string, index: number): Promise<LocalStatus | null> {
    const [found] = await rows<{ id: string; issuer: Did; size: string | number }>(
      this.#deps.store.current(),
      'SELECT id, issuer, size FROM status_list WHERE uri = ?',
      [uri],
    )
    if (!found) return null
    if (index >= Number(found.size))
      throw new Refusal('invalid', 'status_index_outside', 'the index lies outside the status list')
    const state = await readEntry(this.#deps.store.current(), { listId: found.id, index })
    return { issuer: found.issuer, state: state ?? 'valid' }
  }

  /** As {@link local}, by the URI of a Bitstring Status List. */
  async localBitstring(uri: string, index: number): Promise<LocalStatus | null> {
    const [, list, purpose] = /^(.*)\/([a-z]+)$/.exec(uri) ?? []
    return list !== undefined && isStatusPurpose(purpose) ? this.local(list, index) : null
  }

  /**
   * Signs the lists of an issuer for the last time, to be called when its key is about to be destroyed: from then on
   * they say the same for as long as anything it signed could be shown.
   */
  async publishLast(tx: Tx, issuer: Did): Promise<void> {
    const { store, clock, signer } = this.#deps
    const lists = await rows<{ id: string }>(tx, 'SELECT id FROM status_list WHERE issuer = ?', [issuer])
    for (const { id } of lists)
      await publishList({ store, clock, signer, ttlS: this.#ttlS, lifetimeS: LAST_LIFETIME_S }, id, tx)
  }

  /**
   * Has every list that a DID signs signed anew before it is served again: what another key signed counts no more.
   * @returns how many lists
   */
  async signAnew(tx: Tx, statusIssuer: Did): Promise<number> {
    const lists = await rows<{ list_id: string }>(
      tx,
      `UPDATE status_list_token SET version = version + 1, changed_at = ? WHERE list_id IN
         (SELECT id FROM status_list WHERE COALESCE(status_issuer, issuer) = ?) RETURNING list_id`,
      [this.#deps.clock.now(), statusIssuer],
    )
    for (const { list_id } of lists) this.#changed(list_id)
    return lists.length
  }

  /** Lists with changes that are not published yet, the longest waiting first. */
  async waiting(limit = 1_000): Promise<string[]> {
    const found = await rows<{ list_id: string }>(
      this.#deps.store.reader,
      `SELECT list_id FROM status_list_token WHERE version > published_version ORDER BY changed_at LIMIT ${limit}`,
    )
    return found.map((row) => row.list_id)
  }

  /** How long the oldest unpublished change waits, in ms; 0 when all is published. For the readiness check. */
  async oldestChangeMs(): Promise<number> {
    const [found] = await rows<{ at: string | number | null }>(
      this.#deps.store.reader,
      'SELECT min(changed_at) AS at FROM status_list_token WHERE version > published_version',
    )
    return found?.at ? Math.max(0, this.#deps.clock.now() - Number(found.at)) : 0
  }

  /** Calls `listener` after each commit that changed a list. @returns how to stop that */
  onChange(listener: (listId: string) => void): () => void {
    this.#onChange.add(listener)
    return () => this.#onChange.delete(listener)
  }

  #shuffleOf(seed: string, size: number): ReturnType<typeof permutation> {
    const key = `${size} ${seed}`
    const kept = this.#shuffles.get(key)
    if (kept) return kept
    const drawn = permutation(Buffer.from(seed, 'base64'), size)
    this.#shuffles.set(key, drawn)
    return drawn
  }

  #changed(listId: string): void {
    this.#deps.store.afterCommit(() => {
      for (const listener of this.#onChange) listener(listId)
    })
  }

  #renewInBackground(listId: string): void {
    this.#publishing.any(listId).catch((err) => {
      this.#log.error({ list: listId, err }, 'a status list could not be renewed')
    })
  }

  async #publishNow(listId: string): Promise<void> {
    const { store, clock, signer } = this.#deps
    const lifetimeS = this.#deps.lifetimeS ?? DEFAULT_LIFETIME_S
    if (isLast(await readPublished(store.reader, listId))) return
    await publishList({ store, clock, signer, ttlS: this.#ttlS, lifetimeS }, listId)
  }

  #served(found: Published & { token: string }, purpose: StatusPurpose | undefined): ServedList {
    const { publishedAt } = found
    const token = purpose === 'suspension' ? (found.suspensionToken ?? '') : found.token
    const etag = `"${hash('sha256', token, 'base64url').slice(0, 22)}"`
    return { token, etag, ttlS: this.#ttlS, publishedAt }
  }
}

/** Whether a list was signed for the last time: nothing in it changes, and its issuer has no key any more. */
const isLast = (found: Published | null): boolean =>
  found !== null && found.publishedVersion === found.version && found.expiresAt - found.publishedAt >= LAST_MS

/**
 * A list may leave while it holds every change up to `version` and has not expired. One of the future was signed
 * while a clock was wrong: verifiers would refuse it.
 */
function isServable(list: Published, version: number, now: number): list is Published & { token: string } {
  const inTime = list.expiresAt > now && list.publishedAt <= now + CLOCK_SKEW_S * 1000
  return list.token !== null && list.publishedVersion >= version && inTime
}

const unknownList = () => new Refusal('not_found', 'status_list_unknown', 'there is no such status list')

/** @returns whether the entry changed: it does not when it is in that state, or invalid */
async function writeEntry(tx: Tx, entry: StatusEntry, state: StatusState, now: number): Promise<boolean> {
  const final = valueOfState.invalid
  const changed =
    state === 'valid'
      ? await rows(
          tx,
          `DELETE FROM status_entry WHERE list_id = ? AND idx = ? AND state <> ${final} RETURNING idx`,
          [entry.listId, entry.index],
        )
      : await rows(
          tx,
          `INSERT INTO status_entry (list_id, idx, state, changed_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (list_id, idx) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at
           WHERE status_entry.state <> ${final} AND status_entry.state <> excluded.state
           RETURNING idx`,
          [entry.listId, entry.index, valueOfState[state], now],
        )
  return changed.length === 1
}

async function readEntry(reader: Reader, entry: StatusEntry): Promise<StatusState | undefined> {
  const [found] = await rows<{ state: string | number }>(
    reader,
    'SELECT state FROM status_entry WHERE list_id = ? AND idx = ?',
    [entry.listId, entry.index],
  )
  return found && stateOfValue(Number(found.state))
}
