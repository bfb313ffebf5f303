import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { OPENID_CLIENT, startOpenIdProvider, type TestOpenIdProvider } from './support/openid-provider.ts'
import { originOf } from './support/signing-in.ts'

const executable = chromiumPath()
const BUTTON = 'Aanmelden met Kruimelkoning'

describe.skipIf(!executable)('coming in by another door', () => {
  let trio: TestTrio
  let node: TestNode
  let provider: TestOpenIdProvider
  let browser: Awaited<ReturnType<typeof openBrowser>>

  beforeAll(async () => {
    await ensureBuilt()
    provider = await startOpenIdProvider()
    const openid = {
      ...{ issuer: provider.issuer, clientId: OPENID_CLIENT, create: false },
      ...{ scopes: ['email', 'profile', 'groups'], accountClaim: 'email', groupsClaim: 'groups' },
      label: { nl: BUTTON, en: 'Sign in with Kruimelkoning' },
      groups: [{ group: 'beheer', roles: ['administrator'] as const }],
    }
    trio = await startTrio('sqlite', silentLog, [], (name) =>
      name === 'partner' ? { openid, walletSignIn: true } : {},
    )
    node = trio.partner
    provider.serve(`${originOf(node)}/session/openid/callback`)
    browser = await openBrowser(executable ?? '')
  })

  /** Somebody here, and what the login of her organisation says of her. */
  async function known(account: string, more: Readonly<Record<string, unknown>> = {}, name = account) {
    const email = `${account}@kruimelkoning.example`
    await node.call('partner', 'POST', '/people', {
      ...{ account, given_name: name, family_name: 'Korst', email, role: 'baker' },
    })
    provider.people.set(account, { email, email_verified: true, groups: ['beheer'], ...more })
    provider.who = account
  }
  async function inContext(locale: string, story: (context: BrowserContext) => Promise<void>) {
    const context = await browser.open({ locale })
    try {
      await story(context)
    } finally {
      await context.close()
    }
  }
  const h1 = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  async function addSystem(page: Page, name: string) {
    await visit(page, node, '/settings/systems')
    await page.getByRole('button', { name: 'Systeem toevoegen' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Naam van het systeem').fill(name)
    await dialog.getByLabel('partners lezen').check()
    await dialog.getByRole('button', { name: 'Systeem toevoegen' }).click()
  }

  test('who has a login at work comes in with it where she was going, and shows there again that it is she', () =>
    inContext('nl', async (context) => {
      await known('bram')
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/settings/people'))
      await h1(page, 'Aanmelden')
      await page.getByRole('button', { name: BUTTON }).click()
      await h1(page, 'Mensen en rollen')
      expect(page.url()).toBe(consoleOf(node, '/settings/people'))
      const me = await node.call<{ roles: string[] }>('bram', 'GET', '/me')
      expect(me.body.roles).toEqual(['contact_person', 'administrator'])
      await visit(page, node, '/settings')
      await page.getByText('met de aanmelding van uw organisatie').waitFor()

      await addSystem(page, 'Webwinkel')
      const [tab] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('button', { name: BUTTON }).click(),
      ])
      await h1(tab, 'Bevestigd')
      await page.getByText('Het token van Webwinkel').waitFor()
      const { body } = await node.call<{ items: { name: string }[] }>('partner', 'GET', '/systems')
      expect(body.items.map(({ name }) => name)).toEqual(['Webwinkel'])

      // Somebody else who sits down there confirms nothing in her name.
      trio.clock.advance(6 * 60_000)
      await known('els')
      await addSystem(page, 'Kassa')
      const [other] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('button', { name: BUTTON }).click(),
      ])
      await h1(other, 'Niet bevestigd')
      await page.getByText('Daar is iemand anders aangemeld dan hier.').waitFor()
      expect((await node.call<{ items: object[] }>('partner', 'GET', '/systems')).body.items).toHaveLength(1)
    }))

  test('what goes wrong while she confirms is said where she confirms, and she tries again', () =>
    inContext('nl', async (context) => {
      const page = await signedIn(context, node, 'partner')
      trio.clock.advance(6 * 60_000)
      await addSystem(page, 'Weegschaal')
      await page.getByLabel('Of met een nieuwe aanmeldlink').fill('x'.repeat(43))
      await page.getByRole('button', { name: 'Bevestigen', exact: true }).click()
      await page.getByText('Deze link is gebruikt, verlopen of onbekend').waitFor()
      await page.getByLabel('Of met een nieuwe aanmeldlink').fill('y'.repeat(43))
      expect(await page.getByRole('heading', { level: 1, includeHidden: true }).count()).toBe(1)
    }))

  test('who is not known is told what to do, until an administrator says by what name she comes', () =>
    inContext('nl', async (context) => {
      await known('anna', { email: 'a.korst@elders.example' }, '<img src=x onerror=document.title=1>')
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/sign-in'))
      await page.getByRole('button', { name: BUTTON }).click()
      await page.getByText('Niemand kent u hier onder deze naam.').waitFor()
      expect(new URL(page.url()).search).toBe('?refused=openid_unknown_person')

      const administrator = await signedIn(context, node, 'partner')
      await visit(administrator, node, '/settings/people')
      await administrator.getByRole('button', { name: /^Aanmeldnaam van <img/ }).click()
      const dialog = administrator.getByRole('dialog')
      await dialog.getByLabel('Naam bij uw organisatie').fill('bram@kruimelkoning.example')
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await dialog.getByText('Onder deze naam meldt zich al iemand anders aan').waitFor()
      await dialog.getByLabel('Naam bij uw organisatie').fill('a.korst@elders.example')
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await administrator.getByText(/meldt zich voortaan met die naam aan/).waitFor()
      expect(await administrator.title()).not.toBe('1')
      expect(await administrator.locator('img[src="x"]').count()).toBe(0)

      const mine = await browser.open({ locale: 'nl' })
      const again = await mine.newPage()
      await again.goto(consoleOf(node, '/sign-in'))
      await again.getByRole('button', { name: BUTTON }).click()
      await again.locator('#content').waitFor()
      await mine.close()
    }))

  test('a login that is away says so, and one that nobody set up is not offered', () =>
    inContext('nl', async (context) => {
      trio.clock.advance(61 * 60_000)
      provider.away = true
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/sign-in'))
      await page.getByRole('button', { name: BUTTON }).click()
      await page.getByText('De aanmelding van uw organisatie is nu niet bereikbaar').waitFor()
      provider.away = false
      await page.getByRole('button', { name: BUTTON }).click()
      await page.waitForURL((url) => url.searchParams.has('refused') || !url.pathname.endsWith('/sign-in'))

      await page.goto(consoleOf(trio.company, '/sign-in'))
      const ways = page.waitForResponse((response) => response.url().endsWith('/session/ways'))
      await page.reload()
      expect(await (await ways).json()).toEqual({ openid: null, wallet: false })
      await h1(page, 'Aanmelden')
      expect(await page.getByRole('button', { name: /Kruimelkoning/ }).count()).toBe(0)
    }))

  test('an address that says anything at all shows words of ours alone', () =>
    inContext('nl', async (context) => {
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/sign-in?refused=Bel%200900-1234%20%3Cimg%20src%3Dx%3E'))
      await page.getByText('U bent niet aangemeld. Probeer het opnieuw.').waitFor()
      expect(await page.getByText('0900-1234').count()).toBe(0)
    }))

  /** What the page began with a wallet, by the button of that name. */
  async function begun(page: Page, button: string) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/session/wallet'))
    await page.getByRole('button', { name: button }).click()
    return ((await (await answered).json()) as { link: string }).link
  }
  /** She says yes in her wallet. @returns where it sends her browser */
  async function show(account: string, link: string): Promise<string> {
    const path = '/presentations/requests'
    const opened = await node.call<{ id: string }>(account, 'POST', path, { link })
    const shown = await node.call<{ redirect_uri: string | null }>(
      ...([account, 'POST', `${path}/${opened.body.id}/acceptance`, {}] as const),
    )
    expect(shown.status, JSON.stringify(shown.body)).toBe(200)
    return shown.body.redirect_uri ?? ''
  }

  test('who has her role in a wallet scans a code, compares, and comes in where she was going', () =>
    inContext('nl', async (context) => {
      await known('wim')
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/settings/appearance'))
      const link = await begun(page, 'Aanmelden met uw wallet')
      await page.getByRole('img', { name: 'QR-code om u met uw wallet aan te melden' }).waitFor()
      await page.getByText(`of in de adresbalk ${new URL(consoleOf(node)).host} staat`).waitFor()
      await page.getByText('Wachten op uw wallet…').waitFor()
      expect(await show('wim', link)).toBe('')
      await page.waitForURL(consoleOf(node, '/settings/appearance'))
      const sessions = await node.call<{ items: { method: string }[] }>('wim', 'GET', '/me/sessions')
      expect(sessions.body.items).toMatchObject([{ method: 'wallet' }])
      await visit(page, node, '/settings')
      await page.getByText('met een wallet').waitFor()
    }))

  test('a wallet on the same device brings her back to the browser she began in, and to no other', () =>
    inContext('nl', async (context) => {
      await known('mies')
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/settings/appearance'))
      await begun(page, 'Aanmelden met uw wallet')
      const back = await show('mies', await begun(page, 'Mijn wallet staat op dit apparaat'))
      await page.getByText('Ga verder in uw wallet. Die brengt u hier terug.').waitFor()

      await inContext('nl', async (others) => {
        const lured = await others.newPage()
        await lured.goto(back)
        await lured
          .getByText('Deze aanmelding is al gebruikt, te oud, of in een andere browser begonnen')
          .waitFor()
        expect(new URL(lured.url()).searchParams.has('response_code')).toBe(false)
      })
      await page.goto(back)
      await page.waitForURL(consoleOf(node, '/settings/appearance'))
      const who = await page.evaluate(`fetch('/api/v1/me').then((answer) => answer.json())`)
      expect(who).toMatchObject({ account: 'mies' })
    }))

  test('who has no role here any more is told so, and can begin again', () =>
    inContext('nl', async (context) => {
      await known('toos')
      const page = await context.newPage()
      await page.goto(consoleOf(node, '/sign-in'))
      // It looks whether the wallet answered when she is gone already.
      let hold = true
      await page.route('**/session/wallet/check', (route) =>
        hold ? route.fulfill({ json: { state: 'waiting' } }) : route.continue(),
      )
      await show('toos', await begun(page, 'Aanmelden met uw wallet'))
      const { body } = await node.call<{ items: { id: string; account: string }[] }>(
        'partner',
        'GET',
        '/people',
      )
      const toos = body.items.find(({ account }) => account === 'toos')
      await node.call('partner', 'POST', `/people/${toos?.id}/leave`, {})
      hold = false
      await page.getByText('Uw wallet liet geen rol zien die hier geldt').waitFor()
      await begun(page, 'Aanmelden met uw wallet')
      await page.getByText('Wachten op uw wallet…').waitFor()
      await page.getByRole('button', { name: 'Annuleren' }).click()
      await page.getByRole('button', { name: 'Aanmelden met uw wallet' }).waitFor()
    }))

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of another door breaks a rule of WCAG 2.2 AA', () =>
      inContext(locale, async (context) => {
        const page = await context.newPage()
        for (const [name, path] of [
          ['sign in with a login', '/sign-in?refused=openid_account_taken'],
          ['confirmed', '/confirmed'],
          ['not confirmed', '/confirmed?refused=openid_not_fresh'],
        ] as const) {
          await page.goto(consoleOf(node, path))
          await page.getByRole('heading', { level: 1 }).waitFor()
          if (path.startsWith('/sign-in')) await page.getByRole('button', { name: /Kruimelkoning/ }).waitFor()
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
        await page.goto(consoleOf(node, '/sign-in'))
        await page
          .getByRole('button', { name: /^(Aanmelden met uw wallet|Sign in with your wallet)$/ })
          .click()
        await page.getByRole('img', { name: /^QR/ }).waitFor()
        expect(await wrongWith(page, 'sign in with a wallet', locale)).toEqual([])
        const own = await signedIn(context, node, 'partner')
        await visit(own, node, '/settings/people')
        await own
          .getByRole('button', { name: /^(Aanmeldnaam van|Sign-in name of) / })
          .first()
          .click()
        await own.getByRole('dialog').getByRole('textbox').waitFor()
        expect(await wrongWith(own, 'sign-in name', locale)).toEqual([])
        trio.clock.advance(6 * 60_000)
        await own.getByRole('dialog').getByRole('textbox').fill('iemand@kruimelkoning.example')
        await own.getByRole('button', { name: /^(Opslaan|Save)$/ }).click()
        await own.getByRole('button', { name: /^(Aanmelden met|Sign in with) Kruimelkoning$/ }).waitFor()
        expect(await wrongWith(own, 'confirm at a login', locale)).toEqual([])
      }))
  })
})
