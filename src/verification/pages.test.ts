import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { ANCHOR } from '../../test/support/verification-room.ts'
import { asked, openShown, type Shown } from '../../test/support/verification-shown.ts'

onEachEngine((engine) => {
  let { room, wallet, ada, registration } = {} as Shown
  beforeAll(async () => {
    ;({ room, wallet, ada, registration } = await openShown(engine))
  })

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, room.url), { headers, redirect: 'manual' })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const begin = async (fields: Record<string, string> = {}) => {
    const body = new URLSearchParams({ preset: 'registered-company', lang: 'nl', ...fields })
    const response = await fetch(`${room.url}/verify`, { method: 'POST', body, redirect: 'manual' })
    const cookie = response.headers.get('set-cookie') ?? ''
    return {
      path: response.headers.get('location') ?? '',
      cookie,
      headers: { cookie: cookie.split(';')[0] ?? '' },
    }
  }
  /** The wallet's side of what a page shows. */
  const answer = async (text: string) => {
    const link = new URL((/href="(openid4vp:[^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&'))
    const request = await wallet.fetch({ request_uri: link.searchParams.get('request_uri') ?? '' } as never)
    return wallet.respond(request, { registration: [await room.present(ada, registration, request, asked)] })
  }

  test('anybody chooses a preset in Dutch or English, without scripts', async () => {
    const english = await get('/verify', { 'accept-language': 'en-GB,nl;q=0.5' })
    expect(english.text).toContain('<html lang="en">')
    expect(english.text).toContain('Is a registered company')
    const dutch = await get('/verify?lang=nl', { 'accept-language': 'en' })
    expect(dutch.text).toContain('<html lang="nl">')
    expect(dutch.text).toContain('href="/verify?lang=en" lang="en"')
    for (const { text, headers } of [english, dutch, await get('/verify/new?preset=employee-role')]) {
      expect(text).not.toMatch(/<script|javascript:|style="/)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      for (const [, rules = ''] of text.matchAll(/<style>([^<]*)<\/style>/g))
        expect(policy).toContain(createHash('sha256').update(rules).digest('base64'))
    }
  })

  test('every field has a label, every page its landmarks and one heading', async () => {
    for (const path of [
      '/verify',
      '/verify/new?preset=employee-role',
      '/verify/new?preset=registered-company',
    ]) {
      const { text } = await get(path)
      for (const [, id] of text.matchAll(/<(?:input|textarea)[^>]* id="([^"]+)"/g))
        expect(text).toContain(`<label for="${id}"`)
      expect(text.match(/<h1>/g)).toHaveLength(1)
      for (const landmark of ['<main>', '<header>', '<nav aria-label=']) expect(text).toContain(landmark)
    }
  })

  test('a code is scanned, and the browser that showed it sees the result with reasons', async () => {
    const { path, cookie, headers } = await begin()
    expect(cookie).toMatch(
      /^regie_verify=[\w-]{32}; Max-Age=3600; Path=\/verify\/[\w-]{32}; .*HttpOnly; SameSite=Lax$/,
    )
    const waiting = await get(path, headers)
    expect(waiting.text).toContain('<svg ')
    expect(waiting.text).toContain('role="status"')
    expect(waiting.text).not.toContain('http-equiv="refresh"')
    expect((await get(`${path}&auto=1`, headers)).text).toContain(
      'http-equiv="refresh" content="5;url=/verify/',
    )
    expect((await answer(waiting.text)).body).toEqual({})
    const { text } = await get(path, headers)
    expect(text).toContain('Bewezen')
    expect(text).toContain('Kwekerij De Linde B.V.')
    expect(text).toContain('MYOBI')
    expect(text).not.toContain(registration.slice(-40))
  })

  test('without its cookie a session says nothing, not even that it is there', async () => {
    const { path, headers } = await begin()
    const other = await begin()
    const unknown = await get(`/verify/${'x'.repeat(32)}?lang=nl`, headers)
    for (const found of [await get(path), await get(path, other.headers)]) {
      expect(found.status).toBe(404)
      expect(found.text.replace(/href="[^"]*"/g, '')).toBe(unknown.text.replace(/href="[^"]*"/g, ''))
    }
    expect((await room.call('GET', `/verifications/${path.split(/[/?]/)[2]}`)).status).toBe(404)
  })

  test('on one device the result opens for who comes back from the wallet, in the browser that began', async () => {
    const { path, headers } = await begin({ flow: 'same_device' })
    const waiting = await get(path, headers)
    expect(waiting.text).not.toContain('<svg ')
    const { body } = await answer(waiting.text)
    expect((await get(path, headers)).text).not.toContain('Linde')
    const back = new URL(String(body.redirect_uri))
    expect((await get(back.href)).status).toBe(404)
    const wrong = new URL(back)
    wrong.searchParams.set('response_code', 'x'.repeat(32))
    expect((await get(wrong.href, headers)).status).toBe(403)
    expect((await get(back.href, headers)).status).toBe(303)
    expect((await get(path, headers)).text).toContain('Linde')
    // Taken once.
    expect((await get(back.href, headers)).status).toBe(403)
  })

  test('a pasted proof is judged, and a forged one says nothing about anybody', async () => {
    const paste = async (presentation: string) => {
      const body = new URLSearchParams({ presentation, lang: 'en' })
      const response = await fetch(`${room.url}/verify/paste`, { method: 'POST', body })
      return { status: response.status, text: await response.text() }
    }
    expect((await paste(registration)).text).toMatch(
      /Genuine[\s\S]*may be a copy[\s\S]*Official name[\s\S]*Kwekerij De Linde/,
    )
    const forged = `${registration.slice(0, registration.indexOf('~') - 8)}AAAAAAAA${registration.slice(registration.indexOf('~'))}`
    const { text } = await paste(forged)
    expect(text).toContain('Not genuine')
    expect(text).not.toContain('Linde')
    expect(await paste('no proof')).toMatchObject({
      status: 400,
      text: expect.stringContaining('cannot be read'),
    })
  })

  test('what somebody writes is never markup', async () => {
    const evil = await room.issue(ada, 'company-registration', ANCHOR, { name: '<script>alert(1)</script>' })
    const body = new URLSearchParams({ presentation: evil })
    const text = await (await fetch(`${room.url}/verify/paste`, { method: 'POST', body })).text()
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script')
  })

  test('one address begins so many a minute', async () => {
    const statuses = []
    for (let n = 0; n < 40; n++) {
      const response = await fetch(`${room.url}/verify/paste`, {
        method: 'POST',
        body: new URLSearchParams({ a: 'b' }),
      })
      statuses.push(response.status)
      await response.text()
    }
    expect(statuses.at(-1)).toBe(429)
  })
})
