import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import { startHost, type TestHost } from './support/hosted.ts'
import { eventually } from './support/nodes.ts'

onEachEngine((engine) => {
  let at: TestHost
  let bakker: Awaited<ReturnType<TestHost['make']>>
  let slager: Awaited<ReturnType<TestHost['make']>>
  const name = (slug: string) => `${slug}.localhost:${at.config.listen.port}`
  const codeOf = async (answer: Promise<{ status: number; body: { code?: unknown } }>) => {
    const { status, body } = await answer
    return [status, body.code]
  }

  beforeAll(async () => {
    at = await startHost(engine, { limits: { idleMs: 60_000, maxOpen: 2 } })
    bakker = await at.make('bakker')
    slager = await at.make('slager')
  }, 60_000)

  test('each node answers under its own name, with its own people and its own DID on the chain', async () => {
    const dids = await Promise.all(
      [bakker, slager].map(({ token }, n) =>
        eventually(async () => {
          const { status, body } = await at.call<{ did: string; state: string }>(
            n === 0 ? 'bakker' : 'slager',
            token,
            'GET',
            '/did',
          )
          return status === 200 && body.state === 'active' && body.did
        }, 'its DID'),
      ),
    )
    expect(new Set(dids).size).toBe(2)
    expect(dids.every((did) => did.startsWith('did:ethr:'))).toBe(true)
  })

  test('the token of one opens nothing at another, nor at the host, nor the host’s at one', async () => {
    const ways = [
      at.call('slager', bakker.token, 'GET', '/me'),
      at.call(null, bakker.token, 'GET', '/hosting'),
      at.call('bakker', at.token, 'GET', '/me'),
    ]
    for (const way of ways) expect(await codeOf(way)).toEqual([401, 'token_invalid'])
  })

  test('an id of one is unknown at another', async () => {
    const { body } = await at.call<{ id: string }>('bakker', bakker.token, 'POST', '/people', {
      ...{
        account: 'bram',
        given_name: 'Bram',
        family_name: 'Korst',
        role: 'baker',
        email: 'b@example.example',
      },
    })
    expect(body.id).toBeTruthy()
    const there = await at.ask(name('slager'), 'GET', `/parties/${body.id}/did.json`)
    expect(there.status).toBe(404)
    const list = await at.call<{ items: unknown[] }>('slager', slager.token, 'GET', '/people')
    expect(JSON.stringify(list.body)).not.toContain('Bram')
  })

  test('only the servicedesk of the host makes nodes, and a hosted node offers that to nobody', async () => {
    expect(await codeOf(at.call('bakker', bakker.token, 'POST', '/hosting', {}))).toEqual([
      404,
      'route_not_found',
    ])
    expect(await codeOf(at.ask(`localhost:${at.config.listen.port}`, 'GET', '/api/v1/hosting'))).toEqual([
      401,
      'authentication_required',
    ])
  })

  describe('whom a request is for is its one Host header', () => {
    const port = () => at.config.listen.port
    test.each<[string, () => readonly string[], string, number]>([
      ['in capitals', () => ['Host', `BAKKER.LocalHost:${port()}`], '/healthz', 200],
      [
        'with a forwarded one of another',
        () => ['Host', name('bakker'), 'X-Forwarded-Host', name('slager')],
        '/healthz',
        200,
      ],
      ['two of them', () => ['Host', name('bakker'), 'Host', name('slager')], '/healthz', 421],
      ['a target that names another', () => ['Host', name('bakker')], 'http://slager.localhost/healthz', 421],
      ['a dot at its end', () => ['Host', `bakker.localhost.:${port()}`], '/healthz', 421],
      ['another port', () => ['Host', 'bakker.localhost:1'], '/healthz', 421],
      ['a name and another one below it', () => ['Host', `a.bakker.localhost:${port()}`], '/healthz', 421],
      ['punycode', () => ['Host', `xn--bakkr-fsa.localhost:${port()}`], '/healthz', 421],
      ['a path in it', () => ['Host', `../bakker.localhost:${port()}`], '/healthz', 421],
      ['the address', () => ['Host', `127.0.0.1:${port()}`], '/healthz', 421],
      ['a name nobody has', () => ['Host', `nobody.localhost:${port()}`], '/healthz', 404],
      ['a user before it', () => ['Host', `x@bakker.localhost:${port()}`], '/healthz', 421],
    ])('%s', async (_what, headers, path, status) => {
      expect((await at.ask('', 'GET', path, { headers: headers() })).status).toBe(status)
    })
  })

  test.each([
    ['../../etc', 400, 'hosting_slug_invalid'],
    ["x'; DROP TABLE hosted_node; --", 400, 'hosting_slug_invalid'],
    ['xn--bakker-abc', 400, 'hosting_slug_invalid'],
    ['www', 409, 'hosting_slug_reserved'],
    ['bakker', 409, 'hosting_slug_taken'],
  ])('no node is made under the name %s', async (slug, status, code) => {
    const made = at.call(null, at.token, 'POST', '/hosting', {
      ...{ name: 'Iemand anders', slug, account: 'ada', given_name: 'A', family_name: 'B' },
    })
    expect(await codeOf(made)).toEqual([status, code])
  })

  test('a name with anything in it becomes one that is fit for an address', async () => {
    const { status, body } = await at.call<{ slug: string; activation: string }>(
      null,
      at.token,
      'POST',
      '/hosting',
      {
        ...{ name: 'Café ’t Hoekje; DROP/../ B.V.', account: 'ada', given_name: 'A', family_name: 'B' },
      },
    )
    expect([status, body.slug]).toEqual([201, 'cafe-t-hoekje-drop-bv'])
  })

  test('closed ones are opened by whoever comes, once, and nobody who comes meanwhile is lost', async () => {
    await at.restart()
    expect(at.host.tenants.open).toBe(0)
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        at.call(n % 2 ? 'bakker' : 'slager', n % 2 ? bakker.token : slager.token, 'GET', '/me'),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200))
    expect(at.host.tenants.open).toBe(2)
  })

  test('never more are open than may be, and all that ask are answered', async () => {
    const third = await at.make('kaasboer')
    const tokens = { bakker: bakker.token, slager: slager.token, kaasboer: third.token }
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        Object.entries(tokens).map(([slug, token]) => at.call(slug, token, 'GET', '/me')),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(at.host.tenants.open).toBeLessThanOrEqual(2)
    }
  })

  test('a suspended one answers nobody until it is resumed', async () => {
    const suspended = await at.call<{ state: string }>(null, at.token, 'POST', '/hosting/slager/suspend', {})
    expect(suspended.body.state).toBe('suspended')
    expect(await codeOf(at.call('slager', slager.token, 'GET', '/me'))).toEqual([503, 'hosting_suspended'])
    expect(await codeOf(at.call(null, at.token, 'POST', '/hosting/slager/suspend', {}))).toEqual([
      409,
      'hosting_not_now',
    ])
    await at.call(null, at.token, 'POST', '/hosting/slager/resume', {})
    expect((await at.call('slager', slager.token, 'GET', '/me')).status).toBe(200)
  })

  test('one that is still in use is not removed', async () => {
    const removing = at.call(null, at.token, 'POST', '/hosting/slager/remove', { confirm: 'slager' })
    expect(await codeOf(removing)).toEqual([409, 'hosting_not_now'])
  })
})
