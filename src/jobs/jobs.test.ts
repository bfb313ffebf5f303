import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../audit/index.ts'
import { asDid, Refusal, silentLog, type UserCaller } from '../core/index.ts'
import { leaseMigration, leaseTable, rows, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { type Job, Jobs, type Work } from './jobs.ts'
import { jobsMigration, jobTable } from './tables.ts'

const OUR_ID = '01900000-0000-7000-8000-000000000001'
const WEEK_MS = 7 * 24 * 3_600_000

const somebody = (userId: string): UserCaller => ({
  ...{ kind: 'user', userId, account: userId, roles: ['coordinator'], personId: userId },
  did: asDid(`did:web:${userId}.example`),
})

onEachEngine((engine) => {
  let store: Store
  let vault: Vault
  const clock = { at: Date.UTC(2026, 10, 23), now: () => clock.at }
  const coordinator = somebody('u1')
  const people = new Map([coordinator, somebody('u2')].map((one) => [one.userId, one]))
  let jobs: Jobs
  /** What the work does: a test lets it go on. */
  let work: (input: unknown, work: Work) => Promise<object>

  const open = () => {
    const audit = new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) })
    const made = new Jobs({
      ...{ store, vault, clock, audit, log: silentLog, scope: async () => OUR_ID },
      accounts: { callerOf: async (userId) => people.get(userId) ?? null },
    })
    made.on('test', {
      allow: { users: ['coordinator'] },
      run: (_subject, input, along) => work(input, along),
    })
    return made
  }
  beforeAll(async () => {
    store = await openTestStore(engine, {
      entities: [jobTable, auditTable, auditHeadTable, leaseTable, vaultKeyTable],
      migrations: [leaseMigration, vaultMigration, auditMigration, jobsMigration],
    })
    vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
    await store.transact((tx) => vault.createKey(tx, OUR_ID))
  })
  beforeEach(async () => {
    await store.transact((tx) => rows(tx, 'DELETE FROM job'))
    people.set('u1', coordinator)
    clock.at = Date.UTC(2026, 10, 23)
    work = async () => ({ ok: true })
    jobs = open()
  })
  const start = (subject = 's', by = coordinator) => jobs.start(by, 'test', subject, { secret: 'Verzonnen' })
  const ended = async ({ id }: Pick<Job, 'id'>, by = coordinator): Promise<Job> => {
    for await (const job of await jobs.watch(by, id)) if (job?.endedAt) return job
    return jobs.require(by, id)
  }
  /** Work that waits: for whom starts it, until it is let go or stopped. */
  const waiting = () => {
    let go: () => void = () => undefined
    let begun: () => void = () => undefined
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const free = new Promise<void>((resolve) => {
      go = resolve
    })
    work = async (_input, { signal }) => {
      begun()
      await Promise.race([free, new Promise((resolve) => signal.addEventListener('abort', resolve))])
      signal.throwIfAborted()
      return { ok: true }
    }
    return { go: () => go(), isBegun }
  }

  describe('a job', () => {
    test('answers before it is done, and says how far it is and what came of it', async () => {
      work = async (input, { caller, told }) => {
        told({ done: 1, total: 2 })
        return { input, by: caller.account }
      }
      const job = await start()
      expect(job).toMatchObject({ state: 'waiting', result: null })
      expect(await ended(job)).toMatchObject({
        ...{ state: 'done', result: { input: { secret: 'Verzonnen' }, by: 'u1' }, code: null },
      })
    })

    test('is told as it becomes', async () => {
      const { go, isBegun } = waiting()
      const before = work
      work = async (input, along) => {
        along.told({ done: 3, total: 9 })
        return before(input, along)
      }
      const job = await start()
      await isBegun
      const seen: (string | undefined)[] = []
      for await (const one of await jobs.watch(coordinator, job.id)) {
        seen.push(one ? `${one.state} ${one.progress?.done ?? '-'}` : undefined)
        go()
      }
      expect(seen[0]).toBe('running 3')
      expect(seen.at(-1)).toBe('done -')
    })

    test('that fails says why by its code, and nothing else of what went wrong', async () => {
      work = async () => {
        throw new Refusal('conflict', 'partners_busy', 'try again')
      }
      expect(await ended(await start('a'))).toMatchObject({ state: 'failed', code: 'partners_busy' })
      work = async () => {
        throw new Error('Verzonnen')
      }
      const failed = await ended(await start('b'))
      expect(failed).toMatchObject({ state: 'failed', code: 'internal_error' })
      expect(JSON.stringify(failed)).not.toContain('Verzonnen')
    })

    test('keeps what it is to do sealed, and not once it ended', async () => {
      const { go, isBegun } = waiting()
      const job = await start()
      await isBegun
      const [row] = await rows<Record<string, unknown>>(store.reader, 'SELECT * FROM job')
      expect(row?.input).toEqual(expect.any(String))
      expect(Buffer.from(String(row?.input), 'base64').toString()).not.toContain('Verzonnen')
      go()
      await ended(job)
      const [after] = await rows<Record<string, unknown>>(store.reader, 'SELECT * FROM job')
      expect(after?.input).toBeNull()
    })

    test('is one at a time for one subject, also when two are begun at once', async () => {
      const { go } = waiting()
      const begun = await Promise.allSettled([start(), start(), start()])
      expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(begun.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'job_under_way' },
      })
      go()
      const [first] = await jobs.list(coordinator, { limit: 10 })
      await ended(first as Job)
      work = async () => ({ ok: true })
      expect(await ended(await start())).toMatchObject({ state: 'done' })
    })

    test('of somebody else is not there', async () => {
      const job = await start()
      const other = somebody('u2')
      await expect(jobs.require(other, job.id)).rejects.toMatchObject({ code: 'job_unknown' })
      await expect(jobs.cancel(other, job.id)).rejects.toMatchObject({ code: 'job_unknown' })
      await expect(jobs.watch(other, job.id)).rejects.toMatchObject({ code: 'job_unknown' })
      expect(await jobs.list(other, { limit: 10 })).toEqual([])
      await ended(job)
    })

    test('is forgotten a week after it ended', async () => {
      await ended(await start())
      clock.at += WEEK_MS
      await jobs.tidy()
      expect(await jobs.list(coordinator, { limit: 10 })).toHaveLength(1)
      clock.at += 1
      await jobs.tidy()
      expect(await jobs.list(coordinator, { limit: 10 })).toEqual([])
    })
  })

  describe('a job that is cancelled', () => {
    test('stops where it stands', async () => {
      const { isBegun } = waiting()
      const job = await start()
      await isBegun
      await jobs.cancel(coordinator, job.id)
      expect(await ended(job)).toMatchObject({ state: 'cancelled', result: null })
      await expect(jobs.cancel(coordinator, job.id)).rejects.toMatchObject({ code: 'job_ended' })
    })

    test('never begins where another was before it', async () => {
      const { go, isBegun } = waiting()
      const first = await start('a')
      await isBegun
      const second = await start('b')
      expect(await jobs.cancel(coordinator, second.id)).toMatchObject({ state: 'cancelled' })
      let ran = false
      work = async () => {
        ran = true
        return {}
      }
      go()
      await ended(first)
      await ended(await start('c'))
      expect(await jobs.require(coordinator, second.id)).toMatchObject({ state: 'cancelled' })
      expect(ran).toBe(true)
    })
  })

  describe('a node that stops', () => {
    test('breaks off what runs and begins it again when it starts', async () => {
      const { isBegun } = waiting()
      const job = await start()
      await isBegun
      await jobs.stop()
      expect(await jobs.require(coordinator, job.id)).toMatchObject({ state: 'running' })
      work = async (input) => ({ again: input })
      jobs = open()
      await jobs.begin()
      expect(await ended(job)).toMatchObject({ state: 'done', result: { again: { secret: 'Verzonnen' } } })
    })

    test('does not go on for who left, or may not any more', async () => {
      const { isBegun } = waiting()
      const [gone, lesser] = [await start('a'), await start('b')]
      await isBegun
      await jobs.stop()
      people.set('u1', { ...coordinator, roles: ['contact_person'] })
      jobs = open()
      await jobs.begin()
      expect(await ended(lesser)).toMatchObject({ state: 'failed', code: 'not_allowed' })
      expect(await ended(gone)).toMatchObject({ state: 'failed', code: 'not_allowed' })
    })

    test('tells who watches that it is over', async () => {
      const { isBegun } = waiting()
      const job = await start()
      await isBegun
      const watching = (async () => {
        for await (const _ of await jobs.watch(coordinator, job.id));
        return 'over'
      })()
      await jobs.stop()
      expect(await watching).toBe('over')
    })
  })
})
