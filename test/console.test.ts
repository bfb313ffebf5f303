import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, foreignRequests, openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()

describe.skipIf(!executable)('the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>

  const asks = async () => {
    const { status, body } = await trio.company.call<{ id: string }>(
      'sanne',
      'POST',
      '/access/requests',
      newRequest,
    )
    expect(status, JSON.stringify(body)).toBe(201)
  }
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
    await asks()
  })

  test('a contact person answers a request, and takes it back', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      const elsewhere = foreignRequests(page, trio.partner)
      await page.getByRole('link', { name: /1 verzoek om uw gegevens/ }).click()
      await page.getByRole('link', { name: /Nietmachine B.V. vraagt om uw gegevens/ }).click()
      await page.getByRole('heading', { level: 1, name: /Nietmachine/ }).waitFor()
      await page.getByText('Wij leveren uw bestelling').waitFor()
      await page.getByRole('button', { name: 'Delen', exact: true }).click()
      await openKey(page, trio.partner, 'bram')
      await page.getByText(/U deelt nu 1 gegeven met Nietmachine B.V./).waitFor()
      await page.getByRole('link', { name: 'Toestemmingen', exact: true }).click()
      await page.getByText('E-mailadres').waitFor()
      await page.getByRole('button', { name: 'Intrekken' }).click()
      await page.getByRole('button', { name: 'Ja, intrekken' }).click()
      await page.getByText(/Ingetrokken: Nietmachine B.V. ziet dit niet meer/).waitFor()
      await page.getByText('U deelt nu niets.').waitFor()
      await page.getByRole('button', { name: 'Ongedaan maken' }).click()
      await page.getByText(/Opnieuw gedeeld met Nietmachine B.V./).waitFor()
      await page.getByText('E-mailadres').waitFor()
      expect(elsewhere).toEqual([])
    } finally {
      await context.close()
    }
  })

  const pages = [
    ['home', ''],
    ['requests', '/requests'],
    ['decided requests', '/requests?state=decided'],
    ['grants', '/grants'],
    ['ended grants', '/grants?state=ended'],
    ['looks', '/looks'],
    ['data', '/data'],
    ['nothing here', '/nergens'],
  ] as const
  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page breaks a rule of WCAG 2.2 AA', async () => {
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.partner, 'partner')
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(String(error)))
        const { body } = await trio.partner.call<{ items: { id: string }[] }>(
          'partner',
          'GET',
          '/access/requests?state=pending',
        )
        const all = [...pages, ['request', `/requests/${body.items[0]?.id}`] as const]
        for (const [name, path] of all) {
          await visit(page, trio.partner, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
        expect(errors).toEqual([])
        const signedOut = await browser.open({ locale })
        const door = await signedOut.newPage()
        await door.goto(consoleOf(trio.partner, '/grants'))
        await door.getByRole('heading', { level: 1 }).waitFor()
        expect(new URL(door.url()).pathname).toBe('/app/sign-in')
        expect(await wrongWith(door, 'sign in', locale)).toEqual([])
        await signedOut.close()
      } finally {
        await context.close()
      }
    })
  })
})
