import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { GrantsPort, HeldGrant, ReadGrant, Settlement } from './ports.ts'
import { type PartnerRefreshRow, partnerRefreshTable } from './record-table.ts'
import { isOf, REFRESH_TOPIC, type Records } from './records.ts'
import { targetKey } from './sealed-value.ts'

export interface RefreshDeps {
  readonly store: Store
  readonly clock: Clock
  readonly outbox: Outbox
  readonly parties: Parties
  readonly credentials: Credentials
  readonly records: Records
  readonly grants: GrantsPort
  readonly readGrant: ReadGrant
  /** Is told what became of a Tell, once, in the transaction that brings the record up to date. */
  readonly settled: (tx: Tx, settlement: Settlement) => Promise<void>
}

/** The owner could not find out about us just now. */
const passing = new Set(['attestation_unknown'])
/** Reads again what a partner told us changed, as a system of ours that the grant names. */
export class Refresh {
  readonly #deps: RefreshDeps

  constructor(deps: RefreshDeps) {
    this.#deps = deps
    deps.outbox.on(REFRESH_TOPIC, ({ refresh = '' }) => this.deliver(refresh))
  }

  /** One try. Returning means that it is settled. @throws Refusal when the partner cannot be asked now: try again */
  async deliver(id: string): Promise<void> {
    const { store, clock, grants } = this.#deps
    const row = await store.reader.findOneBy(partnerRefreshTable, { id })
    if (row?.state !== 'open') return
    const grant = await grants.find(store.reader, row.grantId)
    if (!grant || !isOf(grant, row.partner)) return this.#impossible(row, 'grant_unknown')
    if (grant.state === 'ended') return this.#impossible(row, grant.endedCode ?? 'grant_unknown')
    if (grant.expiresAt <= clock.now()) return this.#impossible(row, 'grant_expired')
    const told = new Set(row.claims.map(targetKey))
    const claims = grant.claims.filter((claim) => told.has(targetKey(claim)))
    if (claims.length === 0) return this.#settle(row, { outcome: 'acknowledged' })
    const system = await this.#systemOf(grant)
    if (!system) return this.#impossible(row, 'system_not_allowed')
    return this.#take(row, system, await this.#deps.readGrant(system, grant.id, claims))
  }

  async #take(row: PartnerRefreshRow, system: Caller, answer: Awaited<ReturnType<ReadGrant>>): Promise<void> {
    const { records } = this.#deps
    if (!('codes' in answer))
      return this.#settle(row, { outcome: 'acknowledged' }, (tx) => records.write(tx, system, answer))
    const { codes, ended } = answer
    const reason = ended ?? codes[0] ?? 'read_refused'
    if (passing.has(reason)) throw new Refusal('upstream', reason, 'the owner cannot decide just now')
    await this.#settle(row, { outcome: 'impossible', reason }, async (tx) => {
      const { grantId, partner } = row
      if (ended) await records.ended(tx, { grantId, partner, code: ended })
    })
  }

  /** A system of ours that the grant names and that is in use. */
  async #systemOf({ id }: HeldGrant): Promise<Caller | null> {
    const { grants, parties, credentials, store } = this.#deps
    const { vct } = credentials.types.byName('system-role')
    for (const did of await grants.systemsOf(id)) {
      const party = await parties.findByDid(did as Did)
      const role = party?.kind === 'system' && (await credentials.findCurrent(store.reader, party.id, vct))
      if (party && role) return { kind: 'client', clientId: party.id, scopes: ['access:read'] }
    }
    return null
  }

  #impossible(row: PartnerRefreshRow, reason: string): Promise<void> {
    return this.#settle(row, { outcome: 'impossible', reason })
  }

  async #settle(
    { id, tell, grantId, partner }: PartnerRefreshRow,
    settlement: Pick<Settlement, 'outcome' | 'reason'>,
    write: (tx: Tx) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      // Once, also when the message comes twice.
      const open = { id, state: 'open' as const }
      if ((await change(tx, partnerRefreshTable, open, { state: 'settled' })) !== 1) return
      await write(tx)
      await this.#deps.settled(tx, { tell, grantId, partner, ...settlement })
    })
  }
}
