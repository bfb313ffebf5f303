import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const hostile = '<img src=x onerror="document.title=1"> laptop kwijt'

interface Breach {
  id: string
  state: string
  title: string
  authority: { report: boolean } | null
  persons: { report: boolean } | null
  reported_at: string | null
}

describe.skipIf(!executable)('accountability in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const breaches = async () =>
    (await trio.company.call<{ items: Breach[] }>('company', 'GET', '/breaches')).body.items
  const today = () => new Date(trio.clock.now()).toISOString().slice(0, 10)

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })

  test('a breach is written down, decided about, reported and closed, and the clock stands beside it', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      const dialog = page.getByRole('dialog')
      const act = async (name: string, fill: () => Promise<void>) => {
        await page.getByRole('button', { name, exact: true }).click()
        await fill()
        await dialog.getByRole('button', { name, exact: true }).click()
        await dialog.waitFor({ state: 'detached' })
      }
      await page.getByRole('link', { name: 'Verantwoording', exact: true }).click()
      await page.getByText('Er is geen datalek vastgelegd.').waitFor()
      await act('Datalek vastleggen', async () => {
        await dialog.getByLabel('Korte naam').fill(hostile)
        await dialog.getByLabel('Wat is er gebeurd?').fill('Een laptop lag in de trein')
        await dialog.getByLabel('Iemand zag of kreeg gegevens').check()
        await dialog.getByLabel('Begonnen op zijn vroegst').fill(today())
      })
      await page.getByRole('heading', { level: 1, name: hostile }).waitFor()
      await page.getByText(/7[12] uur om te besluiten en te melden/).waitFor()
      await page.getByText('Een laptop lag in de trein').waitFor()
      expect(await page.getByRole('button', { name: 'Zaak sluiten' }).count()).toBe(0)
      await act('Besluiten over de AP', async () => {
        await dialog.getByLabel('Ja').check()
        await dialog.getByLabel('Waarom?').fill('Er stonden adressen op')
      })
      await act('Gemeld bij de AP', () => dialog.getByLabel('Wat is gedaan?').fill('Nummer 12345'))
      await page.getByText('op tijd afgehandeld bij de AP').waitFor()
      await act('Aanvullen', async () => {
        await dialog.getByLabel('Oorzaak').fill('Vergeten bij het uitstappen')
        await dialog.getByLabel('Wat is er nieuw?').fill('Wij weten de oorzaak')
      })
      await page.getByText('Vergeten bij het uitstappen').waitFor()
      await act('Besluiten over betrokkenen', async () => {
        await dialog.getByLabel('Nee').check()
        await dialog.getByLabel('Waarom?').fill('De schijf is versleuteld')
      })
      const file = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Verslag opslaan' }).click()
      expect((await file).suggestedFilename()).toMatch(/\.html$/)
      await act('Zaak sluiten', () => dialog.getByLabel('Wat hebt u ervan geleerd?').fill('Altijd vastmaken'))
      await page.getByText('Altijd vastmaken').waitFor()
      expect(await page.getByRole('button', { name: 'Notitie' }).count()).toBe(0)
      const [made] = await breaches()
      expect(made).toMatchObject({ title: hostile, state: 'closed', persons: { report: false } })
      expect(made?.reported_at).not.toBeNull()
    } finally {
      await context.close()
    }
  })

  test('a colleague who was first is not overwritten', async () => {
    const said = { title: 'Mail naar de verkeerde', description: 'Een lijst', from: today() }
    const { body } = await trio.company.call<Breach>('company', 'POST', '/breaches', said)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/oversight/breaches/${body.id}`)
      await page.getByRole('button', { name: 'Besluiten over de AP' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Nee').check()
      await dialog.getByLabel('Waarom?').fill('Geen risico')
      const decision = { about: 'authority', report: true, reason: 'Toch wel' }
      await trio.company.call('company', 'POST', `/breaches/${body.id}/decisions`, decision)
      await dialog.getByRole('button', { name: 'Besluiten over de AP' }).click()
      await dialog.getByRole('alert').waitFor()
      expect(await dialog.getByLabel('Waarom?').inputValue()).toBe('Geen risico')
      expect((await breaches()).find(({ id }) => id === body.id)?.authority?.report).toBe(true)
    } finally {
      await context.close()
    }
  })

  test('the audit log shows what was done, about one thing when asked, and is checked', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/oversight')
      await page.getByRole('link', { name: 'Controlelogboek' }).click()
      await page.getByText('role.given').first().waitFor()
      await page.getByLabel('Waarover').selectOption({ label: 'Overeenkomsten' })
      await page.getByText('Hier staat niets over in het logboek.').waitFor()
      await page.getByRole('button', { name: 'Alles tonen' }).click()
      await page.getByText('role.given').first().waitFor()
      await page.getByLabel('Tot en met').fill('2020-01-01')
      await page.getByText('Hier staat niets over in het logboek.').waitFor()
      await page.getByRole('button', { name: 'Controleren of het logboek klopt' }).click()
      await page.getByText(/Het logboek is ongeschonden/).waitFor()
    } finally {
      await context.close()
    }
  })

  test('the record of processing says what is missing until it is said, and is kept as a file', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/oversight')
      await page.getByRole('link', { name: 'Register van verwerkingen' }).click()
      await page.getByText('de rol van de organisatie').waitFor()
      const file = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Opslaan als tabel' }).click()
      expect((await file).suggestedFilename()).toBe('Register van verwerkingen.csv')
      await page.getByRole('link', { name: 'Wat u erover zegt' }).click()
      const contact = page.getByRole('group', { name: 'Het contact over persoonsgegevens' })
      await contact.getByLabel('Naam').fill(hostile)
      await contact.getByLabel('E-mailadres').fill('privacy@voorbeeld.example')
      await page.getByLabel('De rol van de organisatie').selectOption({ label: 'beslist zelf waarvoor' })
      const kept = page.getByRole('group', { name: 'Hoe lang relaties worden bewaard' })
      await kept.getByLabel('In het Nederlands').fill('Twee jaar')
      await page.getByText('Vul beide talen in, of geen van beide.').first().waitFor()
      await kept.getByLabel('In het Engels').fill('Two years')
      await page.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('Opgeslagen. Het register en de brieven zeggen dit nu.').waitFor()
      const { body } = await trio.company.call<{ settings: object }>('company', 'GET', '/processing/settings')
      expect(body.settings).toEqual({
        role: 'controller',
        privacy_contact: { name: hostile, email: 'privacy@voorbeeld.example' },
        relation_retention: { nl: 'Twee jaar', en: 'Two years' },
      })
      await page.getByRole('link', { name: 'Register van verwerkingen' }).click()
      await page.getByText(/laptop kwijt, privacy@voorbeeld.example/).waitFor()
      await page.getByText('beslist zelf waarvoor').waitFor()
      expect(await page.getByText('de rol van de organisatie').count()).toBe(0)
    } finally {
      await context.close()
    }
  })

  test('whoever is neither administrator nor auditor finds no way here, and is refused by address', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      expect(await page.getByRole('link', { name: 'Verantwoording' }).count()).toBe(0)
      await page.goto(consoleOf(trio.partner, '/oversight'))
      await page.getByRole('alert').waitFor()
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const open = (await breaches()).find(({ state }) => state === 'open')?.id
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.company, 'company')
        for (const [name, path] of [
          ['breaches', '/oversight'],
          ['breach', `/oversight/breaches/${open}`],
          ['audit', '/oversight/log'],
          ['processing', '/oversight/processing'],
          ['processing settings', '/oversight/settings'],
        ] as const) {
          await visit(page, trio.company, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
      } finally {
        await context.close()
      }
    })
  })
})
