import { beforeAll, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../src/core/index.ts'
import { userTable } from '../src/parties/index.ts'
import { sessionCookie } from '../src/sign-in/index.ts'
import { change, rows } from '../src/store/index.ts'
import { newAuthenticator } from './support/authenticator.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { startTrio, type TestClock, type TestNode, type TestTrio } from './support/nodes.ts'
import { browse, cookieIn, linkCode, originOf, type Sent, signIn } from './support/signing-in.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A session is seen at most this much after it was used. */
const SEEN_MS = 5 * MINUTE_MS

/** Makes, changes or gives out what opens doors. */
const proved = [
  'backups.create',
  'consent.secret',
  'did.compromise',
  'did.controller',
  'did.deactivate',
  'did.endpoint',
  'did.retire',
  'did.rotate',
  'me.token',
  'passkeys.remove',
  'people.add',
  'people.login',
  'people.rekey',
  'people.roles',
  'sessions.link',
  'systems.add',
  'webhooks.add',
  'webhooks.rotate',
]

test('the cookie of a node that others reach is for that node alone, over https alone', () => {
  const cookie = sessionCookie(true, '01a20093-1488-76da-b405-d48dbd0135db')
  expect(cookie.write('geheim')).toBe(
    '__Host-regie=geheim; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Strict',
  )
  expect(cookie.read({ cookie: 'a=b; __Host-regie=geheim' })).toBe('geheim')
  expect(cookie.read({ cookie: 'regie=geheim' })).toBeNull()
  expect(cookie.write(null)).toMatch(/^__Host-regie=; Max-Age=0;/)
})

onEachEngine((engine) => {
  let trio: TestTrio
  let node: TestNode
  let clock: TestClock
  let inside: Inside
  const logged: string[] = []
  const secrets: string[] = []
  const listening: Log = { ...silentLog }
  for (const level of ['info', 'warn', 'error'] as const)
    listening[level] = (fields, message) => logged.push(JSON.stringify([fields, message]))

  beforeAll(async () => {
    trio = await startTrio(engine, listening)
    node = trio.partner
    clock = trio.clock
    inside = await openInside(node, clock)
  })

  let serial = 0
  /** Somebody new, whose account nobody else uses. */
  async function newcomer(roles: readonly string[] = ['contact_person']) {
    const account = `lid${++serial}`
    const person = { account, given_name: 'Lien', family_name: 'Lid', email: 'lien@kruimelkoning.example' }
    const { body } = await node.call<{ id: string }>('partner', 'POST', '/people', {
      ...{ ...person, role: 'baker', roles },
    })
    return { account, id: body.id }
  }
  const signedIn = async (account: string) => {
    const cookie = await signIn(node, account)
    expect(cookie).not.toBe('')
    secrets.push(cookie.split('=')[1] ?? '')
    return cookie
  }
  const whoami = (cookie: string, sent: Sent = {}) => browse(node, 'GET', '/api/v1/me', { cookie, ...sent })
  const post = <T = Record<string, unknown>>(path: string, sent: Sent) => browse<T>(node, 'POST', path, sent)
  const list = async (cookie: string) => {
    const { body } = await browse<{ items: { id: string; current: boolean; method: string }[] }>(
      node,
      'GET',
      '/api/v1/me/sessions',
      { cookie },
    )
    return body.items
  }
  const signedOut = { status: 401, body: { code: 'session_ended' } }

  describe('a link', () => {
    test('signs in whoever made it, and nobody sees the cookie but her browser', async () => {
      const { account } = await newcomer()
      const code = await linkCode(node, account)
      const opened = await post('/session/link', {
        body: { code },
        headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      })
      expect(opened).toMatchObject({ status: 201, body: { account } })
      expect(opened.setCookie).toMatch(
        /^regie_[\w-]{12}=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
      )
      expect(JSON.stringify(opened.body)).not.toContain(cookieIn(opened).split('=')[1])
      expect((await whoami(cookieIn(opened))).body).toMatchObject({ account })
      expect(await list(cookieIn(opened))).toMatchObject([
        { device: 'Firefox, Linux', method: 'link', current: true },
      ])
      secrets.push(code, cookieIn(opened).split('=')[1] ?? '')
    })

    test('works once, also when twenty use it at the same moment', async () => {
      const { account } = await newcomer()
      const code = await linkCode(node, account)
      const all = await Promise.all(
        Array.from({ length: 20 }, () => post('/session/link', { body: { code } })),
      )
      expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
      expect(all.filter(({ body }) => body.code === 'sign_in_invalid')).toHaveLength(19)
      const cookie = cookieIn(all.find(({ status }) => status === 201) ?? all[0] ?? never())
      expect(await list(cookie)).toHaveLength(1)
    })

    test('works for ten minutes', async () => {
      const { account } = await newcomer()
      const [inTime, late] = [await linkCode(node, account), await linkCode(node, account)]
      clock.advance(9 * MINUTE_MS)
      expect((await post('/session/link', { body: { code: inTime } })).status).toBe(201)
      clock.advance(MINUTE_MS + 1)
      expect(await post('/session/link', { body: { code: late } })).toMatchObject({
        status: 403,
        body: { code: 'sign_in_invalid' },
        setCookie: null,
      })
    })

    test('of another node, or made up, signs nobody in', async () => {
      for (const code of [await linkCode(trio.company, 'company'), 'x'.repeat(43)])
        expect((await post('/session/link', { body: { code } })).body.code).toBe('sign_in_invalid')
      for (const body of [{}, { code: 'kort' }, { code: 7 }, { code: 'x'.repeat(43), more: true }])
        expect((await post('/session/link', { body })).body.code).toBe('sign_in_malformed')
    })

    test('is made by people only, not by systems', async () => {
      const { body } = await node.call<{ token: string }>('partner', 'POST', '/systems', {
        ...{ name: `CRM ${++serial}`, scopes: ['access:read'] },
      })
      const made = await post('/api/v1/me/sessions/links', { token: body.token })
      expect(made).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    })
  })

  describe('a session', () => {
    test('that is made up, changed, or of another node is nobody', async () => {
      const cookie = await signedIn((await newcomer()).account)
      const [name = '', secret = ''] = cookie.split('=')
      const [, elsewhere = ''] = (await signIn(trio.company, 'company')).split('=')
      for (const forged of ['', 'x', 'x'.repeat(43), `${secret}x`, secret.toUpperCase(), elsewhere])
        expect(await whoami(`${name}=${forged}`), forged).toMatchObject(signedOut)
      expect((await whoami(cookie)).status).toBe(200)
    })

    test('is not what an attacker put in the browser before', async () => {
      const { account } = await newcomer()
      const name = (await signedIn(account)).split('=')[0] ?? ''
      const planted = `${name}=${'a'.repeat(43)}`
      const code = await linkCode(node, account)
      const opened = await post('/session/link', { cookie: planted, body: { code } })
      expect(opened.status).toBe(201)
      expect(cookieIn(opened)).not.toBe(planted)
      expect(await whoami(planted)).toMatchObject(signedOut)
    })

    test('ends when she signs in again with the same browser', async () => {
      const { account } = await newcomer()
      const before = await signedIn(account)
      const opened = await post('/session/link', {
        cookie: before,
        body: { code: await linkCode(node, account) },
      })
      expect(await whoami(before)).toMatchObject(signedOut)
      expect(await list(cookieIn(opened))).toHaveLength(1)
    })

    test('ends when she signs out, and her browser forgets it', async () => {
      const cookie = await signedIn((await newcomer()).account)
      const ended = await post('/session/end', { cookie })
      expect(ended).toMatchObject({ status: 200, body: { signed_out: true } })
      expect(ended.setCookie).toMatch(/=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/)
      expect(await whoami(cookie)).toMatchObject(signedOut)
      expect((await post('/session/end', { cookie })).status).toBe(200)
    })

    test('ends after eight hours without her, and after a week with her', async () => {
      const { account } = await newcomer()
      const [idle, busy] = [await signedIn(account), await signedIn(account)]
      clock.advance(8 * HOUR_MS - MINUTE_MS)
      expect((await whoami(busy)).status).toBe(200)
      clock.advance(SEEN_MS + 2 * MINUTE_MS)
      expect(await whoami(idle)).toMatchObject(signedOut)
      expect(await list(busy)).toHaveLength(1)
      for (let hours = 9; hours < 7 * 24 - 7; hours += 7) {
        clock.advance(7 * HOUR_MS)
        expect((await whoami(busy)).status, `${hours} hours`).toBe(200)
      }
      clock.advance(7 * HOUR_MS)
      expect(await whoami(busy)).toMatchObject(signedOut)
    })

    test('ends at once for who leaves, with her links and passkeys', async () => {
      const { account, id } = await newcomer()
      const cookie = await signedIn(account)
      const passkey = await register(cookie)
      const code = await linkCode(node, account)
      expect((await node.call('partner', 'POST', `/people/${id}/leave`, {})).status).toBe(200)
      expect(await whoami(cookie)).toMatchObject(signedOut)
      expect((await post('/session/link', { body: { code } })).body.code).toBe('sign_in_invalid')
      expect((await answerWith(passkey)).body.code).toBe('passkey_invalid')
      for (const table of ['web_session', 'sign_in_ticket', 'passkey'])
        expect(await ofUser(table, account), table).toBe(0)
    })

    test('of an account that is not in use is nobody, whatever rows there are', async () => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      const code = await linkCode(node, account)
      await inside.store.transact((tx) => change(tx, userTable, { account }, { state: 'blocked' }))
      expect(await whoami(cookie)).toMatchObject(signedOut)
      expect((await post('/session/link', { body: { code } })).body.code).toBe('sign_in_invalid')
    })

    test('ends for whose key was replaced: who has her key may have her browser', async () => {
      const { account, id } = await newcomer()
      const cookie = await signedIn(account)
      const passkey = await register(cookie)
      const grounds = { reason: 'key_compromised', evidence: 'paspoort, aan de balie' }
      const { status, body } = await node.call('partner', 'POST', `/people/${id}/key`, grounds)
      expect(status, JSON.stringify(body)).toBe(201)
      expect(await whoami(cookie)).toMatchObject(signedOut)
      expect((await answerWith(passkey)).body.code).toBe('passkey_invalid')
    })

    test('may what her roles let her now', async () => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      const people = () => browse(node, 'GET', '/api/v1/people', { cookie })
      const become = (roles: readonly 'coordinator'[]) =>
        inside.store.transact((tx) => change(tx, userTable, { account }, { roles }))
      expect((await people()).body.code).toBe('not_allowed')
      await become(['coordinator'])
      expect((await people()).status).toBe(200)
      await become([])
      expect((await people()).body.code).toBe('not_allowed')
    })

    test('is ended by whose it is, one or all, and by nobody else', async () => {
      const [one, other] = [(await newcomer()).account, (await newcomer()).account]
      const [hers, phone, tablet] = [await signedIn(one), await signedIn(one), await signedIn(one)]
      const theirs = await signedIn(other)
      const [target] = (await list(hers)).filter(({ current }) => current)
      const end = (cookie: string, id = target?.id ?? '') => post(`/api/v1/me/sessions/${id}/end`, { cookie })
      expect(await end(theirs)).toMatchObject({ status: 404, body: { code: 'session_unknown' } })
      expect((await whoami(hers)).status).toBe(200)
      expect((await list(theirs)).map(({ id }) => id)).not.toContain(target?.id)
      expect((await end(phone)).body).toEqual({ ended: true })
      expect(await whoami(hers)).toMatchObject(signedOut)
      expect((await post('/api/v1/me/sessions/end', { cookie: phone })).body).toEqual({ ended: 2 })
      expect(await whoami(phone)).toMatchObject(signedOut)
      expect(await whoami(tablet)).toMatchObject(signedOut)
      expect((await whoami(theirs)).status).toBe(200)
    })
  })

  describe('a token', () => {
    test('that is traded for a session ends, also when two trade it at the same moment', async () => {
      const { account } = await newcomer()
      const token = node.token(account)
      const both = await Promise.all([post('/session/token', { token }), post('/session/token', { token })])
      expect(both.map(({ status }) => status).sort()).toEqual([201, 401])
      expect((await post('/session/token', { token })).body.code).toBe('token_invalid')
      const cookie = cookieIn(both.find(({ status }) => status === 201) ?? never())
      expect(await list(cookie)).toMatchObject([{ method: 'token', current: true }])
      secrets.push(token, cookie.split('=')[1] ?? '')
    })

    test('is what it takes: a session, a system and nobody trade nothing', async () => {
      const { body } = await node.call<{ token: string }>('partner', 'POST', '/systems', {
        ...{ name: `CRM ${++serial}`, scopes: ['access:read'] },
      })
      const cookie = await signedIn((await newcomer()).account)
      for (const sent of [{ cookie }, { token: body.token }, {}])
        expect(await post('/session/token', sent)).toMatchObject({
          status: 401,
          body: { code: 'token_required' },
        })
      expect((await post('/session/token', { token: 'regie_verzonnen' })).body.code).toBe('token_invalid')
    })
  })

  describe('a page of another site', () => {
    const elsewhere = [
      ['another origin', 'POST', { origin: 'https://kwaad.example' }],
      [
        'another port of the same machine',
        'POST',
        { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
      ],
      ['no origin', 'POST', { origin: '' }],
      ['no origin and no hint of a browser', 'POST', { origin: '', 'sec-fetch-site': '' }],
      ['the origin null of a sandbox', 'POST', { origin: 'null' }],
      ['our origin, where the browser says otherwise', 'POST', { 'sec-fetch-site': 'cross-site' }],
      ['a look from another site', 'GET', { 'sec-fetch-site': 'cross-site' }],
      ['a look from a sibling', 'GET', { 'sec-fetch-site': 'same-site' }],
    ] as const
    test.each(elsewhere)('%s: its cookie does nothing', async (_why, method, headers) => {
      const cookie = await signedIn((await newcomer()).account)
      const path = method === 'GET' ? '/api/v1/me' : '/api/v1/me/sessions/end'
      const refused = await browse(node, method, path, { cookie, headers })
      expect(refused).toMatchObject({ status: 403, body: { code: 'cross_site_refused' } })
      expect((await whoami(cookie)).status).toBe(200)
    })

    const posts = elsewhere.filter(([, method]) => method === 'POST')
    test.each(posts)('%s: signs nobody in or out', async (_why, _method, headers) => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      const code = await linkCode(node, account)
      for (const path of ['/session/link', '/session/token', '/session/passkey/options', '/session/end']) {
        const refused = await post(path, { cookie, body: { code }, headers })
        expect(refused, path).toMatchObject({
          ...{ status: 403, body: { code: 'cross_site_refused' }, setCookie: null },
        })
      }
      expect((await whoami(cookie)).status).toBe(200)
      expect((await post('/session/link', { body: { code } })).status).toBe(201)
    })

    test('an address typed by herself is hers, and a token needs no page', async () => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      expect((await whoami(cookie, { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200)
      const token = node.token(account)
      const sent = { token, headers: { origin: '', 'sec-fetch-site': '' } }
      expect((await post('/api/v1/me/sessions/links', sent)).status).toBe(201)
    })
  })

  describe('a passkey', () => {
    test('signs her in again and again, on its own node alone', async () => {
      const { account } = await newcomer()
      const passkey = await register(await signedIn(account))
      for (let times = 0; times < 2; times++) {
        const opened = await answerWith(passkey)
        expect(opened).toMatchObject({ status: 201, body: { account, consent: null } })
        expect(await list(cookieIn(opened))).toContainEqual(
          expect.objectContaining({ method: 'passkey', current: true }),
        )
      }
      const options = await browse<Options>(trio.company, 'POST', '/session/passkey/options')
      const body = { response: passkey.get(options.body) }
      expect((await browse(trio.company, 'POST', '/session/passkey', { body })).body.code).toBe(
        'passkey_invalid',
      )
    })

    test('answers once: the same answer again, or five times at once, signs in once', async () => {
      const passkey = await register(await signedIn((await newcomer()).account))
      const body = { response: passkey.get(await challenge()) }
      const all = await Promise.all(Array.from({ length: 5 }, () => post('/session/passkey', { body })))
      expect(all.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403])
      expect((await post('/session/passkey', { body })).body.code).toBe('passkey_invalid')
    })

    test('of which there are copies, with one count, signs in one of them', async () => {
      const passkey = await register(await signedIn((await newcomer()).account))
      const challenges = await Promise.all(Array.from({ length: 6 }, challenge))
      const answers = challenges.map((one) => passkey.get(one, { counter: 7 }))
      const all = await Promise.all(
        answers.map((response) => post('/session/passkey', { body: { response } })),
      )
      expect(all.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403])
    })

    const wrongs = [
      ['signed with another key', { forged: true }],
      ['without anybody looked at', { unverified: true }],
      ['made on a page of another site', { origin: 'https://kwaad.example' }],
      ['for another name', { rpId: 'kwaad.example' }],
      ['to a challenge of nobody', { challenge: 'x'.repeat(43) }],
      ['with a count that went back, as a copy gives', { counter: 1 }],
    ] as const
    test.each(wrongs)('%s signs nobody in', async (_why, wrong) => {
      const passkey = await register(await signedIn((await newcomer()).account))
      const response = passkey.get(await challenge(), wrong)
      expect(await post('/session/passkey', { body: { response } })).toMatchObject({
        ...{ status: 403, body: { code: 'passkey_invalid' }, setCookie: null },
      })
      expect((await answerWith(passkey)).status).toBe(201)
    })

    test('nobody knows, and what is no answer at all, sign nobody in', async () => {
      const stranger = newAuthenticator(originOf(node)).get(await challenge())
      expect((await post('/session/passkey', { body: { response: stranger } })).body.code).toBe(
        'passkey_invalid',
      )
      const noChallenge = { ...stranger, response: { ...stranger.response, clientDataJSON: 'e30' } }
      expect((await post('/session/passkey', { body: { response: noChallenge } })).body.code).toBe(
        'passkey_invalid',
      )
      for (const body of [{}, { response: {} }, { response: stranger, prf: 7 }])
        expect((await post('/session/passkey', { body })).body.code).toBe('sign_in_malformed')
    })

    test('a challenge works for five minutes, for what it was made, and for whom', async () => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      const passkey = await register(cookie)
      const late = await challenge()
      clock.advance(SEEN_MS + 1)
      const answered = await post('/session/passkey', { body: { response: passkey.get(late) } })
      expect(answered.body.code).toBe('passkey_invalid')
      // She proves that she is there with a passkey of hers, not with that of whoever sits beside her.
      const beside = await register(await signedIn((await newcomer()).account))
      const again = await post<Options>('/session/passkey/options', { cookie, body: { again: true } })
      expect(again.body.allowCredentials).toEqual([{ id: passkey.id, type: 'public-key' }])
      const byOther = await post('/session/passkey', { cookie, body: { response: beside.get(again.body) } })
      expect(byOther.body.code).toBe('passkey_invalid')
      const byHer = await post('/session/passkey', { cookie, body: { response: passkey.get(again.body) } })
      expect(byHer.status).toBe(201)
      const now = cookieIn(byHer)
      // One kind does not serve for the other.
      const made = newAuthenticator(originOf(node)).create(await challenge())
      const kept = await post('/session/passkeys', {
        cookie: now,
        body: { response: made, name: 'Telefoon' },
      })
      expect(kept.body.code).toBe('passkey_invalid')
      const forNew = await post<Options>('/session/passkeys/options', { cookie: now })
      const used = await post('/session/passkey', { body: { response: passkey.get(forNew.body) } })
      expect(used.body.code).toBe('passkey_invalid')
    })

    test('is added by whose challenge it answers, once, as it was made', async () => {
      const [cookie, other] = [
        await signedIn((await newcomer()).account),
        await signedIn((await newcomer()).account),
      ]
      const options = await post<Options>('/session/passkeys/options', { cookie })
      const key = newAuthenticator(originOf(node))
      const keep = (who: string, response: object) =>
        post('/session/passkeys', { cookie: who, body: { response, name: 'Laptop' } })
      const wrong = [
        { unverified: true },
        { origin: 'https://kwaad.example' },
        { rpId: 'kwaad.example' },
      ] as const
      for (const one of wrong)
        expect((await keep(cookie, key.create(options.body, one))).body.code).toBe('passkey_invalid')
      const made = key.create(options.body)
      expect((await keep(other, made)).body.code).toBe('passkey_invalid')
      expect(await keep(cookie, made)).toMatchObject({
        status: 201,
        body: { name: 'Laptop', opens_key: false },
      })
      expect((await keep(cookie, made)).body.code).toBe('passkey_invalid')
      expect((await post('/session/passkeys/options', {})).body.code).toBe('person_required')
    })

    test('is hers alone to see and remove, and then signs nobody in', async () => {
      const [cookie, other] = [
        await signedIn((await newcomer()).account),
        await signedIn((await newcomer()).account),
      ]
      const passkey = await register(cookie)
      const remove = (who: string) => post(`/api/v1/me/passkeys/${passkey.id}/removal`, { cookie: who })
      expect((await browse(node, 'GET', '/api/v1/me/passkeys', { cookie: other })).body.items).toEqual([])
      expect(await remove(other)).toMatchObject({ status: 404, body: { code: 'passkey_unknown' } })
      expect((await answerWith(passkey)).status).toBe(201)
      expect((await remove(cookie)).body).toEqual({ removed: true })
      expect((await answerWith(passkey)).body.code).toBe('passkey_invalid')
    })

    test('there are ten at most', async () => {
      const cookie = await signedIn((await newcomer()).account)
      for (let count = 0; count < 10; count++) await register(cookie)
      expect((await post('/session/passkeys/options', { cookie })).body.code).toBe('passkeys_too_many')
    })

    test('opens her key where it works one out, until it is removed', async () => {
      const { account } = await newcomer()
      const cookie = await signedIn(account)
      const prf = 'p'.repeat(43)
      secrets.push(prf)
      const consent = await node.unlock(account)
      const locked = await register(cookie, { prf })
      const passkey = await register(cookie, { prf: 'q'.repeat(43), consent })
      // What is no key of 32 bytes opens nothing: it could be guessed.
      const guessable = await register(cookie, { prf: 'kort', consent })
      expect((await answerWith(guessable, 'kort')).body.consent).toBeNull()
      const { body: kept } = await browse<{ items: { id: string; opens_key: boolean }[] }>(
        ...([node, 'GET', '/api/v1/me/passkeys', { cookie }] as const),
      )
      expect(kept.items.filter((one) => one.opens_key).map(({ id }) => id)).toEqual([passkey.id])
      // Her key was closed when the first was made.
      expect((await answerWith(locked, prf)).body.consent).toBeNull()
      const opened = await answerWith(passkey, 'q'.repeat(43))
      const { token = '' } = opened.body.consent as { token?: string }
      const session = { cookie: cookieIn(opened), headers: { 'regie-consent': token } }
      const { body: state } = await browse(node, 'GET', '/api/v1/me/consent', session)
      expect(state.unlocked_until).not.toBeNull()
      for (const wrong of ['z'.repeat(43), 'kort'])
        expect((await answerWith(passkey, wrong)).body.consent).toBeNull()
      await post(`/api/v1/me/passkeys/${passkey.id}/removal`, { cookie: cookieIn(opened) })
      const again = await register(cookieIn(opened))
      expect((await answerWith(again, 'q'.repeat(43))).body.consent).toBeNull()
    })
  })

  describe('what opens doors', () => {
    test('takes a browser whose owner showed within five minutes that she is there', async () => {
      const { account } = await newcomer(['administrator'])
      const cookie = await signedIn(account)
      const passkey = await register(cookie)
      const all = await operations()
      expect(all.filter(({ proof }) => proof).map(({ name }) => name)).toEqual(proved)
      const try_ = (who: Sent, { path }: Route) =>
        post(`/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`, { ...who, body: { nonsense: true } })
      for (const one of all.filter(({ proof }) => proof)) {
        expect((await try_({ cookie }, one)).body.code, one.name).toBe('invalid_input')
      }
      clock.advance(SEEN_MS + 1)
      for (const one of all.filter(({ proof }) => proof)) {
        expect(await try_({ cookie }, one), one.name).toMatchObject({
          ...{ status: 403, body: { code: 'proof_required' } },
        })
        expect((await try_({ token: node.token(account) }, one)).body.code, one.name).toBe('invalid_input')
      }
      for (const path of ['/session/passkeys/options', '/session/passkeys']) {
        const response = newAuthenticator(originOf(node)).create(await challenge())
        const refused = await post(path, { cookie, body: { response, name: 'Laptop' } })
        expect(refused.body.code, path).toBe('proof_required')
      }
      const proof = await answerWith(passkey)
      const made = await post('/api/v1/me/sessions/links', { cookie: cookieIn(proof) })
      expect(made.status).toBe(201)
    })
  })

  test('nothing that opens a session lies in the audit record, the log or a table', async () => {
    expect(secrets.length).toBeGreaterThan(10)
    const audit = await rows<{ action: string }>(inside.store.reader, 'SELECT * FROM audit_entry')
    const actions = new Set(audit.map(({ action }) => action))
    for (const action of ['session.opened', 'session.ended', 'session.ended_everywhere', 'token.traded'])
      expect(actions, action).toContain(action)
    for (const action of ['passkey.added', 'passkey.removed', 'consent_key.unlocked'])
      expect(actions, action).toContain(action)
    const tables = ['web_session', 'sign_in_ticket', 'passkey', 'consent_key_slot', 'access_token']
    const kept = await Promise.all(tables.map((table) => rows(inside.store.reader, `SELECT * FROM ${table}`)))
    const everything = JSON.stringify([audit, kept, logged])
    for (const secret of secrets) expect(everything.includes(secret), secret.slice(0, 6)).toBe(false)
  })

  test('nobody has challenges made without end', async () => {
    const ask = () => browse(trio.company, 'POST', '/session/passkey/options')
    const codes: (string | undefined)[] = []
    for (let round = 0; round < 13; round++)
      codes.push(...(await Promise.all(Array.from({ length: 50 }, ask))).map(({ body }) => body.code))
    expect(codes.at(-1)).toBe('rate_limited')
    expect(codes.filter((code) => code === undefined).length).toBeLessThanOrEqual(600)
  })

  test('what ended is swept', async () => {
    const { account } = await newcomer()
    await signedIn(account)
    await linkCode(node, account)
    clock.advance(8 * HOUR_MS + 2 * SEEN_MS + MINUTE_MS)
    await node.restart()
    await expect
      .poll(async () => [await ofUser('web_session', account), await ofUser('sign_in_ticket', account)])
      .toEqual([0, 0])
  })

  interface Options {
    readonly challenge: string
    readonly allowCredentials?: readonly object[]
  }
  interface Route {
    readonly name: string
    readonly path: string
    readonly proof: boolean
  }

  const challenge = async () => (await post<Options>('/session/passkey/options', {})).body

  /** A passkey of whose browser it is. */
  async function register(
    cookie: string,
    { prf, consent }: { prf?: string; consent?: Record<string, string> } = {},
  ) {
    const key = newAuthenticator(originOf(node))
    const options = await post<Options>('/session/passkeys/options', { cookie })
    expect(options.status, JSON.stringify(options.body)).toBe(200)
    secrets.push(options.body.challenge)
    const body = { response: key.create(options.body), name: 'Laptop', ...(prf && { prf }) }
    const made = await post('/session/passkeys', { cookie, body, ...(consent && { headers: consent }) })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    return key
  }

  async function answerWith(key: ReturnType<typeof newAuthenticator>, prf?: string) {
    const response = key.get(await challenge())
    const opened = await post('/session/passkey', { body: { response, ...(prf && { prf }) } })
    if (opened.setCookie) secrets.push(cookieIn(opened).split('=')[1] ?? '')
    return opened
  }

  async function ofUser(table: string, account: string): Promise<number> {
    const [found] = await rows<{ n: number }>(
      inside.store.reader,
      `SELECT count(*) AS n FROM ${table} WHERE user_id = (SELECT id FROM user_account WHERE account = ?)`,
      [account],
    )
    return Number(found?.n)
  }

  async function operations(): Promise<Route[]> {
    type Described = { operationId: string; 'x-regie-proof'?: boolean }
    const { paths } = (await (await fetch(`${node.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Described>>
    }
    return Object.entries(paths)
      .flatMap(([path, methods]) =>
        Object.values(methods).map((one) => ({
          ...{ name: one.operationId, path, proof: one['x-regie-proof'] === true },
        })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }
})

function never(): never {
  throw new Error('nobody was signed in')
}
