import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import { asDid, type Caller, type Did, type Log, type Refusal } from '../../src/core/index.ts'
import { type Credentials, loadCredentialTypes, parseClaimRef } from '../../src/credentials/index.ts'
import { Outbox, outboxMigrations, outboxTable } from '../../src/outbox/index.ts'
import type { Parties } from '../../src/parties/index.ts'
import {
  ChangeFeed,
  type GrantRead,
  type RecordChange,
  Records,
  RecordView,
  Refresh,
  recordsMigration,
  recordsOperations,
  recordsRetentionMigration,
  recordTables,
  SealedValues,
  type Settlement,
} from '../../src/records/index.ts'
import { type Engine, leaseMigration, leaseTable, rows, Store } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { atEnd } from './endings.ts'
import { newStorage } from './engines.ts'

export const PARTNER = asDid('did:web:bakkerij.example')
export const OTHERS = asDid('did:web:anderen.example')
export const email = 'company-profile.email'
export const iban = 'company-profile.iban'
const NOON = Date.UTC(2026, 10, 22, 12)
const DAY_MS = 86_400_000
const OUR_ID = '01900000-0000-7000-8000-000000000001'

export const reader: Caller = {
  kind: 'user',
  userId: 'u1',
  account: 'sanne',
  roles: ['account_manager'],
  personId: '01900000-0000-7000-8000-000000000002',
  did: asDid('did:web:sanne.example'),
}

const types = loadCredentialTypes('credentials', 'schemas')
export const asTarget = (claim: string) => {
  const { type, path } = parseClaimRef(claim)
  return { vct: types.byName(type).vct, path }
}

/** By claim: the value that is shown. */
export type Shown = Readonly<Record<string, unknown>>
interface Recipients {
  readonly roles?: readonly string[]
  readonly systems?: readonly Did[]
}

export type RecordsRoom = Awaited<ReturnType<typeof openRecordsRoom>>

