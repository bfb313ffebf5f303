import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { cook, post, verdict } from '../support/attacker.ts'
import { newStorage } from '../support/engines.ts'
import { type Inside, openInside } from '../support/inside.ts'
import { apiOf, eventually, newRequest, settleTrio, type TestNode } from '../support/nodes.ts'
import { freePort } from '../support/ports.ts'
import { Acknowledged } from './support/acknowledged.ts'
import { startBalancer } from './support/balancer.ts'
import { compare, compareAnswers, compareStatus, tablesOf } from './support/check.ts'
import { Clients } from './support/clients.ts'
import { readTables } from './support/database.ts'
import { type NodeProcess, NodeProcesses } from './support/node-processes.ts'
import { createRandom, newSeed } from './support/random.ts'
import { startWorld, type World } from './support/world.ts'

interface Body {
  id: string
  code: string
  did: string
  state: string
  intact: boolean
  unsealed: number
  presentation: string
  grant: { id: string }
  items: { id: string; state: string }[]
}

const CLAIM = 'company-profile.email'

describe.skipIf(inject('postgres') === null)('two processes on one Postgres database', () => {
  const seed = newSeed()
  const random = createRandom(seed)
  const acknowledged = new Acknowledged()
  const problems: string[] = []
  let world: World
  let inside: Inside
  let clients: Clients
  let processes: NodeProcess[]
  let apis: Pick<TestNode, 'call'>[]
  let ports: number[]

  const api = (at: number) => {
    const found = apis[at]
    if (!found) throw new Error('there are two')
    return found
  }
  /** Whichever: what a balancer in front of them does. */
  const either: Pick<TestNode, 'call'> = {
    call: (...args) => api(random.between(0, 1)).call(...args),
  } as Pick<TestNode, 'call'>

  beforeAll(async () => {
    const second = await freePort()
    let first = 0
    world = await startWorld({
      storage: newStorage('postgres'),
      via: async (name, url) => {
        if (name !== 'partner') return url
        first = Number(new URL(url).port)
        return startBalancer([first, second])
      },
    })
    ports = [first, second]
    const { config, masterKey } = world.partner
    const runner = new NodeProcesses(join(world.dir, 'partner.log'))
    const configs = ports.map((port) => ({ ...config, listen: { ...config.listen, port } }))
    apis = configs.map(apiOf)
    processes = await Promise.all(configs.map((each) => runner.start({ config: each, masterKey })))
    await Promise.all(processes.map(({ ready }) => ready))
    await settleTrio({ ...world, partner: { config, ...api(0) } })
    inside = await openInside(world.company, world.clock)
    const problem = (text: string) => problems.push(text)
    const deps = { company: world.company, inside, partner: either, acknowledged, random }
    clients = new Clients({ ...deps, tolerates: [], problem })
  }, 120_000)

  async function grantAt(at: number): Promise<string> {
    await world.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims: [CLAIM] })
    const { body } = await api(at).call<Body>('partner', 'GET', '/access/requests?state=pending')
    const approval = `/access/requests/${body.items[0]?.id}/approval`
    const given = await api(at).call<Body>('partner', 'POST', approval, {})
    const { id } = given.body.grant
    acknowledged.grants.set(id, 'partner')
    await eventually(async () => (await clients.readUnder(id)) !== null, 'the grant')
    return id
  }

  async function askOf(grantId: string): Promise<{ at: (process: number) => Promise<string> }> {
    const paper = await clients.paperOf(grantId)
    if (!paper) throw new Error('the company does not hold that grant')
    const request = await cook(inside, { ...paper, claims: [CLAIM] })
    const { pathname } = new URL(paper.wallet)
    return {
      at: async (process) =>
        verdict(await post(`http://127.0.0.1:${ports[process]}${pathname}`, { request })),
    }
  }

  test('both started on an empty database and are one node', async () => {
    const [one, other] = await Promise.all(apis.map((each) => each.call('partner', 'GET', '/me')))
    expect(one).toMatchObject({ status: 200 })
    expect(other).toEqual(one)
    for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  })

  test('a person added at one signs at the other at once, with keys sealed there', async () => {
    for (const [here, there] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const account = `bakker${here}`
      const added = await api(here).call('partner', 'POST', '/people', {
        account,
        given_name: 'Bram',
        family_name: 'Korst',
        email: `${account}@kruimelkoning.example`,
        role: 'baker',
        roles: [],
      })
      const shown = await api(there).call<Body>(account, 'POST', '/presentations', {
        claims: ['contact-person.email'],
        audience: 'x',
        nonce: '0123456789',
      })
      const said = await api(there).call(account, 'POST', '/me/profile', { job_title: 'Bakker' })
      expect([added.status, shown.status, said.status]).toEqual([201, 201, 200])
      const verified = await world.myobi.call(null, 'POST', '/verifications', {
        presentation: shown.body.presentation,
      })
      expect(verified.status).toBe(200)
    }
  })

  test('a grant given at one is read at the other; revoked at one it is refused at the other at once', async () => {
    for (let n = 0; n < 6; n++) {
      const [here, there] = [n % 2, (n + 1) % 2]
      const id = await grantAt(here)
      const [first, second, third] = [await askOf(id), await askOf(id), await askOf(id)]
      expect(await first.at(there)).toBe('200')
      acknowledged.revoking.add(id)
      const revoked = await api(there).call('partner', 'POST', `/access/grants/${id}/revocation`, {})
      expect(revoked.status).toBe(200)
      acknowledged.revoked.add(id)
      expect(await second.at(here)).toBe('403 grant_revoked')
      expect(await third.at(there)).toBe('403 grant_revoked')
    }
  })

  test('a nonce burned at one is burned at the other, also at the same moment', async () => {
    const id = await grantAt(0)
    for (let n = 0; n < 10; n++) {
      const ask = await askOf(id)
      const verdicts = await Promise.all([0, 1, 0, 1].map(ask.at))
      expect(verdicts.sort()).toEqual(['200', '409 ask_replayed', '409 ask_replayed', '409 ask_replayed'])
    }
  })

  test('a request is decided once, wherever they try', async () => {
    await world.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims: [CLAIM] })
    const { body } = await api(0).call<Body>('partner', 'GET', '/access/requests?state=pending')
    const approval = `/access/requests/${body.items[0]?.id}/approval`
    const tries = await Promise.all(
      [0, 1, 0, 1, 0, 1].map((at) => api(at).call<Body>('partner', 'POST', approval, {})),
    )
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    for (const { status, body: given } of tries)
      if (status === 201) acknowledged.grants.set(given.grant.id, 'partner')
  })

  test('what is sent twice under one key happens once', async () => {
    const request = (at: number) =>
      fetch(`http://127.0.0.1:${ports[at]}/api/v1/profile`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiOf(world.partner.config).token('partner')}`,
          'content-type': 'application/json',
          'idempotency-key': 'once-and-no-more',
        },
        body: JSON.stringify({ description: 'Brood en banket' }),
      }).then(async (response) => [response.status, ((await response.json()) as Body).id] as const)
    const [, made] = (await request(0)) ?? []
    expect(await Promise.all([request(1), request(0)])).toEqual([
      [200, made],
      [200, made],
    ])
  })

  test('of two changes of one profile at the same time both are kept', async () => {
    for (let n = 0; n < 10; n++) {
      const [one, other] = await Promise.all([
        api(0).call<Body>('partner', 'POST', '/profile', { phone_number: `+3120555${1000 + n}` }),
        api(1).call<Body>('partner', 'POST', '/profile', { invoice_email: `f${n}@kruimelkoning.example` }),
      ])
      expect([one.status, other.status]).toEqual([200, 200])
      const { body } = await either.call<{ claims: Record<string, string> }>('partner', 'GET', '/profile')
      expect(body.claims).toMatchObject({
        phone_number: `+3120555${1000 + n}`,
        invoice_email: `f${n}@kruimelkoning.example`,
      })
    }
  })

  test('under load nothing is done twice and nothing is lost; one of them seals the audit log', async () => {
    const holders = new Set<unknown>()
    clients.start()
    await untilDone(100, async () => {
      const lease = { audit: "SELECT holder FROM lease WHERE name = 'audit'" }
      const { audit } = await readTables(world.partner.config.storage, lease)
      holders.add(audit[0]?.holder)
      await pause(100)
    })
    await clients.stop()
    await expectInOrder()
    expect(holders.size).toBe(1)
  }, 60_000)

  test('when one is killed the other goes on alone, and seals once the lease of the first is over', async () => {
    clients.start()
    await untilDone(20)
    await processes[0]?.kill()
    // The balancer sends everybody to the other; so do the clients that call it by itself.
    apis = [api(1), api(1)]
    await untilDone(20)
    await clients.stop()
    await eventually(async () => {
      const { body } = await api(1).call<Body>('partner', 'GET', '/audit/verification')
      return body.intact && body.unsealed === 0
    }, 'sealing')
    await expectInOrder()
  }, 60_000)

  /** Waits for so many acknowledgements more. */
  async function untilDone(more: number, meanwhile = () => pause(5)): Promise<void> {
    const enough = acknowledged.total + more
    for (const until = Date.now() + 30_000; acknowledged.total < enough; await meanwhile())
      if (Date.now() > until) throw new Error('too little was acknowledged')
  }

  async function expectInOrder(): Promise<void> {
    const tables = await tablesOf(world.partner.config.storage)
    problems.push(
      ...compare(acknowledged, tables),
      ...(await compareStatus(acknowledged, tables, inside)),
      ...(await compareAnswers(acknowledged, either)),
    )
    expect(problems, `REGIE_SEED=${seed}`).toEqual([])
  }
})
