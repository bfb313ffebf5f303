import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'
const PARTNER = '48245915'

describe.skipIf(!executable)('what is stated and published, in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  /** One asks claims of the other, which opens them. */
  async function open(from: TestNode, asker: string, to: TestNode, claims: string[]): Promise<void> {
    const kvk = to.config.organisation.kvkNumber
    await from.call(asker, 'POST', '/access/requests', { ...newRequest, partner: kvk, claims })
    const owner = to.config.name
    const page = await to.call<{ items: { id: string }[] }>(owner, 'GET', '/access/requests?state=pending')
    const path = `/access/requests/${page.body.items[0]?.id}/approval`
    expect((await to.call(owner, 'POST', path, {})).status).toBe(201)
    await eventually(async () => {
      const { body } = await from.call<{ items: object[] }>(asker, 'GET', '/access/grants/received')
      return body.items.length > 0
    }, 'the grant')
  }
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/profile', {
      ...{ name: 'Nietmachine B.V.', email: 'info@nietmachine.example' },
    })
    browser = await openBrowser(executable ?? '')
  })

  test('a customer who opened nothing gets no statement; one that did has it, until it is withdrawn', async () => {
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/sharing')
      await page.getByText('U verklaarde nog niets.').waitFor()
      await page.getByRole('combobox', { name: 'Aan welke klant?' }).fill(PARTNER)
      await page.getByLabel('Periode').fill('2026-Q3')
      await page.getByLabel('Korting (%)').fill('7.5')
      await page.getByLabel('Opmerking').fill(HOSTILE)
      await page.getByRole('button', { name: 'Verklaren' }).click()
      await page.getByRole('alert').waitFor()
      await open(trio.partner, 'partner', trio.company, ['company-profile.email'])
      await open(trio.company, 'sanne', trio.partner, ['company-profile.email'])
      await page.getByRole('button', { name: 'Verklaren' }).click()
      await page.getByText(/Verklaard aan/).waitFor()
      await page.getByText(HOSTILE).waitFor()
      const received = async () =>
        (await trio.partner.call<{ items: { valid: boolean }[] }>('partner', 'GET', '/statements/received'))
          .body.items
      await eventually(async () => (await received()).length === 1, 'the statement')
      const customer = await signedIn(other, trio.partner, 'partner')
      await visit(customer, trio.partner, '/sharing')
      await customer.getByText(HOSTILE).waitFor()
      await page.getByRole('button', { name: /^Intrekken/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Intrekken' }).click()
      await page.getByText(/geldt niet meer/).waitFor()
      expect(await customer.title()).not.toBe('1')
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('products and prices are published line by line, and taken back', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/sharing/lists')
      const products = page.getByRole('region', { name: 'Producten en diensten' })
      await products.getByLabel('Artikelnummer').fill('GN-26')
      await products.getByLabel('Naam').fill('De Gouden 26/6')
      await products.getByRole('button', { name: 'Regel toevoegen' }).click()
      const second = products.getByRole('group', { name: 'Regel 2' })
      await second.getByLabel('Artikelnummer').fill('ON-1')
      await second.getByLabel('Naam').fill('Onderhoud aan huis')
      await second.getByLabel('Soort').selectOption({ label: 'dienst' })
      await products.getByRole('button', { name: 'Lijst bekendmaken' }).click()
      await page.getByText('De lijst is bekendgemaakt.').waitFor()
      const { body } = await trio.company.call<{ claims: { products: object[] } }>(
        ...(['company', 'GET', '/sharing/lists/products'] as const),
      )
      expect(body.claims.products).toMatchObject([{ sku: 'GN-26' }, { sku: 'ON-1', kind: 'service' }])
      const prices = page.getByRole('region', { name: 'Prijzen, zonder btw' })
      await prices.getByLabel('Artikelnummer').fill('GN-26')
      await prices.getByLabel('Prijs (€)').fill('gratis')
      await prices.getByRole('button', { name: 'Lijst bekendmaken' }).click()
      await prices.getByRole('alert').waitFor()
      await prices.getByLabel('Prijs (€)').fill('19,95')
      await prices.getByRole('button', { name: 'Lijst bekendmaken' }).click()
      await prices.getByText(/Bekendgemaakt op/).waitFor()
      await page.getByRole('button', { name: 'Lijst intrekken: Prijzen, zonder btw' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Lijst intrekken' }).click()
      await prices.getByText('Er is nog niets bekendgemaakt.').waitFor()
      expect((await trio.company.call('company', 'GET', '/sharing/lists/prices')).status).toBe(404)
    } finally {
      await context.close()
    }
  })

  test('figures of groups that are too small are refused or held back; the rules only become stricter', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/sharing/figures')
      await page.getByRole('button', { name: 'Strenger maken' }).click()
      const dialog = page.getByRole('dialog')
      const least = dialog.getByLabel('Minste aantal klanten in een groep')
      const before = Number(await least.inputValue())
      await least.fill(String(before + 2))
      await dialog.getByRole('button', { name: 'Strenger maken' }).click()
      await page.getByText('De regels zijn strenger.').waitFor()
      const { body } = await trio.company.call<{ rules: { min_group: number } }>('company', 'GET', '/figures')
      expect(body.rules.min_group).toBe(before + 2)
      await page.getByLabel('Periode die voorbij is').fill('2025')
      await page.getByRole('button', { name: 'Cijfers bekendmaken' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Bekendmaken' }).click()
      await page.getByText('De cijfers zijn bekendgemaakt.').or(page.getByRole('alert')).first().waitFor()
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const wrong: string[] = []
    const context = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      for (const [name, path] of [
        ['statements', '/sharing'],
        ['lists', '/sharing/lists'],
        ['figures', '/sharing/figures'],
      ] as const) {
        await visit(page, trio.company, path)
        wrong.push(...(await wrongWith(page, name, locale)))
      }
    } finally {
      await context.close()
    }
    expect(wrong).toEqual([])
  })
})