/** The records room on a real store; whose grants it holds and what the partner answers is on paper. */
export async function openRecordsRoom(engine: Engine) {
  const storage = newStorage(engine)
  const store = await Store.open({
    storage,
    entities: [...recordTables, auditTable, auditHeadTable, leaseTable, outboxTable, vaultKeyTable],
    migrations: [
      leaseMigration,
      vaultMigration,
      auditMigration,
      recordsMigration,
      recordsRetentionMigration,
      ...outboxMigrations,
    ],
  })
  atEnd(() => store.dispose())
  const clock = { at: NOON, now: () => clock.at }
  const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
  await store.transact((tx) => vault.createKey(tx, OUR_ID))
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
  const outbox = new Outbox({ store, clock })
  const sealed = new SealedValues({ vault, scope: async () => OUR_ID })
  const system = { id: '01900000-0000-7000-8000-000000000003', did: asDid('did:web:erp.example') }
  const told: RecordChange[] = []
  const settled: Settlement[] = []
  const logged: string[] = []
  const log: Log = { info() {}, warn() {}, error: (_fields, message) => void logged.push(message) }

  const grants = new PaperGrants()
  const partner = {
    shows: {} as Shown,
    denies: null as { codes: readonly string[]; ended: string | null } | null,
    fails: null as Refusal | null,
    asked: [] as string[][],
  }
  const employment = { role: 'account_manager' as string | null, ended: false, system: true }
  const credentials = {
    types,
    findCurrent: async (_reader: unknown, party: string, vct: string) =>
      (party === system.id ? employment.system : employment.role !== null)
        ? { party, vct, expiresAt: employment.ended ? clock.at : null }
        : null,
    read: async () => ({ payload: { role: employment.role } }),
  } as unknown as Credentials
  const parties = {
    require: async () => system,
    findByDid: async (did: Did) => (did === system.did ? { ...system, kind: 'system' } : null),
  } as unknown as Parties

  const room = {
    ...{ store, clock, outbox, sealed, told, settled, logged, grants, partner, system },
    file: storage.engine === 'sqlite' ? storage.file : null,
    tellFails: false,
    grant: (id: string, recipients: Recipients) => grants.give(id, recipients),
    employ: (as: { role?: string | null; ended?: boolean; system?: boolean }) =>
      Object.assign(employment, as),
    readOf: (
      shown: Shown,
      {
        grant = 'g1',
        asked = Object.keys(shown),
        leftOut = {},
      }: { grant?: string; asked?: readonly string[]; leftOut?: Readonly<Record<string, string>> } = {},
    ): GrantRead => ({
      grantId: grant,
      partner: PARTNER,
      asked: asked.map(asTarget),
      claims: Object.entries(shown).map(([claim, value]) => ({
        target: asTarget(claim),
        value,
        subject: PARTNER,
        issuer: PARTNER,
        selfDeclared: true,
        trusted: true,
        issuedAt: NOON - DAY_MS,
        expiresAt: null,
        statusAsOf: clock.at,
        grantExpiresAt: NOON + DAY_MS,
      })),
      leftOut: Object.entries(leftOut).map(([claim, code]) => ({ target: asTarget(claim), code })),
      askedAt: clock.at,
    }),
    dump: () =>
      rows<Record<string, unknown>>(store.reader, 'SELECT * FROM partner_value ORDER BY id').then(
        (all) => all,
      ),
    audited: async () => (await audit.list({ limit: 50 })).items.map(({ action }) => action).reverse(),
    commits: () => committed.count,
    updates: () => committed.updates,
  }
  const committed = { count: 0, updates: 0 }
  const transact = store.transact.bind(store)
  store.transact = (work) => {
    committed.count += 1
    return transact((tx) => {
      const update = tx.update.bind(tx)
      tx.update = ((...given: Parameters<typeof update>) => {
        committed.updates += 1
        return update(...given)
      }) as typeof tx.update
      return work(tx)
    })
  }
  const feed = new ChangeFeed({
    store,
    clock,
    changed: async (_tx, change) => {
      if (room.tellFails) throw new Error('nobody could be told')
      told.push(change)
    },
  })
  const records = new Records({ store, clock, audit, log, outbox, types, feed, sealed, grants })
  const view = new RecordView({
    ...{ store, clock, types, parties, credentials, sealed, grants },
    nameOf: async () => null,
  })
  const refresh = new Refresh({
    ...{ store, clock, outbox, parties, credentials, records, grants },
    readGrant: async (_caller, _grantId, claims) => {
      const names = claims.map(({ path }) => `company-profile.${path.join('.')}`)
      if (partner.fails) throw partner.fails
      partner.asked.push(names)
      if (partner.denies) return partner.denies
      const shown = names.filter((name) => Object.hasOwn(partner.shows, name))
      const leftOut = names.filter((name) => !shown.includes(name)).map((name) => [name, 'claim_restricted'])
      return room.readOf(Object.fromEntries(shown.map((name) => [name, partner.shows[name]])), {
        asked: names,
        leftOut: Object.fromEntries(leftOut),
      })
    },
    settled: async (_tx, settlement) => void settled.push(settlement),
  })
  const operations = recordsOperations({
    feed,
    organisationName: async () => null,
    partnerIds: async (dids) => new Map(dids.map((did) => [did, 'p1'])),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what comes out, whatever operation it is of
  const call = async (name: string, input: object): Promise<any> => {
    const operation = operations.find((one) => one.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    return operation.output.parse(
      await operation.run(await operation.input.parseAsync(input), { caller: reader }),
    )
  }
  return Object.assign(room, { feed, records, view, refresh, call })
}

/** The grants somebody holds, on paper. */
class PaperGrants {
  fails = false
  readonly #given = new Map<string, Recipients & { state: 'live' | 'ended'; endedCode: string | null }>()

  give(id: string, recipients: Recipients): void {
    this.#given.set(id, { ...recipients, state: 'live', endedCode: null })
  }

  async find(_reader: unknown, id: string) {
    if (this.fails) throw new Error('out of paper')
    const given = this.#given.get(id)
    if (!given) return null
    return {
      ...{ id, partner: PARTNER, grantor: PARTNER, grantorWallet: 'https://bakkerij.example/parties/1' },
      claims: [asTarget(email), asTarget(iban)],
      state: given.state,
      endedCode: given.endedCode,
      expiresAt: NOON + DAY_MS,
    }
  }

  async end(_tx: unknown, id: string, endedCode: string) {
    const given = this.#given.get(id)
    if (given?.state === 'live') Object.assign(given, { state: 'ended', endedCode })
  }

  async mayLook(id: string, looker: { kind: string; did: Did; role?: string }) {
    const { roles = [], systems = [] } = this.#given.get(id) ?? {}
    return looker.kind === 'system' ? systems.includes(looker.did) : roles.includes(looker.role ?? '')
  }

  async systemsOf(id: string) {
    return this.#given.get(id)?.systems ?? []
  }
}
