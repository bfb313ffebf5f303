import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { openKey, signedIn, visit, wrongWith } from './support/console.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

const executable = chromiumPath()
const PHRASE = 'een zin die wij apart bewaren'
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('a company and its node in the console', () => {
  let trio: TestTrio
  let golf: TestNode
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    golf = await trio.add('golf', { name: 'Golfbaan De Bunker', kvkNumber: '48317122' })
    browser = await openBrowser(executable ?? '')
  })
  const as = async (
    node: TestNode,
    account: string,
    work: (page: Page) => Promise<void>,
    locale = 'nl',
  ): Promise<void> => {
    const context = await browser.open({ locale })
    try {
      await work(await signedIn(context, node, account))
    } finally {
      await context.close()
    }
  }

  test('a company applies, hands in what the servicedesk asks for, and is registered', () =>
    as(golf, 'golf', async (page) => {
      await visit(page, golf, '/settings/registration')
      await page.getByText('nog niet aangemeld').waitFor()
      const apply = page.getByRole('button', { name: 'Aanmelden' })
      expect(await apply.isDisabled()).toBe(true)
      await page.getByLabel('Btw-nummer').fill('NL000000000B00')
      await page.getByLabel(/aanvaard ik versie 1 van de TTP-policy/).check()
      await apply.click()
      // What it typed wrong stands there still.
      await page.getByRole('alert').waitFor()
      expect(await page.getByLabel('Btw-nummer').inputValue()).toBe('NL000000000B00')
      await page.getByLabel('Btw-nummer').fill('')
      await apply.click()
      await openKey(page, golf, 'golf')
      await page.getByText('U bent aangemeld. De servicedesk kijkt ernaar.').waitFor()
      await page.locator('input[type=file]').setInputFiles({
        ...{ name: 'uittreksel.pdf', mimeType: 'application/pdf' },
        buffer: Buffer.from('geen pdf'),
      })
      await page.getByRole('alert').waitFor()
      await page.locator('input[type=file]').setInputFiles({
        ...{ name: 'uittreksel.pdf', mimeType: 'application/pdf' },
        buffer: Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'),
      })
      await page.getByText('Uittreksel KVK is ingeleverd.').waitFor()
      const { body } = await golf.call<{ id: string }>('golf', 'GET', '/registrations/mine')
      await trio.myobi.call('myobi', 'POST', `/registrations/${body.id}/accept`, {})
      await eventually(async () => {
        await page.reload()
        return (await page.getByText('geregistreerd', { exact: true }).count()) > 0
      }, 'the registration')
      expect(await page.getByRole('button', { name: 'Aanmelden' }).count()).toBe(0)
    }))

  test('who is no administrator sees how it stands, and applies nowhere', () =>
    as(trio.company, 'sanne', async (page) => {
      await visit(page, trio.company, '/settings/registration')
      await page.getByText('geregistreerd', { exact: true }).waitFor()
      expect(await page.getByRole('button', { name: 'Aanmelden' }).count()).toBe(0)
      expect(await page.getByRole('link', { name: 'Reservekopie' }).count()).toBe(0)
    }))

  test('a backup is one file that says nothing, made with a passphrase that stays in the browser', () =>
    as(trio.company, 'company', async (page) => {
      const sent: string[] = []
      page.on('request', (request) => sent.push(request.postData() ?? ''))
      await visit(page, trio.company, '/settings/backup')
      const make = page.getByRole('button', { name: 'Reservekopie maken' })
      await page.getByRole('textbox', { name: 'Wachtzin' }).fill(PHRASE)
      await page.getByRole('textbox', { name: 'Nog een keer' }).fill(`${PHRASE}!`)
      await page.getByText('Dit is niet dezelfde wachtzin').waitFor()
      expect(await make.isDisabled()).toBe(true)
      await page.getByRole('textbox', { name: 'Nog een keer' }).fill(PHRASE)
      const [download] = await Promise.all([page.waitForEvent('download'), make.click()])
      await page.getByText(/De reservekopie is gemaakt/).waitFor()
      const file = readFileSync(await download.path())
      expect(JSON.parse(file.subarray(0, file.indexOf(10)).toString())).toMatchObject({
        type: 'urn:regie:node:1',
      })
      expect(file.length).toBeGreaterThan(50_000)
      for (const said of ['Nietmachine', 'sanne@', PHRASE]) expect(file.includes(said), said).toBe(false)
      expect(sent.filter((body) => body.includes(PHRASE))).toEqual([])
      expect(await page.getByRole('textbox', { name: 'Wachtzin' }).inputValue()).toBe('')
      // Nobody hosts it: there is nowhere to leave.
      expect(await page.getByRole('button', { name: 'Voorgoed vertrekken' }).count()).toBe(0)
    }))

  test('a coordinator stops the daily mail, and takes it again', () =>
    as(trio.company, 'company', async (page) => {
      const on = async () =>
        (await trio.company.call<{ on: boolean }>('company', 'GET', '/invitations/digest')).body.on
      expect(await on()).toBe(true)
      await visit(page, trio.company, '/settings/mail')
      const choice = page.getByRole('switch', { name: 'Uw uitnodigingen van de dag' })
      for (const wanted of [false, true]) {
        await choice.click()
        await eventually(async () => (await on()) === wanted, 'the choice')
      }
    }))

  test('the first page says what waits and what happened since, and the search finds things by name', async () => {
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{
        ...newRequest,
        claims: ['company-profile.email'],
        purpose: ['vendor-management'],
        reason: HOSTILE,
      },
    })
    const waiting = await eventually(async () => {
      const { body } = await trio.partner.call<{ items: { id: string }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      return body.items[0]?.id
    }, 'the request')
    await as(trio.partner, 'partner', async (page) => {
      await page.getByText('1 verzoek om uw gegevens').waitFor()
      expect(await page.getByText(/Sinds uw vorige bezoek/).count()).toBe(0)
      await trio.partner.call('partner', 'POST', `/access/requests/${waiting}/approval`, {})
      await eventually(async () => {
        const asked = {
          partner: '48245915',
          kind: 'purchasing_question',
          subject: 'Levertijd',
          body: 'Wanneer?',
        }
        return (await trio.company.call('sanne', 'POST', '/messages', asked)).status === 201
      }, 'the channel')
      // She was here an hour ago.
      await page.evaluate(`
        for (const key of Object.keys(localStorage).filter((one) => one.startsWith('last visit')))
          localStorage.setItem(key, JSON.stringify({ at: '2020-01-01T00:00:00.000Z', before: null }))`)
      await eventually(async () => {
        await visit(page, trio.partner, '/')
        return (await page.getByText('1 bericht wacht op uw antwoord').count()) > 0
      }, 'the message')
      await page.getByText(/Sinds uw vorige bezoek, 1 jan 2020/).waitFor()
      await page.getByRole('link', { name: '1 nieuw bericht' }).waitFor()

      await page.keyboard.press('Control+k')
      const search = page.getByRole('dialog').getByRole('textbox', { name: 'Zoeken' })
      await search.fill('levert')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Levertijd.*bericht/ })
        .waitFor()
      await search.fill('onerror')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /onerror.*verzoek/ })
        .waitFor()
      await search.fill('bram')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Bram Korst.*collega/ })
        .waitFor()
      expect(await wrongWith(page, 'search', 'nl')).toEqual([])
      await search.fill('levert')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Levertijd/ })
        .waitFor()
      await search.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Berichten aan u' }).waitFor()
      expect(await page.title()).not.toBe('1')
    })
    // A message that was answered waits no more.
    const listed = async (query: string) =>
      (await trio.partner.call<{ items: { id: string }[] }>('partner', 'GET', `/messages?${query}`)).body
        .items
    const [message] = await listed('waiting=true')
    await trio.partner.call('partner', 'POST', `/messages/${message?.id}/answer`, { body: 'Morgen' })
    expect(await listed('waiting=true')).toEqual([])
    expect(await listed('')).toHaveLength(1)
  })

  test('what did not arrive stands on the first page, and is sent once more by hand', async () => {
    await trio.company.node.dispose()
    await trio.partner.call('partner', 'POST', '/profile', { email: 'nieuw@kruimelkoning.example' })
    await as(trio.partner, 'partner', async (page) => {
      await eventually(async () => {
        await visit(page, trio.partner, '/')
        return (await page.getByText('1 bericht kwam nog niet aan').count()) > 0
      }, 'that it did not arrive')
      await page.getByText('1 bericht kwam nog niet aan').click()
      await page.getByRole('button', { name: 'Nu opnieuw proberen: Nietmachine B.V.' }).waitFor()
      await trio.company.restart()
      await page.getByRole('button', { name: 'Nu opnieuw proberen: Nietmachine B.V.' }).click()
      await page.getByText('Het wordt opnieuw geprobeerd.').waitFor()
      await eventually(async () => {
        await page.reload()
        return (await page.getByText('wordt bezorgd').count()) === 0
      }, 'that it arrives')
    })
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const wrong: string[] = []
    const fresh = await trio.add(`vers-${locale}`, { name: 'Vers B.V.', kvkNumber: '48317130' })
    for (const [node, account, pages] of [
      [trio.company, 'company', ['/settings/backup']],
      [trio.partner, 'partner', ['/']],
      [fresh, `vers-${locale}`, ['/settings/registration']],
    ] as const)
      await as(
        node,
        account,
        async (page) => {
          for (const path of pages) {
            await visit(page, node, path)
            wrong.push(...(await wrongWith(page, `${account} ${path.replaceAll('/', ' ').trim()}`, locale)))
          }
        },
        locale,
      )
    expect(wrong).toEqual([])
  })
})
