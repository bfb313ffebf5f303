import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { issuedCredentialTable } from '../src/credentials/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Counter {
  id: string
  state: string
  ended: string | null
  made_by: string
  our_request: string
  their_request: string
  in_return: string[]
}
interface Request {
  id: string
  state: string
  asker: { name: string }
  claims: string[]
  grant: string | null
  counter: Counter | null
}
interface Grant {
  id: string
  waiting: boolean
  state: string
  revoked_at: string | null
  ended: string | null
}
type Items<T> = { items: T[] }

const DAY = 86_400_000
const want = {
  want: ['company-profile.email', 'company-registration.kvk_number'],
  reason: 'Wij willen weten aan wie wij leveren',
  value: 'U ziet onze gegevens ook',
}

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside

  const list = async <T>(node: TestNode, as: string, path: string) =>
    (await node.call<Items<T>>(as, 'GET', path)).body.items
  const requestsAt = (node: TestNode) => list<Request>(node, node.config.name, '/access/requests')
  const requestAt = async (node: TestNode, id: string) =>
    (await requestsAt(node)).find((request) => request.id === id)
  const sentBy = async (node: TestNode) =>
    (await list<Request>(node, node.config.name, '/access/requests/sent'))[0]
  const givenBy = async (node: TestNode, id: string) =>
    (await list<Grant>(node, node.config.name, '/access/grants')).find((grant) => grant.id === id)
  const heldBy = (node: TestNode) => list<Grant>(node, node.config.name, '/access/grants/received')
  /** What each sees of the other: the claims, or why not. */
  const reads = async () => {
    const one = async (node: TestNode, as: string, of: string) => {
      const { status, body } = await node.call<{ claims?: { claim: string }[]; code?: string }>(
        as,
        'POST',
        '/access/reads',
        { partner: of },
      )
      return status === 200 ? (body.claims ?? []).map(({ claim }) => claim).sort() : body.code
    }
    return {
      company: await one(trio.company, 'sanne', '48245915'),
      partner: await one(trio.partner, 'partner', '48316274'),
    }
  }
  const ask = async () => {
    const { body } = await trio.company.call<Request>('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['company-profile.iban'],
    })
    return { sent: body.id, waiting: (await requestsAt(trio.partner))[0]?.id ?? '' }
  }
  const counter = async (over: object = {}) => {
    const { sent, waiting } = await ask()
    const { status, body } = await trio.partner.call<{ counter: Counter; grant: Grant; code?: string }>(
      'partner',
      'POST',
      `/access/requests/${waiting}/counter`,
      { ...want, ...over },
    )
    return { status, body, sent, waiting, given: body.grant?.id ?? '' }
  }
  const arrived = (id: string) =>
    eventually(
      async () => (await requestsAt(trio.company)).find((request) => request.counter?.id === id),
      'the counter-offer',
    )
  const agree = (request: Request) =>
    trio.company.call<{ grant: Grant; code?: string }>(
      'company',
      'POST',
      `/access/requests/${request.id}/approval`,
      {},
    )
  const inForce = (node: TestNode, id: string) =>
    eventually(async () => (await givenBy(node, id))?.waiting === false, `${id} in force`)
  /** Takes back all that is open, so that the next test begins with nothing. */
  const clear = async () => {
    for (const node of [trio.company, trio.partner]) {
      for (const grant of await list<Grant & { grantee: { did: string } }>(
        node,
        node.config.name,
        '/access/grants',
      ))
        if (grant.revoked_at === null)
          await node.call(node.config.name, 'POST', `/access/grants/${grant.id}/revocation`, {})
      for (const { id, state } of await requestsAt(node))
        if (state === 'pending')
          await node.call(node.config.name, 'POST', `/access/requests/${id}/denial`, {})
    }
    await eventually(async () => {
      const held = [...(await heldBy(trio.company)), ...(await heldBy(trio.partner))]
      const open = [...(await requestsAt(trio.company)), ...(await requestsAt(trio.partner))]
      return held.every(({ state }) => state === 'ended') && open.every(({ state }) => state !== 'countered')
    }, 'nothing open')
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/profile', {
      name: 'Nietmachine B.V.',
      email: 'info@nietmachine.example',
    })
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
  })
  beforeEach(clear)

  test('“yes, if I may see yours”: both see, from the moment both gave', async () => {
    const { status, body, sent, waiting } = await counter()
    expect(status).toBe(201)
    expect(body.grant.waiting).toBe(true)
    expect(await requestAt(trio.partner, waiting)).toMatchObject({ state: 'countered' })

    const here = await arrived(body.counter.id)
    expect(here).toMatchObject({
      state: 'pending',
      claims: ['company-profile.email', 'company-registration.kvk_number'],
      counter: { made_by: 'partner', state: 'open', our_request: sent, in_return: ['company-profile.iban'] },
    })
    expect(await reads()).toEqual({
      company: expect.stringMatching(/^(no_grant|grant_)/),
      partner: expect.stringMatching(/^(no_grant|grant_)/),
    })
    // What was signed lies with its giver: nobody was offered it, and nobody can be told of it.
    expect((await heldBy(trio.company)).map(({ id }) => id)).not.toContain(body.grant.id)

    const agreed = await agree(here)
    expect(agreed.status).toBe(201)
    await inForce(trio.partner, body.grant.id)
    await inForce(trio.company, agreed.body.grant.id)
    expect(await reads()).toEqual({
      company: ['company-profile.iban'],
      partner: ['company-profile.email', 'company-registration.kvk_number'],
    })
    expect(await requestAt(trio.partner, waiting)).toMatchObject({
      state: 'approved',
      grant: body.grant.id,
      counter: { made_by: 'us', state: 'in_force' },
    })
  })

  test.each(['partner', 'company'] as const)(
    'when %s takes its half back, the other half ends too',
    async (who) => {
      const { body } = await counter()
      const agreed = await agree(await arrived(body.counter.id))
      await inForce(trio.company, agreed.body.grant.id)
      const halves = { partner: body.grant.id, company: agreed.body.grant.id }
      const other = who === 'partner' ? 'company' : 'partner'
      await trio[who].call(who, 'POST', `/access/grants/${halves[who]}/revocation`, {})
      // What it held in return is closed for it at once, whether or not the other heard of it.
      expect((await heldBy(trio[who])).find(({ id }) => id === halves[other])).toMatchObject({
        state: 'ended',
        ended: 'return_ended',
      })
      await eventually(async () => (await givenBy(trio[other], halves[other]))?.revoked_at, 'the other half')
      expect((await heldBy(trio[other])).find(({ id }) => id === halves[who])).toMatchObject({
        state: 'ended',
        ended: 'grant_revoked',
      })
      for (const [inside, id] of [
        [partner, halves.partner],
        [company, halves.company],
      ] as const)
        expect(await inside.store.reader.findOneBy(issuedCredentialTable, { id })).toMatchObject({
          revokedAt: expect.any(Number),
        })
    },
  )

  describe('when the asker does not want that', () => {
    test('its no ends the grant that was signed, and its request waits for an answer again', async () => {
      const { body, waiting, given } = await counter()
      const here = await arrived(body.counter.id)
      await trio.company.call('company', 'POST', `/access/requests/${here.id}/denial`, {
        reason: 'Liever niet',
      })
      await eventually(async () => (await givenBy(trio.partner, given))?.revoked_at, 'the end of the grant')
      expect(await requestAt(trio.partner, waiting)).toMatchObject({
        state: 'pending',
        grant: null,
        counter: { state: 'ended', ended: 'counter_refused' },
      })
      expect(await sentBy(trio.partner)).toMatchObject({ state: 'denied' })
      const plain = await trio.partner.call('partner', 'POST', `/access/requests/${waiting}/approval`, {})
      expect(plain.status).toBe(201)
    })

    test('who made it can take it back, and then nobody can agree', async () => {
      const { body, waiting, given } = await counter()
      const here = await arrived(body.counter.id)
      await trio.partner.call('partner', 'POST', `/access/grants/${given}/revocation`, {})
      expect(await requestAt(trio.partner, waiting)).toMatchObject({
        state: 'pending',
        counter: { ended: 'counter_withdrawn' },
      })
      await eventually(
        async () => (await requestAt(trio.company, here.id))?.state === 'withdrawn',
        'the news',
      )
      expect(await agree(here)).toMatchObject({ status: 409, body: { code: 'request_withdrawn' } })
    })

    test('what nobody agrees to in time is over for both', async () => {
      const { body, waiting, given } = await counter({ answer_by: 'P1D' })
      const here = await arrived(body.counter.id)
      trio.clock.advance(2 * DAY)
      expect(await agree(here)).toMatchObject({ status: 409, body: { code: 'counter_ended' } })
      await trio.partner.restart()
      await trio.company.restart()
      await eventually(async () => (await givenBy(trio.partner, given))?.revoked_at, 'the end of the grant')
      expect(await requestAt(trio.partner, waiting)).toMatchObject({
        state: 'pending',
        counter: { ended: 'counter_expired' },
      })
      await eventually(
        async () => (await requestAt(trio.company, here.id))?.state === 'withdrawn',
        'the news',
      )
    })

    test('a request that is taken back takes the counter-offer with it', async () => {
      const { body, waiting, given, sent } = await counter()
      const here = await arrived(body.counter.id)
      expect(
        await trio.company.call('sanne', 'POST', `/access/requests/sent/${sent}/cancellation`, {}),
      ).toMatchObject({ status: 200, body: { state: 'withdrawn' } })
      expect(await requestAt(trio.company, here.id)).toMatchObject({ state: 'withdrawn' })
      await eventually(async () => (await givenBy(trio.partner, given))?.revoked_at, 'the end of the grant')
      expect(await requestAt(trio.partner, waiting)).toMatchObject({ state: 'withdrawn' })
      expect(
        await trio.partner.call('partner', 'POST', `/access/requests/${waiting}/approval`, {}),
      ).toMatchObject({ status: 409, body: { code: 'request_withdrawn' } })
    })
  })

  describe('what is refused', () => {
    test('less than was asked in return', async () => {
      const { body } = await counter()
      const here = await arrived(body.counter.id)
      const path = `/access/requests/${here.id}/approval`
      for (const less of [{ only: ['company-profile.email'] }, { until: 'P1D' }])
        expect(await trio.company.call('company', 'POST', path, less)).toMatchObject({
          status: 409,
          body: { code: 'counter_not_met' },
        })
      expect(
        await trio.company.call('company', 'POST', `/access/requests/${here.id}/counter`, want),
      ).toMatchObject({ status: 409, body: { code: 'counter_of_counter' } })
    })

    test('deciding otherwise while it waits, and data of people in return', async () => {
      const { body, waiting } = await counter()
      await arrived(body.counter.id)
      for (const path of ['approval', 'denial', 'counter'])
        expect(
          await trio.partner.call(
            'partner',
            'POST',
            `/access/requests/${waiting}/${path}`,
            path === 'counter' ? want : {},
          ),
        ).toMatchObject({ status: 409, body: { code: 'request_countered' } })
      expect(await counter({ want: ['contact-person.email'] })).toMatchObject({
        status: 400,
        body: { code: 'counter_not_company_data' },
      })
      const { waiting: other } = await ask()
      expect(
        await trio.partner.call('bram', 'POST', `/access/requests/${other}/counter`, want),
      ).toMatchObject({ status: 403 })
    })
  })
})
