import { beforeAll, describe, expect, test } from 'vitest'
import { auditTable } from '../src/audit/index.ts'
import { newId } from '../src/core/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface Request {
  id: string
  state: string
  on_your_list: boolean
  grant: string | null
}
interface Grant {
  id: string
  claims: string[]
  roles: string[]
  persons: string[]
  until: string
  revoked_at: string | null
}

onEachEngine((engine) => {
  let trio: TestTrio
  let partner: Inside

  const post = <T = { code?: string; params?: object }>(as: string, path: string, body: object = {}) =>
    trio.partner.call<T>(as, 'POST', path, body)
  const requests = async (as: string, query = '') =>
    (await trio.partner.call<{ items: Request[] }>(as, 'GET', `/access/requests${query}`)).body.items
  const newest = async (as: string) => {
    const [request] = await requests(as)
    if (!request) throw new Error('nothing was asked')
    return request
  }
  const ask = (over: Partial<typeof newRequest> = {}) =>
    trio.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['company-profile.email'],
      ...over,
    })
  const approve = (as: string, id: string, body: object) =>
    post<{ grant: Grant; code: string }>(as, `/access/requests/${id}/approval`, body)

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    partner = await openInside(trio.partner, trio.clock)
  })

  describe('a template', () => {
    const template = {
      name: 'bestelling',
      for: 'organisation',
      purpose: 'order-management',
      claims: ['company-profile.email'],
      only_asker: true,
      length: 'P30D',
    }

    test('answers a request with less than it asks', async () => {
      expect(await post('partner', '/templates', template)).toMatchObject({ status: 201 })
      await ask({ claims: ['company-profile.email', 'company-profile.iban'] })
      const { status, body } = await approve('partner', (await newest('partner')).id, {
        template: 'bestelling',
      })
      expect(status).toBe(201)
      expect(body.grant).toMatchObject({ claims: ['company-profile.email'], roles: [] })
      expect(body.grant.persons).toHaveLength(1)
      expect(Date.parse(body.grant.until) - trio.clock.now()).toBeLessThanOrEqual(30 * 86_400_000)
    })

    test('never widens what was asked, nor does what is said beside it widen the template', async () => {
      await ask({ claims: ['company-profile.iban'] })
      const { id } = await newest('partner')
      const widens = { status: 409, body: { code: 'template_widens' } }
      expect(await approve('partner', id, { template: 'bestelling' })).toMatchObject(widens)
      await post('partner', `/access/requests/${id}/denial`)
      await ask()
      const other = await newest('partner')
      for (const more of [{ until: 'P60D' }, { roles: ['buyer'] }, { allow_system: true }])
        expect(await approve('partner', other.id, { template: 'bestelling', ...more })).toMatchObject(widens)
      expect(await newest('partner')).toMatchObject({ state: 'pending' })
      await post('partner', `/access/requests/${other.id}/denial`)
    })

    test('is its owner’s own', async () => {
      expect(await post('bram', '/templates', template)).toMatchObject({
        status: 403,
        body: { code: 'not_data_subject' },
      })
      await ask({ claims: ['contact-person.email'] })
      const { id } = await newest('bram')
      expect(await approve('bram', id, { template: 'bestelling' })).toMatchObject({
        status: 404,
        body: { code: 'template_unknown' },
      })
      expect(await approve('partner', id, { template: 'bestelling' })).toMatchObject({
        body: { code: 'not_data_subject' },
      })
      await post('bram', `/access/requests/${id}/denial`)
      expect(await post('partner', '/templates/bestelling/removal', { for: 'organisation' })).toMatchObject({
        status: 200,
      })
    })
  })

  describe('a list of what is approved beforehand', () => {
    let entry: string

    beforeAll(async () => {
      // As an import of the books would have it.
      const [asked] = await rows<{ asker: string }>(
        partner.store.reader,
        'SELECT asker FROM received_request',
      )
      await partner.store.transact((tx) =>
        rows(
          tx,
          `INSERT INTO partner (id, natural_key, kind, name, search_name, kvk, vat, roles, activity, sealed,
             network_state, did, wallet, network_checked_at, inform_due_at, created_at, updated_at)
           VALUES (?, 'kvk:48316274', 'organisation', 'Nietmachine B.V.', 'nietmachine b.v.', '48316274', NULL,
             '["supplier"]', 'active', '', 'in_network', ?, NULL, NULL, NULL, 0, 0)`,
          [newId(), asked?.asker],
        ),
      )
    })

    test('is empty, and takes nothing too broad or on a legal basis that wants a look each time', async () => {
      expect((await trio.partner.call('partner', 'GET', '/approvals')).body).toEqual({ items: [] })
      for (const [body, code] of [
        [{ role: 'supplier' }, 'entry_too_broad'],
        [{ purpose: 'order-management' }, 'entry_too_broad'],
        [{ purpose: 'order-management', role: 'supplier', basis: 'consent' }, 'basis_not_for_list'],
      ] as const)
        expect(await post('partner', '/approvals', { for: 'organisation', ...body })).toMatchObject({
          status: 400,
          body: { code },
        })
      expect(
        await post('bram', '/approvals', {
          for: 'organisation',
          purpose: 'order-management',
          role: 'supplier',
        }),
      ).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
    })

    test('grants the company’s data at once, and the audit log says by whose word', async () => {
      const added = await post<{ id: string; added_by: string }>('partner', '/approvals', {
        for: 'organisation',
        purpose: 'order-management',
        role: 'supplier',
        claims: ['company-profile.email'],
        length: 'P90D',
      })
      entry = added.body.id
      await ask()
      const request = await newest('partner')
      expect(request).toMatchObject({ state: 'approved' })
      const given = await partner.store.reader.findBy(auditTable, { action: 'grant.given' })
      expect(given.map(({ data }) => data)).toContainEqual(
        expect.objectContaining({
          grant: request.grant,
          list_entry: entry,
          listed_by: added.body.added_by,
        }),
      )
      await eventually(async () => {
        const { body } = await trio.company.call<{ items: Grant[] }>(
          'sanne',
          'GET',
          '/access/grants/received',
        )
        return body.items.some(({ id }) => id === request.grant)
      }, 'the grant')
    })

    test.each<[string, Partial<typeof newRequest> & { until?: string }]>([
      ['one claim more', { claims: ['company-profile.email', 'company-profile.iban'] }],
      ['another purpose', { purpose: ['direct-marketing'] }],
      ['consent', { basis: 'consent' }],
      ['a longer time', { until: 'P1Y' }],
    ])('lets wait what does not fit exactly: %s', async (_what, over) => {
      await ask(over)
      const request = await newest('partner')
      expect(request).toMatchObject({ state: 'pending', on_your_list: false })
      await post('partner', `/access/requests/${request.id}/denial`)
    })

    test('marks what fits a person’s own list, and she grants all of it in one step', async () => {
      await post('bram', '/approvals', { purpose: 'order-management', role: 'supplier' })
      await ask({ claims: ['contact-person.email'] })
      await ask({ claims: ['contact-person.given_name'] })
      const waiting = (await requests('bram', '?state=pending')).map(({ on_your_list }) => on_your_list)
      expect(waiting).toEqual([true, true])
      // Nobody does it for her, the administrator of the company neither.
      expect((await post<{ granted: string[] }>('partner', '/approvals/application')).body.granted).toEqual(
        [],
      )
      expect((await post<{ granted: string[] }>('bram', '/approvals/application')).body).toMatchObject({
        granted: [expect.any(String), expect.any(String)],
        left: [],
      })
      expect(await requests('bram', '?state=pending')).toEqual([])
    })

    test('what it gave stays open when the entry goes, unless that is asked too', async () => {
      const again = await post<{ id: string }>('partner', '/approvals', {
        for: 'organisation',
        purpose: 'delivery',
        role: 'supplier',
      })
      await ask({ purpose: ['delivery'] })
      const byIt = (await newest('partner')).grant
      expect(byIt).not.toBeNull()
      const kept = await post<{ still_open: string[] }>('partner', `/approvals/${entry}/removal`)
      expect(kept.body.still_open).toHaveLength(1)
      const ended = await post('partner', `/approvals/${again.body.id}/removal`, { end_grants: true })
      expect(ended.body).toMatchObject({ still_open: [], ended: [byIt] })
      expect(await post('partner', `/approvals/${entry}/removal`)).toMatchObject({
        status: 404,
        body: { code: 'entry_unknown' },
      })
      await ask()
      expect(await newest('partner')).toMatchObject({ state: 'pending' })
    })

    test('what waited before its entry was made is granted in the same step, and the entry takes it back', async () => {
      const waited = await newest('partner')
      const apply = async () =>
        (await post<{ granted: string[]; left: object[] }>('partner', '/approvals/application')).body
      expect(await apply()).toEqual({ granted: [], left: [] })
      const { id } = (
        await post<{ id: string }>('partner', '/approvals', {
          for: 'organisation',
          purpose: 'order-management',
          partner: 'Nietmachine B.V.',
        })
      ).body
      const listed = await trio.partner.call<{ items: object[] }>('partner', 'GET', '/approvals')
      expect(listed.body.items).toContainEqual(
        expect.objectContaining({ id, partner_name: 'Nietmachine B.V.' }),
      )
      const { granted, left } = await apply()
      expect({ granted: granted.length, left }).toEqual({ granted: 1, left: [] })
      expect(await newest('partner')).toMatchObject({ id: waited.id, state: 'approved', grant: granted[0] })
      const removed = await post('partner', `/approvals/${id}/removal`, { end_grants: true })
      expect(removed.body).toMatchObject({ ended: granted })
      await ask()
    })
  })

  describe('what waits and what ends', () => {
    const announced = async (type: string) =>
      (
        await rows<{ type: string; subject: string }>(
          partner.store.reader,
          'SELECT type, subject FROM webhook_delivery WHERE type = ?',
          [type],
        )
      ).map(({ subject }) => subject)

    beforeAll(async () => {
      await post('partner', '/webhooks', { url: 'http://127.0.0.1:9/hooks' })
      for (const as of ['partner', 'bram'])
        for (const { id, state } of await requests(as))
          if (state === 'pending') await post(as, `/access/requests/${id}/denial`)
    })

    test('a request that is put off is not among those that wait, comes back that day, and can be decided', async () => {
      await ask()
      const { id } = await newest('partner')
      expect(await post('bram', `/access/requests/${id}/deferral`, { until: 'P7D' })).toMatchObject({
        body: { code: 'not_data_subject' },
      })
      expect(await post('partner', `/access/requests/${id}/deferral`, { until: 'P7D' })).toMatchObject({
        status: 200,
      })
      expect(await requests('partner', '?state=pending')).toEqual([])
      expect(await requests('partner', '?state=pending&deferred=true')).toMatchObject([{ id }])
      const sent = await trio.company.call<{ items: Request[] }>('sanne', 'GET', '/access/requests/sent')
      expect(sent.body.items[0]).toMatchObject({ state: 'pending' })
      trio.clock.advance(8 * 86_400_000)
      expect(await requests('partner', '?state=pending')).toMatchObject([{ id }])
    })

    test('a request that waits is announced once in so many days, whichever process looks', async () => {
      const [waiting] = await requests('partner', '?state=pending')
      await trio.partner.restart()
      await eventually(async () => (await announced('nl.regie.access.waiting')).length > 0, 'the reminder')
      await trio.partner.restart()
      await trio.partner.restart()
      expect(await announced('nl.regie.access.waiting')).toEqual([waiting?.id])
    })

    test('an asker may ask after it, not more than once a week', async () => {
      const sent = await trio.company.call<{ items: Request[] }>('sanne', 'GET', '/access/requests/sent')
      const path = `/access/requests/sent/${sent.body.items[0]?.id}/nudge`
      expect(await trio.company.call('sanne', 'POST', path, {})).toMatchObject({ status: 200 })
      await eventually(
        async () => ((await requests('partner', '?state=pending'))[0] as { nudged_at?: string }).nudged_at,
        'the nudge',
      )
      expect(await trio.company.call('sanne', 'POST', path, {})).toMatchObject({
        status: 409,
        body: { code: 'nudged_before' },
      })
    })

    test('a grant that ends within so many days is announced once, on both sides listed, and one step from renewal', async () => {
      const { id } = await newest('partner')
      const { body } = await approve('partner', id, { until: 'P20D' })
      const expiring = async () =>
        (
          await trio.company.call<{ items: { grant: string; next: string | null }[] }>(
            'sanne',
            'GET',
            '/access/grants/expiring',
          )
        ).body.items.find(({ grant }) => grant === body.grant.id)
      await eventually(async () => {
        const held = await trio.company.call<{ items: Grant[] }>('sanne', 'GET', '/access/grants/received')
        return held.body.items.some((grant) => grant.id === body.grant.id)
      }, 'the grant')
      expect(await expiring()).toBeUndefined()
      trio.clock.advance(7 * 86_400_000)
      expect(await expiring()).toMatchObject({ next: 'access.renew' })
      for (let again = 0; again < 2; again++) {
        await trio.partner.restart()
        await eventually(
          async () => (await announced('nl.regie.access.expiring')).includes(body.grant.id),
          'the warning',
        )
      }
      const told = (await announced('nl.regie.access.expiring')).filter((grant) => grant === body.grant.id)
      expect(told).toHaveLength(1)
    })

    test('what was decided stays to be read as it was, by state, partner and purpose', async () => {
      const list = async (query: string) =>
        (
          await trio.partner.call<{ items: (Grant & { digest: string })[] }>(
            'partner',
            'GET',
            `/access/grants${query}`,
          )
        ).body.items
      const all = await list('?limit=200')
      const open = await list('?state=open&limit=200')
      const revoked = await list('?state=revoked&limit=200')
      expect(open.length + revoked.length).toBe(all.length)
      expect(all.every(({ digest }) => digest.length === 43)).toBe(true)
      expect(await list('?purpose=direct-marketing')).toEqual([])
      for (const partner of ['Nietmachine%20B.V.', '48316274'])
        expect(await list(`?partner=${partner}&limit=200`)).toEqual(all)
      const denied = await requests('partner', '?state=denied&purpose=direct-marketing')
      expect(denied).toMatchObject([{ state: 'denied' }])
    })
  })
})
