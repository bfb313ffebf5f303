import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { newStorage, onEachEngine } from '../support/engines.ts'
import { apiOf, eventually, newRequest, settleTrio, type TestNode } from '../support/nodes.ts'
import { type NodeProcess, NodeProcesses } from './support/node-processes.ts'
import { startWorld, type World } from './support/world.ts'

type Side = Pick<TestNode, 'call' | 'config'>
interface Exchange {
  counter: { id: string; state: string } | null
  id: string
  state: string
}
interface Grant {
  id: string
  waiting: boolean
  revoked_at: string | null
}

const kvk = { company: '48316274', partner: '48245915' } as const
const want = { want: ['company-profile.email'], reason: 'Wij leveren terug', value: 'U ziet de onze ook' }
/** How long the node that is killed worked on after the step, in ms: none, or into what follows from it. */
const MOMENTS = { company: { sqlite: 0, postgres: 30 }, partner: { sqlite: 30, postgres: 0 } } as const

onEachEngine((engine) => {
  let world: World
  let processes: NodeProcesses
  let running: NodeProcess
  let partner: Side

  const start = async () => {
    running = await processes.start(world.partner)
    await running.ready
  }
  /** `kill -9` of the partner's node, some time after a step, and again while it starts to make up for it. */
  const kill = async (afterMs: number) => {
    await pause(afterMs)
    await running.kill()
    await start()
  }
  const list = async <T>(side: Side, path: string) =>
    (await side.call<{ items: T[] }>(side.config.name, 'GET', path)).body.items
  const post = <T>(side: Side, path: string, body: object = {}) =>
    side.call<T>(side.config.name, 'POST', path, body)
  const reads = async (side: Side, of: string) =>
    (await post<object>(side, '/access/reads', { partner: of })).status === 200

  beforeAll(async () => {
    world = await startWorld({ storage: newStorage(engine) })
    processes = new NodeProcesses(join(world.dir, 'partner.log'))
    const { config } = world.partner
    partner = { config, ...apiOf(config) }
    await start()
    await settleTrio({ ...world, partner: { ...partner, ...apiOf(config) } })
    await world.company.call('company', 'POST', '/profile', {
      name: 'Nietmachine B.V.',
      email: 'info@nietmachine.example',
    })
  }, 120_000)

  // The node that is killed makes the counter-offer, or is the one that gets it.
  const roles = [
    ['makes', 'company'],
    ['gets', 'partner'],
  ] as const
  test.each(roles)(
    'killed at every step, the node that %s a counter-offer ends with both halves or neither',
    async (_does, asks) => {
      const [asker, owner] = asks === 'company' ? [world.company, partner] : [partner, world.company]
      const moment = MOMENTS[asks][engine]
      await post(asker, '/access/requests', {
        ...newRequest,
        partner: asker === partner ? kvk.company : kvk.partner,
        claims: ['company-registration.kvk_number'],
      })
      const waiting = await eventually(
        async () => (await list<Exchange>(owner, '/access/requests?state=pending'))[0],
        'the request',
      )
      const made = await post<{ counter: { id: string }; grant: Grant }>(
        owner,
        `/access/requests/${waiting.id}/counter`,
        want,
      )
      expect(made.status).toBe(201)
      await kill(moment)
      const { id } = made.body.counter
      const there = await eventually(
        async () =>
          (await list<Exchange>(asker, '/access/requests')).find(({ counter }) => counter?.id === id),
        'the counter-offer',
      )
      // Not both gave: neither sees anything, whatever was signed and however often anybody was killed.
      expect([
        await reads(asker, kvk[owner.config.name as keyof typeof kvk]),
        await reads(owner, kvk[asker.config.name as keyof typeof kvk]),
      ]).toEqual([false, false])
      const agreed = await post<{ grant: Grant }>(asker, `/access/requests/${there.id}/approval`)
      expect(agreed.status).toBe(201)
      await kill(moment)
      const halves = [
        [owner, made.body.grant.id],
        [asker, agreed.body.grant.id],
      ] as const
      const find = async ([side, grant]: (typeof halves)[number]) =>
        (await list<Grant>(side, '/access/grants')).find((one) => one.id === grant)
      await eventually(
        async () => (await Promise.all(halves.map(find))).every((one) => one?.waiting === false),
        'both halves in force',
      )
      const [first] = halves
      await post(first[0], `/access/grants/${first[1]}/revocation`)
      await kill(moment)
      await eventually(
        async () => (await Promise.all(halves.map(find))).every((one) => one?.revoked_at),
        'the end of both halves',
      )
      expect([
        await reads(asker, kvk[owner.config.name as keyof typeof kvk]),
        await reads(owner, kvk[asker.config.name as keyof typeof kvk]),
      ]).toEqual([false, false])
    },
    240_000,
  )
})
