import type { Did } from '../core/index.ts'
import type { Signer } from '../jose/index.ts'
import { type Hash, rootOf } from '../merkle/index.ts'
import { acquireLease, placeholders, type Reader, rows, select } from '../store/index.ts'
import { notRegistered, type Policies, type RegistryEvent, registryEventTable } from '../trust/index.ts'
import { type AnchoringDeps, anchorDue } from './anchor-due.ts'
import { type RegistryHeadRow, registryHeadTable } from './head-table.ts'
import { digestOfBytes, signHead } from './head-token.ts'
import { historyOf, leafOf, type PartyHistory } from './party-history.ts'

export interface HeadsDeps extends AnchoringDeps {
  readonly policies: Pick<Policies, 'current'>
  /** The trust anchor's own DID. */
  readonly ownDid: () => Promise<Did>
  readonly signerOf: (did: Did) => Promise<Signer>
}

/** A head that was made. */
export type MadeHead = RegistryHeadRow & {
  readonly token: string
  readonly root: string
  readonly size: number
}

/** So long many changes wait for one head: each costs a transaction on the chain. */
const MIN_BETWEEN_MS = 60 * 60_000
const LEASE_MS = 60_000
/** Organisations read at a time: other work gets its turn in between. */
const PAGE = 500

/**
 * The registry over time. Whenever it changed, at most once an hour, it is put in one hash over the histories of all
 * organisations, which is signed together with the digest of the policy and written on the chain: what was said once
 * cannot be unsaid, and shows for itself when the trust anchor is no more.
 */
export class RegistryHeads {
  readonly #deps: HeadsDeps
  readonly #holder: string
  /** The last tree that was asked for; it never changes. */
  #kept: { readonly number: number; readonly tree: Tree } | undefined

  constructor(deps: HeadsDeps, holder: string) {
    this.#deps = deps
    this.#holder = holder
  }

