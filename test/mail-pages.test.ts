import { createServer, request } from 'node:http'
import express from 'express'
import { beforeAll, describe, expect, test } from 'vitest'
import { mailPageRoutes, outboxPageRoutes } from '../src/mail/index.ts'
import { chromiumPath, openBrowser, violationsOf } from './support/browser.ts'
import { atEnd } from './support/endings.ts'
import { type MailRoom, openMailRoom } from './support/mail-room.ts'

const ANNA = 'anna@voorbeeld.example'

describe('the pages of e-mail', () => {
  let room: MailRoom
  let url = ''
  let token = ''
  let id = ''
  beforeAll(async () => {
    room = await openMailRoom('sqlite', { server: null })
    ;({ id } = await room.queue(ANNA, { name: 'Anna <script>alert(1)</script>' }))
    const app = express().disable('x-powered-by')
    app.use(mailPageRoutes({ addresses: room.addresses, sender: { name: 'De Gouden Nietmachine', url: '' } }))
    app.use(outboxPageRoutes({ mails: room.mails }))
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => server.close())
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    token = room.addresses.unsubscribeToken(room.addresses.markOf(ANNA))
  })

  const isUnsubscribed = async () => (await room.addresses.unsubscribedAt(token)) !== null

  test('opening the link to unsubscribe changes nothing: scanners open every link', async () => {
    for (const method of ['GET', 'HEAD']) await fetch(`${url}/mail/unsubscribe?t=${token}`, { method })
    expect(await isUnsubscribed()).toBe(false)
  })

  test('one click unsubscribes, as RFC 8058 has it, and the page takes it back', async () => {
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    const clicked = await fetch(`${url}/mail/unsubscribe?t=${token}&lang=nl`, { method: 'POST', body })
    expect(clicked.status).toBe(200)
    expect(clicked.headers.get('referrer-policy')).toBe('no-referrer')
    expect(clicked.headers.get('cache-control')).toBe('no-store')
    expect(await isUnsubscribed()).toBe(true)
    await fetch(`${url}/mail/resubscribe?t=${token}`, { method: 'POST' })
    expect(await isUnsubscribed()).toBe(false)
  })

  test.each(['', '?t=x', `?t=${'A'.repeat(43)}.${'A'.repeat(43)}`, '?t=a&t=b'])(
    'a link that is not whole is told so, and changes nothing: %s',
    async (query) => {
      const answer = await fetch(`${url}/mail/unsubscribe${query}`, { method: 'POST' })
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('This link is not right')
    },
  )

  test('the outbox shows what was mailed, with its links, and no markup of others', async () => {
    const list = await (await fetch(`${url}/outbox?lang=nl`)).text()
    expect(list).toContain(ANNA)
    expect(list).toContain('Postvak uit')
    const shown = await (await fetch(`${url}/outbox/${id}`)).text()
    expect(shown).toContain('href="https://node.example/uitnodiging?token=geheim"')
    const mail = await fetch(`${url}/outbox/${id}/html`)
    expect(mail.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const page of [list, shown, await mail.text()]) expect(page).not.toContain('<script')
    expect((await fetch(`${url}/outbox/nergens`)).status).toBe(404)
  })

  test('a page elsewhere that has its name lead here does not read the outbox', async () => {
    const status = await new Promise((resolve) => {
      request(`${url}/outbox`, { headers: { host: 'elders.example' } }, ({ statusCode }) =>
        resolve(statusCode),
      ).end()
    })
    expect(status).toBe(404)
  })

  const chromium = chromiumPath()
  describe.skipIf(chromium === null)('in a browser', () => {
    test.each(['light', 'dark'] as const)('they are for everybody, in %s', async (colorScheme) => {
      const browser = await openBrowser(chromium ?? '')
      const context = await browser.open({ colorScheme, viewport: { width: 420, height: 760 } })
      const page = await context.newPage()
      const paths = [
        `/mail/unsubscribe?t=${token}&lang=nl`,
        '/outbox?lang=nl',
        `/outbox/${id}`,
        `/outbox/${id}/html`,
      ]
      for (const path of paths) {
        await page.goto(`${url}${path}`)
        expect(await violationsOf(page)).toEqual([])
      }
      await context.close()
    })
  })
})
