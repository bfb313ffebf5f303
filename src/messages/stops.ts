import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import { allows, type MessageKind, monthlyLimits } from './kinds.ts'
import type { ChannelsPort, GivenChannel, TellingPort } from './ports.ts'
import { isStopped, writeStop } from './stop-rows.ts'

export interface StopsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly channels: ChannelsPort
  readonly tell: TellingPort
}

export interface Stopped {
  readonly partner: Did
  readonly partnerName: string
  readonly party: string
  readonly kind: MessageKind
}

/** Wanting no more of a kind, or fewer. */
export class Stops {
  readonly #deps: StopsDeps

  constructor(deps: StopsDeps) {
    this.#deps = deps
  }

  /**
   * No more messages of a kind from a partner, at once; a second time changes nothing.
   * @param parties who of ours wants no more
   * @throws Refusal `nothing_to_stop` when none of them ever opened anything to it: nothing it writes comes in
   */
  async stop(
    caller: Caller,
    parties: readonly string[],
    { partner, kind }: { partner: Did; kind: MessageKind },
  ): Promise<Stopped[]> {
    const { store, channels } = this.#deps
    return store.transact(async (tx) => {
      const given = await channels.givenTo(tx, parties, partner)
      const newest = new Map<string, GivenChannel>()
      // A live grant for this kind names the channel best; what ended says at least who it is.
      for (const channel of [...given].sort((a, b) => rank(b, kind) - rank(a, kind)))
        if (!newest.has(`${channel.party} ${channel.grantee}`))
          newest.set(`${channel.party} ${channel.grantee}`, channel)
      if (newest.size === 0)
        throw new Refusal(
          'conflict',
          'nothing_to_stop',
          'nothing was ever opened to this partner: it cannot write to you',
        )
      // What is being taken in along them is taken in before, or finds the stop.
      const ids = given.filter(({ live }) => live).map(({ grantId }) => grantId)
      for (const id of ids.sort()) await channels.given(tx, id, true)
      const stopped: Stopped[] = []
      for (const channel of newest.values()) stopped.push(await this.#stop(tx, caller, channel, kind))
      return stopped
    })
  }

  /**
   * How many of a kind we take along a grant in a month: never more than usual.
   * @throws Refusal `grant_unknown` also when it is another's, `limit_not_lower`
   */
  async limit(
    caller: Caller,
    parties: readonly string[],
    { grant, kind, most }: { grant: string; kind: MessageKind; most: number },
  ): Promise<void> {
    const { store, channels, audit } = this.#deps
    if (most > monthlyLimits[kind])
      throw new Refusal('invalid', 'limit_not_lower', 'a limit can only be lower than the usual one', {
        params: { usual: monthlyLimits[kind] },
      })
    await store.transact(async (tx) => {
      const given = await channels.given(tx, grant)
      if (!given || !parties.includes(given.party))
        throw new Refusal('not_found', 'grant_unknown', 'there is no such grant')
      await rows(
        tx,
        `INSERT INTO message_limit (grant_id, kind, most) VALUES (?, ?, ?)
         ON CONFLICT (grant_id, kind) DO UPDATE SET most = excluded.most RETURNING grant_id`,
        [grant, kind, most],
      )
      await audit.record(tx, caller, 'messages.limited', { grant, kind, most })
    })
  }

  /** Whether this party has a grant of ours to tell us about: it wants no more of a kind along it. */
  async isGrantorOf(from: Did, grantId: string): Promise<boolean> {
    return (await this.#deps.channels.held(this.#deps.store.reader, grantId))?.partner === from
  }

  /** They want no more of a kind: what is on its way does not leave any more. */
  async theyStopped(tx: Tx, from: Did, grantId: string, kind: MessageKind): Promise<void> {
    const { channels, clock, audit } = this.#deps
    const held = await channels.held(tx, grantId)
    if (!held) return
    await writeStop(tx, { side: 'theirs', partner: from, receiver: held.grantor, kind }, clock.now())
    await audit.record(tx, { kind: 'node', did: from }, 'messages.they_stopped', { kind, grant: grantId })
  }

  async #stop(tx: Tx, caller: Caller, channel: GivenChannel, kind: MessageKind): Promise<Stopped> {
    const { audit, clock, tell } = this.#deps
    const { party, grantee: partner, granteeName: partnerName, grantId: grant, since } = channel
    const stop = { side: 'ours' as const, partner, receiver: party, kind }
    if (!(await isStopped(tx, stop, since))) {
      await writeStop(tx, stop, clock.now())
      await tell.stopped(tx, partner, { grant, topic: kind })
      await audit.record(tx, caller, 'messages.stopped', { partner, kind })
    }
    return { partner, partnerName, party, kind }
  }
}

/** A live grant for a kind before other live ones, those before what ended. */
const rank = ({ live, purpose }: GivenChannel, kind: MessageKind): number =>
  live ? (allows(purpose, kind) ? 2 : 1) : 0
