import { randomBytes } from 'node:crypto'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import { asDid, type Caller, type Clock, systemClock } from '../../src/core/index.ts'
import { createEgress, type Lookup } from '../../src/egress/index.ts'
import { parseJsonStrict } from '../../src/jose/index.ts'
import { type Engine, leaseMigration, leaseTable, type StorageConfig, Store } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { Webhooks, webhooksMigration, webhookTables } from '../../src/webhooks/index.ts'
import { atEnd } from './endings.ts'
import { newStorage } from './engines.ts'

export const webhookRoomTables = {
  entities: [...webhookTables, auditTable, auditHeadTable, leaseTable, vaultKeyTable],
  migrations: [leaseMigration, vaultMigration, auditMigration, webhooksMigration],
}

export const NODE_URL = 'https://regie.example'

export const webhooksAdministrator: Caller = {
  kind: 'user',
  userId: 'u1',
  account: 'administrator',
  roles: ['administrator'],
  personId: 'p1',
  did: asDid('did:web:administrator.example'),
}

export interface WebhooksRoom {
  readonly store: Store
  readonly webhooks: Webhooks
  /** Another process on the same database. */
  another(): Webhooks
}

export interface RoomOptions {
  readonly storage?: StorageConfig
  readonly clock?: Clock
  readonly masterKey?: Buffer
  readonly allowLoopback?: boolean
  readonly allowHosts?: readonly string[]
  readonly lookup?: Lookup
  readonly timeoutMs?: number
}

const SCOPE = 'organisation'

/** The room of webhooks on a database of its own, or on one that was there. Closed after the tests of the file. */
export async function openWebhooks(engine: Engine, options: RoomOptions = {}): Promise<WebhooksRoom> {
  const { clock = systemClock, masterKey = randomBytes(32), allowLoopback = true, timeoutMs } = options
  const storage = options.storage ?? newStorage(engine)
  const store = await Store.open({
    // Many rooms are open at the same time, and all tests share one Postgres.
    storage: storage.engine === 'postgres' ? { ...storage, poolSize: 3 } : storage,
    ...webhookRoomTables,
  })
  const vault = await Vault.open({ store, clock, masterKey })
  if (!(await store.reader.existsBy(vaultKeyTable, { scope: SCOPE })))
    await store.transact((tx) => vault.createKey(tx, SCOPE))
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
  const egress = createEgress({ parseJson: parseJsonStrict, ...options, allowLoopback })
  const another = () =>
    new Webhooks({
      ...{ store, vault, clock, audit, egress, source: NODE_URL, scope: async () => SCOPE },
      ...(timeoutMs && { timeoutMs }),
    })
  atEnd(async () => {
    await store.dispose()
    await egress.dispose()
  })
  return { store, webhooks: another(), another }
}
