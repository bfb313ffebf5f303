import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import {
  Books,
  billingMigrations,
  billingTables,
  Closing,
  Corrections,
  loadTariffs,
  type Members,
  Meter,
  type PayerOf,
} from '../../src/billing/index.ts'
import { asDid, type Did, newId, type UserCaller } from '../../src/core/index.ts'
import { type Engine, rows, type Store } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { openTestStore } from './engines.ts'

export const myobi = asDid('did:web:myobi.example')
export const linde = asDid('did:web:linde.example')
export const olm = asDid('did:web:olm.example')
export const beuk = asDid('did:web:beuk.example')

export const desk: UserCaller = {
  ...{ kind: 'user', userId: newId(), account: 'toos', roles: ['servicedesk'], personId: newId() },
  did: asDid('did:jwk:toos'),
}

const noon = (day: string) => Date.parse(`${day}T11:00:00Z`)

/** The trust anchor's books over a real store and a real audit log; who is a member and who pays is written down. */
export class BillingRoom {
  now = noon('2026-11-10')
  readonly clock = { now: () => this.now }
  readonly members: Did[] = []
  /** Who invites partners, and whom they pay for. */
  readonly inviters = new Map<Did, readonly Did[]>()
  /** Raised by a meter when it asks who pays: the process dies there. */
  dieAfter = Number.POSITIVE_INFINITY
  readonly store: Store
  readonly audit: Audit
  readonly meter: Meter
  readonly closing: Closing
  readonly corrections: Corrections
  readonly books: Books

  static async open(engine: Engine): Promise<BillingRoom> {
    const store = await openTestStore(engine, {
      entities: [auditTable, auditHeadTable, vaultKeyTable, ...billingTables],
      migrations: [auditMigration, vaultMigration, ...billingMigrations],
    })
    const clock = { now: () => Date.now() }
    return new BillingRoom(store, await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) }))
  }

  private constructor(store: Store, vault: Vault) {
    this.store = store
    const { clock } = this
    this.audit = new Audit({ store, clock, pseudonym: (id) => `p_${id.slice(-6)}` })
    const named = async (dids: readonly Did[]) =>
      new Map(dids.map((did) => [did, { ...nobody, did, name: `Bedrijf ${did.slice(8)}` }] as const))
    const members: Members = { activeSince: async () => this.members, named }
    const tariffs = loadTariffs('tariff')
    const deps = {
      ...{ store, vault, clock, audit: this.audit, members, tariffs },
      payerOf: this.payerOf,
      ourselves: async () => myobi,
      seller: async () => ({ ...nobody, did: myobi, name: 'MYOBI' }),
      pseudonym: (id: string) => `p_${id.slice(-6)}`,
    }
    this.meter = new Meter(deps)
    this.corrections = new Corrections(deps)
    this.closing = new Closing({ ...deps, meter: this.meter })
    this.books = new Books({ ...deps, meter: this.meter, corrections: this.corrections })
  }

  readonly payerOf: PayerOf = async (_tx, { organisation }) => {
    this.dieAfter -= 1
    if (this.dieAfter < 0) throw new Error('killed')
    const inviter = [...this.inviters].find(([, invited]) => invited.includes(organisation))?.[0]
    const payer = inviter ?? organisation
    return { payer, isInviter: this.inviters.has(payer) }
  }

  at(day: string): void {
    this.now = noon(day)
  }

  registered = (organisation: Did) => this.record('registration.registered', { case: newId(), organisation })
  concluded = (organisation: Did) => this.record('agreement.deposited', { agreement: newId(), organisation })

  record(action: string, data: Record<string, string>): Promise<void> {
    return this.store.transact((tx) => this.audit.record(tx, 'system', action, data))
  }

  async seal(): Promise<void> {
    while ((await this.audit.seal()) > 0);
  }

  async charged(): Promise<number> {
    const [found] = await rows<{ cents: number | string }>(
      this.store.reader,
      'SELECT coalesce(sum(cents), 0) AS cents FROM billing_item',
    )
    return Number(found?.cents)
  }

  change = (sql: string) => this.store.transact((tx) => rows(tx, sql))
}

const nobody = { kvk_number: null, vat_number: null, address: null }
