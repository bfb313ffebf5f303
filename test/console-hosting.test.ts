import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { visit, wrongWith } from './support/console.ts'
import { startHost, type TestHost } from './support/hosted.ts'
import { eventually } from './support/nodes.ts'

const executable = chromiumPath()
const PHRASE = 'een zin die met ons meegaat'

describe.skipIf(!executable)('hosted nodes in the console', () => {
  let at: TestHost
  let browser: Awaited<ReturnType<typeof openBrowser>>

  beforeAll(async () => {
    await ensureBuilt()
    at = await startHost('sqlite')
    browser = await openBrowser(executable ?? '')
  })

  async function atDesk(work: (page: Page) => Promise<void>, locale = 'nl') {
    const { body } = await at.call<{ url: string }>(null, at.token, 'POST', '/me/sessions/links', {})
    const context = await browser.open({ locale })
    try {
      const page = await context.newPage()
      await page.goto(body.url)
      await page.locator('#content').first().waitFor()
      await work(page)
    } finally {
      await context.close()
    }
  }
  const state = async () => {
    const { body } = await at.call<{ items: { slug: string; state: string }[] }>(
      null,
      at.token,
      'GET',
      '/hosting',
    )
    return body.items.find(({ slug }) => slug === 'bakker')?.state
  }

  test('a node is made and its link shown once; it is closed and opened again', () =>
    atDesk(async (page) => {
      await visit(page, at.config, '/desk/hosting')
      await page.getByText('Wij draaien nog geen omgeving voor een organisatie.').waitFor()
      await page.getByRole('button', { name: 'Omgeving maken' }).click()
      const dialog = page.getByRole('dialog')
      const fill = (label: RegExp, value: string) => dialog.getByLabel(label).fill(value)
      await fill(/^Naam van de organisatie/, 'Bakker <img src=x onerror="document.title=1">')
      await fill(/^Naam in het adres/, '-nee-')
      await fill(/^Voornaam/, 'Bea')
      await fill(/^Achternaam/, 'Bakker')
      await fill(/^Accountnaam/, 'bea')
      await dialog.getByRole('button', { name: 'Omgeving maken' }).click()
      await dialog.getByRole('alert').getByText('Dat lukte niet').waitFor()
      await fill(/^Naam in het adres/, 'bakker')
      await dialog.getByRole('button', { name: 'Omgeving maken' }).click()
      await page.getByText(/\/app\/welcome#/).waitFor()
      expect(await state()).toBe('active')
      await page.getByRole('button', { name: 'Sluiten: bakker' }).click()
      await dialog.getByRole('button', { name: 'Sluiten', exact: true }).last().click()
      await page.getByRole('button', { name: 'Weer openen: bakker' }).waitFor()
      expect(await state()).toBe('suspended')
      await page.getByRole('button', { name: 'Weer openen: bakker' }).click()
      await page.getByRole('button', { name: 'Sluiten: bakker' }).waitFor()
      expect(await state()).toBe('active')
      await page.reload()
      await page.getByRole('button', { name: 'Sluiten: bakker' }).waitFor()
      expect(await page.getByText(/\/app\/welcome#/).count()).toBe(0)
    }))

  test('who is hosted takes her node along: it closes here, and its file is fetched with what she was shown', async () => {
    const { token, url } = await at.make('weg')
    const { body } = await at.call<{ url: string }>('weg', token, 'POST', '/me/sessions/links', {})
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await context.newPage()
      await page.goto(body.url)
      await page.locator('#content').first().waitFor()
      await page.goto(`${url}/app/settings/backup`)
      const leave = page.getByRole('region', { name: 'Naar een eigen plek' }).or(page.locator('form').last())
      await page.getByLabel(/^Adres waar uw eigen omgeving komt/).fill('http://127.0.0.1:1234')
      await leave.last().getByRole('textbox', { name: 'Wachtzin' }).fill(PHRASE)
      await leave.last().getByRole('textbox', { name: 'Nog een keer' }).fill(PHRASE)
      const go = page.getByRole('button', { name: 'Voorgoed vertrekken' })
      expect(await go.isDisabled()).toBe(true)
      await page.getByLabel(/hier voorgoed sluit/).check()
      expect(await wrongWith(page, 'leaving', 'nl')).toEqual([])
      const [download] = await Promise.all([page.waitForEvent('download'), go.click()])
      await page.getByText(/Uw omgeving is hier gesloten/).waitFor()
      expect(readFileSync(await download.path()).length).toBeGreaterThan(10_000)
      const again = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Bestand ophalen' }).click(),
      ])
      expect(readFileSync(await again[0].path()).length).toBeGreaterThan(10_000)
      const gone = await at.call('weg', token, 'GET', '/me')
      expect(gone.body).toMatchObject({ code: 'organisation_moved' })
    } finally {
      await context.close()
    }
  })

  test('what is left of a node that left is removed once its name is typed', () =>
    atDesk(async (page) => {
      const states = async () =>
        (await at.call<{ items: { slug: string; state: string }[] }>(null, at.token, 'GET', '/hosting')).body
          .items
      await visit(page, at.config, '/desk/hosting')
      await page.getByRole('button', { name: /: weg$/ }).click()
      const dialog = page.getByRole('dialog')
      const remove = dialog.getByRole('button').last()
      expect(await remove.isDisabled()).toBe(true)
      await dialog.getByRole('textbox').fill('weg')
      await remove.click()
      await eventually(
        async () => (await states()).some((one) => one.slug === 'weg' && one.state === 'removed'),
        'the removal',
      )
    }))

  test.each(['nl', 'en'])('its page breaks no rule of WCAG 2.2 AA in %s', (locale) =>
    atDesk(async (page) => {
      await visit(page, at.config, '/desk/hosting')
      expect(await wrongWith(page, 'hosting', locale)).toEqual([])
    }, locale),
  )
})
