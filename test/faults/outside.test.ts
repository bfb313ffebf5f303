import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/core/index.ts'
import { ask, verdict } from '../support/attacker.ts'
import { atEnd } from '../support/endings.ts'
import { newStorage } from '../support/engines.ts'
import { type Inside, openInside } from '../support/inside.ts'
import {
  type Answer,
  eventually,
  newRequest,
  settleTrio,
  startNode,
  type TestNode,
} from '../support/nodes.ts'
import { type Away, type Between, startBetween } from './support/between.ts'
import { startWorld, type World } from './support/world.ts'

interface Body {
  id: string
  code: string
  title: string
  state: string
  verified: boolean
  presentation: string
  claims: { claim: string; value: unknown }[]
  checks: { check: string; ok: boolean; code?: string }[]
  items: { id: string; state: string; last_error: string | null }[]
}

const COMPANY_CLAIM = 'company-profile.email'
const HER_CLAIM = 'contact-person.email'
/** Beyond what anything is remembered. */
const LATER_MS = 61_000
/** What does not touch the outside is done by then, on a busy machine too. */
const AT_ONCE_MS = 1_000

let world: World
let partner: TestNode
let company: TestNode
let inside: Inside
const between = new Map<string, Between>()
const wayTo = (name: 'chain' | 'myobi' | 'partner'): Between => {
  const found = between.get(name)
  if (!found) throw new Error(`nothing stands before ${name}`)
  return found
}

beforeAll(async () => {
  world = await startWorld({
    storage: newStorage('sqlite'),
    via: async (name, url) => {
      if (name === 'company') return url
      const found = await startBetween(url)
      between.set(name, found)
      return found.url
    },
  })
  company = world.company
  partner = await startNode(world.partner.config, { relayKey: '', clock: world.clock, log: silentLog })
  atEnd(() => partner.node.dispose())
  await settleTrio({ ...world, partner })
  inside = await openInside(company, world.clock)
  await company.call('sanne', 'POST', '/access/requests', {
    ...newRequest,
    claims: [COMPANY_CLAIM, HER_CLAIM],
  })
  for (const account of ['partner', 'bram']) {
    const { body } = await partner.call<Body>(account, 'GET', '/access/requests?state=pending')
    await partner.call(account, 'POST', `/access/requests/${body.items[0]?.id}/approval`, {})
  }
  await eventually(async () => (await inside.grants()).size === 2, 'the grants')
}, 120_000)

const read = (claim: string) =>
  company.call<Body>('sanne', 'POST', '/access/reads', { partner: '48245915', claims: [claim] })

/** The same, without anything the company must know to find the partner. */
async function askDirectly(): Promise<string> {
  const { did } = (await partner.call<{ organisation: { did: string } }>('partner', 'GET', '/me')).body
    .organisation
  const grant = (await inside.grants()).get(did as never) ?? null
  return verdict(await ask(inside, { wallet: await partnerWallet(), claims: [COMPANY_CLAIM], grant }))
}

async function partnerWallet(): Promise<string> {
  const { body } = await world.myobi.call<{ items: { wallet: string }[] }>(
    null,
    'GET',
    '/registry/parties?kvk=48245915',
  )
  return body.items[0]?.wallet ?? ''
}

async function present(account: string, claim: string): Promise<string> {
  const nonce = '0123456789'
  const { body } = await partner.call<Body>(account, 'POST', '/presentations', {
    claims: [claim],
    audience: 'x',
    nonce,
  })
  return body.presentation
}

const verify = (presentation: string) =>
  world.myobi.call<Body>(null, 'POST', '/verifications', { presentation })

const failing = ({ body }: Answer<Body>) => body.checks.find(({ ok }) => !ok)

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  expect(performance.now() - began).toBeLessThan(ms)
  return result
}

/** What a node does by itself goes on, and at once. */
async function expectOwnWorkGoesOn(): Promise<void> {
  const website = `https://kruimelkoning.example/${Math.random()}`
  const own: [string, string, object?][] = [
    ['POST', '/profile', { website }],
    ['GET', '/people'],
    ['GET', '/access/grants'],
    ['GET', '/audit/verification'],
  ]
  for (const [method, path, body] of own)
    expect(await within(AT_ONCE_MS, () => partner.call('partner', method, path, body))).toMatchObject({
      status: 200,
    })
  expect(
    (await within(AT_ONCE_MS, () => fetch(`http://127.0.0.1:${partner.config.listen.port}/readyz`))).status,
  ).toBe(200)
}

describe.each<Away>(['gone', 'silent'])('the chain is %s', (how) => {
  test('who was looked up within the minute is still known', async () => {
    expect(await read(COMPANY_CLAIM)).toMatchObject({ status: 200 })
    await wayTo('chain').away(how)
    expect(await within(AT_ONCE_MS, () => read(COMPANY_CLAIM))).toMatchObject({ status: 200 })
    expect(await within(AT_ONCE_MS, () => read(HER_CLAIM))).toMatchObject({ status: 200 })
  })

  test('after that an asker cannot be known, and is refused within 3 s', async () => {
    world.clock.advance(LATER_MS)
    const answer = await within(3_000 + AT_ONCE_MS, () => read(COMPANY_CLAIM))
    // Our own node already refuses: it cannot see either whether the trust anchor signs with a key of its own.
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'registry_unreachable', params: { reason: 'did_unresolvable' } },
    })
  })

  test('what an organisation signed is not verified, within 3 s, nor what one of its people did', async () => {
    const [theirs, hers] = [await present('partner', COMPANY_CLAIM), await present('bram', HER_CLAIM)]
    const refused = await within(3_000 + AT_ONCE_MS, () => verify(theirs))
    expect(refused).toMatchObject({ status: 200, body: { verified: false } })
    expect(failing(refused)).toMatchObject({ check: 'issuer', code: 'did_unresolvable' })
    // Her key needs no chain; whether she took it back is said by her company, which does.
    const unknown = await within(3_000 + AT_ONCE_MS, () => verify(hers))
    expect(unknown).toMatchObject({ status: 200, body: { verified: false } })
    expect(failing(unknown)).toMatchObject({ check: 'status', code: 'status_unavailable' })
  })

  test('nothing else is touched', expectOwnWorkGoesOn)

  test('a node that is registered starts without it, at once', async () => {
    await within(4 * AT_ONCE_MS, () => partner.restart())
    await expectOwnWorkGoesOn()
  })

  test('once it is back everything goes on', async () => {
    await wayTo('chain').back()
    expect(await read(COMPANY_CLAIM)).toMatchObject({ status: 200 })
    expect(await verify(await present('partner', COMPANY_CLAIM))).toMatchObject({ body: { verified: true } })
  })
})

