import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { platform } from 'node:os'
import { beforeAll, describe, expect, test } from 'vitest'
import { givenGrantTable } from '../src/access/index.ts'
import { heldCredentialTable } from '../src/credentials/index.ts'
import type { Signer } from '../src/jose/index.ts'
import { change } from '../src/store/index.ts'
import { asked, attest, grantAll, nobody, openWorld, set, times, type World } from './support/attack-world.ts'
import { ask, cook, type Got, post, signText, verdict } from './support/attacker.ts'
import { malformed, misdirected, shapeless, uncovered } from './support/attacks.ts'
import { onEachEngine } from './support/engines.ts'
import { eventually, settleTrio, startTrio } from './support/nodes.ts'

/** What must not be in an answer that is no presentation, on any node. */
const personal = [
  'bram@kruimelkoning.example',
  'info@kruimelkoning.example',
  'sanne@nietmachine.example',
  'NL91ABNA0417164300',
  'Bram',
  'Korst',
  'Sanne',
  'Nietje',
]

/** What an answer that is no presentation looks like from outside: all of it but the values of ids. */
const shapeOf = ({ status, text, headers, body }: Got) => ({
  status,
  headers,
  length: text.length,
  pending: Object.keys(body.consent_pending ?? {}),
  members: Object.keys(body),
})

