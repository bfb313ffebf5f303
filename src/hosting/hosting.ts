import { hash, randomBytes } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, isRefusal, newId, Refusal } from '../core/index.ts'
import { acquireLease, change, LessThanOrEqual, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { freeSlug, requireSlug, slugOf, urlOfTenant } from './host-name.ts'
import type { HostingPort, MadeHosted, NewHosted, Runtime } from './ports.ts'
import { type HostedMove, type HostedState, nextState } from './state.ts'
import { type HostedRow, hostedTable } from './tables.ts'

export interface HostingDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly base: URL
  readonly runtime: Runtime
  /** The registry says where a member is reached. */
  readonly whenMoved: (tx: Tx, from: string, to: string) => Promise<void>
}

/** What it takes to open a node. */
export interface HostedSecrets extends Pick<NewHosted, 'organisation' | 'administrator' | 'invitation'> {
  readonly masterKey: Uint8Array
}

/** What seals the file of a node that leaves, made of a passphrase where that was typed. */
export interface LeavingKey {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly derivation: object
}

const MAX_HOSTED = 10_000
const scopeOf = (id: string) => `hosted:${id}`
const placeOf = (id: string, column: string) => `hosted_node:${id}:${column}`

/**
 * The nodes this one runs for others. Each has a master key of its own, made at random and wrapped under a key of the
 * vault that is its alone: so it can be taken along, and destroying that one key ends all that was sealed.
 */
export class Hosting implements HostingPort {
  readonly #deps: HostingDeps

  constructor(deps: HostingDeps) {
    this.#deps = deps
  }

  /**
   * Makes a node and brings it to life. Asked again for the same slug while it is being made, it goes on.
   * @throws Refusal `hosting_slug_invalid`, `hosting_slug_reserved`, `hosting_slug_taken`, `hosting_full`
   */
  async create(by: Caller | 'system', hosted: NewHosted) {
    const slug = requireSlug(hosted.slug ?? slugOf(hosted.organisation.name))
    const row = (await this.#unfinished(slug, hosted)) ?? (await this.#begin(by, slug, hosted))
    const activation = await this.#deps.runtime.provision(row.id)
    await this.#move(by, row.id, 'created')
    return { ...this.#made(row.id, slug), activation }
  }

  async createFor(reference: string, hosted: Omit<NewHosted, 'slug'>): Promise<MadeHosted> {
    const known = await this.#deps.store.reader.findOneBy(hostedTable, { reference })
    const slug =
      known?.slug ??
      (await freeSlug(hosted.organisation.name, async (one) => (await this.find(one)) !== null))
    const { id } = known ?? (await this.#begin('system', slug, hosted, reference))
    if (known === null || known.state === 'creating') {
      // Its code is given out by a link later, which makes another one.
      await this.#deps.runtime.provision(id).catch((error: unknown) => {
        if (!isRefusal(error, 'hosting_welcomed')) throw error
      })
      await this.#move('system', id, 'created')
    }
    return this.#made(id, slug)
  }

  async welcome(id: string) {
    const row = await this.byId(id)
    if (!row) throw unknown()
    if (row.state !== 'active')
      throw new Refusal('conflict', 'hosting_not_now', 'this cannot be done with a node in this state')
    const { administrator } = await this.secretsOf(row)
    const code = await this.#deps.runtime.welcome(id)
    return { ...this.#made(id, row.slug), account: administrator.account, code }
  }

  async list(page: { cursor?: string | undefined; limit: number; state?: HostedState | undefined }) {
    const items = await rows<{
      id: string
      slug: string
      state: HostedState
      moved_to: string | null
      created_at: number
    }>(
      this.#deps.store.reader,
      `SELECT id, slug, state, moved_to, created_at FROM hosted_node WHERE id < ?${page.state ? ' AND state = ?' : ''}
       ORDER BY id DESC LIMIT ?`,
      [page.cursor ?? 'z', ...(page.state ? [page.state] : []), page.limit + 1],
    )
    const shown = items.slice(0, page.limit)
    return { items: shown, next: items.length > page.limit ? (shown.at(-1)?.id ?? null) : null }
  }

  async suspend(by: Caller, slug: string): Promise<HostedRow> {
    const { id } = await this.require(slug)
    await this.#move(by, id, 'suspend')
    await this.#deps.runtime.close(id)
    return this.require(slug)
  }

  async resume(by: Caller, slug: string): Promise<HostedRow> {
    const { id } = await this.require(slug)
    await this.#move(by, id, 'resume')
    return this.require(slug)
  }

  /**
   * Closes a node here, for good, and has its file written: from now on it signs nothing here.
   * @param movedTo where it will live
   * @returns the token that fetches the file, told once
   */
  async leave(
    by: Caller | 'system',
    id: string,
    movedTo: string,
    { key, derivation }: LeavingKey,
  ): Promise<string> {
    const ticket = randomBytes(32).toString('base64url')
    const secret = JSON.stringify({ key: Buffer.from(key).toString('base64url'), derivation })
    await this.#move(by, id, 'leave', async (tx, { slug }) => {
      await this.#deps.whenMoved(tx, urlOfTenant(slug, this.#deps.base), movedTo)
      return {
        movedTo,
        ticket: hash('sha256', ticket),
        fileKey: await this.#deps.vault.seal(scopeOf(id), placeOf(id, 'file_key'), secret),
      }
    })
    this.#deps.runtime.writeFile(id)
    return ticket
  }

