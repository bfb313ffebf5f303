import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import type { Claims, Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, LessThan, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { isAhead } from './period.ts'
import { type CustomerStatementRow, customerStatementTable } from './sharing-tables.ts'

export const STATEMENT = 'customer-statement'

export interface StatementsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly credentials: Credentials
  readonly parties: Parties
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (
    reference: string,
  ) => Promise<{ readonly did: Did; readonly name: string; readonly wallet: string }>
  /** Whether this customer, or one of its people, has a grant open to us. */
  readonly isOpenToUs: (tx: Tx, customer: Did) => Promise<boolean>
  /** Offers signed credentials to their subject's wallet; delivered after the commit. @returns the offer's id */
  readonly offer: (
    tx: Tx,
    offer: { issuerPartyId: string; subject: Did; compacts: string[]; deliverTo: string },
  ) => Promise<string>
}

export interface OpenStatement {
  readonly row: CustomerStatementRow
  readonly claims: Claims
}

const place = (id: string) => `customer_statement:${id}:sealed`

/** What our organisation states to single customers, as credentials in their own wallets. */
export class Statements {
  readonly #deps: StatementsDeps

  constructor(deps: StatementsDeps) {
    this.#deps = deps
  }

  /**
   * States something of a period to a customer; what was stated to it of the same period is revoked and gives way.
   * @throws Refusal `statement_empty`, `period_ahead`, `partner_unknown` and others, `no_grant_for_statement`,
   *   `invalid_claims`, `changed_meanwhile`
   */
  async set(caller: Caller, reference: string, claims: Claims): Promise<OpenStatement> {
    const { store, vault, clock, audit, credentials, parties, offer, isOpenToUs } = this.#deps
    const period = String(claims.period)
    if (Object.keys(claims).every((name) => name === 'period'))
      throw new Refusal('invalid', 'statement_empty', 'say something of this period: nothing is stated')
    if (isAhead(period, clock.now()))
      throw new Refusal('invalid', 'period_ahead', 'this period has not begun: nothing can be stated of it')
    const [customer, us] = await Promise.all([this.#deps.partner(reference), parties.organisation()])
    return store.transact(async (tx) => {
      if (!(await isOpenToUs(tx, customer.did)))
        throw new Refusal('forbidden', 'no_grant_for_statement', 'this partner opened nothing to us')
      // Two who state something at once to one customer come one after the other.
      await parties.lock(tx, us)
      await this.#endCurrent(tx, { customer: customer.did, period })
      const issued = await credentials.issue(tx, {
        issuer: parties.issuerOf(us),
        type: STATEMENT,
        subject: customer.did,
        claims,
      })
      const offerId = await offer(tx, {
        issuerPartyId: us.id,
        subject: customer.did,
        compacts: [issued.compact],
        deliverTo: customer.wallet,
      })
      const row: CustomerStatementRow = {
        ...{ id: issued.id, customer: customer.did, customerName: customer.name, offerId },
        period,
        sealed: await vault.seal(us.id, place(issued.id), JSON.stringify(claims)),
        ...{ state: 'current', createdAt: clock.now(), endedAt: null },
      }
      await tx.insert(customerStatementTable, row)
      await audit.record(tx, caller, 'statement.made', { statement: row.id, customer: customer.did })
      return { row, claims }
    })
  }

  /** The customer's wallet holds it, but it is not valid any more. @throws Refusal `statement_unknown`, `statement_ended` */
  async withdraw(caller: Caller, id: string): Promise<OpenStatement> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(customerStatementTable, { id })
      if (!row) throw new Refusal('not_found', 'statement_unknown', 'we made no such statement')
      if (!(await this.#end(tx, row, 'withdrawn')))
        throw new Refusal('conflict', 'statement_ended', 'this statement ended before')
      await audit.record(tx, caller, 'statement.withdrawn', { statement: id, customer: row.customer })
      return this.#open({ ...row, state: 'withdrawn', endedAt: this.#deps.clock.now() })
    })
  }

  /** The key that signed it is given up: it counts no more, and can be stated again. */
  async keyLost(tx: Tx, id: string): Promise<void> {
    const row = await tx.findOneBy(customerStatementTable, { id })
    if (row) await this.#end(tx, row, 'withdrawn')
  }

  /** Newest first. */
  async list({ cursor, limit }: { cursor?: string; limit: number }): Promise<OpenStatement[]> {
    const found = await this.#deps.store.reader.find(customerStatementTable, {
      where: cursor ? { id: LessThan(cursor) } : {},
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /** What counts now and is about a period. */
  async about(period: string): Promise<OpenStatement[]> {
    const found = await this.#deps.store.reader.findBy(customerStatementTable, { period, state: 'current' })
    return Promise.all(found.map((row) => this.#open(row)))
  }

  async #endCurrent(tx: Tx, about: Pick<CustomerStatementRow, 'customer' | 'period'>): Promise<void> {
    const before = await tx.findOneBy(customerStatementTable, { ...about, state: 'current' })
    if (before) await this.#end(tx, before, 'replaced')
  }

  async #end(tx: Tx, { id }: CustomerStatementRow, state: 'replaced' | 'withdrawn'): Promise<boolean> {
    const ended = { state, endedAt: this.#deps.clock.now() }
    if ((await change(tx, customerStatementTable, { id, state: 'current' }, ended)) !== 1) return false
    await this.#deps.credentials.revoke(tx, id)
    return true
  }

  async #open(row: CustomerStatementRow): Promise<OpenStatement> {
    return { row, claims: JSON.parse(await this.#deps.vault.openText(place(row.id), row.sealed)) }
  }
}
