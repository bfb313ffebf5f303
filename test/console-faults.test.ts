import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn } from './support/console.ts'
import { importFiles } from './support/import-list.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()

describe.skipIf(!executable)('the console when something goes wrong', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let context: BrowserContext

  const website = async () =>
    (await trio.partner.call<{ claims: { website?: string } }>('partner', 'GET', '/profile')).body.claims
      .website
  const change = (url: string) =>
    trio.partner.call('partner', 'POST', '/profile', { name: 'Kruimelkoning B.V.', website: url })
  const editing = async (): Promise<Page> => {
    const page = await signedIn(context, trio.partner, 'partner')
    await page.goto(consoleOf(trio.partner, '/data'))
    await page.getByRole('tab', { name: 'Van het bedrijf' }).click()
    return page
  }
  const typed = (page: Page) => page.getByLabel('Website')
  const save = (page: Page) => page.getByRole('button', { name: 'Opslaan' }).click()

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })
  beforeEach(async () => {
    context = await browser.open({ locale: 'nl' })
  })
  afterEach(() => context.close())

  test('a record that two people edit: the second sees both, and what she typed stays', async () => {
    const page = await editing()
    await typed(page).fill('https://mine.example')
    expect((await change('https://theirs.example')).status).toBe(200)
    await save(page)
    await page.getByText('Nu staat er: https://theirs.example').waitFor()
    expect(await typed(page).inputValue()).toBe('https://mine.example')
    expect(await website()).toBe('https://theirs.example')
    await save(page)
    await page.getByText('Opgeslagen.').waitFor()
    expect(await website()).toBe('https://mine.example')
  })

  test('a node that restarts while somebody types', async () => {
    const page = await editing()
    await typed(page).fill('https://restarted.example')
    await trio.partner.restart()
    await page.reload()
    await page.getByRole('tab', { name: 'Van het bedrijf' }).click()
    expect(await typed(page).inputValue()).toBe('https://restarted.example')
    await save(page)
    await page.getByText('Opgeslagen.').waitFor()
    expect(await website()).toBe('https://restarted.example')
  })

  test('a session that ends while somebody types', async () => {
    const page = await editing()
    await typed(page).fill('https://late.example')
    await trio.partner.call('partner', 'POST', '/me/sessions/end', {})
    await save(page)
    await page.getByRole('link', { name: /Meld u opnieuw aan/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Aanmelden' }).waitFor()
    const { body } = await trio.partner.call<{ url: string }>('partner', 'POST', '/me/sessions/links', {})
    const { hash } = new URL(body.url)
    const back = new URL(page.url())
    await page.goto('about:blank')
    await page.goto(`${back.href}${hash}`)
    await page.getByRole('tab', { name: 'Van het bedrijf' }).click()
    expect(await typed(page).inputValue()).toBe('https://late.example')
    await save(page)
    await page.getByText('Opgeslagen.').waitFor()
  })

  test('no connection', async () => {
    const page = await editing()
    await typed(page).fill('https://offline.example')
    await context.setOffline(true)
    await save(page)
    await page.getByText(/Geen verbinding. Wat u typte blijft staan/).waitFor()
    await context.setOffline(false)
    await save(page)
    await page.getByText('Opgeslagen.').waitFor()
    expect(await website()).toBe('https://offline.example')
  })

  test('what is emptied is said no longer, and what a credential needs cannot be', async () => {
    const claims = async () =>
      (await trio.partner.call<{ claims: Record<string, unknown> }>('partner', 'GET', '/profile')).body.claims
    const page = await editing()
    const part = (name: string) => page.getByLabel(`Adres · ${name}`, { exact: true })
    await part('straat en huisnummer').fill('Bakkersplein 7')
    await part('plaats').fill('Assen')
    await part('land').fill('NL')
    await page.getByLabel('Handelsnamen').fill('Kruimel; De Koning')
    await save(page)
    await page.getByText('Opgeslagen.').waitFor()
    expect(await claims()).toMatchObject({
      address: { street_address: 'Bakkersplein 7', locality: 'Assen', country: 'NL' },
      trade_names: ['Kruimel', 'De Koning'],
    })
    for (const name of ['straat en huisnummer', 'plaats']) await part(name).fill('')
    await typed(page).fill('')
    await page.getByLabel('Naam', { exact: false }).first().fill('')
    await save(page)
    expect(await claims()).toHaveProperty('website')
    await page.getByLabel('Naam', { exact: false }).first().fill('Kruimelkoning B.V.')
    await save(page)
    await eventually(async () => !('website' in (await claims())), 'that it is gone')
    expect(await claims()).not.toHaveProperty('address')
    expect(await claims()).toMatchObject({ name: 'Kruimelkoning B.V.' })
  })

  test('5,000 characters are refused in words, and stand there still', async () => {
    const page = await editing()
    const long = 'x'.repeat(5_000)
    await page.getByLabel('Omschrijving').fill(long)
    await save(page)
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Omschrijving').inputValue()).toBe(long)
  })

  test('a question that is being written survives a reload, and no connection', async () => {
    await importFiles(trio.company, ['examples/debiteuren.csv'])
    const page = await signedIn(context, trio.company, 'sanne')
    await page.goto(consoleOf(trio.company, '/partners?network=in_network'))
    await page.getByRole('link', { name: /Kruimelkoning/ }).click()
    const ask = () => page.getByRole('button', { name: 'Vraag om gegevens' }).click()
    await ask()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('checkbox', { name: 'IBAN' }).check()
    await dialog.getByLabel(/Waarom hebt u dit nodig/).fill('Wij betalen u')
    await page.reload()
    await ask()
    expect(await dialog.getByRole('checkbox', { name: 'IBAN' }).isChecked()).toBe(true)
    expect(await dialog.getByLabel(/Waarom hebt u dit nodig/).inputValue()).toBe('Wij betalen u')
    await dialog.getByLabel('Wat heeft de partner eraan?').fill('Op tijd uw geld')
    for (const [field, option] of [
      ['Waarvoor?', 'Bestellingen afhandelen'],
      ['Op welke grondslag?', 'Uitvoering van een overeenkomst'],
    ] as const) {
      await dialog.getByRole('combobox', { name: field }).click()
      await page.getByRole('option', { name: option }).click()
    }
    await context.setOffline(true)
    await dialog.getByRole('button', { name: 'Verzoek versturen' }).click()
    await dialog.getByText(/Geen verbinding. Wat u typte blijft staan/).waitFor()
    await context.setOffline(false)
    await dialog.getByRole('button', { name: 'Verzoek versturen' }).click()
    await page.getByText(/Verzoek verstuurd aan/).waitFor()
    await ask()
    expect(await dialog.getByLabel(/Waarom hebt u dit nodig/).inputValue()).toBe('')
  })

  test('an address that is not for her shows nothing of it', async () => {
    const page = await signedIn(context, trio.partner, 'bram')
    expect(await page.getByRole('link', { name: 'Partners', exact: true }).count()).toBe(0)
    await page.goto(consoleOf(trio.partner, '/agreements'))
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.goto(consoleOf(trio.partner, '/desk'))
    await page.getByRole('alert').first().waitFor()
    await page.goto(consoleOf(trio.partner, '/data'))
    await page.getByRole('tab', { name: 'Van het bedrijf' }).click()
    await page.getByText(/De beheerder van uw bedrijf/).waitFor()
    expect(await page.getByLabel('Website').getAttribute('readonly')).not.toBeNull()
  })

  test('the way back after a grant was revoked does not show it as open', async () => {
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['contact-person.email'],
    })
    const { id } = await eventually(async () => {
      const { body } = await trio.partner.call<{ items: { id: string }[] }>(
        'bram',
        'GET',
        '/access/requests?state=pending',
      )
      return body.items[0]
    }, 'the request')
    await trio.partner.call('bram', 'POST', `/access/requests/${id}/approval`, {})
    const page = await signedIn(context, trio.partner, 'bram')
    await page.getByRole('link', { name: 'Toestemmingen', exact: true }).click()
    await page.getByRole('button', { name: 'Intrekken' }).click()
    await page.getByRole('button', { name: 'Ja, intrekken' }).click()
    await page.getByText('U deelt nu niets.').waitFor()
    await page.getByRole('link', { name: 'Wie keek', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Wie keek' }).waitFor()
    await page.goBack()
    await page.getByText('U deelt nu niets.').waitFor()
    expect(await page.getByRole('button', { name: 'Intrekken' }).count()).toBe(0)
  })

  test('a name that is a script, or very long, is a name', async () => {
    const script = '<img src=x onerror="window.broken=1">'
    const long = `${'Ω'.repeat(90)} שלום 👩‍🍳 ${script}`
    const { status } = await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{ ...newRequest, claims: ['company-profile.email'] },
      ...{ reason: long, value: script },
    })
    expect(status).toBe(201)
    const page = await signedIn(context, trio.partner, 'partner')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(consoleOf(trio.partner, '/requests'))
    await page.getByRole('link', { name: /ΩΩΩ/ }).click()
    await page.getByText(script).first().waitFor()
    expect(await page.evaluate('window.broken')).toBeUndefined()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })
})
