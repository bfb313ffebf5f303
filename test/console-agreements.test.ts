import { beforeAll, describe, expect, test } from 'vitest'
import { agreeing, giveContractRoles, type ShownAgreement } from './support/agreements.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { openInside } from './support/inside.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const hostile = '<img src=x onerror=document.title="taken">'
const LAW_TEMPLATE = 'data-processing'

interface Contracts {
  items: { id: string; version: number; state: string }[]
}

describe.skipIf(!executable)('agreements in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const { reaches, inState, show } = agreeing(() => trio)
  const newest = async () =>
    (await trio.company.call<{ items: ShownAgreement[] }>('company', 'GET', '/agreements')).body.items[0]

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    for (const node of [trio.company, trio.partner])
      await giveContractRoles(await openInside(node, trio.clock))
    browser = await openBrowser(executable ?? '')
  })

  test('an agreement begins with a template of the portfolio, filled in on the page', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.getByRole('link', { name: 'Overeenkomsten' }).click()
      await page.getByText('Er is hier geen overeenkomst.').waitFor()
      await page.getByRole('link', { name: 'Een overeenkomst beginnen' }).click()
      await page.getByRole('combobox', { name: 'Partner' }).fill('48245915')
      await page
        .getByLabel('Welk contractmodel')
        .selectOption({ label: 'Geheimhoudingsovereenkomst bedrijfsgeheimen' })
      await page.getByRole('button', { name: 'Overnemen in uw bibliotheek' }).click()
      await page.getByLabel('Waarover').fill('ons # recept')
      await page.getByLabel('Geheim na afloop: Aantal').fill('5')
      await page.getByLabel('Geheim na afloop: Eenheid').selectOption('Y')
      await page.getByLabel('Boete in euro').fill('25000')
      await page.getByLabel('Eerste dag').fill('2026-01-01')
      await page.getByText(/tot 5 jaar daarna/).waitFor()
      // What the node does not take is said at the field it is of, and nothing typed is lost.
      await page.getByRole('button', { name: 'Aan de partner voorleggen' }).click()
      await page.getByText(/Dit past hier niet/).waitFor()
      await page.reload()
      expect(await page.getByLabel('Boete in euro').inputValue()).toBe('25000')
      await page.getByLabel('Waarover').fill('ons recept')
      await page.getByRole('button', { name: 'Aan de partner voorleggen' }).click()
      await page.getByRole('heading', { level: 1, name: /Geheimhoudingsovereenkomst/ }).waitFor()
      await page.getByText('Kruimelkoning B.V.').first().waitFor()
      const id = (await newest())?.id ?? ''
      const { terms } = await inState(trio.partner, id, 'external_review')
      expect(terms.template?.id).toBe('nda')
      expect(terms.body).toContain('ons recept')
    } finally {
      await context.close()
    }
  })

  test('a partner that is not in the network is refused, and said', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/agreements/new')
      await page.getByRole('combobox', { name: 'Partner' }).fill('Nergens B.V.')
      await page.getByText('Een eigen tekst', { exact: true }).click()
      await page.getByLabel('Titel').fill('Afspraak')
      await page.getByRole('textbox', { name: 'Tekst', exact: true }).fill('Wij doen iets.')
      await page.getByLabel('Eerste dag').fill('2026-01-01')
      await page.getByRole('button', { name: 'Aan de partner voorleggen' }).click()
      await page.getByRole('alert').waitFor()
    } finally {
      await context.close()
    }
  })

  test('the partner proposes another text, and sees what changes before it goes', async () => {
    const id = (await newest())?.id ?? ''
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await visit(page, trio.partner, `/agreements/${id}`)
      await page.getByRole('link', { name: 'Een andere tekst voorstellen' }).click()
      const title = page.getByLabel('Titel')
      await title.waitFor()
      await page.getByRole('button', { name: 'Wijzigingen bekijken' }).click()
      await page.getByText('U hebt nog niets veranderd.').waitFor()
      await page.getByRole('button', { name: 'Verder schrijven' }).click()
      await title.fill(`Geheimhouding ${hostile}`)
      await page.getByLabel('Opzegtermijn: Aantal').fill('3')
      await page.getByLabel('Toelichting voor de andere partij').fill('Drie maanden is beter.')
      await page.getByRole('button', { name: 'Wijzigingen bekijken' }).click()
      const came = page.locator('ins[data-change="nieuw"]')
      await came.getByText('Opzegtermijn: 3 maanden').waitFor()
      await page.locator('del').getByText('Opzegtermijn: 1 maand').waitFor()
      await page.getByRole('button', { name: 'Voorstellen aan Nietmachine B.V.' }).click()
      await page.getByRole('button', { name: /Vergelijk versie 1 met 2/ }).waitFor()
      const found = await reaches(trio.company, id, ({ version }) => version === 2, 'the other text')
      expect(found.terms.notice).toBe('P3M')
      expect((await show(trio.partner, id)).steps.at(-1)?.text).toBe('Drie maanden is beter.')
    } finally {
      await context.close()
    }
    const ours = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(ours, trio.company, 'company')
      await visit(page, trio.company, `/agreements/${id}`)
      await page.getByRole('heading', { level: 1, name: `Geheimhouding ${hostile}` }).waitFor()
      expect(await page.locator('#content img').count()).toBe(0)
      await page.getByText('3 maanden').waitFor()
    } finally {
      await ours.close()
    }
  })

  test('the library: taken over, written, published, and flagged when a law changes', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/agreements/library')
      await page.getByRole('button', { name: /^Overnemen: .*erwerk/ }).click()
      await page.getByText(/staat in uw bibliotheek/).waitFor()
      await page.getByRole('link', { name: 'Een contractmodel schrijven' }).click()
      await page.getByRole('textbox', { name: 'Korte naam', exact: true }).fill('bezorging')
      await page.getByLabel('Titel (Nederlands)').fill('Bezorgafspraken')
      await page.getByLabel('Titel (Engels)').fill('Delivery terms')
      await page.getByLabel('Tekst (Nederlands)').fill('# Bezorging\n\nBinnen {{days}} dagen.\n')
      await page.getByLabel('Tekst (Engels)').fill('# Delivery\n\nWithin {{days}} days.\n')
      await page.getByRole('button', { name: 'Als concept bewaren' }).click()
      // The text asks for an answer that no question gives.
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: 'Een vraag toevoegen' }).click()
      await page.getByLabel('Korte naam in de tekst').fill('days')
      await page.getByLabel('Soort antwoord').selectOption({ label: 'een heel getal' })
      await page.getByLabel('De vraag (Nederlands)').fill('Dagen')
      await page.getByLabel('De vraag (Engels)').fill('Days')
      await page.getByLabel('Minstens').fill('1')
      await page.getByLabel('Hoogstens').fill('30')
      await page.getByRole('button', { name: 'Als concept bewaren' }).click()
      await page.getByText('Binnen [Dagen] dagen.').waitFor()
      await page.getByRole('link', { name: 'Verder schrijven' }).click()
      expect(await page.getByLabel('Hoogstens').inputValue()).toBe('30')
      await page.getByLabel('Titel (Nederlands)').fill('Afspraken over bezorging')
      await page.getByRole('button', { name: 'Als concept bewaren' }).click()
      await page.getByRole('heading', { level: 1, name: 'Afspraken over bezorging' }).waitFor()
      await page.getByRole('button', { name: 'Vaststellen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Vaststellen' }).click()
      await page.getByRole('link', { name: 'Hiermee een overeenkomst beginnen' }).waitFor()
      const { body } = await trio.company.call<Contracts>('company', 'GET', '/contracts')
      expect(body.items).toContainEqual(expect.objectContaining({ id: 'bezorging', state: 'published' }))
      expect(body.items).toContainEqual(expect.objectContaining({ id: 'data-processing' }))

      const taken = body.items.find(({ id }) => id === LAW_TEMPLATE)
      await visit(page, trio.company, `/agreements/library/${LAW_TEMPLATE}/${taken?.version}`)
      await page.getByRole('button', { name: 'Een wet is gewijzigd' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/^Sinds wanneer/).fill('2027-01-01')
      await dialog.getByLabel(/^Wat er veranderde/).fill('Artikel 1 wordt ruimer')
      await dialog.getByRole('button', { name: 'Merken' }).click()
      await page.getByText(/gemerkt\.$/).waitFor()
      await page.getByRole('link', { name: 'Naar de bibliotheek' }).click()
      await page.getByRole('heading', { name: 'Opnieuw te bekijken' }).waitFor()
      await page.getByText('de wet verandert op 1 januari 2027: Artikel 1 wordt ruimer').first().waitFor()
    } finally {
      await context.close()
    }
  })

  test('who may not take part in agreements is told so by the node', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      expect(await page.getByRole('link', { name: 'Overeenkomsten' }).count()).toBe(0)
      await page.goto(consoleOf(trio.company, '/agreements/library'))
      await page.getByRole('alert').first().waitFor()
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const id = (await newest())?.id ?? ''
    const context = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      for (const [name, path] of [
        ['agreement new', '/agreements/new?template=nda%2F1'],
        ['agreement propose', `/agreements/${id}/propose`],
        ['agreement parts', `/agreements/${id}`],
        ['library', '/agreements/library'],
        ['template', '/agreements/library/nda/1'],
        ['template writing', '/agreements/library/write?from=bezorging%2F1'],
      ] as const) {
        await visit(page, trio.company, path)
        expect(await wrongWith(page, name, locale)).toEqual([])
      }
    } finally {
      await context.close()
    }
  })
})
