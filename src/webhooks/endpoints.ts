import type { Audit } from '../audit/index.ts'
import { BoundedMap, type Caller, type Clock, isRefusal, newId, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { change, Not, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { EventType } from './event.ts'
import { cancelAll, waitingByEndpoint } from './lanes.ts'
import { newSigningKeys, publicKeyOf, type Signer, type SigningKeys, signerOf } from './signing.ts'
import { type EndpointRow, endpointTable } from './webhook-tables.ts'

export interface EndpointsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly egress: Pick<Egress, 'check'>
  /** Id of our organisation: the vault's scope. */
  readonly scope: () => Promise<string>
}

interface Key extends SigningKeys {
  /** Until when it signs beside the newest, in ms; null for the newest. */
  readonly until: number | null
}

/** Where and how an endpoint is called: an address may be a secret as well. */
interface Calling {
  readonly url: string
  /** Newest first. */
  readonly keys: readonly [Key, ...Key[]]
}

/** How an endpoint is called, opened: of one version of its row, so it is never another than the row says. */
interface Opened {
  readonly url: string
  readonly keys: readonly (Signer & Pick<Key, 'until'>)[]
}

/** An endpoint as its administrator sees it. */
export interface Endpoint {
  readonly row: EndpointRow
  readonly url: string
  /** `whpk_…` of the newest key. */
  readonly publicKey: string
  /** Until when a key from before a rotation signs too, in ms. */
  readonly rotatingUntil: number | null
}

const MAX_ENDPOINTS = 20
const OLD_KEY_SIGNS_MS = 24 * 3_600_000
/** The newest, and two from before: rotating is never refused, and the header stays short. */
const MAX_KEYS = 3

/** A company's own systems: where they are, and what is signed for them. */
export class Endpoints {
  readonly #deps: EndpointsDeps
  readonly #opened = new BoundedMap<Opened>(4 * MAX_ENDPOINTS)

  constructor(deps: EndpointsDeps) {
    this.#deps = deps
  }

  /**
   * @param events types it is called for; none: all
   * @returns with the secret, which is shown this once
   * @throws Refusal `webhook_url_refused` with the reason, `too_many_webhooks`
   */
  async add(caller: Caller, url: string, events: readonly EventType[]): Promise<Endpoint & SigningKeys> {
    const { store, audit, clock } = this.#deps
    await this.#requireCallable(url)
    const keys = newSigningKeys()
    const calling: Calling = { url, keys: [{ ...keys, until: null }] }
    const row = await store.transact(async (tx) => {
      if ((await tx.countBy(endpointTable, { state: Not('removed') })) >= MAX_ENDPOINTS)
        throw new Refusal('conflict', 'too_many_webhooks', `a node has at most ${MAX_ENDPOINTS} webhooks`, {
          params: { limit: MAX_ENDPOINTS },
        })
      const id = newId()
      const sealed = await this.#seal(id, calling)
      const made: EndpointRow = {
        ...{ id, events, sealed },
        ...{ state: 'active', version: 1, createdAt: clock.now() },
      }
      await tx.insert(endpointTable, made)
      // Not its address: that may be as good as a password.
      await audit.record(tx, caller, 'webhook.added', { webhook: id, events })
      return made
    })
    return { ...describe(row, calling, clock.now()), ...keys }
  }

  /** All that are not removed, with how much waits for each. */
  async list(): Promise<(Endpoint & { readonly waiting: number })[]> {
    const { store, clock } = this.#deps
    const [all, waiting] = await Promise.all([
      store.reader.find(endpointTable, { where: { state: Not('removed') }, order: { id: 'ASC' } }),
      waitingByEndpoint(store.reader),
    ])
    return Promise.all(
      all.map(async (row) => ({
        ...describe(row, await this.#open(row), clock.now()),
        waiting: waiting.get(row.id) ?? 0,
      })),
    )
  }

  /** Takes it away with its keys; what waits for it is not sent any more. @throws Refusal `webhook_unknown` */
  async remove(caller: Caller, id: string): Promise<{ cancelled: number }> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const { version } = await this.require(tx, id)
      const gone = { state: 'removed', sealed: null, version: version + 1 } as const
      if (!(await change(tx, endpointTable, { id, state: Not('removed') }, gone))) throw unknown()
      const cancelled = await cancelAll(tx, id)
      await audit.record(tx, caller, 'webhook.removed', { webhook: id, cancelled })
      return { cancelled }
    })
  }

  /**
   * New keys; the ones before sign beside them for a day, so that the receiver can change over without losing one.
   * @throws Refusal `webhook_unknown`, `webhook_changed`
   */
  async rotate(caller: Caller, id: string): Promise<Endpoint & SigningKeys> {
    const { store, audit, clock } = this.#deps
    const row = await this.require(store.reader, id)
    const now = clock.now()
    const { url, keys } = await this.#open(row)
    const fresh = newSigningKeys()
    const older = keys
      .map((key) => ({ ...key, until: key.until ?? now + OLD_KEY_SIGNS_MS }))
      .filter(({ until }) => until > now)
      .slice(0, MAX_KEYS - 1)
    const calling: Calling = { url, keys: [{ ...fresh, until: null }, ...older] }
    const sealed = await this.#seal(id, calling)
    await store.transact(async (tx) => {
      await this.#change(tx, row, { sealed })
      await audit.record(tx, caller, 'webhook.rotated', { webhook: id })
    })
    return { ...describe(row, calling, now), ...fresh }
  }

  /** Calls it again after it was gone; what waits goes on. @throws Refusal `webhook_unknown`, `webhook_changed` */
  async enable(caller: Caller, id: string): Promise<Endpoint> {
    const { store, audit, clock } = this.#deps
    const row = await this.require(store.reader, id)
    const calling = await this.#open(row)
    if (row.state === 'active') return describe(row, calling, clock.now())
    await this.#requireCallable(calling.url)
    await store.transact(async (tx) => {
      await this.#change(tx, row, { state: 'active' })
      await audit.record(tx, caller, 'webhook.enabled', { webhook: id })
    })
    return describe({ ...row, state: 'active' }, calling, clock.now())
  }

  /** It said it is gone (410): it is not called any more. */
  async disable(id: string): Promise<void> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      if (!(await change(tx, endpointTable, { id, state: 'active' }, { state: 'disabled' }))) return
      await audit.record(tx, 'system', 'webhook.disabled', { webhook: id, reason: 'gone' })
    })
  }

  /** Where it is and what signs now, or null when it is not called any more. */
  async callable(id: string): Promise<{ url: string; signers: readonly Signer[] } | null> {
    const row = await this.#deps.store.reader.findOneBy(endpointTable, { id, state: 'active' })
    if (!row) return null
    const place = `${id} ${row.version}`
    const opened = this.#opened.get(place) ?? (await this.#openForCalls(row))
    this.#opened.set(place, opened)
    const now = this.#deps.clock.now()
    return { url: opened.url, signers: opened.keys.filter(({ until }) => until === null || until > now) }
  }

  /** @throws Refusal `webhook_unknown` */
  async require(reader: Pick<Tx, 'findOneBy'>, id: string): Promise<EndpointRow> {
    const row = await reader.findOneBy(endpointTable, { id, state: Not('removed') })
    if (!row) throw unknown()
    return row
  }

  async #change(tx: Tx, { id, version }: EndpointRow, set: Partial<EndpointRow>): Promise<void> {
    // Removing it counts as a change as well.
    if (!(await change(tx, endpointTable, { id, version }, { ...set, version: version + 1 })))
      throw new Refusal(
        'conflict',
        'webhook_changed',
        'somebody else changed this webhook at the same moment',
      )
  }

  async #requireCallable(url: string): Promise<void> {
    await this.#deps.egress.check(url).catch((cause) => {
      const reason = isRefusal(cause) ? cause.code : 'egress_unreachable'
      throw new Refusal('unprocessable', 'webhook_url_refused', 'this address cannot be called from here', {
        params: { reason },
        cause,
      })
    })
  }

  async #seal(id: string, calling: Calling): Promise<Buffer> {
    const { vault, scope } = this.#deps
    return vault.seal(await scope(), placeOf(id), JSON.stringify(calling))
  }

  async #openForCalls(row: EndpointRow): Promise<Opened> {
    const { url, keys } = await this.#open(row)
    return { url, keys: keys.map((key) => ({ ...signerOf(key), until: key.until })) }
  }

  async #open({ id, sealed }: EndpointRow): Promise<Calling> {
    if (sealed === null) throw unknown()
    return JSON.parse(await this.#deps.vault.openText(placeOf(id), sealed)) as Calling
  }
}

const placeOf = (id: string): string => `webhook_endpoint:${id}:sealed`

function describe(row: EndpointRow, { url, keys }: Calling, now: number): Endpoint {
  const [newest, ...older] = keys
  const rotating = older.flatMap(({ until }) => (until !== null && until > now ? [until] : []))
  return {
    row,
    url,
    publicKey: publicKeyOf(signerOf(newest)),
    rotatingUntil: rotating.length > 0 ? Math.max(...rotating) : null,
  }
}

const unknown = (): Refusal => new Refusal('not_found', 'webhook_unknown', 'there is no such webhook')
