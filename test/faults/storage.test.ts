import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StorageConfig } from '../../src/store/index.ts'
import { atEnd } from '../support/endings.ts'
import { newStorage } from '../support/engines.ts'
import { type Postgres, postgresBinaries, startPostgres } from '../support/global-setup.ts'
import { type Inside, openInside } from '../support/inside.ts'
import { eventually, newRequest, settleTrio } from '../support/nodes.ts'
import { tablesOf } from './support/check.ts'
import { readTables } from './support/database.ts'
import { type FullDisk, hasCompiler, prepareFullDisk } from './support/full-disk.ts'
import { KillCycles } from './support/kill-cycles.ts'
import { createRandom, newSeed } from './support/random.ts'
import { startWorld, type World } from './support/world.ts'

const seed = newSeed()
const QUIET_MS = 4_000
const ROUNDS = 6

let world: World
let cycles: KillCycles
let inside: Inside

async function settle(storage: StorageConfig, env?: Readonly<Record<string, string>>): Promise<void> {
  world = await startWorld({ storage })
  cycles = new KillCycles(world, createRandom(seed), env)
  await cycles.start()
  await settleTrio({ ...world, partner: cycles.partner })
  inside = await openInside(world.company, world.clock)
}

function expectNoProblems(foreseen: string): void {
  const unforeseen = cycles.logged().filter((line) => !line.includes(foreseen))
  expect(cycles.problems, `REGIE_SEED=${seed}\n${unforeseen.slice(-8).join('\n')}`).toEqual([])
}

const bin = postgresBinaries()

describe.skipIf(!bin)('Postgres is restarted in the middle', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres(bin ?? '')
    atEnd(() => postgres.stop())
    await settle({ engine: 'postgres', url: postgres.url, poolSize: 5 })
  }, 120_000)

  test.each(['fast', 'immediate'] as const)(
    '%s: who was told nothing may try again, and nothing is lost',
    async (how) => {
      const clients = cycles.clients(inside, ['503 database_unavailable'])
      for (let n = 0; n < ROUNDS; n++) await cycles.during(clients, inside, () => postgres.restart(how))
      expectNoProblems('database_unavailable')
    },
    120_000,
  )
})

if (!hasCompiler) console.warn('No C compiler here: the tests with a full disk are left out.')

describe.skipIf(!hasCompiler)('the disk under SQLite is full', () => {
  let disk: FullDisk
  /** One of the company's own that the asker holds. */
  let grant = ''
  beforeAll(async () => {
    const storage = newStorage('sqlite')
    disk = prepareFullDisk(storage.engine === 'sqlite' ? storage.file : '')
    await settle(storage, disk.env)
    const clients = cycles.clients(inside)
    for (let n = 0; n < 10 && !grant; n++) {
      await cycles.during(clients, inside, async () => undefined)
      const { grants, revoking } = cycles.acknowledged
      for (const [id, subject] of grants)
        if (subject === 'partner' && !revoking.has(id) && (await clients.readUnder(id)) === '200') grant = id
    }
    expectNoProblems('')
  }, 120_000)

  /**
   * Until nothing changes by itself for a while: what the company's node does not know of, such as the end of a grant
   * that was taken back before it arrived, is tried again later and later.
   */
  const delivered = () =>
    eventually(async () => {
      const { waiting } = await readTables(cycles.partner.config.storage, {
        waiting: "SELECT due_at FROM outbox WHERE state = 'pending'",
      })
      return waiting.every(({ due_at }) => Number(due_at) > Date.now() + QUIET_MS)
    }, 'the partner to have sent everything')

  const changes = () => {
    const post = async (path: string, body: object) => {
      const { status, body: answer } = await cycles.partner.call('partner', 'POST', path, body)
      return `${status} ${answer.code ?? ''}`
    }
    return {
      profile: () =>
        post('/profile', { website: `https://kruimelkoning.example/${cycles.acknowledged.profile}` }),
      person: () =>
        post('/people', {
          account: 'marie',
          given_name: 'Marie',
          family_name: 'Deeg',
          email: 'marie@kruimelkoning.example',
          role: 'baker',
        }),
      revocation: () => post(`/access/grants/${grant}/revocation`, {}),
      request: () =>
        post('/access/requests', {
          ...newRequest,
          partner: '48316274',
          claims: ['company-profile.email'],
        }),
      read: () => cycles.clients(inside).readUnder(grant),
    }
  }

  test('what would change something is refused by name, and changes nothing', async () => {
    await delivered()
    const before = await tablesOf(cycles.partner.config.storage)
    disk.fill()
    for (const [what, change] of Object.entries(changes()))
      expect([what, await change()]).toEqual([what, '503 disk_full'])
    const asked = await world.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['company-profile.email'],
    })
    expect([asked.status, asked.body.code]).toEqual([502, 'disk_full'])
    expect(await tablesOf(cycles.partner.config.storage)).toEqual(before)
  })

  test('what is there can be looked at', async () => {
    expect((await cycles.partner.call('partner', 'GET', '/access/grants')).status).toBe(200)
    expect((await fetch(`${cycles.partner.config.url}/healthz`)).status).toBe(200)
  })

  test('a start without room is refused by name', async () => {
    await expect(cycles.restart()).rejects.toMatchObject({ code: 'database_unreachable' })
  })

  test('when there is room again everything goes on', async () => {
    disk.empty()
    await cycles.start()
    const { read, ...others } = changes()
    expect(await read()).toBe('200')
    cycles.acknowledged.revoking.add(grant)
    for (const [what, change] of Object.entries(others))
      expect([what, await change()]).toEqual([what, expect.stringMatching(/^20[01] /)])
    cycles.acknowledged.revoked.add(grant)
  })

  test('filled and emptied while clients work: nothing is half done, and nothing is lost', async () => {
    const clients = cycles.clients(inside, ['503 disk_full'])
    for (let n = 0; n < ROUNDS; n++)
      await cycles.during(clients, inside, async () => {
        disk.fill()
        await pause(100 * n)
        disk.empty()
      })
    expectNoProblems('disk_full')
  }, 120_000)
})
