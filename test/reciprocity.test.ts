import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Side {
  live_grants: number
  past_grants: number
  by_persons: number
  claims: number
  purposes: number
  looks: number
}
interface Reciprocal {
  partner: { did: string; name: string }
  gave: Side
  got: Side
  balance: { state: string; difference: number; looks: number; threshold: number }
}
interface Detailed extends Reciprocal {
  gave_grants: { id: string; claims: string[] }[]
  got_grants: { id: string; claims: string[]; state: string }[]
}
interface Page<T> {
  items: T[]
}

onEachEngine((engine) => {
  let trio: TestTrio
  const list = async (node: TestNode, account: string, query = '') =>
    (await node.call<Page<Reciprocal>>(account, 'GET', `/partners/reciprocity${query}`)).body.items
  const detailed = async (node: TestNode, account: string, did: string) =>
    node.call<Detailed & { code: string }>(account, 'GET', `/partners/${encodeURIComponent(did)}/balance`)
  const ours = async () => (await list(trio.company, 'sanne'))[0]
  const theirs = async () => (await list(trio.partner, 'partner'))[0]
  const didOf = async (node: TestNode) =>
    (await node.call<{ did: string }>(node.config.name, 'GET', '/profile')).body.did
  const approve = async (node: TestNode, account: string) => {
    const { body } = await node.call<Page<{ id: string }>>(account, 'GET', '/access/requests?state=pending')
    const path = `/access/requests/${body.items[0]?.id}/approval`
    const made = await node.call<{ grant: { id: string } }>(account, 'POST', path, {})
    expect(made.status).toBe(201)
    return made.body.grant.id
  }
  const read = () => trio.company.call('sanne', 'POST', '/access/reads', { partner: '48245915' })

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/profile', {
      name: 'Nietmachine B.V.',
      email: 'info@nietmachine.example',
    })
  })

  test('nobody gave anybody anything yet', async () => {
    expect(await list(trio.company, 'sanne')).toEqual([])
    expect((await detailed(trio.company, 'sanne', await didOf(trio.partner))).body).toMatchObject({
      gave: { live_grants: 0 },
      got: { live_grants: 0 },
      balance: { state: 'in_balance' },
    })
    expect((await detailed(trio.company, 'sanne', '12345678')).body.code).toBe('partner_unknown')
  })

  describe('once a partner and its person let us see something', () => {
    let bram = ''

    test('both sides count the same, from either end', async () => {
      await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      await approve(trio.partner, 'partner')
      bram = await approve(trio.partner, 'bram')
      await eventually(async () => (await ours())?.got.live_grants === 2, 'both grants')
      for (let n = 0; n < 3; n++) expect((await read()).status).toBe(200)
      expect(await ours()).toMatchObject({
        partner: { did: await didOf(trio.partner), name: 'Kruimelkoning B.V.' },
        gave: { live_grants: 0, claims: 0, looks: 0 },
        got: { live_grants: 2, past_grants: 0, by_persons: 1, claims: 3, purposes: 1, looks: 6 },
        balance: { state: 'we_get_more', difference: 3, looks: 6, threshold: 3 },
      })
      expect(await theirs()).toMatchObject({
        partner: { did: await didOf(trio.company), name: 'Nietmachine B.V.' },
        gave: { live_grants: 2, by_persons: 1, claims: 3, purposes: 1, looks: 6 },
        got: { live_grants: 0 },
        balance: { state: 'they_get_more', difference: -3, looks: -6 },
      })
      expect(await list(trio.company, 'sanne', '?out_of_balance=true')).toHaveLength(1)
    })

    test('what a person opened is a number to her employer, and no names', async () => {
      const { body } = await detailed(trio.partner, 'partner', await didOf(trio.company))
      expect(body.gave).toMatchObject({ live_grants: 2, by_persons: 1 })
      expect(body.gave_grants.map(({ claims }) => claims)).toEqual([
        ['company-registration.kvk_number', 'company-profile.email'],
      ])
      expect(JSON.stringify(body)).not.toContain(bram)
      expect(JSON.stringify(body)).not.toContain('contact-person')
    })

    test('giving back brings it into balance', async () => {
      await trio.partner.call('partner', 'POST', '/access/requests', {
        ...newRequest,
        ...{ partner: await didOf(trio.company), claims: ['company-profile.email'] },
      })
      await approve(trio.company, 'company')
      await eventually(async () => (await theirs())?.got.live_grants === 1, 'the grant back')
      expect(await ours()).toMatchObject({
        gave: { live_grants: 1, claims: 1 },
        balance: { state: 'in_balance', difference: 2 },
      })
      for (const name of ['Kruimelkoning B.V.', '48245915'])
        expect((await detailed(trio.company, 'sanne', name)).body.gave).toMatchObject({ live_grants: 1 })
      expect(await list(trio.company, 'sanne', '?out_of_balance=true')).toEqual([])
    })

    test('what is taken back counts as past, and what was looked at stays looked at', async () => {
      await trio.partner.call('bram', 'POST', `/access/grants/${bram}/revocation`, {})
      expect((await theirs())?.gave).toMatchObject({ live_grants: 1, past_grants: 1, claims: 2, looks: 6 })
      await eventually(async () => (await ours())?.got.past_grants === 1, 'that we know')
      expect((await ours())?.got).toMatchObject({ live_grants: 1, claims: 2, looks: 6 })
    })

    test('looks are counted in the period that is asked for, also after a restart', async () => {
      await read()
      await trio.company.restart()
      expect((await ours())?.got.looks).toBe(7)
      expect((await list(trio.company, 'sanne', '?since=2020-01-01&until=2020-12-31'))[0]?.got.looks).toBe(0)
      expect((await list(trio.partner, 'partner', '?until=2020-12-31'))[0]?.gave.looks).toBe(0)
    })
  })

  test('is not for everybody in the company, and takes no cursor of another list', async () => {
    expect((await trio.partner.call('bram', 'GET', '/partners/reciprocity')).status).toBe(403)
    const { status, body } = await trio.company.call<{ code: string }>(
      'sanne',
      'GET',
      '/partners/reciprocity?cursor=x',
    )
    expect([status, body.code]).toEqual([400, 'invalid_cursor'])
  })
})
