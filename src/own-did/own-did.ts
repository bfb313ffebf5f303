import { setTimeout as pause } from 'node:timers/promises'
import type { Agent, KeyFacts, SignedChange } from '../agent/index.ts'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, isRefusal, type Log, newId, Refusal } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { StatusLists } from '../status-lists/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import { type DidChangeRow, didChangeTable, type Outcome } from './change-table.ts'
import { Concerned } from './concerned.ts'
import { keyOf, type Order } from './order.ts'
import type { Plan } from './plan.ts'

export interface OwnDidDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Log
  readonly agent: Agent
  readonly parties: Parties
  readonly credentials: Credentials
  readonly statusLists: Pick<StatusLists, 'signAnew'>
  /** Where this node is reached: what the DID says unless told otherwise. */
  readonly url: string
  /** Sends a signed chain transaction on its way: the trust anchor's relay. */
  readonly relay: (change: SignedChange) => Promise<unknown>
  /** Issues what one of our own parties holds once more, or ends what somebody else holds; in the same transaction. */
  readonly endOf: (tx: Tx, by: Caller | 'system', credential: Outcome) => Promise<void>
  /** What remains to be done once the organisation can sign with another key; after the commit. */
  readonly whenReissued: () => Promise<void>
}

export interface OwnKeys {
  readonly did: Did
  readonly state: 'active' | 'not_signing' | 'deactivated'
  readonly keys: readonly KeyFacts[]
  readonly open: DidChangeRow | null
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
/** How long a caller waits for the chain before it hears that the change is on its way. */
const PATIENCE_MS = 15_000
/** How long another process may go on with a key it has in memory (src/agent/key-ring.ts), and a bit. */
const KEY_MEMORY_MS = 6_000

/**
 * Our organisation's DID over its life. A change is written before anything is sent, with the keys it needs; what is
 * sent follows from what our keys are and what the chain says; and it is done in the transaction that finds the chain
 * saying so. So a node that stops anywhere in between goes on where it was.
 */
export class OwnDid {
  readonly #deps: OwnDidDeps
  readonly #concerned: Concerned
  readonly #stopped = new AbortController()
  #working: Promise<void> = Promise.resolve()
  #retrying: Promise<void> | undefined

  constructor(deps: OwnDidDeps) {
    this.#deps = deps
    this.#concerned = new Concerned(deps)
  }