  /** Its file lies whole on disk: what could open that is kept no longer. */
  async written(id: string): Promise<void> {
    await this.#move('system', id, 'written', async () => ({ fileKey: null }))
  }

  /**
   * Destroys its keys and then what is on disk: nothing of it can ever be read here again.
   * @param confirm its slug
   */
  async remove(by: Caller, slug: string, confirm: string): Promise<HostedRow> {
    if (confirm !== slug)
      throw new Refusal('conflict', 'confirmation_missing', 'this cannot be undone: confirm it with the name')
    const { id } = await this.require(slug)
    await this.#move(by, id, 'remove', async (tx) => {
      await this.#deps.vault.destroyKey(tx, scopeOf(id))
      return { sealed: null, fileKey: null, ticket: null }
    })
    await this.#deps.runtime.close(id)
    await this.#deps.runtime.destroy(id)
    return this.require(slug)
  }

  find(slug: string): Promise<HostedRow | null> {
    return this.#deps.store.reader.findOneBy(hostedTable, { slug })
  }

  byId(id: string): Promise<HostedRow | null> {
    return this.#deps.store.reader.findOneBy(hostedTable, { id })
  }

  /** @throws Refusal `hosting_unknown` */
  async require(slug: string): Promise<HostedRow> {
    const row = await this.find(slug)
    if (row) return row
    throw unknown()
  }

  /** Those that have something to do by now. */
  async due(limit: number): Promise<readonly HostedRow[]> {
    const { store, clock } = this.#deps
    return store.reader.find(hostedTable, {
      where: { state: 'active', nextDue: LessThanOrEqual(clock.now()) },
      order: { nextDue: 'ASC' },
      take: limit,
    })
  }

  /** Those whose file is being written, be it by a process that ended meanwhile. */
  leaving(): Promise<readonly HostedRow[]> {
    return this.#deps.store.reader.find(hostedTable, { where: { state: 'leaving' } })
  }

  /** Takes or keeps the right to run them, of several processes on one database; for -1 ms gives it up. @returns whether `holder` has it */
  hold(holder: string, ms: number): Promise<boolean> {
    return acquireLease(this.#deps.store, this.#deps.clock, { name: 'hosting', holder, ms })
  }

  async setNextDue(id: string, at: number): Promise<void> {
    await this.#deps.store.transact((tx) => change(tx, hostedTable, { id }, { nextDue: at }))
  }

  /** @throws Refusal `sealed_value_lost` when it was removed */
  async secretsOf({ id, sealed }: HostedRow): Promise<HostedSecrets> {
    if (!sealed) throw new Refusal('gone', 'hosting_removed', 'this node is no more')
    const { masterKey, ...rest } = JSON.parse(await this.#deps.vault.openText(placeOf(id, 'sealed'), sealed))
    return { ...rest, masterKey: Buffer.from(masterKey, 'base64url') }
  }

  async leavingKeyOf({ id, fileKey }: HostedRow): Promise<LeavingKey> {
    if (!fileKey) throw new Refusal('conflict', 'hosting_not_now', 'no file is being written of this node')
    const { key, derivation } = JSON.parse(await this.#deps.vault.openText(placeOf(id, 'file_key'), fileKey))
    return { key: Buffer.from(key, 'base64url'), derivation }
  }

  #made(id: string, slug: string): MadeHosted {
    return { id, slug, url: urlOfTenant(slug, this.#deps.base) }
  }

  async #begin(
    by: Caller | 'system',
    slug: string,
    hosted: NewHosted,
    reference: string | null = null,
  ): Promise<{ id: string }> {
    const { store, vault, clock, audit } = this.#deps
    const id = newId()
    const { organisation, administrator, invitation } = hosted
    const masterKey = randomBytes(32).toString('base64url')
    const secret = { masterKey, organisation, administrator, ...(invitation && { invitation }) }
    await store.transact(async (tx) => {
      if ((await tx.count(hostedTable)) >= MAX_HOSTED)
        throw new Refusal('conflict', 'hosting_full', 'no more nodes are hosted here')
      if (await tx.findOneBy(hostedTable, { slug })) throw taken()
      await vault.createKey(tx, scopeOf(id))
      await tx.insert(hostedTable, {
        ...{ id, slug, state: 'creating', movedTo: null, fileKey: null, ticket: null },
        sealed: await vault.seal(scopeOf(id), placeOf(id, 'sealed'), JSON.stringify(secret)),
        ...{ nextDue: clock.now(), createdAt: clock.now(), changedAt: clock.now(), reference },
      })
      await audit.record(tx, by, 'hosting.create', { hosted: id })
    })
    return { id }
  }

  /** One that was broken off while it was made, for the same organisation. @throws Refusal `hosting_slug_taken` */
  async #unfinished(slug: string, { organisation, administrator }: NewHosted): Promise<HostedRow | null> {
    const row = await this.find(slug)
    if (!row) return null
    const begun = row.state === 'creating' ? await this.secretsOf(row).catch(nullIfGone) : null
    const isSame =
      begun?.organisation.name === organisation.name &&
      begun.organisation.kvkNumber === organisation.kvkNumber &&
      begun.administrator.account === administrator.account
    if (!isSame) throw taken()
    return row
  }

  async #move(
    by: Caller | 'system',
    id: string,
    move: HostedMove,
    more: (tx: Tx, row: HostedRow) => Promise<Partial<HostedRow>> = async () => ({}),
  ): Promise<void> {
    const { store, clock, audit } = this.#deps
    await store.transact(async (tx) => {
      const row = await tx.findOneBy(hostedTable, { id })
      if (!row) throw unknown()
      const state = nextState(row.state, move)
      const set = { ...(await more(tx, row)), state, changedAt: clock.now() }
      if ((await change(tx, hostedTable, { id, state: row.state }, set)) !== 1)
        throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
      await audit.record(tx, by, `hosting.${move}`, { hosted: id })
    })
  }
}

const unknown = () => new Refusal('not_found', 'hosting_unknown', 'no node of this name is hosted here')
const taken = () => new Refusal('conflict', 'hosting_slug_taken', 'this name is taken, or was once')

function nullIfGone(error: unknown): null {
  if (isRefusal(error)) return null
  throw error
}
