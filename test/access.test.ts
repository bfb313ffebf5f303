import { beforeAll, describe, expect, test } from 'vitest'
import { sentRequestTable } from '../src/access/index.ts'
import { auditTable } from '../src/audit/index.ts'
import { newId } from '../src/core/index.ts'
import type { PublicJwk } from '../src/jose/index.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

interface Read {
  claims: { claim: string; value: unknown; source: { kind: string; name: string | null; trusted: boolean } }[]
  refused: { grant: string; codes: string[] }[]
}
interface Page {
  items: {
    id: string
    state: string
    claims: string[]
    outcome: string
    actor: { name: string; role: string }
  }[]
}

onEachEngine((engine) => {
  let trio: TestTrio
  const pendingOf = async (account: string) => {
    const { body } = await trio.partner.call<Page>(account, 'GET', '/access/requests?state=pending')
    return body.items[0]?.id ?? ''
  }
  const ask = (claims = newRequest.claims) =>
    trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims })
  const read = (claims?: string[]) =>
    trio.company.call<Read & { code: string }>('sanne', 'POST', '/access/reads', {
      partner: '48245915',
      ...(claims && { claims }),
    })
  const heldBy = (count: number) =>
    eventually(async () => {
      const { body } = await trio.company.call<Page>('sanne', 'GET', '/access/grants/received')
      return body.items.filter(({ state }) => state === 'live').length === count
    }, `${count} grants`)

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
  })

  describe('from ask to revocation', () => {
    test('a request waits with each subject for its own part', async () => {
      expect(await ask()).toMatchObject({ status: 201, body: { state: 'pending' } })
      const [own] = (await trio.partner.call<Page>('partner', 'GET', '/access/requests?state=pending')).body
        .items
      const [hers] = (await trio.partner.call<Page>('bram', 'GET', '/access/requests?state=pending')).body
        .items
      expect(own?.claims).toEqual(['company-registration.kvk_number', 'company-profile.email'])
      expect(own?.actor).toMatchObject({ name: 'Sanne Nietje', role: 'account_manager' })
      expect(hers?.claims).toEqual(['contact-person.email'])
    })

    test('nothing can be read before somebody grants', async () => {
      expect(await read()).toMatchObject({ status: 403, body: { code: 'no_grant' } })
    })

    test('an administrator cannot grant a person’s data, nor a person the company’s', async () => {
      const [hers, companys] = [await pendingOf('bram'), await pendingOf('partner')]
      const forHer = await trio.partner.call('partner', 'POST', `/access/requests/${hers}/approval`, {})
      const forThem = await trio.partner.call('bram', 'POST', `/access/requests/${companys}/approval`, {})
      expect([forHer, forThem]).toMatchObject([
        { status: 403, body: { code: 'not_data_subject' } },
        { status: 403, body: { code: 'not_data_subject' } },
      ])
    })

    test('only what was asked for, and only what is held, can be granted', async () => {
      const id = await pendingOf('partner')
      const approve = (only: string[]) =>
        trio.partner.call('partner', 'POST', `/access/requests/${id}/approval`, { only })
      expect(await approve(['company-profile.iban'])).toMatchObject({ body: { code: 'claim_not_requested' } })
      expect(await approve(['company-profile.nonsense'])).toMatchObject({ body: { code: 'unknown_claim' } })
    })

    test.each([
      ['31-12-2026', 400, 'invalid_date'],
      ['2026-02-30', 400, 'invalid_date'],
      ['P', 400, 'invalid_date'],
      ['P99999Y', 400, 'invalid_date'],
      ['P999999Y', 400, 'invalid_date'],
      ['2020-01-01', 400, 'invalid_until'],
    ])('until %s is refused', async (until, status, code) => {
      const id = await pendingOf('partner')
      const path = `/access/requests/${id}/approval`
      expect(await trio.partner.call('partner', 'POST', path, { until })).toMatchObject({
        status,
        body: { code },
      })
    })

    test('a grant opens exactly what was granted, with its source', async () => {
      const approved = await Promise.all([
        trio.partner.call('partner', 'POST', `/access/requests/${await pendingOf('partner')}/approval`, {
          until: '2099-01-01',
        }),
        trio.partner.call('bram', 'POST', `/access/requests/${await pendingOf('bram')}/approval`, {}),
      ])
      expect(approved.map(({ status }) => status)).toEqual([201, 201])
      await heldBy(2)
      const { body } = await read()
      expect(body.refused).toEqual([])
      expect(
        body.claims
          .map(({ claim, value, source }) => [claim, value, source.kind, source.name, source.trusted])
          .sort(),
      ).toEqual([
        ['company-profile.email', 'info@kruimelkoning.example', 'self_declared', null, true],
        ['company-registration.kvk_number', '48245915', 'attested', 'MYOBI', true],
        ['contact-person.email', 'bram@kruimelkoning.example', 'self_declared', null, true],
      ])
    })

    test('a request is decided once, whoever tries at the same time', async () => {
      await ask(['company-profile.email'])
      const id = await pendingOf('partner')
      const tries = Array.from({ length: 8 }, () =>
        trio.partner.call('partner', 'POST', `/access/requests/${id}/approval`, {}),
      )
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      expect(statuses.sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
      await heldBy(3)
    })

    test('a denial reaches the asker, signed', async () => {
      await ask(['company-profile.iban'])
      const id = await pendingOf('partner')
      await trio.partner.call('partner', 'POST', `/access/requests/${id}/denial`, {
        reason: 'Liever telefonisch',
      })
      await eventually(async () => {
        const { body } = await trio.company.call<Page>('sanne', 'GET', '/access/requests/sent')
        return body.items[0]?.state === 'denied'
      }, 'the denial')
    })

    test('a claim that was not granted stays closed', async () => {
      expect(await read(['company-profile.iban'])).toMatchObject({ status: 403, body: { code: 'no_grant' } })
    })

    test('somebody without the role that was granted is refused', async () => {
      const { status, body } = await trio.company.call('company', 'POST', '/access/reads', {
        partner: '48245915',
      })
      expect([status, body.code]).toEqual([403, 'role_not_granted'])
    })

    test('the owner sees who looked, at what, and whether it was let in', async () => {
      const { body } = await trio.partner.call<Page>('bram', 'GET', '/access/events')
      expect(body.items.map(({ outcome, actor }) => [outcome, actor.name])).toEqual([
        ['deny', 'Ada company'],
        ['permit', 'Sanne Nietje'],
        ['pending', 'Sanne Nietje'],
      ])
      expect(JSON.stringify(body)).not.toContain('@kruimelkoning.example')
    })

    test('a revoked grant no longer opens anything, and anybody can see it within a second', async () => {
      const { body: grants } = await trio.partner.call<Page>('partner', 'GET', '/access/grants')
      const proofs = await Promise.all(
        grants.items.map(({ id }) =>
          trio.company.call<{ presentation: string }>('sanne', 'GET', `/access/grants/received/${id}/proof`),
        ),
      )
      const verify = (presentation: string) =>
        trio.myobi.call<{ verified: boolean; checks: { check: string; code?: string }[] }>(
          null,
          'POST',
          '/verifications',
          { presentation },
        )
      for (const { body } of proofs)
        expect((await verify(body.presentation)).body).toMatchObject({ verified: true })
      for (const { id } of grants.items) {
        const revoked = await trio.partner.call('partner', 'POST', `/access/grants/${id}/revocation`, {})
        expect(revoked.status).toBe(200)
      }
      for (const { body } of proofs) {
        const { body: report } = await verify(body.presentation)
        expect(report.verified).toBe(false)
        expect(report.checks.at(-2)).toMatchObject({ check: 'status', code: 'status_invalid' })
      }
      const { status, body } = await read(['company-profile.email'])
      expect([status, body.code]).toEqual([403, 'grant_revoked'])
      expect((await read(['company-profile.email'])).body.code).toBe('grant_revoked')
      expect((await read(['contact-person.email'])).status).toBe(200)
    })

    test('what was taken back is given again on the same terms: once, for ten minutes, as another grant', async () => {
      const { body: asked } = await trio.company.call<{ id: string }>('sanne', 'POST', '/access/requests', {
        ...newRequest,
        claims: ['contact-person.email'],
      })
      const pending = await eventually(async () => {
        const { body } = await trio.partner.call<Page>('bram', 'GET', '/access/requests?state=pending')
        return body.items[0]
      }, `request ${asked.id}`)
      const given = await trio.partner.call<{ grant: { id: string; claims: string[]; until: string } }>(
        'bram',
        'POST',
        `/access/requests/${pending.id}/approval`,
        { until: 'P30D' },
      )
      const { id, claims, until } = given.body.grant
      const restore = (grant: string, as = 'bram') =>
        trio.partner.call<typeof given.body.grant & { code: string }>(
          as,
          'POST',
          `/access/grants/${grant}/restoration`,
          {},
        )
      expect((await restore(id)).body.code).toBe('grant_live')
      const revoke = (grant: string) =>
        trio.partner.call('bram', 'POST', `/access/grants/${grant}/revocation`, {})
      await revoke(id)
      expect((await restore(id, 'partner')).body.code).toBe('not_data_subject')
      const both = await Promise.all([restore(id), restore(id)])
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
      const again = both.find(({ status }) => status === 201)?.body
      expect(again).toMatchObject({ claims, until })
      expect(again?.id).not.toBe(id)
      await eventually(
        async () => (await read(['contact-person.email'])).status === 200,
        'the other grant is there',
      )
      expect((await restore(id)).body.code).toBe('grant_not_restorable')
      await revoke(again?.id ?? '')
      trio.clock.advance(11 * 60_000)
      expect((await restore(again?.id ?? '')).body.code).toBe('grant_not_restorable')
    })

    test('only the grantor takes a grant back', async () => {
      const { body } = await trio.partner.call<Page>('bram', 'GET', '/access/grants')
      const id = body.items[0]?.id
      const byAdministrator = await trio.partner.call(
        'partner',
        'POST',
        `/access/grants/${id}/revocation`,
        {},
      )
      expect(byAdministrator).toMatchObject({ status: 403, body: { code: 'not_data_subject' } })
      expect((await read(['contact-person.email'])).status).toBe(200)
    })

    test('after a restart the same DIDs, grants and records are there', async () => {
      const before = await trio.partner.call('partner', 'GET', '/me')
      await trio.partner.restart()
      expect(await trio.partner.call('partner', 'GET', '/me')).toEqual(before)
      expect((await read(['contact-person.email'])).status).toBe(200)
      const { body } = await trio.partner.call('partner', 'GET', '/audit/verification')
      expect(body.intact).toBe(true)
    })
  })

  test('of people who change the profile at the same time each succeeds or is told', async () => {
    const set = (n: number) =>
      trio.partner.call('partner', 'POST', '/profile', { description: `versie ${n}` })
    const statuses = (await Promise.all(Array.from({ length: 6 }, (_, n) => set(n)))).map(
      ({ status }) => status,
    )
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
    expect(statuses).toContain(200)
    const held = await trio.partner.call('partner', 'GET', '/profile')
    const stale = await trio.partner.call('partner', 'POST', '/profile', { description: 'te laat' }, 1)
    expect(stale.status).toBe(412)
    expect(await trio.partner.call('partner', 'GET', '/profile')).toEqual(held)
  })

  describe('an employee who leaves', () => {
    test('can no longer sign in or ask, and her role is revoked', async () => {
      const made = await trio.company.call<{ id: string }>('company', 'POST', '/people', {
        account: 'tess',
        given_name: 'Tess',
        family_name: 'Tijdelijk',
        email: 'tess@nietmachine.example',
        role: 'account_manager',
        roles: ['account_manager'],
      })
      const read = () =>
        trio.company.call<{ code: string }>('tess', 'POST', '/access/reads', { partner: '48245915' })
      expect((await read()).status).toBe(200)
      const leave = () => trio.company.call('company', 'POST', `/people/${made.body.id}/leave`, {})
      expect((await leave()).status).toBe(200)
      expect(await read()).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
      expect((await leave()).status).toBe(200)
    })

    test('what a leaver opened closes with her leaving', async () => {
      const { body } = await trio.partner.call<{ items: { id: string; account: string }[] }>(
        'partner',
        'GET',
        '/people',
      )
      const bram = body.items.find(({ account }) => account === 'bram')?.id
      await ask(['contact-person.given_name'])
      await trio.partner.call('bram', 'POST', `/access/requests/${await pendingOf('bram')}/approval`, {})
      const readName = () => read(['contact-person.given_name'])
      await eventually(async () => (await readName()).status === 200, 'reading her name')
      expect((await trio.partner.call('partner', 'POST', `/people/${bram}/leave`, {})).status).toBe(200)
      expect((await readName()).status).not.toBe(200)
      const { body: sent } = await trio.company.call<{ state: string }>('sanne', 'POST', '/access/requests', {
        ...newRequest,
        claims: ['contact-person.given_name'],
      })
      expect(sent.state).toBe('pending')
    })

    test('an administrator cannot lock herself out', async () => {
      const { body } = await trio.company.call<{ items: { id: string; account: string }[] }>(
        'company',
        'GET',
        '/people',
      )
      const id = body.items.find(({ account }) => account === 'company')?.id
      expect(await trio.company.call('company', 'POST', `/people/${id}/leave`, {})).toMatchObject({
        body: { code: 'not_yourself' },
      })
    })

    test('a new token ends the old one', async () => {
      const old = trio.company.token('sanne')
      await trio.company.call('sanne', 'POST', '/me/token', {})
      expect(trio.company.token('sanne')).not.toBe(old)
      expect((await trio.company.call('sanne', 'GET', '/me')).status).toBe(200)
      const withOld = await fetch(`${trio.company.url}/api/v1/me`, {
        headers: { authorization: `Bearer ${old}` },
      })
      expect(withOld.status).toBe(401)
    })
  })

  describe('a system that works by itself', () => {
    const call = (token: string, path: string, body: object) =>
      fetch(`${trio.company.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(async (response) => ({
        status: response.status,
        body: (await response.json()) as { code?: string },
      }))

    test('reads only what was opened to it, by an owner who said so', async () => {
      const scopes = ['access:request', 'access:read']
      const made = await trio.company.call<{ token: string }>('company', 'POST', '/systems', {
        name: 'ERP',
        scopes,
      })
      const { token } = made.body
      expect(
        await call(token, '/access/requests', { ...newRequest, claims: ['company-profile.iban'] }),
      ).toMatchObject({ status: 201 })
      const id = await pendingOf('partner')
      const approve = (body: object) =>
        trio.partner.call('partner', 'POST', `/access/requests/${id}/approval`, body)
      expect(await approve({})).toMatchObject({ status: 409, body: { code: 'system_not_allowed' } })
      expect(await approve({ allow_system: true })).toMatchObject({ status: 201 })
      const readBySystem = () =>
        call(token, '/access/reads', { partner: '48245915', claims: ['company-profile.iban'] })
      await eventually(async () => (await readBySystem()).status === 200, 'reading by the system')
      expect(await read(['company-profile.iban'])).toMatchObject({
        status: 403,
        body: { code: 'role_not_granted' },
      })
      const log = await trio.partner.call<{ items: { actor: { kind: string; name: string } }[] }>(
        'partner',
        'GET',
        '/access/events',
      )
      expect(log.body.items.map(({ actor }) => [actor.kind, actor.name])).toContainEqual(['system', 'ERP'])
    })
  })

  describe('who inside the partner may look', () => {
    const claims = ['company-profile.website']
    const decide = async (approval: object) => {
      const id = await pendingOf('partner')
      return trio.partner.call<{ grant: { id: string; persons: string[]; systems: string[] }; code: string }>(
        'partner',
        'POST',
        `/access/requests/${id}/approval`,
        approval,
      )
    }
    const readAs = (account: string) =>
      trio.company.call<Read & { code: string }>(account, 'POST', '/access/reads', {
        partner: '48245915',
        claims,
      })
    beforeAll(async () => {
      await trio.partner.call('partner', 'POST', '/profile', { website: 'https://kruimelkoning.example' })
    })

    test('who asked alone, if the owner says so', async () => {
      await ask(claims)
      expect(await decide({ only_asker: true, roles: ['buyer'] })).toMatchObject({
        status: 409,
        body: { code: 'recipients_conflict' },
      })
      expect(await decide({ allow_system: true })).toMatchObject({
        status: 409,
        body: { code: 'no_system_asked' },
      })
      const { body } = await decide({ only_asker: true })
      expect(body.grant.persons).toHaveLength(1)
      await eventually(async () => (await readAs('sanne')).status === 200, 'reading by who asked')
      await trio.company.call('company', 'POST', '/people', {
        account: 'karel',
        given_name: 'Karel',
        family_name: 'Collega',
        email: 'karel@nietmachine.example',
        role: 'account_manager',
        roles: ['account_manager'],
      })
      expect(await readAs('karel')).toMatchObject({ status: 403, body: { code: 'role_not_granted' } })
      await trio.partner.call('partner', 'POST', `/access/grants/${body.grant.id}/revocation`, {})
    })

    test('a system that the asker names, if the owner allows it', async () => {
      const { body: crm } = await trio.company.call<{ token: string; did: string; id: string }>(
        'company',
        'POST',
        '/systems',
        { name: 'CRM', scopes: ['access:read'] },
      )
      const readByCrm = () =>
        fetch(`${trio.company.url}/api/v1/access/reads`, {
          method: 'POST',
          headers: { authorization: `Bearer ${crm.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ partner: '48245915', claims }),
        })
      const askWith = (system: string) =>
        trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims, system })
      expect(await askWith('Kassa')).toMatchObject({ status: 404, body: { code: 'system_unknown' } })
      const add = (name: string) =>
        trio.company.call<{ id: string; code: string }>('company', 'POST', '/systems', {
          name,
          scopes: ['access:read'],
        })
      expect(await add('crm')).toMatchObject({ status: 409, body: { code: 'system_name_taken' } })
      const twin = await add(crm.id)
      expect(await askWith(crm.id)).toMatchObject({ status: 409, body: { code: 'system_ambiguous' } })
      await trio.company.call('company', 'POST', `/systems/${twin.body.id}/removal`, {})
      const listed = await trio.company.call<{ items: { id: string }[] }>('company', 'GET', '/systems')
      const until = expect.any(String)
      const inUse = {
        state: 'active',
        responsible: 'Ada company',
        scopes: ['access:read'],
        token_expires_at: until,
      }
      const removed = { state: 'left', responsible: null, scopes: [], token_expires_at: null }
      expect(listed.body.items.filter(({ id }) => [crm.id, twin.body.id].includes(id))).toEqual([
        { id: crm.id, did: crm.did, name: 'CRM', ...inUse },
        { id: twin.body.id, did: expect.any(String), name: crm.id, ...removed },
      ])
      await askWith('CRM')
      const asked = await trio.partner.call<{ items: { system: { name: string } }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      expect(asked.body.items[0]?.system).toEqual({ did: crm.did, name: 'CRM' })
      const before = await decide({})
      await eventually(async () => (await readAs('karel')).status === 200, 'reading by a colleague')
      expect((await readByCrm()).status).toBe(403)
      await trio.partner.call('partner', 'POST', `/access/grants/${before.body.grant.id}/revocation`, {})
      await askWith(crm.did)
      expect((await decide({ allow_system: true })).body.grant.systems).toEqual([crm.did])
      await eventually(async () => (await readByCrm()).status === 200, 'reading by the system')
      expect((await readAs('sanne')).status).toBe(200)
    })
  })

  test('a claim that its owner no longer holds is denied by name, and that is in the log', async () => {
    await trio.partner.call('partner', 'POST', '/profile', { description: 'Brood en banket' })
    const claims = ['company-profile.description']
    const both = ['company-profile.description', 'company-profile.name']
    await ask(both)
    const path = `/access/requests/${await pendingOf('partner')}/approval`
    expect((await trio.partner.call('partner', 'POST', path, {})).status).toBe(201)
    await eventually(async () => (await read(claims)).status === 200, 'reading the description')
    const { store, credentials, organisation } = await openInside(trio.partner, trio.clock)
    const { vct } = credentials.types.byName('company-profile')
    const held = await credentials.findCurrent(store.reader, organisation.id, vct)
    if (!held) throw new Error('the partner has no profile')
    const { name, email, website, cnf } = (await credentials.read(held)).payload
    await store.transact(async (tx) => {
      const { compact } = await credentials.issue(tx, {
        issuer: { partyId: organisation.id, did: organisation.did },
        type: 'company-profile',
        subject: organisation.did,
        holderKey: (cnf as { jwk: PublicJwk }).jwk,
        claims: { name, email, website },
      })
      await credentials.hold(tx, {
        compact,
        holderParty: organisation.id,
        bindingKey: held.bindingKey,
        replaces: held,
      })
    })
    expect(await read(claims)).toMatchObject({ status: 403, body: { code: 'claim_not_held' } })
    const log = await trio.partner.call<Page>('partner', 'GET', '/access/events')
    expect(log.body.items[0]).toMatchObject({ outcome: 'deny', claims, codes: ['claim_not_held'] })
    expect((await read(both)).body).toMatchObject({
      claims: [{ claim: 'company-profile.name' }],
      left_out: [{ claim: 'company-profile.description', code: 'claim_not_held' }],
    })
  })

  test('all that somebody opened to a partner, or for a purpose, is taken back at once', async () => {
    const withdraw = (account: string, body: object) =>
      trio.partner.call<{ items: { id: string }[]; code: string }>(
        account,
        'POST',
        '/access/revocations',
        body,
      )
    const live = async (account: string) => {
      const { body } = await trio.partner.call<{ items: { revoked_at: string | null }[] }>(
        account,
        'GET',
        '/access/grants',
      )
      return body.items.filter(({ revoked_at }) => revoked_at === null).length
    }
    const before = await live('partner')
    expect(before).toBeGreaterThan(1)
    expect(await withdraw('partner', {})).toMatchObject({ status: 400, body: { code: 'nothing_named' } })
    expect(await withdraw('partner', { purpose: 'nonsense' })).toMatchObject({
      body: { code: 'unknown_purpose' },
    })
    expect((await withdraw('partner', { purpose: 'direct-marketing' })).body.items).toEqual([])
    for (const partner of ['Nobody B.V.', '48111111', 'did:web:nobody.example'])
      expect(await withdraw('partner', { partner })).toMatchObject({
        status: 404,
        body: { code: 'partner_unknown' },
      })
    expect((await withdraw('bram', { partner: 'Nietmachine B.V.' })).status).toBe(401) // he left
    expect(await live('partner')).toBe(before)
    const both = { partner: '48316274', purpose: 'order-management' }
    expect((await withdraw('partner', both)).body.items).toHaveLength(before)
    expect(await live('partner')).toBe(0)
    expect(await read(['company-profile.website'])).toMatchObject({ status: 403 })
    expect((await withdraw('partner', both)).body.items).toEqual([])
    await ask(['company-profile.website'])
    const path = `/access/requests/${await pendingOf('partner')}/approval`
    expect((await trio.partner.call('partner', 'POST', path, {})).status).toBe(201)
    await heldBy(1)
  })

  describe('as time goes by', () => {
    const newest = async (path: string) => {
      const { body } = await trio.company.call<{
        items: { state: string; codes: string[]; ended: string }[]
      }>('sanne', 'GET', path)
      return body.items[0]
    }

    test('a request that a crash cut off says that nobody knows whether it arrived', async () => {
      const { store } = await openInside(trio.company, trio.clock)
      const [known] = await store.reader.find(sentRequestTable, { order: { id: 'DESC' }, take: 1 })
      if (!known) throw new Error('nothing was asked')
      const cutOff = {
        id: newId(),
        digest: 'cut off',
        state: 'sending' as const,
        createdAt: trio.clock.now(),
      }
      await store.transact((tx) => tx.insert(sentRequestTable, { ...known, ...cutOff }))
      await trio.company.restart()
      expect(await newest('/access/requests/sent')).toMatchObject({ state: 'sending' })
      trio.clock.advance(10 * 60_000 + 1)
      await trio.company.restart()
      await expect
        .poll(() => newest('/access/requests/sent'))
        .toMatchObject({ state: 'refused', codes: ['interrupted'] })
      const entries = await store.reader.findBy(auditTable, { action: 'request.interrupted' })
      expect(entries).toMatchObject([{ actor: 'system', data: { request: cutOff.id } }])
    })

    test('what a grant opens is asked for again with the same reasons', async () => {
      const { body } = await trio.company.call<{ items: { id: string; state: string; claims: string[] }[] }>(
        'sanne',
        'GET',
        '/access/grants/received',
      )
      const live = body.items.find(({ state }) => state === 'live')
      const renew = (id = '') =>
        trio.company.call('sanne', 'POST', `/access/grants/received/${id}/renewal`, { until: 'P2Y' })
      expect(await renew(newId())).toMatchObject({ status: 404, body: { code: 'grant_unknown' } })
      expect(await renew(live?.id)).toMatchObject({ status: 201, body: { claims: live?.claims } })
      const asked = await trio.partner.call<{ items: { reason: string; until: string; claims: string[] }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      expect(asked.body.items[0]).toMatchObject({ reason: newRequest.reason, claims: live?.claims })
      expect(Date.parse(asked.body.items[0]?.until ?? '') - trio.clock.now()).toBeGreaterThan(
        700 * 86_400_000,
      )
    })

    test('a grant that ran out says so before anybody reads under it', async () => {
      const states = async () => {
        const { body } = await trio.company.call<{ items: { state: string; ended: string | null }[] }>(
          'sanne',
          'GET',
          '/access/grants/received',
        )
        return new Set(body.items.map(({ state, ended }) => `${state} ${ended}`))
      }
      const before = await states()
      expect(before).toContain('live null')
      trio.clock.advance(200 * 86_400_000)
      // Tokens last a year, as grants do.
      expect((await trio.company.call('sanne', 'POST', '/me/token', {})).status).toBe(200)
      trio.clock.advance(200 * 86_400_000)
      expect(await states()).toEqual(
        new Set([...before, 'ended grant_expired'].filter((one) => one !== 'live null')),
      )
    })
  })
})