  async show(): Promise<OwnKeys> {
    const { agent, parties } = this.#deps
    const { did } = await parties.organisation()
    const keys = await agent.keysOf(did)
    const signing = keys.filter(({ use }) => use === 'signing')
    const state = signing.some((key) => key.state === 'ended')
      ? 'deactivated'
      : signing.some((key) => key.state === 'active')
        ? 'active'
        : 'not_signing'
    return { did, state, keys, open: await this.#open() }
  }

  /** What was done, newest first. */
  async changes(limit: number): Promise<DidChangeRow[]> {
    return this.#deps.store.reader.find(didChangeTable, { order: { id: 'DESC' }, take: limit })
  }

  /** What an order would do, without doing it. @throws Refusal as {@link begin} */
  async plan(order: Order): Promise<Plan> {
    const us = await this.#deps.parties.organisation()
    const key = keyOf(us.did, order, await this.#deps.agent.keysOf(us.did))
    return this.#concerned.plan(us, order.kind, key)
  }

  /**
   * Does it, as far as it can be done now: what waits for the chain is done later by itself.
   * @throws Refusal `did_change_underway`, `did_deactivated`, `own_key_unknown`, `key_not_active`, `key_given_up`,
   *   `did_not_on_chain`
   */
  async begin(caller: Caller, order: Order): Promise<DidChangeRow> {
    const { store, parties } = this.#deps
    const us = await parties.organisation()
    const isWeb = us.did.startsWith('did:web:')
    const row = await store.transact(async (tx) => {
      await parties.lock(tx, us)
      const key = keyOf(us.did, order, await this.#deps.agent.keysOf(us.did))
      const row = await this.#write(tx, order, key)
      await this.#prepare(us.did, row, key)
      await this.#record(tx, caller, row, 'begun')
      // Nobody else has to say it.
      if (isWeb || row.kind === 'retire') await this.#settle(tx, caller, us, row)
      return row
    })
    if (isWeb || row.kind === 'retire') await this.#afterwards(row)
    else await Promise.race([this.#retry(), pause(PATIENCE_MS, undefined, { ref: false })])
    return (await store.reader.findOneBy(didChangeTable, { id: row.id })) ?? row
  }

  /**
   * Brings the chain in line with our keys, and finishes a change that is under way.
   * @throws Refusal what stands in the way now: try again later
   */
  carryOn(): Promise<void> {
    const turn = this.#working.then(() => this.#carryOn())
    this.#working = turn.catch(() => undefined)
    return turn
  }

  /** Goes on with what another process, or an earlier run of this one, left behind. */
  async resume(): Promise<void> {
    if (await this.#open()) void this.#retry()
    else if (await this.#isOverdue()) await this.carryOn()
  }

  /** Whether the chain does not list the key we sign with any more: its time there is over. */
  async #isOverdue(): Promise<boolean> {
    const { agent, clock, parties } = this.#deps
    const us = await parties.findOrganisation()
    const keys = us ? await agent.keysOf(us.did) : []
    return keys.some(
      ({ state, listedUntil }) => state === 'active' && listedUntil !== null && listedUntil <= clock.now(),
    )
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#retrying
    await this.#working
  }

  #retry(): Promise<void> {
    this.#retrying ??= this.#untilDone().finally(() => {
      this.#retrying = undefined
    })
    return this.#retrying
  }

  async #untilDone(): Promise<void> {
    const { signal } = this.#stopped
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        if (!(await this.#open())) return
        await this.carryOn()
      } catch (err) {
        if (signal.aborted) return
        const code = isRefusal(err) ? err.code : 'failed'
        this.#deps.log.warn({ attempt, code, err }, 'a change of our DID is not done yet')
        const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS)
        await pause(wait, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #carryOn(): Promise<void> {
    const { agent, parties, relay, url } = this.#deps
    const us = await parties.organisation()
    const open = await this.#open()
    const keys = await agent.keysOf(us.did)
    const signs = keys.some(
      ({ use, state }) => use === 'signing' && (state === 'active' || state === 'pending'),
    )
    if (us.did.startsWith('did:web:') || !(signs || open)) return
    const deactivated = open?.kind === 'deactivate'
    const desired = deactivated ? { deactivated } : { serviceEndpoint: (await this.#announced(open)) ?? url }
    for (const one of await agent.registration.pendingChanges(us.did, desired)) await relay(one)
    if (open) {
      if ((await agent.registration.pendingChanges(us.did, desired)).length > 0) throw notYet()
      await this.#othersForgot(open)
    }
    const finish = async (tx: Tx) => {
      if (open) await this.#settle(tx, 'system', us, open)
    }
    if (deactivated || !signs) await this.#deps.store.transact(finish)
    else await agent.registration.confirm(us.did, finish)
    if (open) await this.#afterwards(open)
  }

  /** What is signed with a key that was given up, by a process that did not hear of it, must be there to be found. */
  async #othersForgot({ kind, createdAt }: DidChangeRow): Promise<void> {
    const { store, clock } = this.#deps
    if (kind !== 'compromise' || store.engine !== 'postgres') return
    const wait = createdAt + KEY_MEMORY_MS - clock.now()
    if (wait > 0) await pause(Math.min(wait, KEY_MEMORY_MS), undefined, { signal: this.#stopped.signal })
  }

  /** The address the document is to say, where it is not that of agent.yml. */
  async #announced(open: DidChangeRow | null): Promise<string | null> {
    if (open?.kind === 'endpoint') return open.endpoint
    const [last] = await this.#deps.store.reader.find(didChangeTable, {
      where: { kind: 'endpoint', state: 'done' },
      order: { id: 'DESC' },
      take: 1,
    })
    return last?.endpoint ?? null
  }

  /** Where the document of a did:web says that this node is. */
  async endpoint(): Promise<string> {
    return (await this.#announced(null)) ?? this.#deps.url
  }

  #open(): Promise<DidChangeRow | null> {
    return this.#deps.store.reader.findOneBy(didChangeTable, { state: 'open' })
  }

  async #write(tx: Tx, { kind, endpoint }: Order, key: KeyFacts | null): Promise<DidChangeRow> {
    const row: DidChangeRow = {
      id: newId(),
      kind,
      state: 'open',
      kid: key?.kid ?? null,
      endpoint: endpoint ?? null,
      outcomes: [],
      createdAt: this.#deps.clock.now(),
      doneAt: null,
    }
    // Of two processes at the same moment the second one waits at the party's row, and then finds this one.
    if (await tx.existsBy(didChangeTable, { state: 'open' })) throw underway()
    await tx.insert(didChangeTable, row)
    return row
  }

  /** What holds from the moment the change is written, before anybody else says so. */
  async #prepare(did: Did, { kind }: DidChangeRow, key: KeyFacts | null): Promise<void> {
    const { agent } = this.#deps
    switch (kind) {
      case 'rotate':
        // The key it had signs until the next one is in the document; there is one document for both here.
        if (did.startsWith('did:web:') && key?.kid) await agent.retireKey(key.kid)
        return agent.createSigningKey(did)
      case 'retire':
        if (key?.kid) await agent.retireKey(key.kid)
        return
      case 'compromise':
        if (!key?.kid) throw new Refusal('not_found', 'own_key_unknown', 'our DID has no such key')
        await agent.compromiseKey(key.kid)
        if (key.state === 'active') await agent.createSigningKey(did)
        return
      case 'controller':
        return agent.createControllerKey(did)
      case 'deactivate':
        return agent.endKeys(did, 'signing')
      case 'endpoint':
    }
  }

  /** The DID says so now: what follows from it, once. */
  async #settle(tx: Tx, by: Caller | 'system', us: Party, row: DidChangeRow): Promise<void> {
    const { agent, clock, statusLists } = this.#deps
    const { id, kind, kid } = row
    const done = { state: 'done' as const, doneAt: clock.now() }
    if ((await change(tx, didChangeTable, { id, state: 'open' }, done)) !== 1) return
    if (kind === 'rotate') {
      const active = (await agent.keysOf(us.did)).filter(
        ({ use, state }) => use === 'signing' && state === 'active',
      )
      for (const old of active.slice(0, -1)) if (old.kid) await agent.retireKey(old.kid)
    }
    if (kind === 'deactivate') await agent.endKeys(us.did, 'controller')
    if (kind === 'compromise' && kid !== null) {
      const outcomes = await this.#concerned.outcomes(tx, us.did, kid)
      for (const outcome of outcomes) await this.#deps.endOf(tx, by, outcome)
      await statusLists.signAnew(tx, us.did)
      await change(tx, didChangeTable, { id }, { outcomes })
    }
    await this.#record(tx, by, row, 'done')
  }

  async #afterwards({ kind }: DidChangeRow): Promise<void> {
    const { agent, parties } = this.#deps
    agent.forget((await parties.organisation()).did)
    if (kind === 'compromise') await this.#deps.whenReissued()
  }

  /** Names of keys are public; an address is our own. */
  async #record(tx: Tx, by: Caller | 'system', row: DidChangeRow, step: 'begun' | 'done'): Promise<void> {
    const { id, kind, kid } = row
    await this.#deps.audit.record(tx, by, `did.${kind}_${step}`, { change: id, ...(kid && { key: kid }) })
  }
}

const underway = () =>
  new Refusal('conflict', 'did_change_underway', 'another change of our DID is not done yet: wait for it')

const notYet = () => new Refusal('unavailable', 'did_not_registered', 'the chain does not say so yet')
