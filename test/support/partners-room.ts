import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../../src/audit/index.ts'
import {
  asDid,
  type Caller,
  Refusal,
  requireAllowed,
  silentLog,
  type UserCaller,
} from '../../src/core/index.ts'
import { Jobs, jobsMigration, jobTable } from '../../src/jobs/index.ts'
import { unpackText } from '../../src/partners/import/packed.ts'
import {
  Cards,
  Contacts,
  contactsMigration,
  csvMappingMigration,
  type ImportedPerson,
  Imports,
  importJobs,
  Many,
  Merging,
  metPartiesMigration,
  type NetworkParty,
  PartnerDirectory,
  Partners,
  partnerContactMigration,
  partnerImportUndoMigration,
  partnerMergeMigration,
  partnerSaidMigration,
  partnersMigration,
  partnersOperations,
  partnerTables,
  type SharedValue,
  TakeOver,
} from '../../src/partners/index.ts'
import { leaseMigration, leaseTable, rows, type Store } from '../../src/store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../../src/vault/index.ts'
import { packageRoot } from './build.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const OUR_ID = '01900000-0000-7000-8000-000000000001'

export const partnersRoomTables = {
  entities: [...partnerTables, jobTable, auditTable, auditHeadTable, leaseTable, vaultKeyTable],
  migrations: [
    leaseMigration,
    vaultMigration,
    auditMigration,
    partnersMigration,
    metPartiesMigration,
    partnerMergeMigration,
    partnerContactMigration,
    partnerImportUndoMigration,
    jobsMigration,
    partnerSaidMigration,
    contactsMigration,
    csvMappingMigration,
  ],
}

export const coordinator: UserCaller = {
  kind: 'user',
  userId: 'u1',
  account: 'coordinator',
  roles: ['coordinator'],
  personId: 'p1',
  did: asDid('did:web:coordinator.example'),
}

/** The name of a file in `examples`, or a list of the test's own. */
export type TestFile = string | { readonly name: string; readonly text: string; readonly roles?: string[] }

/** A trust anchor's registry on paper: who is in it, and whether it answers. */
export class PaperRegistry {
  readonly parties = new Map<string, NetworkParty>()
  state: 'up' | 'down' | 'hangs' = 'up'
  asked = 0
  /** Happens while somebody waits for an answer. */
  meanwhile: () => Promise<unknown> = async () => undefined

  enter(kvk: string, state: NetworkParty['state'] = 'active'): NetworkParty {
    const did = asDid(`did:web:${kvk}.example`)
    const party = { did, name: `Company ${kvk}`, wallet: `https://${kvk}.example/parties/1`, state }
    this.parties.set(kvk, party)
    return party
  }

  findByKvk = (kvk: string) => this.#answer(() => this.parties.get(kvk) ?? null)
  find = (did: string) =>
    this.#answer(() => [...this.parties.values()].find((one) => one.did === did) ?? null)

  async #answer<T>(look: () => T): Promise<T> {
    this.asked += 1
    await this.meanwhile()
    if (this.state === 'hangs') return new Promise(() => undefined)
    if (this.state === 'down') throw new Refusal('unavailable', 'registry_unreachable', 'no answer')
    return look()
  }
}

