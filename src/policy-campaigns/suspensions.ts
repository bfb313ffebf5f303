import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { type Credentials, type IssuedCredentialRow, issuedCredentialTable } from '../credentials/index.ts'
import { IsNull, MoreThan, rows, type Store, type Tx } from '../store/index.ts'
import { ATTESTATION_TYPE, type Registry } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import type { TellPort } from './ports.ts'
import { type SuspensionRow, suspensionTable } from './tables.ts'

export interface SuspensionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly vault: Vault
  readonly audit: Audit
  readonly credentials: Credentials
  readonly registry: Registry
  readonly tell: TellPort
  /** Where a status list of ours is. */
  readonly listUri: (listId: string) => string
}

export interface Suspending {
  readonly party: Did
  readonly organisation: Did
  readonly cause: SuspensionRow['cause']
  readonly reason?: string | undefined
}

type Told = 'attestation-suspended' | 'attestation-resumed'

const scopeOf = (id: string) => `suspension:${id}`
/** Organisations told in one transaction. */
const PAGE = 200

/** Whose attestations do not hold for now: their entry in the status list, the registry, and who hears of it. */
export class Suspensions {
  readonly #deps: SuspensionsDeps

  constructor(deps: SuspensionsDeps) {
    this.#deps = deps
  }

  /** @returns false where it was suspended already */
  async suspend(tx: Tx, by: Caller | 'system', one: Suspending): Promise<boolean> {
    const { clock, audit, registry } = this.#deps
    const id = newId()
    const inserted = await rows(
      tx,
      `INSERT INTO party_suspension (id, party, organisation, cause, since) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING RETURNING id`,
      [id, one.party, one.organisation, one.cause, clock.now()],
    )
    if (inserted.length === 0) return false
    if (one.reason !== undefined) await this.#seal(tx, id, 'reason', one.reason)
    const attestations = await this.#set(tx, one.party, true)
    if (one.party === one.organisation) await registry.suspend(tx, one.party)
    await this.#announce(tx, 'attestation-suspended', one.organisation, attestations)
    // A person is named by her organisation and her attestations, as where she accepted.
    const named = one.party === one.organisation ? 'organisation.suspended' : 'person.suspended'
    await audit.record(tx, by, named, {
      ...{ organisation: one.organisation, cause: one.cause, suspension: id },
      attestations: attestations.map(({ id }) => id).join(' '),
    })
    return true
  }

  /** @returns false where it was not suspended */
  async lift(tx: Tx, by: Caller | 'system', party: Did, reason?: string): Promise<boolean> {
    const { clock, audit, registry } = this.#deps
    const [lifted] = await rows<{ id: string; organisation: Did }>(
      tx,
      'UPDATE party_suspension SET lifted_at = ? WHERE party = ? AND lifted_at IS NULL RETURNING id, organisation',
      [clock.now(), party],
    )
    if (!lifted) return false
    const { id, organisation } = lifted
    if (reason !== undefined) await this.#seal(tx, id, 'lift_reason', reason)
    const attestations = await this.#set(tx, party, false)
    if (party === organisation) await registry.resume(tx, party)
    await this.#announce(tx, 'attestation-resumed', organisation, attestations)
    const named = party === organisation ? 'organisation.resumed' : 'person.resumed'
    await audit.record(tx, by, named, {
      ...{ organisation, suspension: id },
      attestations: attestations.map(({ id }) => id).join(' '),
    })
    return true
  }

  /** @throws Refusal `party_suspended_already` */
  async suspendNow(by: Caller, party: Did, reason: string): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      if (!(await this.suspend(tx, by, { party, organisation: party, cause: 'servicedesk', reason })))
        throw new Refusal('conflict', 'party_suspended_already', 'this organisation is suspended already')
    })
    await this.spread()
  }

  /** What was issued to somebody who is suspended is so as well. */
  async keep(tx: Tx, party: Did): Promise<void> {
    const now = await tx.findOneBy(suspensionTable, { party, liftedAt: IsNull() })
    if (!now) return
    await this.#announce(tx, 'attestation-suspended', now.organisation, await this.#set(tx, party, true))
  }

  find(party: Did): Promise<SuspensionRow | null> {
    return this.#deps.store.reader.findOneBy(suspensionTable, { party, liftedAt: IsNull() })
  }

  /** Tells every organisation of lists that changed, page by page: whoever stops half-way goes on where it was. */
  async spread(): Promise<void> {
    while (await this.#deps.store.transact((tx) => this.#spreadPage(tx))) {
      // Each page is a transaction of its own.
    }
  }

  /** @returns whether there may be more */
  async #spreadPage(tx: Tx): Promise<boolean> {
    const [news] = await rows<{ id: string; kind: Told; lists: string; after: string }>(
      tx,
      'SELECT id, kind, lists, after FROM suspension_news WHERE done = 0 ORDER BY id LIMIT 1',
    )
    if (!news) return false
    const page = await rows<{ did: Did }>(
      tx,
      'SELECT did FROM registry_entry WHERE did > ? ORDER BY did LIMIT ?',
      [news.after, PAGE],
    )
    const isLast = page.length < PAGE
    const moved = await rows(
      tx,
      'UPDATE suspension_news SET after = ?, done = ? WHERE id = ? AND after = ? AND done = 0 RETURNING id',
      [page.at(-1)?.did ?? news.after, isLast ? 1 : 0, news.id, news.after],
    )
    if (moved.length === 0) return true
    const lists = JSON.parse(news.lists) as string[]
    for (const { did } of page) await this.#deps.tell(tx, did, { kind: news.kind, lists, attestations: [] })
    return true
  }

  /** Every attestation of a party that is not over yet. */
  async #set(tx: Tx, subject: Did, isSuspended: boolean): Promise<IssuedCredentialRow[]> {
    const { credentials, clock } = this.#deps
    const { vct } = credentials.types.byName(ATTESTATION_TYPE)
    const issued = await tx.findBy(issuedCredentialTable, {
      ...{ subject, vct, revokedAt: IsNull(), expiresAt: MoreThan(clock.now()) },
    })
    for (const { id } of issued) await credentials.setSuspended(tx, id, isSuspended)
    return issued
  }

  /** Its own organisation hears which; everybody else hears which lists to ask for again. */
  async #announce(tx: Tx, kind: Told, organisation: Did, issued: readonly IssuedCredentialRow[]) {
    const ids = issued.flatMap(({ statusListId }) => (statusListId ? [statusListId] : []))
    const lists = [...new Set(ids)].map(this.#deps.listUri)
    if (lists.length === 0) return
    await this.#deps.tell(tx, organisation, { kind, lists, attestations: issued.map(({ id }) => id) })
    const text = JSON.stringify(lists)
    // One telling of a list serves all that changed in it before the telling begins.
    await rows(
      tx,
      `INSERT INTO suspension_news (id, kind, lists, after, done) SELECT CAST(? AS text), CAST(? AS text), CAST(? AS text), '', 0
       WHERE NOT EXISTS (SELECT 1 FROM suspension_news WHERE kind = ? AND lists = ? AND after = '' AND done = 0)
       RETURNING id`,
      [newId(), kind, text, kind, text],
    )
  }

  async #seal(tx: Tx, id: string, column: 'reason' | 'lift_reason', text: string): Promise<void> {
    const { vault } = this.#deps
    const scope = `${scopeOf(id)}:${column}`
    await vault.createKey(tx, scope)
    const sealed = (await vault.seal(scope, scope, text)).toString('base64')
    await rows(tx, `UPDATE party_suspension SET ${column} = ? WHERE id = ? RETURNING id`, [sealed, id])
  }
}