describe.each<Away>(['gone', 'silent'])('the trust anchor is %s', (how) => {
  test('reads go on while what we know of the asker’s attestation is fresh', async () => {
    expect(await read(COMPANY_CLAIM)).toMatchObject({ status: 200 })
    await wayTo('myobi').away(how)
    expect(await within(AT_ONCE_MS, () => read(COMPANY_CLAIM))).toMatchObject({ status: 200 })
    world.clock.advance(25_000)
    expect(await within(AT_ONCE_MS, () => read(COMPANY_CLAIM))).toMatchObject({ status: 200 })
  })

  test('after a minute they are denied, since nobody can say whether it was suspended', async () => {
    world.clock.advance(LATER_MS)
    expect(await within(3_000 + AT_ONCE_MS, askDirectly)).toBe('403 attestation_unknown')
  })

  test('what needs it is refused by name, in bounded time', async () => {
    const needing = await within(10_000 + AT_ONCE_MS, () =>
      Promise.all([
        read(COMPANY_CLAIM),
        partner.call<Body>('partner', 'POST', '/registrations/applications', { accept: 1 }),
      ]),
    )
    expect(needing.map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'registry_unreachable'],
      [503, 'trust_anchor_unreachable'],
    ])
  })

  test('nothing else is touched', expectOwnWorkGoesOn)

  test('once it is back everything goes on', async () => {
    await wayTo('myobi').back()
    expect(await read(COMPANY_CLAIM)).toMatchObject({ status: 200 })
  })
})

describe.each<[Away, string]>([
  ['gone', 'egress_unreachable'],
  ['silent', 'egress_timeout'],
])('the partner is %s', (how, code) => {
  test('a read and a request are refused by name, in bounded time', async () => {
    // Before: it asks us something, to be answered while it is away.
    const asked = await partner.call<Body>('partner', 'POST', '/access/requests', {
      ...newRequest,
      partner: '48316274',
      claims: [COMPANY_CLAIM],
    })
    expect(asked.status).toBe(201)
    await wayTo('partner').away(how)
    const request = { ...newRequest, claims: [COMPANY_CLAIM] }
    const answers = await within(10_000 + AT_ONCE_MS, () =>
      Promise.all([read(COMPANY_CLAIM), company.call<Body>('sanne', 'POST', '/access/requests', request)]),
    )
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([502, code])
      // A sentence that people can read.
      expect(body.title).toMatch(/^\p{L}[^{}]{15,}$/u)
    }
  })

  test('the request is kept as one that was refused', async () => {
    const { body } = await company.call<Body>('sanne', 'GET', '/access/requests/sent?limit=1')
    expect(body.items).toMatchObject([{ state: 'refused' }])
  })

  test('what it issued cannot be checked once what we know is a minute old, and is not believed', async () => {
    world.clock.advance(LATER_MS)
    const presentation = await present('partner', COMPANY_CLAIM)
    const refused = await within(3_000 + AT_ONCE_MS, () => verify(presentation))
    expect(refused).toMatchObject({ status: 200, body: { verified: false } })
    expect(failing(refused)).toMatchObject({ check: 'status', code: 'status_unavailable' })
  })

  test('what is offered to it meanwhile arrives when it is back', async () => {
    const { body } = await company.call<Body>('company', 'GET', '/access/requests?state=pending')
    const denied = await within(AT_ONCE_MS, () =>
      company.call('company', 'POST', `/access/requests/${body.items[0]?.id}/denial`, {}),
    )
    expect(denied.status).toBe(201)
    await eventually(async () => {
      const offers = await company.call<Body>('company', 'GET', '/offers?limit=1')
      return offers.body.items[0]?.last_error === code
    }, 'a try to deliver')
    await wayTo('partner').back()
    await eventually(async () => {
      const sent = await partner.call<Body>('partner', 'GET', '/access/requests/sent?limit=1')
      return sent.body.items[0]?.state === 'denied'
    }, 'the denial')
    expect(await read(COMPANY_CLAIM)).toMatchObject({ status: 200 })
  }, 40_000)
})

test('a grant is taken back at once while chain and trust anchor are away', async () => {
  await Promise.all([wayTo('chain').away('silent'), wayTo('myobi').away('silent')])
  world.clock.advance(LATER_MS)
  const { body } = await partner.call<Body>('bram', 'GET', '/access/grants')
  const revoked = await within(AT_ONCE_MS, () =>
    partner.call('bram', 'POST', `/access/grants/${body.items[0]?.id}/revocation`, {}),
  )
  expect(revoked.status).toBe(200)
  await Promise.all([wayTo('chain').back(), wayTo('myobi').back()])
  expect(await read(HER_CLAIM)).toMatchObject({ status: 403, body: { code: 'grant_revoked' } })
})