/** The partners room on a real store, called through its operations. */
export async function openPartnersRoom(store: Store) {
  const clock = { at: NOON, now: () => clock.at }
  const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
  await store.transact((tx) => vault.createKey(tx, OUR_ID))
  const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
  const registry = new PaperRegistry()
  const deps = { store, clock, vault, audit, registry, scope: async () => OUR_ID }
  const writing: { meanwhile: (nr: number) => Promise<unknown>; nr: number } = {
    meanwhile: async () => undefined,
    nr: 0,
  }
  const inUse = new Set<string>()
  const takenBack: object[] = []
  const imports = new Imports({
    ...deps,
    inform: async () => async () => {
      writing.nr += 1
      await writing.meanwhile(writing.nr)
    },
    inUse: async () => inUse,
    undone: async (_tx, partners) => {
      takenBack.push(partners)
    },
  })
  const partners = new Partners(deps)
  const different: string[] = []
  const shared: { values: SharedValue[] } = { values: [] }
  const informed: ImportedPerson[] = []
  const cards = new Cards({
    ...deps,
    inform: async (persons) => async () => {
      informed.push(...persons)
    },
  })
  const jobs = new Jobs({
    ...{ store, clock, vault, audit, scope: async () => OUR_ID, log: silentLog },
    accounts: { callerOf: async () => coordinator },
  })
  importJobs(imports, jobs)
  const operations = partnersOperations({
    partners,
    imports,
    jobs,
    sharedValues: async () => shared.values,
    whenShown: async () => undefined,
    takeOver: new TakeOver(deps),
    merging: new Merging({ ...deps, moved: (tx, merged) => cards.moved(tx, merged) }),
    many: new Many(deps),
    cards,
    saidDifferent: async () => new Set(different),
    invited: {
      newestOf: async () => new Map(),
      condition: () => ({ sql: '1 = 1', values: [] }),
    },
    quality: async () => ({ points: 0, reasons: [], ages: [], bounces: [], taken: [] }),
  })

  const call = async (
    name: string,
    input: object,
    { caller = coordinator, upload }: { caller?: Caller; upload?: AsyncIterable<Uint8Array> } = {},
    // biome-ignore lint/suspicious/noExplicitAny: tests look at what comes out, whatever operation it is of
  ): Promise<any> => {
    const operation = operations.find((one) => one.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    requireAllowed(operation.allow, caller)
    const parsed = await operation.input.parseAsync(input)
    const output = await operation.run(parsed, { caller, ...(upload && { upload }) })
    return z.strictObject((operation.output as z.ZodObject).shape).parse(output)
  }

  return {
    clock,
    registry,
    imports,
    jobs,
    coordinator,
    /** Partners another room holds something of. */
    inUse,
    /** What other rooms were told of imports that were undone. */
    takenBack,
    partners,
    shared,
    /** Happens while an import writes, after each portion. */
    writing,
    /** Pairs of which somebody said that they are not one. */
    different,
    /** Whom cards brought: they must be told. */
    informed,
    vault,
    contacts: new Contacts(deps),
    operations,
    call,
    directory: new PartnerDirectory({ ...deps, servicesOf: async () => [] }),
    audit,
    /** As it was when it was opened; quicker than another store. */
    reset: async () => {
      const tables = [...partnerTables, jobTable, auditTable].map(({ options }) => options.name)
      await store.transact(async (tx) => {
        for (const name of tables) if (name !== 'partner_list') await rows(tx, `DELETE FROM ${name}`)
      })
      clock.at = NOON
      inUse.clear()
      takenBack.length = 0
      registry.parties.clear()
      registry.state = 'up'
      registry.meanwhile = async () => undefined
      Object.assign(writing, { meanwhile: async () => undefined, nr: 0 })
    },
    /** A new import with these files read into it. */
    importOf: async (...files: TestFile[]) => {
      const { id } = await call('partners.imports.create', {})
      for (const file of files) {
        const { name, content, ...rest } =
          typeof file === 'string'
            ? { name: file, content: createReadStream(join(packageRoot, 'examples', file)) }
            : { name: file.name, content: bytes(file.text), ...(file.roles && { roles: file.roles }) }
        await call('partners.imports.upload', { id, name, ...rest }, { upload: content })
      }
      return id as string
    },
    /** Everything the tables hold, also what is sealed in them. */
    everything: async () => {
      const texts: string[] = []
      for (const { name } of partnersRoomTables.entities.map(({ options }) => options)) {
        const found = await rows<Record<string, unknown>>(store.reader, `SELECT * FROM ${name}`)
        for (const row of found) {
          texts.push(JSON.stringify(row))
          if (typeof row.sealed !== 'string') continue
          const bytes = await vault.open(`${name}:${row.id}:sealed`, Buffer.from(row.sealed, 'base64'))
          texts.push(name === 'partner_import_part' ? unpackText(bytes) : bytes.toString())
        }
      }
      return texts.join('\n')
    },
  }
}

export async function* bytes(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text)
  for (let at = 0; at < all.length; at += 1_000) yield all.subarray(at, at + 1_000)
}
