import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { visit, wrongWith } from './support/console.ts'
import { startHost, type TestHost } from './support/hosted.ts'

const executable = chromiumPath()

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

  test.each(['nl', 'en'])('its page breaks no rule of WCAG 2.2 AA in %s', (locale) =>
    atDesk(async (page) => {
      await visit(page, at.config, '/desk/hosting')
      expect(await wrongWith(page, 'hosting', locale)).toEqual([])
    }, locale),
  )
})
