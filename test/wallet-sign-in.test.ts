import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { encryptJwe, parseEncryptionJwk, parseJws } from '../src/jose/index.ts'
import { onEachEngine } from './support/engines.ts'
import { registerAll, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { browse, cookieIn, originOf, signIn } from './support/signing-in.ts'

const MINUTE_MS = 60_000

interface Begun {
  readonly link: string
  readonly verifier: string
  readonly qr_svg: string
}

interface Asked {
  readonly client_id: string
  readonly nonce: string
  readonly state: string
  readonly response_uri: string
  readonly client_metadata: { readonly jwks: { readonly keys: readonly unknown[] } }
}

onEachEngine((engine) => {
  let trio: TestTrio
  let node: TestNode

  beforeAll(async () => {
    trio = await startTrio(engine, silentLog, [], (name) => ({ walletSignIn: name !== 'myobi' }))
    node = trio.partner
    await registerAll(trio)
  })

  let serial = 0
  async function newcomer(at = node, by = 'partner') {
    const account = `lid${++serial}`
    const email = `${account}@kruimelkoning.example`
    const { body } = await at.call<{ id: string }>(by, 'POST', '/people', {
      ...{ account, given_name: 'Lien', family_name: 'Lid', email, role: 'baker', roles: ['administrator'] },
    })
    return { account, id: body.id }
  }
  async function begin(flow: 'cross_device' | 'same_device' = 'cross_device', to = '/', cookie = '') {
    const begun = await browse<Begun & Record<string, unknown>>(node, 'POST', '/session/wallet', {
      ...(cookie && { cookie }),
      body: { flow, to },
    })
    expect(begun.status, JSON.stringify(begun.body)).toBe(201)
    return { ...begun.body, kept: cookieIn(begun) }
  }
  const check = (kept: string, body: object = {}) =>
    browse<{ state?: string; account?: string }>(node, 'POST', '/session/wallet/check', {
      ...{ cookie: kept, body },
    })
  /** The session among what a browser was told to keep. */
  async function signedInWith(kept: string, body: object = {}) {
    const response = await fetch(`${node.url}/session/wallet/check`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', origin: originOf(node) },
        ...{ 'sec-fetch-site': 'same-origin', cookie: kept },
      },
      body: JSON.stringify(body),
    })
    const cookies = response.headers.getSetCookie().map((set) => set.split(';', 1)[0] ?? '')
    return { status: response.status, cookie: cookies.find((one) => !one.includes('-wallet=')) ?? '' }
  }
  /** Somebody shows with her wallet, at the node that holds it. */
  async function show({ link }: Begun, account: string, at = node) {
    const opened = await at.call<{ id: string; answerable: boolean }>(
      ...([account, 'POST', '/presentations/requests', { link }] as const),
    )
    if (!opened.body.answerable) return { status: opened.status, body: { redirect_uri: null } }
    return at.call<{ redirect_uri: string | null }>(
      ...([account, 'POST', `/presentations/requests/${opened.body.id}/acceptance`, {}] as const),
    )
  }
  const whoami = async (cookie: string) =>
    (await browse<{ account: string }>(node, 'GET', '/api/v1/me', { cookie })).body
  const refused = { status: 403, body: { code: 'wallet_sign_in_refused' }, setCookie: null }
  const over = { status: 410, body: { code: 'wallet_sign_in_over' }, setCookie: null }
  const token = (cookie: string) => browse(node, 'POST', '/api/v1/me/sessions/links', { cookie })

  describe('with a wallet elsewhere', () => {
    test('somebody is signed in in the browser that began, once, and opens no further doors by it', async () => {
      const { account } = await newcomer()
      const begun = await begin()
      expect(begun.verifier).toBe('Kruimelkoning B.V.')
      expect(begun.qr_svg).toMatch(/^<svg/)
      expect(begun.kept).toMatch(/^regie_[\w-]{12}-wallet=/)
      expect((await check(begun.kept)).body).toEqual({ state: 'waiting' })
      expect(await show(begun, account)).toMatchObject({ status: 200, body: { redirect_uri: null } })
      const { status, cookie } = await signedInWith(begun.kept)
      expect(status).toBe(201)
      expect(await whoami(cookie)).toMatchObject({ account })
      const list = await browse(node, 'GET', '/api/v1/me/sessions', { cookie })
      expect(list.body).toMatchObject({ items: [{ method: 'wallet', current: true }] })
      expect(await token(cookie)).toMatchObject({ status: 403, body: { code: 'proof_required' } })
      expect(await check(begun.kept)).toMatchObject(over)
    })

    test('nobody else gets in with the link, the answer, or half of what the browser keeps', async () => {
      const { account } = await newcomer()
      const begun = await begin()
      const other = await begin()
      await show(begun, account)
      const [name = '', value = ''] = begun.kept.split('=')
      const [id = '', browser = ''] = value.split('.')
      const [, otherValue = ''] = other.kept.split('=')
      const requestId = begun.link.match(/requests%2F([\w-]+)/)?.[1] ?? never()
      const forged = [
        '',
        id,
        `${id}.`,
        `.${browser}`,
        `${id}.${otherValue.split('.')[1]}`,
        `${requestId}.${browser}`,
      ]
      for (const one of forged) expect(await check(`${name}=${one}`), one).toMatchObject(over)
      expect((await check(other.kept)).body).toEqual({ state: 'waiting' })
      expect((await signedInWith(begun.kept)).status).toBe(201)
    })

    test('of ten who bring one answer at once, one gets in', async () => {
      const { account } = await newcomer()
      const begun = await begin()
      await show(begun, account)
      const all = await Promise.all(Array.from({ length: 10 }, () => signedInWith(begun.kept)))
      expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    })

    test('an answer counts for five minutes, and none after it', async () => {
      const { account } = await newcomer()
      const begun = await begin()
      trio.clock.advance(5 * MINUTE_MS + 1)
      expect((await show(begun, account)).body.redirect_uri).toBeNull()
      expect(await check(begun.kept)).toMatchObject(over)
    })
  })

  describe('with a wallet on the same device', () => {
    test('the browser comes back with a code, which only that browser can use', async () => {
      const { account } = await newcomer()
      const begun = await begin('same_device', '/requests?state=open')
      const shown = await show(begun, account)
      const back = new URL(shown.body.redirect_uri ?? '')
      expect(back.origin + back.pathname).toBe(`${originOf(node)}/app/sign-in`)
      expect(back.searchParams.get('to')).toBe('/requests?state=open')
      const response_code = back.searchParams.get('response_code') ?? never()
      expect((await check(begun.kept)).body).toEqual({ state: 'waiting' })
      expect(await check(begun.kept, { response_code: 'x'.repeat(32) })).toMatchObject({
        ...{ status: 403, body: { code: 'response_code_invalid' } },
      })
      const theirs = await begin('same_device')
      expect((await check(theirs.kept, { response_code })).body).toEqual({ state: 'waiting' })
      const { status, cookie } = await signedInWith(begun.kept, { response_code })
      expect(status).toBe(201)
      // She and her wallet are at one device: that she is there is shown.
      expect((await token(cookie)).status).toBe(201)
    })
  })

  describe('nobody gets in', () => {
    test('who has a role at another organisation', async () => {
      const { account } = await newcomer(trio.company, 'company')
      const begun = await begin()
      expect((await show(begun, account, trio.company)).status).toBe(200)
      expect(await check(begun.kept)).toMatchObject(refused)
    })

    test('who left meanwhile, or lost her key and is identified anew', async () => {
      const [leaver, loser] = [await newcomer(), await newcomer()]
      const [first, second] = [await begin(), await begin()]
      await show(first, leaver.account)
      await show(second, loser.account)
      await node.call('partner', 'POST', `/people/${leaver.id}/leave`, {})
      const rekey = { reason: 'secret_lost', evidence: 'paspoort aan de balie' }
      const { status, body } = await node.call('partner', 'POST', `/people/${loser.id}/key`, rekey)
      expect(status, JSON.stringify(body)).toBe(201)
      for (const { kept } of [first, second]) expect(await check(kept)).toMatchObject(refused)
    })

    test('with a role that was taken back, was shown to somebody else, or by who does not hold it', async () => {
      const { account, id } = await newcomer()
      const present = async ({ client_id: audience, nonce }: Pick<Asked, 'client_id' | 'nonce'>) => {
        const wanted = { claims: ['employee-role.role'], audience, nonce }
        const { body } = await node.call<{ presentation: string }>(account, 'POST', '/presentations', wanted)
        return body.presentation
      }
      const answer = async (make: (asked: Asked) => Promise<string>) => {
        const begun = await begin()
        const address = new URLSearchParams(begun.link.split('?')[1]).get('request_uri') ?? never()
        const asked = parseJws(await (await fetch(address)).text()).payload as unknown as Asked
        const [jwk] = asked.client_metadata.jwks.keys
        const payload = { vp_token: { role: [await make(asked)] }, state: asked.state }
        const response = await encryptJwe(payload, { recipient: parseEncryptionJwk(jwk), enc: 'A256GCM' })
        const sent = await fetch(asked.response_uri, {
          method: 'POST',
          body: new URLSearchParams({ response }),
        })
        expect(sent.status).toBe(200)
        return check(begun.kept)
      }
      const elsewhere = 'decentralized_identifier:did:web:elders.example'
      const wrong = [
        (asked: Asked) => present({ ...asked, client_id: elsewhere }),
        (asked: Asked) => present({ ...asked, nonce: 'een-andere-vraag' }),
        // Without the proof of its holder.
        async (asked: Asked) => (await present(asked)).replace(/[^~]+$/, ''),
      ]
      for (const make of wrong) expect(await answer(make)).toMatchObject(refused)
      expect(await answer(present)).toMatchObject({ status: 201, body: { account } })
      const late = answer(async (asked) => {
        const presentation = await present(asked)
        await node.call('partner', 'POST', `/people/${id}/leave`, {})
        return presentation
      })
      expect(await late).toMatchObject(refused)
      const { body } = await node.call<{ items: { action: string; data: object }[] }>(
        ...(['partner', 'GET', '/audit?limit=200'] as const),
      )
      const judged = body.items.filter(({ action }) => action === 'verification.finished')
      expect(judged[0]?.data).toMatchObject({ preset: 'sign-in', outcome: 'refused' })
    })

    test('by a page of another site, and a node that does not offer it has no such way', async () => {
      const foreign = await browse(node, 'POST', '/session/wallet', {
        ...{
          body: { flow: 'cross_device' },
          headers: { origin: 'https://elders.example', 'sec-fetch-site': 'cross-site' },
        },
      })
      expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_refused' } })
      for (const body of [
        {},
        { flow: 'x' },
        { flow: 'cross_device', to: '//elders.example' },
        { flow: 'cross_device', to: 'https://x' },
      ])
        expect((await browse(node, 'POST', '/session/wallet', { body })).body.code).toBe('sign_in_malformed')
      expect(
        (await browse(trio.myobi, 'POST', '/session/wallet', { body: { flow: 'cross_device' } })).status,
      ).toBe(404)
      expect((await browse(trio.myobi, 'GET', '/session/ways')).body).toMatchObject({ wallet: false })
    })
  })

  test('who signs in with the same browser keeps no other session', async () => {
    const { account } = await newcomer()
    const before = await signIn(node, account)
    const begun = await begin('cross_device', '/', before)
    await show(begun, account)
    await signedInWith(`${before}; ${begun.kept}`)
    expect((await browse(node, 'GET', '/api/v1/me', { cookie: before })).status).toBe(401)
  })
})

function never(): never {
  throw new Error('this is not there')
}
