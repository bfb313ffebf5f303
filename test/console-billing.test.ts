import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { eventually, registerAll, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const DAY_MS = 86_400_000

interface Line {
  readonly id: string
  readonly kind: string
  readonly cents: number
  readonly payer: string
  readonly period: string
}

describe.skipIf(!executable)('billing in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const items = async () =>
    (await trio.myobi.call<{ items: Line[] }>('myobi', 'GET', '/billing/items?limit=200')).body.items

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    browser = await openBrowser(executable ?? '')
  })

  async function as(node: TestNode, work: (page: Page) => Promise<void>, locale = 'nl') {
    const context = await browser.open({ locale })
    try {
      await work(await signedIn(context, node, node.config.name))
    } finally {
      await context.close()
    }
  }

  test('before anybody joined there is nothing to bill', () =>
    as(trio.myobi, async (page) => {
      await visit(page, trio.myobi, '/billing/invoices')
      await page.getByText('Er zijn nog geen facturen.').waitFor()
      await page.getByText('Er is nog geen maand afgesloten.').waitFor()
      await page.getByRole('link', { name: 'Posten' }).click()
      await page.getByText('Er is nog niets in rekening gebracht.').waitFor()
      await page.getByRole('link', { name: 'Tarief' }).click()
      await page.getByRole('rowheader', { name: 'Registratie van een partner' }).waitFor()
      await page.getByText('de eerste 3').waitFor()
    }))

  test('an item is corrected, with the reason that the organisation reads', async () => {
    await registerAll(trio)
    await eventually(async () => (await items()).length === 2, 'both registrations are charged')
    await as(trio.myobi, async (page) => {
      await visit(page, trio.myobi, '/billing/items')
      await page
        .getByRole('button', { name: /^Registratie van een partner van .* corrigeren$/ })
        .first()
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/Het bedrag wordt/).fill('20,5')
      await dialog.getByLabel(/Reden/).fill('Dubbel werk van ons')
      await dialog.getByRole('button', { name: 'Corrigeren' }).click()
      await page.getByText('De post is gecorrigeerd.').waitFor()
      await page.getByText(/Dubbel werk van ons/).waitFor()
      await page.getByText('is gecorrigeerd', { exact: true }).waitFor()
      const correction = (await items()).find(({ kind }) => kind === 'correction')
      expect(correction?.cents).toBe(2050 - 4950)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Opslaan als tabel' }).click()
      expect((await saved).suggestedFilename()).toBe('items.csv')
      await page
        .getByRole('link', { name: /^Rekening van (Nietmachine|Kruimelkoning) B.V./ })
        .first()
        .click()
      await page.getByRole('heading', { level: 1, name: /^Rekening van / }).waitFor()
      await page
        .getByRole('cell', { name: /^Registratie van een partner/ })
        .first()
        .waitFor()
    })
  })

  test('a month that still runs is not closed; one that is over is, and its invoices are kept', async () => {
    const period = (await items())[0]?.period ?? ''
    const name = new Intl.DateTimeFormat('nl-NL', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${period}-01T00:00:00Z`),
    )
    const close = async (page: Page) => {
      await visit(page, trio.myobi, '/billing/invoices')
      await page.getByRole('button', { name: 'Maand afsluiten' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('combobox', { name: 'Welke maand?' }).click()
      await page.getByRole('option', { name }).click()
      await dialog.getByText(`${name} afsluiten?`).waitFor()
      await dialog.getByRole('button', { name: 'Maand afsluiten' }).click()
    }
    await as(trio.myobi, async (page) => {
      await close(page)
      await page.getByRole('dialog').getByRole('alert').getByText('Dat lukte niet').waitFor()
    })
    trio.clock.advance(31 * DAY_MS)
    await as(trio.myobi, async (page) => {
      await close(page)
      await page.getByText(`${name} is afgesloten.`).waitFor()
      await page.getByText(new RegExp(`^${name}: 2 facturen`)).waitFor()
      const { body } = await trio.myobi.call<{ items: { number: string }[] }>(
        'myobi',
        'GET',
        '/billing/invoices',
      )
      expect(body.items).toHaveLength(2)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: `Opslaan als pagina: ${body.items[0]?.number}` }).click()
      expect((await saved).suggestedFilename()).toBe(`${body.items[0]?.number}.html`)
    })
  })

  test('a company sees what it is charged', async () => {
    const period = (await items())[0]?.period ?? ''
    await as(trio.company, async (page) => {
      await page.getByRole('link', { name: 'Rekening', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Onze rekening' }).waitFor()
      expect(await page.getByRole('link', { name: 'Posten' }).count()).toBe(0)
      await visit(page, trio.company, `/billing?period=${period}`)
      await page
        .getByRole('cell', { name: /^Registratie van een partner/ })
        .first()
        .waitFor()
      await page.getByText('afgesloten', { exact: true }).waitFor()
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Opslaan als tabel' }).click()
      expect((await saved).suggestedFilename()).toBe(`statement-${period}.csv`)
    })
  })

  test('a page of the trust anchor is refused elsewhere, by its address', () =>
    as(trio.company, async (page) => {
      await visit(page, trio.company, '/billing/items')
      await page.getByRole('alert').getByText('Dat lukte niet').waitFor()
    }))

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const [line] = await items()
      const statement = `/billing/items/statement?period=${line?.period}&organisation=${encodeURIComponent(line?.payer ?? '')}`
      await as(
        trio.myobi,
        async (page) => {
          for (const [name, path] of [
            ['invoices', '/billing/invoices'],
            ['items', '/billing/items'],
            ['statement', statement],
            ['tariff', '/billing/tariff'],
          ] as const) {
            await visit(page, trio.myobi, path)
            expect(await wrongWith(page, name, locale)).toEqual([])
          }
        },
        locale,
      )
      await as(
        trio.company,
        async (page) => {
          await visit(page, trio.company, `/billing?period=${line?.period}`)
          expect(await wrongWith(page, 'our statement', locale)).toEqual([])
        },
        locale,
      )
    })
  })
})
