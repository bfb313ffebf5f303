import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../src/core/index.ts'
import { attemptCookie } from '../src/sign-in/index.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { OPENID_SECRET, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import {
  type Lie,
  OPENID_CLIENT,
  type ProviderPerson,
  sentBackBy,
  startOpenIdProvider,
  type TestOpenIdProvider,
} from './support/openid-provider.ts'
import { browse, linkCode, originOf, signIn } from './support/signing-in.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const groups = [
  { group: 'inkoop', roles: ['coordinator'] },
  { group: 'beheer', roles: ['administrator', 'coordinator'] },
] as const

test('what a browser keeps while it is away comes back with it from another site, over https alone', () => {
  expect(attemptCookie(true, '01a20093-1488-76da-b405-d48dbd0135db', 'login').write('geheim')).toBe(
    '__Host-regie-login=geheim; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
  )
})

onEachEngine((engine) => {
  let trio: TestTrio
  let node: TestNode
  let creating: TestNode
  let provider: TestOpenIdProvider
  let elsewhere: TestOpenIdProvider
  const logged: string[] = []
  const secrets: string[] = [OPENID_SECRET]
  const listening: Log = { ...silentLog }
  for (const level of ['info', 'warn', 'error'] as const)
    listening[level] = (fields, message) =>
      logged.push(
        JSON.stringify([fields, message], (_key, value) => (value instanceof Error ? said(value) : value)),
      )

  beforeAll(async () => {
    provider = await startOpenIdProvider()
    elsewhere = await startOpenIdProvider()
    const label = { nl: 'Aanmelden met Kruimelkoning', en: 'Sign in with Kruimelkoning' }
    const common = { clientId: OPENID_CLIENT, label, scopes: ['email', 'profile', 'groups'], groups }
    const openid = { ...common, accountClaim: 'email', groupsClaim: 'groups', create: false }
    trio = await startTrio(engine, listening, [], (name) => {
      if (name === 'partner') return { openid: { ...openid, issuer: provider.issuer } }
      if (name === 'company')
        return {
          localTokens: true,
          openid: {
            ...{ ...openid, issuer: elsewhere.issuer },
            ...{ accountClaim: 'preferred_username', create: true },
          },
        }
      return {}
    })
    node = trio.partner
    creating = trio.company
    provider.serve(`${originOf(node)}/session/openid/callback`)
    elsewhere.serve(`${originOf(creating)}/session/openid/callback`)
  })
  beforeEach(() => {
    provider.lie = null
    provider.away = false
  })

  let serial = 0
  /** Somebody here whom the provider knows as well. */
  async function newcomer(more: ProviderPerson = {}, roles: readonly string[] = ['contact_person']) {
    const account = `lid${++serial}`
    const email = `${account}@kruimelkoning.example`
    const person = { account, given_name: 'Lien', family_name: 'Lid', email, role: 'baker', roles }
    const { body } = await node.call<{ id: string }>('partner', 'POST', '/people', person)
    provider.people.set(`sub-${account}`, { email, email_verified: true, groups: [], ...more })
    provider.who = `sub-${account}`
    return { account, email, id: body.id, sub: `sub-${account}` }
  }
  /** Begins in a browser, and says where the provider sends it. */
  async function begin({ at = node, by = provider, cookie = '', to = '/', again = false } = {}) {
    const begun = await browse<{ url: string }>(at, 'POST', '/session/openid', {
      ...(cookie !== '' && { cookie }),
      body: { to, again },
    })
    expect(begun.status, JSON.stringify(begun.body)).toBe(201)
    const kept = begun.setCookie?.split(';', 1)[0] ?? ''
    const back = await sentBackBy(by, begun.body.url)
    secrets.push(
      kept.split('=')[1] ?? '',
      back.searchParams.get('code') ?? '',
      back.searchParams.get('state') ?? '',
    )
    return { back, kept, url: new URL(begun.body.url) }
  }
  /** The browser comes back. */
  async function finish({ back, kept }: { back: URL; kept: string }, at = node) {
    const response = await fetch(`${at.url}${back.pathname}${back.search}`, {
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        ...(kept && { cookie: kept }),
      },
    })
    const cookies = response.headers.getSetCookie().map((set) => set.split(';', 1)[0] ?? '')
    const session = cookies.find((one) => !one.includes('-login=')) ?? ''
    return { status: response.status, location: response.headers.get('location') ?? '', session }
  }
  const come = async (how: Parameters<typeof begin>[0] = {}) => finish(await begin(how), how.at)
  const whoami = async (cookie: string, at = node) =>
    (await browse<{ account: string; roles: string[] }>(at, 'GET', '/api/v1/me', { cookie })).body
  const refusedAs = (code: string, page = 'sign-in') => ({
    ...{ status: 303, location: `/app/${page}?refused=${code}`, session: '' },
  })
  const actions = async () => {
    const { body } = await node.call<{ items: { action: string }[] }>('partner', 'GET', '/audit?limit=200')
    return body.items.map(({ action }) => action)
  }

  describe('somebody whom the login of her organisation names', () => {
    test('is signed in where she was going, with what her groups give her beside what she had', async () => {
      const { account } = await newcomer({ groups: ['inkoop', 'kantine'] })
      const back = await come({ to: '/requests?state=open' })
      expect(back).toMatchObject({ status: 303, location: '/app/requests?state=open' })
      expect(await whoami(back.session)).toMatchObject({ account, roles: ['contact_person', 'coordinator'] })
      const list = await browse(node, 'GET', '/api/v1/me/sessions', { cookie: back.session })
      expect(list.body).toMatchObject({ items: [{ method: 'openid', current: true }] })
      expect(await actions()).toEqual(
        expect.arrayContaining(['openid.linked', 'openid.roles', 'session.opened']),
      )
    })

    test('is asked for with PKCE, state and nonce, each new', async () => {
      await newcomer()
      const [one, other] = [await begin(), await begin()]
      expect(one.url.searchParams.get('code_challenge_method')).toBe('S256')
      for (const name of ['state', 'nonce', 'code_challenge']) {
        expect(one.url.searchParams.get(name)).toMatch(/^[\w-]{43}$/)
        expect(one.url.searchParams.get(name)).not.toBe(other.url.searchParams.get(name))
      }
    })

    test('has what her groups give her today, and keeps what somebody gave her by hand', async () => {
      const { account, sub, email } = await newcomer({ groups: ['beheer'] }, ['auditor', 'coordinator'])
      const roles = async () => (await whoami((await come()).session)).roles
      expect(await roles()).toEqual(['auditor', 'coordinator', 'administrator'])
      provider.people.set(sub, { email, email_verified: true, groups: ['inkoop'] })
      expect(await roles()).toEqual(['auditor', 'coordinator'])
      provider.people.set(sub, { email, email_verified: true })
      expect(await roles()).toEqual(['auditor', 'coordinator'])
      provider.people.set(sub, { email, email_verified: true, groups: 'beheer' })
      expect(await roles()).toEqual(['auditor', 'coordinator', 'administrator'])
      expect((await node.call(account, 'GET', '/people')).status).toBe(200)
    })

    test('who has no role left is refused, and signed out where she was', async () => {
      const { account, sub, email } = await newcomer({ groups: ['inkoop'] }, [])
      const before = await come()
      expect((await whoami(before.session)).roles).toEqual(['coordinator'])
      provider.people.set(sub, { email, email_verified: true, groups: ['kantine'] })
      expect(await come()).toEqual(refusedAs('openid_no_roles'))
      const gone = await browse(node, 'GET', '/api/v1/me', { cookie: before.session })
      expect(gone).toMatchObject({ status: 401, body: { code: 'session_ended' } })
      expect((await node.call<{ roles: string[] }>(account, 'GET', '/me')).body.roles).toEqual([])
    })

    test('is the same one when her address changes there, and nobody else is who gets it then', async () => {
      const { account, email, sub } = await newcomer()
      expect(await whoami((await come()).session)).toMatchObject({ account })
      provider.people.set(sub, { email: 'anders@kruimelkoning.example', email_verified: true })
      expect(await whoami((await come()).session)).toMatchObject({ account })
      provider.people.set('sub-erna', { email, email_verified: true })
      provider.who = 'sub-erna'
      expect(await come()).toEqual(refusedAs('openid_account_taken'))
    })

    test('is herself where two of one name come for the first time at one moment, and the other is nobody', async () => {
      const { account, email } = await newcomer()
      const hers = await begin()
      provider.people.set('sub-dubbel', { email, email_verified: true })
      provider.who = 'sub-dubbel'
      const theirs = await begin()
      const back = await Promise.all([hers, theirs].map((one) => finish(one)))
      const [one] = back.filter(({ session }) => session !== '')
      expect(await whoami(one?.session ?? '')).toMatchObject({ account })
      expect(back).toContainEqual(refusedAs('openid_account_taken'))
    })

    test('is known by the name an administrator gives, which nobody else has', async () => {
      const { account, id, email } = await newcomer({ email: 'roepnaam@elders.example' })
      expect(await come()).toEqual(refusedAs('openid_unknown_person'))
      const name = (who: string, as: string) =>
        node.call('partner', 'POST', `/people/${who}/login`, { name: as })
      expect((await name(id, ' Roepnaam@Elders.example')).status).toBe(200)
      expect(await whoami((await come()).session)).toMatchObject({ account })
      const other = await newcomer()
      expect(await name(other.id, 'roepnaam@elders.example')).toMatchObject({
        ...{ status: 409, body: { code: 'openid_name_taken' } },
      })
      expect(await name('nobody', 'x@elders.example')).toMatchObject({ body: { code: 'party_unknown' } })
      // She comes by another account there from now on; who came as her before does so no more.
      expect((await name(id, email)).status).toBe(200)
      provider.who = `sub-${account}`
      expect(await come()).toEqual(refusedAs('openid_unknown_person'))
    })

    test('loses what her groups gave her when she has not come by them for a week', async () => {
      const { account } = await newcomer({ groups: ['beheer'] })
      await come()
      const roles = async () => (await node.call<{ roles: string[] }>(account, 'GET', '/me')).body.roles
      expect(await roles()).toContain('administrator')
      trio.clock.advance(7 * DAY_MS + MINUTE_MS)
      await node.restart()
      await expect.poll(roles, { timeout: 10_000 }).toEqual(['contact_person'])
    })
  })

  describe('nobody gets in', () => {
    test('who is not known, was never added, or whose address is not verified', async () => {
      const { sub, email, id } = await newcomer({ email_verified: false })
      expect(await come()).toEqual(refusedAs('openid_email_unverified'))
      provider.people.set(sub, { email, email_verified: 'true' })
      expect(await come()).toEqual(refusedAs('openid_email_unverified'))
      provider.people.set(sub, {})
      expect(await come()).toEqual(refusedAs('openid_unnamed'))
      provider.people.set('sub-vreemd', {
        email: 'vreemd@elders.example',
        email_verified: true,
        groups: ['beheer'],
      })
      provider.who = 'sub-vreemd'
      expect(await come()).toEqual(refusedAs('openid_unknown_person'))
      provider.people.set(sub, { email, email_verified: true, groups: ['beheer'] })
      provider.who = sub
      expect((await come()).session).not.toBe('')
      await node.call('partner', 'POST', `/people/${id}/leave`, {})
      expect(await come()).toEqual(refusedAs('openid_account_ended'))
    })

    test('as somebody who wrote another’s address into her own data', async () => {
      const { account } = await newcomer()
      const boss = `baas${serial}@kruimelkoning.example`
      const hers = { given_name: 'Lien', family_name: 'Lid', email: boss }
      const set = await node.call(account, 'POST', '/me/profile', hers)
      expect(set.status, JSON.stringify(set.body)).toBeLessThan(300)
      provider.people.set('sub-baas', { email: boss, email_verified: true, groups: ['beheer'] })
      provider.who = 'sub-baas'
      expect(await come()).toEqual(refusedAs('openid_unknown_person'))
      expect((await node.call<{ roles: string[] }>(account, 'GET', '/me')).body.roles).toEqual([
        'contact_person',
      ])
    })

    test('with what began in another browser, and that one is not kept out by it', async () => {
      const { account } = await newcomer()
      const [hers, theirs] = [await begin(), await begin()]
      for (const kept of ['', theirs.kept, `${hers.kept}x`, hers.kept.toUpperCase()])
        expect(await finish({ back: hers.back, kept }), kept).toEqual(refusedAs('openid_state_invalid'))
      expect(await whoami((await finish(hers)).session)).toMatchObject({ account })
    })

    test('twice with one answer, also when ten bring it at once', async () => {
      await newcomer()
      const begun = await begin()
      const all = await Promise.all(Array.from({ length: 10 }, () => finish(begun)))
      expect(all.filter(({ session }) => session !== '')).toHaveLength(1)
      expect(all.filter(({ location }) => location.endsWith('openid_state_invalid'))).toHaveLength(9)
    })

    test('after ten minutes', async () => {
      await newcomer()
      const [inTime, late] = [await begin(), await begin()]
      trio.clock.advance(9 * MINUTE_MS)
      expect((await finish(inTime)).session).not.toBe('')
      trio.clock.advance(MINUTE_MS + 1)
      expect(await finish(late)).toEqual(refusedAs('openid_state_invalid'))
    })

    test('with the code that another browser got', async () => {
      await newcomer()
      const [hers, theirs] = [await begin(), await begin()]
      const injected = new URL(hers.back)
      injected.searchParams.set('code', theirs.back.searchParams.get('code') ?? '')
      expect(await finish({ back: injected, kept: hers.kept })).toEqual(refusedAs('openid_invalid'))
    })

    const lies: [string, Lie][] = [
      ['of another provider', { claims: { iss: 'https://login.elders.example' } }],
      ['for another client', { claims: { aud: 'een-ander' } }],
      ['with another nonce', { claims: { nonce: 'een-ander' } }],
      ['without a nonce', { claims: { nonce: undefined } }],
      ['that has expired', { claims: { exp: 1_700_000_000 } }],
      ['signed by nobody', { forged: true }],
      ['of somebody else than the rest', { claims: { sub: 'sub-iemand-anders' } }],
    ]
    test.each(lies)('with an ID token %s', async (_what, lie) => {
      await newcomer()
      provider.lie = lie
      expect(await come()).toEqual(refusedAs('openid_invalid'))
      provider.lie = null
      expect((await come()).session).not.toBe('')
    })

    test('with an answer of another provider, or of none', async () => {
      await newcomer()
      const begun = await begin()
      const mixed = new URL(begun.back)
      mixed.searchParams.set('iss', elsewhere.issuer)
      expect(await finish({ back: mixed, kept: begun.kept })).toEqual(refusedAs('openid_invalid'))
      const denied = await begin()
      denied.back.searchParams.delete('code')
      denied.back.searchParams.set('error', 'access_denied')
      expect(await finish(denied)).toEqual(refusedAs('openid_denied'))
      for (const instead of ['<html>', '{}', '{"id_token":"x"}', '[]', '{"error":"invalid_grant"}']) {
        const next = await begin()
        provider.lie = { instead: { status: instead.includes('error') ? 400 : 200, body: instead } }
        expect(await finish(next), instead).toEqual(refusedAs('openid_invalid'))
        provider.lie = null
      }
      const late = await begin()
      provider.away = true
      expect(await finish(late)).toEqual(refusedAs('openid_unavailable'))
    })

    test('by a page of another site, and nobody is sent to one', async () => {
      const { account } = await newcomer()
      const foreign = await browse(node, 'POST', '/session/openid', {
        body: {},
        headers: { origin: 'https://elders.example', 'sec-fetch-site': 'cross-site' },
      })
      expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_refused' } })
      for (const to of [
        '//elders.example',
        'https://elders.example',
        '/../api/v1/me',
        '/\\elders.example',
        '@elders.example',
        '/..//elders.example',
        '/%2e%2e/api',
        '',
      ]) {
        const { location, session } = await come({ to })
        expect(new URL(location, originOf(node)).href, to).toMatch(`${originOf(node)}/app/`)
        expect(await whoami(session)).toMatchObject({ account })
      }
    })
  })

  describe('showing that she is there', () => {
    const token = (cookie: string) => browse(node, 'POST', '/api/v1/me/sessions/links', { cookie })

    test('is not done by coming in with a login that did not ask, and is by one that does', async () => {
      await newcomer()
      const { session } = await come()
      expect(await token(session)).toMatchObject({ status: 403, body: { code: 'proof_required' } })
      const begun = await begin({ cookie: session, again: true, to: '/confirmed' })
      expect(begun.url.searchParams.get('prompt')).toBe('login')
      expect(begun.url.searchParams.get('max_age')).toBe('0')
      const shown = await finish(begun)
      expect(shown.location).toBe('/app/confirmed')
      expect((await token(shown.session)).status).toBe(201)
      expect((await browse(node, 'GET', '/api/v1/me', { cookie: session })).status).toBe(401)
      trio.clock.advance(6 * MINUTE_MS)
      expect((await token(shown.session)).body.code).toBe('proof_required')
    })

    test('is not done by a login that says nothing, or that it was long ago', async () => {
      const { account } = await newcomer()
      const { session } = await come()
      for (const claims of [{ auth_time: undefined }, { auth_time: 1_700_000_000 }]) {
        provider.lie = { claims }
        expect(await come({ cookie: session, again: true })).toEqual(
          refusedAs('openid_not_fresh', 'confirmed'),
        )
      }
      expect(await whoami(session)).toMatchObject({ account })
    })

    test('is not done by somebody else, whose own account stays as it was', async () => {
      const one = await newcomer()
      const { session } = await come()
      await newcomer({ groups: ['beheer'] })
      expect(await come({ cookie: session, again: true })).toEqual(
        refusedAs('openid_other_person', 'confirmed'),
      )
      expect(await whoami(session)).toMatchObject({ account: one.account })
      const { body } = await node.call<{ roles: string[] }>(`lid${serial}`, 'GET', '/me')
      expect(body.roles).toEqual(['contact_person'])
      const nobody = await browse(node, 'POST', '/session/openid', { body: { again: true } })
      expect(nobody).toMatchObject({ status: 403, body: { code: 'person_required' } })
    })
  })

  test('who signs in with the same browser keeps no other session', async () => {
    const { account } = await newcomer()
    const before = await signIn(node, account)
    const { session } = await come({ cookie: before })
    expect((await browse(node, 'GET', '/api/v1/me', { cookie: before })).status).toBe(401)
    expect(await whoami(session)).toMatchObject({ account })
  })

  describe('a node that adds who comes', () => {
    const at = () => ({ at: creating, by: elsewhere })
    const person = { given_name: 'Nina', family_name: 'Nieuw', email_verified: true }

    test('adds somebody of its groups with what they give, once', async () => {
      elsewhere.people.set('n1', {
        ...person,
        email: 'N.Nieuw+x@nietmachine.example',
        preferred_username: 'nina',
        groups: ['inkoop'],
      })
      elsewhere.who = 'n1'
      const first = await come(at())
      expect(await whoami(first.session, creating)).toMatchObject({
        account: 'n-nieuw-x',
        roles: ['coordinator'],
      })
      expect(await whoami((await come(at())).session, creating)).toMatchObject({ account: 'n-nieuw-x' })
      elsewhere.people.set('n2', {
        ...person,
        email: 'n.nieuw-x@elders.example',
        preferred_username: 'nina2',
        groups: ['inkoop'],
      })
      elsewhere.who = 'n2'
      expect(await whoami((await come(at())).session, creating)).toMatchObject({ account: 'n-nieuw-x-2' })
    })

    test('adds nobody of no group, of no name, or whose address is not verified', async () => {
      const known = async () =>
        (await creating.call<{ items: object[] }>('company', 'GET', '/people')).body.items.length
      const before = await known()
      const cases: [ProviderPerson, string][] = [
        [{ ...person, email: 'a@x.example', preferred_username: 'a1' }, 'openid_unknown_person'],
        [
          { ...person, email: 'a@x.example', preferred_username: 'a1', groups: ['kantine'] },
          'openid_unknown_person',
        ],
        [
          { email: 'a@x.example', email_verified: true, preferred_username: 'a1', groups: ['inkoop'] },
          'openid_person_incomplete',
        ],
        [
          {
            ...person,
            family_name: 'x\ny',
            email: 'a@x.example',
            preferred_username: 'a1',
            groups: ['inkoop'],
          },
          'openid_person_incomplete',
        ],
        [
          {
            ...person,
            email: 'a@x.example',
            email_verified: false,
            preferred_username: 'a1',
            groups: ['inkoop'],
          },
          'openid_email_unverified',
        ],
      ]
      for (const [claims, code] of cases) {
        elsewhere.people.set('n9', claims)
        elsewhere.who = 'n9'
        expect(await come(at()), code).toEqual(refusedAs(code))
      }
      expect(await known()).toBe(before)
    })

    test('knows by the name of her account who is there already', async () => {
      elsewhere.people.set('n3', {
        ...person,
        email: 'c@x.example',
        preferred_username: 'company',
        groups: ['inkoop'],
      })
      elsewhere.who = 'n3'
      expect(await whoami((await come(at())).session, creating)).toMatchObject({ account: 'company' })
    })
  })

  test('a login that is away keeps nobody from coming in another way, and says so', async () => {
    const { account } = await newcomer()
    trio.clock.advance(61 * MINUTE_MS)
    provider.away = true
    const begun = await browse(node, 'POST', '/session/openid', { body: {} })
    expect(begun).toMatchObject({ status: 502, body: { code: 'openid_unavailable' }, setCookie: null })
    expect(
      (await browse(node, 'POST', '/session/link', { body: { code: await linkCode(node, account) } })).status,
    ).toBe(201)
    provider.away = false
    expect((await come()).session).not.toBe('')
  })

  test('a node says which ways in it has', async () => {
    expect((await browse(node, 'GET', '/session/ways')).body).toMatchObject({
      openid: { nl: 'Aanmelden met Kruimelkoning', en: 'Sign in with Kruimelkoning' },
    })
    expect((await browse(trio.myobi, 'GET', '/session/ways')).body).toEqual({ openid: null, wallet: false })
    const none = await browse(trio.myobi, 'POST', '/session/openid', { body: {} })
    expect(none).toMatchObject({ status: 404, body: { code: 'openid_not_configured' } })
  })

  test('nothing that was told, or that lets a browser in, stands in a log, an audit record or a table', async () => {
    const left = await begin()
    const inside = await openInside(node, trio.clock)
    const tables = ['openid_attempt', 'openid_account', 'web_session', 'audit_entry']
    const kept = await Promise.all(tables.map((table) => rows(inside.store.reader, `SELECT * FROM ${table}`)))
    expect(left.kept).not.toBe('')
    for (const table of kept) expect(table.length).toBeGreaterThan(0)
    logged.push(JSON.stringify(kept))
    const told = [...secrets.filter((one) => one !== ''), '@kruimelkoning.example', 'sub-lid']
    expect(told.length).toBeGreaterThan(20)
    for (const line of logged) for (const one of told) expect(line).not.toContain(one)
  })
})

const said = ({ message, stack, cause }: Error): object => ({
  ...{ message, stack },
  ...(cause instanceof Error && { cause: said(cause) }),
})
