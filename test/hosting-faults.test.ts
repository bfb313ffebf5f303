import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { Audit } from '../src/audit/index.ts'
import { asDid, isRefusal } from '../src/core/index.ts'
import { Hosting, type Runtime } from '../src/hosting/index.ts'
import { entities, migrations } from '../src/node/schema.ts'
import { rows, type StorageConfig, Store } from '../src/store/index.ts'
import { Vault } from '../src/vault/index.ts'
import { atEnd } from './support/endings.ts'
import { onEachEngine } from './support/engines.ts'
import { startHost, type TestHost } from './support/hosted.ts'
import { eventually } from './support/nodes.ts'

const lines: string[] = []
const log = {
  info: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
  warn: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
  error: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
}

async function schemasOf(storage: StorageConfig): Promise<string[]> {
  const store = await Store.open({ storage, entities, migrations })
  const found = await rows<{ nspname: string }>(store.reader, 'SELECT nspname FROM pg_namespace')
  await store.dispose()
  return found.map(({ nspname }) => nspname)
}

onEachEngine((engine) => {
  let at: TestHost
  let bakker: Awaited<ReturnType<TestHost['make']>>
  let slager: Awaited<ReturnType<TestHost['make']>>
  beforeAll(async () => {
    at = await startHost(engine, { limits: { idleMs: 1_500, perSecond: 5, burst: 40 }, log })
    bakker = await at.make('bakker')
    slager = await at.make('slager')
  }, 60_000)

  /** Another process on the same rows, whose runtime does as it is told. */
  const brokenOff = async (runtime: Runtime) => {
    const store = await Store.open({ storage: at.config.storage, entities, migrations })
    atEnd(() => store.dispose())
    const { clock } = at
    const vault = await Vault.open({ store, clock, masterKey: at.masterKey })
    const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    return new Hosting({
      ...{ store, vault, clock, audit, runtime, whenMoved: async () => undefined },
      base: new URL(at.config.url),
    })
  }

  test('one that nobody asks is closed, and woken by what it has to do', async () => {
    await eventually(async () => at.host.tenants.open === 0, 'closing')
    const row = await at.host.own.hosting?.find('bakker')
    expect(row?.nextDue).toBeGreaterThan(at.clock.now())
    at.clock.advance(Number(row?.nextDue) - at.clock.now() + 1_000)
    await eventually(async () => at.host.tenants.open > 0, 'waking')
  })

  test('one that takes more than its share is told to wait, and another goes on', async () => {
    const many = await Promise.all(
      Array.from({ length: 60 }, () => at.call('slager', slager.token, 'GET', '/me')),
    )
    const told = many.filter(({ status }) => status === 429)
    expect(told.length).toBeGreaterThan(0)
    expect(told[0]?.headers['retry-after']).toBe('1')
    expect((await at.call('bakker', bakker.token, 'GET', '/me')).status).toBe(200)
  })

  test.runIf(engine === 'sqlite')('a broken one harms nobody else', async () => {
    const third = await at.make('kapot')
    await at.call(null, at.token, 'POST', '/hosting/kapot/suspend', {})
    const file = join(at.config.dataDir, 'hosted', third.id, 'regie.sqlite')
    writeFileSync(file, 'this was a database')
    // What lies in the log beside it would mend it.
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    await at.call(null, at.token, 'POST', '/hosting/kapot/resume', {})
    expect((await at.call('kapot', third.token, 'GET', '/me')).body.code).toBe('hosted_node_unavailable')
    expect((await at.call('bakker', bakker.token, 'GET', '/me')).status).toBe(200)
    expect((await at.ask(`localhost:${at.config.listen.port}`, 'GET', '/healthz')).status).toBe(200)
  })

  test('one whose making was broken off is made when it is asked for again, by the same organisation only', async () => {
    const { hosting } = at.host.own
    const hosted = {
      slug: 'half-way',
      organisation: { name: 'Half B.V.' },
      administrator: { account: 'ada', givenName: 'Ada', familyName: 'Half' },
    }
    const dies = {
      provision: async () => {
        throw new Error('killed')
      },
      welcome: async () => '',
      close: async () => undefined,
      destroy: async () => undefined,
      writeFile: () => undefined,
    }
    await expect((await brokenOff(dies)).create('system', hosted)).rejects.toThrow('killed')
    expect((await at.ask(`half-way.localhost:${at.config.listen.port}`, 'GET', '/healthz')).status).toBe(404)
    const other = { ...hosted, organisation: { name: 'Another B.V.' } }
    await expect(hosting?.create('system', other)).rejects.toMatchObject({ code: 'hosting_slug_taken' })
    expect(await hosting?.create('system', hosted)).toMatchObject({
      slug: 'half-way',
      activation: expect.any(String),
    })
  })

  test('a file that was being written when the host died is written when it starts again', async () => {
    const stops = {
      welcome: async () => '',
      close: async () => undefined,
      destroy: async () => undefined,
      writeFile: () => undefined,
    }
    const dies = await brokenOff({ ...stops, provision: async () => '' })
    const key = {
      key: new Uint8Array(32).fill(7),
      derivation: { alg: 'argon2id', v: 19, m: 65_536, t: 3, p: 4, salt: 'A'.repeat(22) },
    }
    // SQLite refuses a second process that reads before it writes while the first one writes.
    await eventually(
      () =>
        dies.leave('system', slager.id, 'https://agent.slager.example', key).catch((error: unknown) => {
          if (isRefusal(error, 'database_unavailable')) return null
          throw error
        }),
      'leaving',
    )
    const draft = join(at.config.dataDir, 'hosted', slager.id, 'node.regie.new')
    appendFileSync(draft, 'half of it')
    await at.restart()
    await eventually(async () => (await at.host.own.hosting?.find('slager'))?.state === 'left', 'the file')
    expect((await at.host.own.hosting?.find('slager'))?.fileKey).toBeNull()
  })

  test('what is left of one whose removal was broken off is gone when the host starts again', async () => {
    const folderOf = (id: string) => join(at.config.dataDir, 'hosted', id)
    const dies = await brokenOff({
      ...{ provision: async () => '', welcome: async () => '', close: async () => undefined },
      writeFile: () => undefined,
      destroy: async () => {
        throw new Error('killed')
      },
    })
    const by = { kind: 'node', did: asDid('did:web:myobi.example') } as const
    await eventually(
      () =>
        dies.remove(by, 'slager', 'slager').then(
          () => 'removed',
          (error: unknown) => {
            if (isRefusal(error, 'database_unavailable')) return null
            expect(error).toMatchObject({ message: 'killed' })
            return 'killed'
          },
        ),
      'removing',
    )
    expect((await at.host.own.hosting?.find('slager'))?.state).toBe('removed')
    expect(existsSync(folderOf(slager.id))).toBe(true)
    await at.restart()
    await eventually(async () => !existsSync(folderOf(slager.id)), 'the folder')
    expect(existsSync(folderOf(bakker.id))).toBe(true)
    expect((await at.call('bakker', bakker.token, 'GET', '/me')).status).toBe(200)
    if (at.config.storage.engine === 'postgres') {
      const schemas = await schemasOf(at.config.storage)
      const nameOf = ({ id }: { id: string }) => `hosted_${id.replaceAll('-', '')}`
      expect(schemas).toContain(nameOf(bakker))
      expect(schemas).not.toContain(nameOf(slager))
    }
  })

  test('no line of the log names an organisation or a person', () => {
    expect(lines.filter((line) => /bakker|slager|kapot|Ada|Beheer/.test(line))).toEqual([])
  })
})
