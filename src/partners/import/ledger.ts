import { Refusal } from '../../core/index.ts'
import { type Evidence, later } from './activity.ts'
import { type Day, dayOf } from './day.ts'
import { limits } from './limits.ts'
import type { Role } from './relation.ts'

/** A booking line as the file gives it. */
export interface LedgerLine {
  readonly custSupID: string | undefined
  readonly effDate: string | undefined
  readonly amnt: string | undefined
  readonly amntTp: string | undefined
}

/** Running totals of one relation. */
interface Account {
  last?: Day
  lastAny?: Day
  count: number
  sales: number
  purchases: number
  balance: number
  /** The relation stands on both sides of some booking. */
  bothSides: boolean
  sold: boolean
  bought: boolean
}

/** What one transaction books on one relation. */
interface Part {
  lines: number
  debit: number
  credit: number
  day?: Day
}

/**
 * Adds up the bookings as they stream by; keeps totals per relation and forgets the lines. The opening balance is
 * never shown to it.
 */
export class Ledger {
  readonly #until: Day | undefined
  readonly #accounts = new Map<string, Account>()
  readonly #parts = new Map<string, Part>()
  #latest: Day | undefined
  readonly counts = { lines: 0, debit: 0, credit: 0, afterPeriod: 0, undated: 0, unreadableAmounts: 0 }
  /** Transactions per journal type; `''` where the journal has none. */
  readonly transactions: Record<string, number> = {}

  /** @param until last day of the period the file covers: later dates are typing errors and do not count */
  constructor(until: Day | undefined) {
    this.#until = until
  }

  /** The file's latest booking. */
  get latest(): Day | undefined {
    return this.#latest
  }

  /** @throws Refusal `xaf_too_many_relations` */
  addLine(line: LedgerLine, trDt: string | undefined): void {
    this.counts.lines += 1
    const cents = centsOf(line.amnt)
    if (cents === undefined) this.counts.unreadableAmounts += 1
    const debit = line.amntTp?.trim() === 'D'
    this.counts[debit ? 'debit' : 'credit'] += cents ?? 0
    const day = this.#dayOfLine(line.effDate, trDt)
    this.#latest = later(this.#latest, day)
    const id = line.custSupID?.trim()
    if (!id) return
    const part = this.#partOf(id)
    part.lines += 1
    part[debit ? 'debit' : 'credit'] += cents ?? 0
    const last = later(part.day, day)
    if (last !== undefined) part.day = last
  }

  /** Books what the transaction said about each relation. @param journal `jrnTp` */
  closeTransaction(journal: string | undefined): void {
    const type = /^\s*([A-Z])\s*$/.exec(journal ?? '')?.[1] ?? ''
    this.transactions[type] = (this.transactions[type] ?? 0) + 1
    for (const [id, part] of this.#parts) this.#book(this.#accountOf(id), part, type)
    this.#parts.clear()
  }

  /** True when some journal says that it holds sales or purchases. */
  get tellsActivity(): boolean {
    return this.#latest !== undefined && ('S' in this.transactions || 'P' in this.transactions)
  }

  /** Per `custSupID`. */
  evidence(): ReadonlyMap<string, Evidence> {
    return new Map(
      [...this.#accounts].map(([id, { sold: _sold, bought: _bought, bothSides, balance, ...totals }]) => [
        id,
        bothSides ? totals : { ...totals, balance },
      ]),
    )
  }

  /** Where a relation occurs: sales make a customer, purchases a supplier. */
  rolesOf(id: string): readonly Role[] {
    const account = this.#accounts.get(id)
    return [
      ...(account?.sold ? ['customer' as const] : []),
      ...(account?.bought ? ['supplier' as const] : []),
    ]
  }

  #book(account: Account, part: Part, type: string): void {
    const net = part.debit - part.credit
    // A package that names the relation on every line books zero on it: then one side is the amount.
    const everyLine = part.lines > 1 && net === 0 && part.debit !== 0
    const amount = everyLine ? part.debit : net
    account.bothSides ||= everyLine
    account.balance += net
    const lastAny = later(account.lastAny, part.day)
    if (lastAny !== undefined) account.lastAny = lastAny
    if (type !== 'S' && type !== 'P') return
    if (type === 'S') account.sold = true
    else account.bought = true
    account.count += 1
    if (type === 'S') account.sales += amount
    else account.purchases += everyLine ? amount : -amount
    const last = later(account.last, part.day)
    if (last !== undefined) account.last = last
  }

  #dayOfLine(effDate: string | undefined, trDt: string | undefined): Day | undefined {
    const days = [dayOf(effDate), dayOf(trDt)].filter((day) => day !== undefined)
    const within = days.find((day) => this.#until === undefined || day <= this.#until)
    if (days.length === 0) this.counts.undated += 1
    else if (within === undefined) this.counts.afterPeriod += 1
    return within
  }

  #partOf(id: string): Part {
    const part = this.#parts.get(id) ?? { lines: 0, debit: 0, credit: 0 }
    this.#parts.set(id, part)
    if (this.#parts.size > limits.relations) throw tooManyRelations()
    return part
  }

  #accountOf(id: string): Account {
    let account = this.#accounts.get(id)
    if (account === undefined) {
      account = { count: 0, sales: 0, purchases: 0, balance: 0, bothSides: false, sold: false, bought: false }
      this.#accounts.set(id, account)
      if (this.#accounts.size > limits.relations) throw tooManyRelations()
    }
    return account
  }
}

export function tooManyRelations(): Refusal {
  return new Refusal(
    'too_large',
    'xaf_too_many_relations',
    'the file holds more relations than can be imported at once',
    {
      params: { limit: limits.relations },
    },
  )
}

/** A decimal amount in whole cents, or undefined when it is not one. */
export function centsOf(text: string | undefined): number | undefined {
  const match = /^\s*([+-]?)(\d{1,12})(?:\.(\d{1,10}))?\s*$/.exec(text ?? '')
  if (match === null) return undefined
  const fraction = (match[3] ?? '').padEnd(3, '0')
  const cents = Number(match[2]) * 100 + Number(fraction.slice(0, 2)) + (Number(fraction[2]) >= 5 ? 1 : 0)
  return match[1] === '-' ? -cents : cents
}
