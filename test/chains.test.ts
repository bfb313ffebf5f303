import { beforeAll, describe, expect, test } from 'vitest'
import { addBroker, BROKER_KVK, setAttestation } from './support/broker.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Page<T> {
  items: T[]
}
interface Link {
  id: string
  state: string
  ended: string | null
  to: { name: string }
  on_behalf_of: { name: string }
  claims: string[]
  roles: string[]
  persons: string[]
  last_look: string | null
}
interface Held {
  id: string
  state: string
  ended: string | null
  on_behalf_of: { name: string; grant: string } | null
}
interface Delegation {
  id: string
  state: string
  ended: string | null
}
interface Read {
  code?: string
  claims: { claim: string; value: unknown; grant: { id: string } }[]
}

const why = 'Onze tussenpersoon maakt uw offerte'
const claims = ['company-profile.email', 'company-profile.iban']

onEachEngine((engine) => {
  let trio: TestTrio
  let broker: TestNode
  let grant: string

  const itemsOf = async <T>(node: TestNode, as: string, path: string) =>
    (await node.call<Page<T>>(as, 'GET', path)).body.items
  const ask = (more: object = {}) =>
    trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims, ...more })
  const pending = async () =>
    (
      await itemsOf<{ id: string; passing_on: unknown }>(
        trio.partner,
        'partner',
        '/access/requests?state=pending',
      )
    )[0]
  const approve = async (more: object = {}) =>
    trio.partner.call<{ grant: { id: string; passing_on: unknown }; code: string }>(
      'partner',
      'POST',
      `/access/requests/${(await pending())?.id}/approval`,
      more,
    )
  const granted = async (more: object = {}, consent: object = { allow_passing_on: true }) => {
    await ask({ pass_on: why, ...more })
    const { body } = await approve(consent)
    await eventually(
      async () =>
        (await itemsOf<Held>(trio.company, 'sanne', '/access/grants/received')).some(
          ({ id }) => id === body.grant.id,
        ),
      'the grant',
    )
    return body.grant.id
  }
  const delegate = (more: object = {}) =>
    trio.company.call<Delegation & { code: string }>('company', 'POST', '/delegations', {
      grant,
      to: BROKER_KVK,
      roles: ['adviser'],
      ...more,
    })
  const given = async (more: object = {}) => {
    const { body } = await delegate(more)
    await eventually(
      async () => (await heldBy()).some(({ id, state }) => id === body.id && state === 'live'),
      'the delegation',
    )
    return body.id
  }
  const heldBy = () => itemsOf<Held>(broker, 'tess', '/access/grants/received')
  const linksOf = () => itemsOf<Link>(trio.partner, 'partner', '/access/links')
  const read = (as = 'tess', more: object = {}) =>
    broker.call<Read>(as, 'POST', '/access/reads', { partner: '48245915', ...more })
  const readByCompany = () =>
    trio.company.call<Read>('sanne', 'POST', '/access/reads', { partner: '48245915' })
  const endedAt = (node: TestNode, as: string, id: string) =>
    eventually(
      async () =>
        (await itemsOf<Held>(node, as, '/access/grants/received')).find((held) => held.id === id)?.ended,
      'the end',
    )

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    broker = await addBroker(trio)
  })

  describe('what is asked and given', () => {
    test('a grant is not passed on unless its owner says so', async () => {
      await ask({ pass_on: why })
      expect((await pending())?.passing_on).toEqual({ why, to: [] })
      grant = (await approve()).body.grant.id
      await eventually(
        async () => (await itemsOf<Held>(trio.company, 'sanne', '/access/grants/received')).length === 1,
        'the grant',
      )
      expect(await delegate()).toMatchObject({ status: 403, body: { code: 'delegation_not_allowed' } })
    })

    test('what was not asked cannot be allowed, nor anybody who was not named', async () => {
      await ask()
      expect(await approve({ allow_passing_on: true })).toMatchObject({
        body: { code: 'delegation_not_asked' },
      })
      await approve()
      await ask({ pass_on: why, pass_on_to: [BROKER_KVK] })
      expect(await approve({ pass_on_to: ['48316274'] })).toMatchObject({
        body: { code: 'delegation_wider_than_asked' },
      })
      expect((await approve({ allow_passing_on: true })).body.grant.passing_on).toMatchObject({
        to: [expect.stringContaining('did:ethr:')],
      })
    })

    test('whoever asks says why', async () => {
      expect(await ask({ pass_on_to: [BROKER_KVK] })).toMatchObject({ body: { code: 'pass_on_unexplained' } })
    })
  })

  describe('an intermediary', () => {
    test('reads nothing by itself', async () => {
      expect(await read()).toMatchObject({ status: 403, body: { code: 'no_grant' } })
    })

    test('reads on behalf of its principal what that passed on, and the owner sees both', async () => {
      grant = await granted()
      const id = await given({ claims: ['company-profile.email'] })
      expect(await linksOf()).toMatchObject([
        {
          id,
          state: 'live',
          to: { name: 'Makelaar B.V.' },
          on_behalf_of: { name: 'Nietmachine B.V.' },
          claims: ['company-profile.email'],
          last_look: null,
        },
      ])
      const { body } = await read()
      expect(body.claims).toMatchObject([
        { claim: 'company-profile.email', value: 'info@kruimelkoning.example', grant: { id } },
      ])
      expect((await linksOf())[0]?.last_look).not.toBeNull()
      const [look] = await itemsOf<object>(trio.partner, 'partner', '/access/events')
      expect(look).toMatchObject({
        asker: { name: 'Makelaar B.V.' },
        on_behalf_of: { name: 'Nietmachine B.V.' },
        actor: { role: 'adviser' },
        outcome: 'permit',
        grant,
        link: id,
      })
      expect(await heldBy()).toMatchObject([{ id, on_behalf_of: { name: 'Nietmachine B.V.', grant } }])
    })

    test('whose role was not named, or that wants more than was passed on, gets nothing', async () => {
      expect(await read('otto')).toMatchObject({ status: 403, body: { code: 'role_not_delegated' } })
      expect(await read('tess', { claims: ['company-profile.iban'] })).toMatchObject({
        body: { code: 'no_grant' },
      })
    })

    test('passes nothing on itself', async () => {
      const [held] = await heldBy()
      const further = { grant: held?.id, to: '48316274', roles: ['account_manager'] }
      expect(await broker.call('broker', 'POST', '/delegations', further)).toMatchObject({
        status: 403,
        body: { code: 'delegation_not_allowed' },
      })
    })

    test('is told by the owner of a correction', async () => {
      await trio.partner.call('partner', 'POST', '/profile', {
        name: 'Kruimelkoning B.V.',
        email: 'nieuw@kruimelkoning.example',
        iban: 'NL91ABNA0417164300',
      })
      const [held] = await heldBy()
      await eventually(async () => {
        const notices = await itemsOf<{
          grant: string
          kind: string
          recipient: { name: string }
          state: string
        }>(trio.partner, 'partner', '/notices')
        return notices.some(
          ({ grant: of, kind, recipient, state }) =>
            of === held?.id &&
            kind === 'corrected' &&
            recipient.name === 'Makelaar B.V.' &&
            state !== 'waiting',
        )
      }, 'the notice')
      expect((await read()).body.claims).toMatchObject([{ value: 'nieuw@kruimelkoning.example' }])
    })
  })

  describe('the standing of its principal', () => {
    const COMPANY_KVK = '48316274'

    test('is asked after each time: who is suspended reads nothing through others, until it is back', async () => {
      const myobi = await openInside(trio.myobi, trio.clock)
      expect((await read()).status).toBe(200)
      await setAttestation(myobi, COMPANY_KVK, 'suspended')
      // What an owner knows of a status is a minute old at most.
      trio.clock.advance(61_000)
      expect(await read()).toMatchObject({ status: 403, body: { code: 'principal_suspended' } })
      expect(await readByCompany()).toMatchObject({ body: { code: 'attestation_suspended' } })
      // Nothing ended by it: neither the link, nor what the intermediary holds.
      expect(await linksOf()).toMatchObject([{ state: 'live' }])
      expect(await heldBy()).toMatchObject([{ state: 'live' }])
      await setAttestation(myobi, COMPANY_KVK, 'valid')
      trio.clock.advance(61_000)
      expect((await read()).status).toBe(200)
      expect((await readByCompany()).status).toBe(200)
    })
  })

  describe('cutting', () => {
    test('is the owner’s alone, and takes effect at once for the intermediary only', async () => {
      const [link] = await linksOf()
      const cut = (as: string) => trio.partner.call<Link>(as, 'POST', `/access/links/${link?.id}/cut`)
      expect(await cut('bram')).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
      expect(await cut('partner')).toMatchObject({
        status: 200,
        body: { state: 'ended', ended: 'delegation_cut' },
      })
      expect(await read()).toMatchObject({ status: 403, body: { code: 'delegation_cut' } })
      expect((await readByCompany()).status).toBe(200)
      expect(await endedAt(broker, 'tess', link?.id ?? '')).toBe('delegation_cut')
      await eventually(async () => {
        const [made] = await itemsOf<Delegation>(trio.company, 'company', '/delegations')
        return made?.ended === 'delegation_cut'
      }, 'the principal’s row')
      const partners = await broker.call<{ values: { state: string; value: unknown }[] }>(
        'tess',
        'GET',
        `/partners/48245915`,
      )
      expect(JSON.stringify(partners.body)).not.toContain('kruimelkoning.example')
    })

    test('holds against a new delegation to the same intermediary, until the owner allows it again', async () => {
      await eventually(
        async () => (await delegate()).body.code === 'delegation_cut_by_owner',
        'the principal’s refusal',
      )
      expect(await delegate()).toMatchObject({ status: 403, body: { code: 'delegation_cut_by_owner' } })
      expect((await read()).status).toBe(403)
      const [link] = await linksOf()
      const allow = (as: string) => trio.partner.call<Link>(as, 'POST', `/access/links/${link?.id}/allowance`)
      expect(await allow('bram')).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
      expect(await allow('partner')).toMatchObject({ status: 200, body: { state: 'ended', kept_out: false } })
      // What was cut stays cut: somebody passes it on anew, or nobody reads.
      expect((await read()).status).toBe(403)
      await eventually(async () => (await delegate()).status === 201, 'the principal’s word')
      await eventually(async () => (await read()).status === 200, 'the intermediary')
    })

    test('cuts every link of the grant to that intermediary', async () => {
      await given({ claims: ['company-profile.email'] })
      const live = (await linksOf()).filter(({ state }) => state === 'live')
      expect(live.length).toBeGreaterThan(1)
      await trio.partner.call('partner', 'POST', `/access/links/${live[0]?.id}/cut`)
      expect((await linksOf()).filter(({ state }) => state === 'live')).toEqual([])
      expect((await read()).status).toBe(403)
      expect(
        await trio.partner.call('partner', 'POST', `/access/links/${live[0]?.id}/allowance`),
      ).toMatchObject({ status: 200 })
      await eventually(async () => (await delegate()).status === 201, 'the principal’s word')
      await eventually(async () => (await linksOf())[0]?.state === 'live', 'the link')
      const [open] = await linksOf()
      expect(await trio.partner.call('partner', 'POST', `/access/links/${open?.id}/allowance`)).toMatchObject(
        {
          status: 409,
          body: { code: 'link_not_cut' },
        },
      )
      for (const { id } of (await itemsOf<Delegation>(trio.company, 'company', '/delegations')).filter(
        ({ state }) => state !== 'ended',
      ))
        await trio.company.call('company', 'POST', `/delegations/${id}/withdrawal`)
      await eventually(
        async () => (await linksOf()).every(({ state }) => state === 'ended'),
        'the end of the links',
      )
    })

    test('a principal takes its delegation back', async () => {
      const id = await given()
      const withdrawn = await trio.company.call<Delegation>(
        'company',
        'POST',
        `/delegations/${id}/withdrawal`,
      )
      expect(withdrawn.body).toMatchObject({ state: 'ended', ended: 'delegation_revoked' })
      expect(await endedAt(broker, 'tess', id)).toBe('delegation_revoked')
      await eventually(
        async () => (await linksOf()).find((link) => link.id === id)?.ended === 'delegation_revoked',
        'the owner’s row',
      )
      expect((await read()).status).toBe(403)
      expect((await readByCompany()).status).toBe(200)
    })

    test('the end of the grant is the end of every link', async () => {
      const id = await given()
      expect((await read()).status).toBe(200)
      await trio.partner.call('partner', 'POST', `/access/grants/${grant}/revocation`)
      expect(await read()).toMatchObject({ status: 403, body: { code: 'grant_revoked' } })
      expect(await endedAt(broker, 'tess', id)).toBe('grant_revoked')
      await eventually(async () => {
        const made = await itemsOf<Delegation>(trio.company, 'company', '/delegations')
        return made.find((row) => row.id === id)?.ended === 'grant_revoked'
      }, 'the principal’s row')
    })
  })

  describe('who inside an intermediary may look', () => {
    const didOf = async (account: string) =>
      (await (await openInside(broker, trio.clock)).person(account)).did

    test('is the principal’s to limit to one person, and the owner sees whom', async () => {
      grant = await granted()
      const did = await didOf('otto')
      const id = await given({ roles: undefined, persons: [did] })
      expect((await linksOf()).find((link) => link.id === id)).toMatchObject({ roles: [], persons: [did] })
      expect((await read('otto')).status).toBe(200)
      expect(await read('tess')).toMatchObject({ status: 403, body: { code: 'role_not_delegated' } })
      await trio.company.call('company', 'POST', `/delegations/${id}/withdrawal`)
      await endedAt(broker, 'tess', id)
    })

    test('is the owner’s to limit, and the principal can give less of that, not more', async () => {
      grant = await granted({}, { pass_on_roles: ['adviser', 'director'] })
      const [said] = await itemsOf<object>(trio.partner, 'partner', '/access/grants')
      expect(said).toMatchObject({
        id: grant,
        passing_on: { to: [], roles: ['adviser', 'director'], persons: [], systems: [] },
      })
      const did = await didOf('otto')
      for (const wider of [{ roles: ['adviser', 'trainee'] }, { persons: [did] }, { systems: [did] }])
        expect(await delegate(wider)).toMatchObject({
          status: 400,
          body: { code: 'delegation_exceeds_grant', params: { roles: ['adviser', 'director'] } },
        })
      const id = await given({ roles: ['adviser'] })
      expect((await linksOf()).find((link) => link.id === id)).toMatchObject({ roles: ['adviser'] })
      expect((await read('tess')).status).toBe(200)
      expect(await read('otto')).toMatchObject({ status: 403, body: { code: 'role_not_delegated' } })
    })

    test('is no system where the owner let none read by itself', async () => {
      grant = await granted()
      const did = await didOf('otto')
      expect(await delegate({ systems: [did] })).toMatchObject({ body: { code: 'delegation_exceeds_grant' } })
    })
  })
})
