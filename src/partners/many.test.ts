import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import { rows, type Store } from '../store/index.ts'
import { after } from './many.ts'

interface Listed {
  readonly id: string
  readonly name: string
  readonly roles: string[]
  readonly activity: { readonly state: string }
}

test.each([
  [['customer'], null, { add: ['supplier'] }, ['customer', 'supplier'], null],
  [['customer'], null, { remove: ['customer'] }, [], null],
  [['customer'], null, { add: ['employee'], remove: ['employee'] }, ['customer'], null],
  [[], null, { inactive: true }, [], 9],
  [[], 5, { inactive: true }, [], 5],
  [[], 5, { inactive: false }, [], null],
  [[], 5, { add: ['customer'] }, ['customer'], 5],
] as const)(
  '%j, inactive since %j, told %j: %j, %j',
  (roles, inactiveSaidAt, said, thenRoles, thenSaidAt) => {
    expect(after({ roles, inactiveSaidAt }, said, 9)).toEqual({
      roles: thenRoles,
      inactiveSaidAt: thenSaidAt,
    })
  },
)

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  const importFiles = async (...files: string[]) => {
    const id = await room.importOf(...files)
    await room.call('partners.imports.apply', { id, pick: 'all' })
  }
  const list = async (query: object): Promise<Listed[]> =>
    (await room.call('partners.list', { limit: 200, ...query })).items
  /** As it is turned over three at a time. */
  const paged = async (query: object): Promise<Listed[]> => {
    const found: Listed[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await room.call('partners.list', { limit: 3, ...query, ...(cursor && { cursor }) })
      found.push(...page.items)
      cursor = page.next
    }
    return found
  }

  beforeEach(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
    await importFiles('debiteuren.csv', 'auditfile.xaf')
  })

  test.each(['newest', 'name', 'activity'])(
    'sorted by %s, pages hold everybody once in one order',
    async (sort) => {
      const all = await list({ sort })
      expect(all.length).toBeGreaterThan(6)
      expect((await paged({ sort })).map(({ id }) => id)).toEqual(all.map(({ id }) => id))
      const states = all.map(({ activity }) => activity.state)
      if (sort === 'activity') expect(states).toEqual([...states].sort(byActivity))
    },
  )

  test('a choice by filter is what the list shows by it, also for other rooms', async () => {
    for (const filter of [
      { activity: 'active' },
      { role: 'customer' },
      { role: 'none' },
      { kind: 'person' },
    ] as const) {
      const shown = (await list(filter)).map(({ id }) => id).sort()
      expect(await room.partners.select(filter, 1_000)).toEqual(shown)
    }
    expect(await list({ network_state: 'in_network' })).toEqual([])
  })

  test('what is said of many is said of all that are meant and of nobody else, and once', async () => {
    const [active, others] = [await list({ activity: 'active' }), (await list({})).length]
    const said = { activity: 'active', add_roles: ['intermediary'] }
    expect(await room.call('partners.say', said)).toEqual({ changed: active.length, same: 0 })
    expect(await room.call('partners.say', said)).toEqual({ changed: 0, same: active.length })
    expect((await list({ role: 'intermediary' })).length).toBe(active.length)
    expect(others).toBeGreaterThan(active.length)
    const written = await rows<{ n: number }>(
      store.reader,
      "SELECT count(*) AS n FROM audit_entry WHERE action = 'partner.said'",
    )
    expect(Number(written[0]?.n)).toBe(active.length)
  })

  test('who is said to be inactive is, until that is taken back; the same books do not undo it', async () => {
    const before = await list({ activity: 'active' })
    await room.call('partners.say', { activity: 'active', set_inactive: true })
    expect([
      await list({ activity: 'active' }),
      (await list({ activity: 'inactive' })).length >= before.length,
    ]).toEqual([[], true])
    await importFiles('debiteuren.csv', 'auditfile.xaf')
    expect(await list({ activity: 'active' })).toEqual([])
    await room.call('partners.say', { activity: 'inactive', set_inactive: false })
    expect((await list({ activity: 'active' })).length).toBe(before.length)
  })

  test('a booking after the day on which somebody said so makes a partner active again', async () => {
    const before = await list({ activity: 'active' })
    await room.call('partners.say', { activity: 'active', set_inactive: true })
    const text = readFileSync(join(packageRoot, 'examples/auditfile.xaf'), 'utf8').replaceAll(
      'info@',
      'post@',
    )
    const reload = async () => {
      const id = await room.importOf({ name: 'nieuw.xaf', text })
      await room.call('partners.imports.apply', { id, pick: 'all' })
    }
    await store.transact((tx) =>
      rows(tx, 'UPDATE partner SET inactive_said_at = 1 WHERE inactive_said_at IS NOT NULL'),
    )
    await reload()
    const again = await list({ activity: 'active' })
    expect(again.length).toBeGreaterThan(0)
    expect(again.length).toBeLessThanOrEqual(before.length)
  })

  test.each([
    [{ q: 'bestaat niet', set_inactive: true }, 'partners_none_meant'],
    [{ activity: 'active' }, 'nothing_said'],
    [{ add_roles: [] }, 'nothing_said'],
  ])('%j is refused: %s', async (input, code) => {
    await expect(room.call('partners.say', input)).rejects.toMatchObject({ code })
  })
})

const order = ['active', 'dormant', 'unknown', 'inactive']
const byActivity = (a: string, b: string) => order.indexOf(a) - order.indexOf(b)
