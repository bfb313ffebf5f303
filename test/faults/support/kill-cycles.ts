import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Inside } from '../../support/inside.ts'
import { apiOf, type TestNode } from '../../support/nodes.ts'
import { Acknowledged } from './acknowledged.ts'
import { compare, compareAnswers, compareStatus, type Tables, tablesOf } from './check.ts'
import { Clients } from './clients.ts'
import { readTables } from './database.ts'
import { type NodeProcess, NodeProcesses, type Sabotage } from './node-processes.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** A message that met a dead node ten times in a row waits more than four minutes for its next try. */
const LONGEST_WAIT_MS = 300_000

/** One node that is killed over and over, and everybody who was told something by it. */
export class KillCycles {
  readonly problems: string[] = []
  readonly acknowledged = new Acknowledged()
  readonly partner: Pick<TestNode, 'call' | 'config'>
  killed = 0
  readonly #world: World
  readonly #random: Random
  readonly #processes: NodeProcesses
  #running: NodeProcess | undefined

  constructor(world: World, random: Random, env: Readonly<Record<string, string>> = {}) {
    this.#world = world
    this.#random = random
    const { config } = world.partner
    this.partner = { config, ...apiOf(config) }
    this.#processes = new NodeProcesses(join(world.dir, 'partner.log'), env)
  }

  /** Starts the node. @param sabotage makes it one that must be caught */
  async start(sabotage?: Sabotage): Promise<void> {
    this.#running = await this.#processes.start({ ...this.#world.partner, sabotage })
    await this.#running.ready
  }

  async stop(): Promise<void> {
    await this.#running?.stop()
  }

  /** Kills it, and starts it again. */
  async restart(): Promise<void> {
    await this.#kill()
    await this.start()
  }

  /** Starts a second one with another master key. @throws Error with the code it refuses with */
  async startWithAnotherKey(): Promise<void> {
    const masterKey = Buffer.alloc(32, 7)
    const { ready, kill } = await this.#processes.start({ ...this.#world.partner, masterKey })
    await ready.finally(kill)
  }

  /** @param tolerates refusals that may be met on the way, as `503 disk_full` */
  clients(inside: Inside, tolerates: readonly string[] = []): Clients {
    const { company } = this.#world
    return new Clients({
      company,
      inside,
      partner: this.partner,
      acknowledged: this.acknowledged,
      random: this.#random,
      tolerates,
      problem: (text) => this.#report([text]),
    })
  }