onEachEngine((engine) => {
  let world: World
  beforeAll(async () => {
    const trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/systems', { name: 'ERP', scopes: ['access:read'] })
    await grantAll(trio)
    world = await openWorld(trio)
  })

  test('an Ask in order is answered, also one of a clock that runs a little behind', async () => {
    expect(verdict(await asked(world, {}))).toBe('200')
    expect(verdict(await asked(world, { edit: times(-70, -15) }))).toBe('200')
    expect(verdict(await ask(world.company, world.hers))).toBe('200')
  })

  describe.each([
    ['what is no request is refused and leaves no trace', shapeless, 'nothing'],
    ['a request that is wrong is refused and leaves no trace', malformed, 'nothing'],
    ['a request at the wrong time, to or from somebody else, is so too', misdirected, 'nothing'],
    ['a request its papers do not cover is refused, and the owner sees it', uncovered, 'a denial'],
  ] as const)('%s', (_group, attacks, writes) => {
    test.each(attacks)('%s', async (_name, attack, expected) => {
      // What the attack itself prepares may leave a trace on the other nodes, never on the partner's.
      const before = await world.partner.counts()
      const got = await attack(world)
      expect(verdict(got)).toBe(expected)
      for (const value of personal) expect(got.text).not.toContain(value)
      expect(got.body.vp_token).toBeUndefined()
      const n = writes === 'nothing' ? 0 : 1
      expect(await world.partner.counts()).toEqual({
        access_event: Number(before.access_event) + n,
        burned_nonce: Number(before.burned_nonce) + n,
        audit_entry: Number(before.audit_entry) + n,
        received_request: before.received_request,
      })
    })
  })

  describe('once', () => {
    test('the same Ask is answered one time', async () => {
      const request = await cook(world.company, world.good)
      const send = () => post(world.good.wallet, { request })
      expect([verdict(await send()), verdict(await send())]).toEqual(['200', '409 ask_replayed'])
    })

    test('also when it comes eight times at the same moment', async () => {
      const before = await world.partner.counts()
      const request = await cook(world.company, world.good)
      const got = await Promise.all(Array.from({ length: 8 }, () => post(world.good.wallet, { request })))
      expect(got.map(verdict).sort()).toEqual(['200', ...Array(7).fill('409 ask_replayed')])
      const after = await world.partner.counts()
      expect(Number(after.access_event) - Number(before.access_event)).toBe(1)
    })

    test('a nonce used before is refused in another Ask as well', async () => {
      const edit = set({ nonce: 'v'.repeat(32) })
      const got = [
        await asked(world, { edit }),
        await asked(world, { edit, claims: ['company-profile.email'] }),
      ]
      expect(got.map(verdict)).toEqual(['200', '409 ask_replayed'])
    })

    test('a question for consent waits one time', async () => {
      const before = await world.partner.counts()
      const request = await cook(world.company, { ...world.good, grant: null })
      const got = await Promise.all(Array.from({ length: 8 }, () => post(world.good.wallet, { request })))
      expect(got.map(verdict).sort()).toEqual(['202', ...Array(7).fill('409 ask_replayed')])
      const after = await world.partner.counts()
      expect(Number(after.received_request) - Number(before.received_request)).toBe(1)
    })
  })

  describe('before consent', () => {
    const question = (claims: string[]) => asked(world, { grant: null, claims })

    test('an asker cannot tell what is held from what is not', async () => {
      const held = await question(['company-profile.email'])
      const notHeld = await question(['company-profile.website'])
      expect(verdict(held)).toBe('202')
      expect(shapeOf(notHeld)).toEqual(shapeOf(held))
    })

    test('nor of a person', async () => {
      const wallet = world.hers.wallet
      const held = await asked(world, { wallet, grant: null, claims: ['contact-person.email'] })
      const notHeld = await asked(world, { wallet, grant: null, claims: ['contact-person.phone_number'] })
      expect(verdict(held)).toBe('202')
      expect(shapeOf(notHeld)).toEqual(shapeOf(held))
    })

    test('who did not accept the policy is told nothing else either', async () => {
      const got = await Promise.all(
        ['company-profile.email', 'company-profile.website'].map((claim) =>
          asked(world, { grant: null, claims: [claim], attestation: null }),
        ),
      )
      expect(got.map(verdict)).toEqual(['403 attestation_missing', '403 attestation_missing'])
    })

    test('an inbox is not flooded', async () => {
      const claims = ['company-profile.email']
      const got: Got[] = []
      for (let n = 0; n < 21; n++) got.push(await question(claims))
      expect(verdict(got[20] as Got)).toBe('429 too_many_pending_requests')
      const full: { n: string | number }[] = await world.partner.store.reader.query(
        `SELECT count(*) AS n FROM received_request WHERE state = 'pending' GROUP BY subject_party`,
      )
      expect(Math.max(...full.map(({ n }) => Number(n)))).toBe(20)
    })
  })

  describe('the row decides', () => {
    const id = () => JSON.parse(Buffer.from(world.good.grant.split('.')[1] ?? '', 'base64url').toString()).jti
    const withRow = async (set: { expiresAt?: number; startsAt?: number }) => {
      const { store } = world.partner
      const before = await store.reader.findOneBy(givenGrantTable, { id: id() })
      if (!before) throw new Error('there is no such grant')
      await store.transact((tx) => change(tx, givenGrantTable, { id: id() }, set))
      const got = await asked(world, {})
      const { expiresAt, startsAt } = before
      await store.transact((tx) => change(tx, givenGrantTable, { id: id() }, { expiresAt, startsAt }))
      return verdict(got)
    }

    test('a grant that has ended opens nothing, to the millisecond', async () => {
      expect(await withRow({ expiresAt: world.trio.clock.now() - 1 })).toBe('403 grant_expired')
    })

    test('nor one that has not begun', async () => {
      expect(await withRow({ startsAt: world.trio.clock.now() + 60_000 })).toBe('403 grant_not_yet_valid')
      expect(verdict(await asked(world, {}))).toBe('200')
    })
  })

  test('what cannot be shown any more is a refusal in the owner’s log as well', async () => {
    const { store } = world.partner
    const where = {
      holderParty: world.partner.organisation.id,
      vct: 'urn:regie:credential:company-profile:1',
    }
    const move = (from: 'current' | 'superseded', to: 'current' | 'superseded') =>
      store.transact((tx) => change(tx, heldCredentialTable, { ...where, state: from }, { state: to }))
    await move('current', 'superseded')
    const got = await asked(world, {})
    await move('superseded', 'current')
    expect(verdict(got)).toBe('403 claim_not_held')
    const [event] = await store.reader.query(
      'SELECT outcome, codes FROM access_event ORDER BY id DESC LIMIT 1',
    )
    expect(event).toEqual({ outcome: 'deny', codes: '["claim_not_held"]' })
  })

  test('nobody is called at an address that an asker chose', async () => {
    const called: string[] = []
    const server = createServer((request, response) => {
      called.push(String(request.url))
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const uri = `http://127.0.0.1:${port}/list`
    const forged = async (iss: string, signer: Signer, vct: string) => {
      const payload = { iss, sub: iss, vct, iat: 1, status: { status_list: { uri, idx: 0 } } }
      return `${await signText(signer, JSON.stringify(payload), { typ: 'dc+sd-jwt' })}~`
    }
    const web = `did:web:127.0.0.1%3A${port}`
    const { did, signer } = nobody
    for (const vct of ['employee-role', 'ttp-policy-attestation', 'access-grant'].map(
      (type) => `urn:regie:credential:${type}:1`,
    ))
      for (const paper of [
        await forged(did, signer, vct),
        await forged(web, { ...signer, kid: `${web}#0` }, vct),
      ])
        await asked(world, { grant: null, attestation: null, role: async () => paper })
    server.close()
    expect(called).toEqual([])
  })

  test('a revocation ends all reading, however many read at the moment', async () => {
    const { partner } = world.trio
    const { body } = await partner.call<{ items: { id: string }[] }>('bram', 'GET', '/access/grants')
    const grant = body.items[0]?.id
    let acknowledged = Number.POSITIVE_INFINITY
    const reads: { startedAfter: boolean; verdict: string }[] = []
    const startedAfter = () => reads.filter((read) => read.startedAfter)
    const reader = async () => {
      while (startedAfter().length < 50) {
        const request = await cook(world.company, world.hers)
        const late = Number.isFinite(acknowledged)
        reads.push({ startedAfter: late, verdict: verdict(await post(world.hers.wallet, { request })) })
      }
    }
    const readers = Array.from({ length: 50 }, reader)
    await eventually(async () => reads.length >= 10, 'the first answers')
    const revoked = await partner.call('bram', 'POST', `/access/grants/${grant}/revocation`, {})
    acknowledged = world.trio.clock.now()
    await Promise.all(readers)

    expect(revoked.status).toBe(200)
    expect(new Set(startedAfter().map((read) => read.verdict))).toEqual(new Set(['403 grant_revoked']))
    expect(new Set(reads.map((read) => read.verdict))).toEqual(new Set(['200', '403 grant_revoked']))

    const events: { outcome: string; at_ms: string | number }[] = await world.partner.store.reader.query(
      `SELECT outcome, at_ms FROM access_event WHERE grant_id = '${grant}' AND outcome IN ('permit', 'deny')
       AND (outcome = 'permit' OR codes LIKE '%grant_revoked%') ORDER BY id`,
    )
    const outcomes = events.map(({ outcome }) => outcome)
    expect(outcomes.lastIndexOf('permit')).toBeLessThan(outcomes.indexOf('deny'))
    for (const { outcome, at_ms } of events)
      if (outcome === 'permit') expect(Number(at_ms)).toBeLessThanOrEqual(acknowledged)
  })

  describe('a minute later', () => {
    test('an Ask that was answered is not answered again within the skew', async () => {
      const request = await cook(world.company, world.good)
      const send = async () => verdict(await post(world.good.wallet, { request }))
      expect(await send()).toBe('200')
      world.trio.clock.advance(80_000)
      expect(await send()).toBe('409 ask_replayed')
      world.trio.clock.advance(15_000)
      expect(await send()).toBe('400 jws_expired')
    })

    test('a role that was taken back opens nothing', async () => {
      const { company, trio } = world
      const role = await company.held(await company.person('sanne'), 'employee-role')
      const { jti } = JSON.parse(Buffer.from(role.split('.')[1] ?? '', 'base64url').toString())
      await company.store.transact((tx) => company.credentials.revoke(tx, jti))
      await eventually(async () => {
        trio.clock.advance(61_000)
        return verdict(await asked(world, {})) === '403 actor_unproven'
      }, 'the end of the role')
    })

    test('nor an attestation', async () => {
      const { company, myobi, trio } = world
      const attestation = await attest(myobi, company.organisation.did)
      const { jti } = JSON.parse(Buffer.from(attestation.split('.')[1] ?? '', 'base64url').toString())
      const state = async () => verdict(await asked(world, { attestation }))
      expect(await state()).toBe('403 actor_unproven')
      await myobi.store.transact((tx) => myobi.credentials.revoke(tx, jti))
      await eventually(async () => {
        trio.clock.advance(61_000)
        return (await state()) === '403 attestation_revoked actor_unproven'
      }, 'the end of the attestation')
    })

    test('where the trust anchor cannot be reached, nothing opens', async () => {
      await world.trio.myobi.node.dispose()
      world.trio.clock.advance(61_000)
      expect(verdict(await asked(world, {}))).toMatch(/^403 attestation_unknown/)
    })
  })

  test('junk is held off before it costs anything, and nobody else with it', async () => {
    const before = await world.partner.counts()
    const junk = await cook(world.company, { ...world.good, garble: (text) => `${text}AAAA` })
    const send = () => post(world.good.wallet, { request: junk }, { from: '127.0.0.1' })
    const got: string[] = []
    while (got.length < 130)
      got.push(...(await Promise.all([send(), send(), send(), send(), send()])).map(verdict))
    expect(new Set(got.slice(0, 100))).toEqual(new Set(['400 jws_signature_invalid']))
    expect(got.at(-1)).toBe('429 too_many_requests')
    expect(await world.partner.counts()).toEqual(before)
    if (platform() === 'linux') expect(verdict(await asked(world, {}))).toMatch(/^403 /)
  })
})