  /** Makes a head where one is due, finishes one that was begun, and writes on the chain what is not there yet. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const lease = { name: 'registry-head', holder: this.#holder, ms: LEASE_MS }
    if (!(await acquireLease(store, clock, lease))) return
    await this.#begin()
    await this.#finish()
    await anchorDue(this.#deps)
  }

  async latest(): Promise<MadeHead | null> {
    const [head] = await this.list({ limit: 1 })
    return head ?? null
  }

  /** Newest first. @param page.before only those with a lower number */
  async list(page: { readonly before?: number | undefined; readonly limit: number }): Promise<MadeHead[]> {
    const found = await rows<{ number: number | string }>(
      this.#deps.store.reader,
      'SELECT number FROM registry_head WHERE token IS NOT NULL AND number < ? ORDER BY number DESC LIMIT ?',
      [page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
    )
    const all = await Promise.all(found.map(({ number }) => this.#row(Number(number))))
    return all.filter((row): row is MadeHead => row?.token != null)
  }

  /** The first head that tells all of what happened up to a moment; null while there is none. */
  async firstAfter(at: number): Promise<MadeHead | null> {
    const [found] = await rows<{ number: number | string }>(
      this.#deps.store.reader,
      'SELECT min(number) AS number FROM registry_head WHERE token IS NOT NULL AND made_at >= ?',
      [at],
    )
    if (found?.number == null) return null
    return (await this.#row(Number(found.number))) as MadeHead | null
  }

  /** All organisations of a head, in its order, with their leaves. */
  async treeOf(number: number): Promise<Tree> {
    if (this.#kept?.number !== number) this.#kept = { number, tree: await this.#build(number) }
    return this.#kept.tree
  }

  /** The organisations of a head in its order, read page by page. */
  async *parties(number: number): AsyncGenerator<PartyHistory> {
    const { reader } = this.#deps.store
    const found = await rows<{ did: Did }>(
      reader,
      'SELECT DISTINCT did FROM registry_event WHERE head <= ?',
      [number],
    )
    const dids = found.map(({ did }) => did).sort(byCodeUnits)
    for (let from = 0; from < dids.length; from += PAGE)
      yield* grouped(await eventsOf(reader, number, dids.slice(from, from + PAGE)))
  }

  /** One organisation as a head has it. @throws Refusal `party_not_registered` */
  async party(number: number, did: Did): Promise<PartyHistory> {
    const events = await eventsOf(this.#deps.store.reader, number, [did])
    if (events.length === 0) throw notRegistered()
    return historyOf(did, events)
  }

  #row(number: number): Promise<RegistryHeadRow | null> {
    return this.#deps.store.reader.findOneBy(registryHeadTable, { number })
  }

  /** Says which events are in the next head: from here on it is settled what it will be. */
  async #begin(): Promise<void> {
    const { store, clock, policies, chain } = this.#deps
    const policy = await policies.current()
    await store.transact(async (tx) => {
      const [last] = await rows<{
        number: number | string
        sequence: number | string
        made: number | string
        policy: string
        token: string | null
      }>(
        tx,
        `SELECT number, sequence, made_at AS made, policy_digest AS policy, token FROM registry_head
         ORDER BY number DESC LIMIT 1`,
        [],
      )
      const [now] = await rows<{ sequence: number | string | null }>(
        tx,
        'SELECT sum(version) AS sequence FROM registry_entry',
        [],
      )
      const sequence = Number(now?.sequence ?? 0)
      if (sequence === 0 || (last && last.token === null)) return
      const isSame = last && Number(last.sequence) === sequence && last.policy === policy.digest
      if (isSame || (last && clock.now() - Number(last.made) < MIN_BETWEEN_MS)) return
      const number = Number(last?.number ?? 0) + 1
      const madeAt = clock.now()
      const begun = await rows(
        tx,
        `INSERT INTO registry_head (number, sequence, policy_version, policy_digest, made_at, anchor, attempts, next_try_at)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING RETURNING number`,
        [number, sequence, policy.version, policy.digest, madeAt, chain ? 'pending' : 'none', madeAt],
      )
      if (begun.length === 0) return
      await rows(tx, 'UPDATE registry_event SET head = ? WHERE head IS NULL RETURNING did', [number])
    })
  }

  /** Signs what was begun, also by a process that stopped in between: it comes out the same. */
  async #finish(): Promise<void> {
    const { store, policies, audit, chain, ownDid, signerOf } = this.#deps
    const [open] = await rows<{ number: number | string }>(
      store.reader,
      'SELECT number FROM registry_head WHERE token IS NULL ORDER BY number LIMIT 1',
      [],
    )
    const row = open && (await this.#row(Number(open.number)))
    if (!row) return
    const tree = await this.treeOf(row.number)
    const root = digestOfBytes(tree.root)
    const issuer = await ownDid()
    const { id } = await policies.current()
    const token = await signHead(
      {
        ...{ iss: issuer, number: row.number, size: tree.dids.length, root, now: row.madeAt },
        policy: { id, version: row.policyVersion, digest: row.policyDigest },
        anchored_by: chain?.did ?? null,
      },
      await signerOf(issuer),
    )
    await store.transact(async (tx) => {
      const signed = await rows(
        tx,
        'UPDATE registry_head SET size = ?, root = ?, token = ? WHERE number = ? AND token IS NULL RETURNING number',
        [tree.dids.length, root, token, row.number],
      )
      if (signed.length === 1)
        await audit.record(tx, 'system', 'registry.head_made', {
          number: row.number,
          root,
          size: tree.dids.length,
        })
    })
  }

  async #build(number: number): Promise<Tree> {
    const dids: Did[] = []
    const leaves: Hash[] = []
    for await (const history of this.parties(number)) {
      dids.push(history.did)
      leaves.push(leafOf(history))
    }
    return { dids, leaves, root: rootOf(leaves) }
  }
}

export interface Tree {
  /** In the order of their code units. */
  readonly dids: readonly Did[]
  readonly leaves: readonly Hash[]
  readonly root: Hash
}

/** All events that a head holds of these, those of each together, oldest first. */
async function eventsOf(reader: Reader, head: number, dids: readonly Did[]): Promise<RegistryEvent[]> {
  const events = await select(
    reader,
    registryEventTable,
    `head <= ? AND did IN (${placeholders(dids.length)})`,
    [head, ...dids],
  )
  return events.sort((a, b) => byCodeUnits(a.did, b.did) || a.version - b.version)
}

/** As who verifies it elsewhere orders them; databases have rules of their own. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function grouped(events: readonly RegistryEvent[]): PartyHistory[] {
  const parties: { did: Did; events: RegistryEvent[] }[] = []
  for (const event of events) {
    const last = parties.at(-1)
    if (last?.did === event.did) last.events.push(event)
    else parties.push({ did: event.did, events: [event] })
  }
  return parties.map((party) => historyOf(party.did, party.events))
}