  /** Lets clients work, kills the node at some moment, starts it again, and looks whether it kept its word. */
  async cycle(clients: Clients, inside: Inside, sabotage?: Sabotage): Promise<void> {
    const before = await this.#identity()
    clients.start()
    await this.#someWork()
    await this.#kill()
    await clients.stop()
    await this.start(sabotage)
    // Now and then it goes down again while it comes up.
    if (this.#random.next() < 0.1) {
      await this.#kill()
      const again = await this.#processes.start({ ...this.#world.partner, sabotage })
      await pause(this.#random.between(0, 300))
      this.#running = again
      await this.#kill()
      await this.start(sabotage)
    }
    const tables = await this.check(inside)
    if ((await this.#identity(tables)) !== before) this.#report(['keys, DIDs or chain are not as they were'])
  }

  /** Does something to the node, or to what it needs, while clients work; they go on until they get on again. */
  async during(clients: Clients, inside: Inside, disturb: () => Promise<void>): Promise<void> {
    clients.start()
    await this.#someWork()
    await disturb()
    const { total } = this.acknowledged
    await this.#someWork()
    await clients.stop()
    if (this.acknowledged.total === total) this.#report(['nothing is acknowledged any more'])
    await this.check(inside)
  }

  /** Looks whether the node kept its word. */
  async check(inside: Inside): Promise<Tables> {
    const tables = await tablesOf(this.partner.config.storage)
    this.#report(compare(this.acknowledged, tables))
    this.#report(await compareStatus(this.acknowledged, tables, inside))
    this.#report(await compareAnswers(this.acknowledged, this.partner))
    return tables
  }

  /** What waited is delivered, and opens what it should; what was revoked does not. */
  async settle(clients: Clients): Promise<{ readable: number; refused: number }> {
    const { grants, revoked, revoking } = this.acknowledged
    const counts = { readable: 0, refused: 0 }
    const live = [...grants.keys()].filter((id) => !revoking.has(id))
    for (const id of live) {
      const arrived = await slowly(() => clients.readUnder(id), LONGEST_WAIT_MS)
      if (arrived === '200') counts.readable++
      else this.#report([`a grant that was given came to ${arrived ?? 'nothing: it did not arrive'}`])
    }
    // What was revoked on the way may never have arrived, and tells nothing then; these have.
    for (const id of live) await clients.revoke(id)
    for (const id of revoked) {
      const read = await clients.readUnder(id)
      if (read === '403 grant_revoked') counts.refused++
      else if (read !== null) this.#report([`a read under a revoked grant came to ${read}`])
    }
    await clients.denyAll(this.#world.company)
    const unanswered = await slowly(async () => {
      const { sent } = await tablesOf(this.partner.config.storage)
      const open = sent.filter(
        ({ id, state }) => state !== 'denied' && this.acknowledged.sent.has(String(id)),
      )
      return open.length === 0 ? [] : null
    }, LONGEST_WAIT_MS)
    if (unanswered === null)
      this.#report([`no answer came to what the partner asked: ${await this.#waiting()}`])
    return counts
  }

  /** After some acknowledgements, and a little later: a node that just came up is slow, and so may be the machine. */
  async #someWork(): Promise<void> {
    const enough = this.acknowledged.total + this.#random.between(1, 25)
    for (const until = Date.now() + 5_000; this.acknowledged.total < enough && Date.now() < until; )
      await pause(2)
    await pause(this.#random.between(0, 20))
  }

  /** What the node wrote of things it did not foresee. */
  logged(): string[] {
    const lines = readFileSync(join(this.#world.dir, 'partner.log'), 'utf8').split('\n')
    return lines.filter((line) => !line.startsWith('{') || /"level":[56]0/.test(line)).filter(Boolean)
  }

  /** What the company has not delivered, and why. */
  async #waiting(): Promise<string> {
    const { outbox } = await readTables(this.#world.company.config.storage, {
      outbox: "SELECT topic, attempts, last_error, due_at FROM outbox WHERE state <> 'done'",
    })
    const { sent } = await tablesOf(this.partner.config.storage)
    return JSON.stringify({ outbox, sent: sent.filter(({ state }) => state !== 'denied') })
  }

  async #kill(): Promise<void> {
    await this.#running?.kill()
    this.killed++
  }

  /** Who it is: parties, keys, and how far the chain is, which has nothing to do for a node that comes back. */
  async #identity(tables?: Tables): Promise<string> {
    const { keys, parties } = tables ?? (await tablesOf(this.partner.config.storage))
    const { rpcUrl, registry } = this.#world.chain
    const [address = ''] = /(?<=did:ethr:0x[0-9a-f]+:0x)[0-9a-fA-F]{40}/.exec(JSON.stringify(parties)) ?? []
    // When its DID last changed: `changed(address)` of ERC-1056. Others write on the chain too.
    const call = { to: registry, data: `0xf96d0f9f${address.toLowerCase().padStart(64, '0')}` }
    const [me, changed] = await Promise.all([
      this.partner.call('partner', 'GET', '/me'),
      fetch(rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [call, 'latest'] }),
      }).then((response) => response.json() as Promise<{ result?: string }>),
    ])
    if (!address || !/^0x0*[1-9a-f]/.test(changed.result ?? ''))
      throw new Error('the chain does not know the node')
    return JSON.stringify([keys, parties, me, changed.result])
  }

  #report(found: readonly string[]): void {
    for (const text of found) this.problems.push(`after ${this.killed} kills: ${text}`)
  }
}

async function slowly<T>(look: () => Promise<T | null>, ms: number): Promise<T | null> {
  for (const until = Date.now() + ms; Date.now() < until; await pause(100)) {
    const found = await look()
    if (found !== null) return found
  }
  return null
}
