import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { importFiles } from './support/import-list.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'
const PARTNER = '48245915'
const REMEMBERED_MS = 11 * 60_000

interface Message {
  id: string
  state: string
  answer: { body: string } | null
}

describe.skipIf(!executable)('messages and cases in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{ ...newRequest, claims: ['company-profile.email'], purpose: ['direct-marketing'] },
    })
    const waiting = await trio.partner.call<{ items: { id: string }[] }>(
      ...(['partner', 'GET', '/access/requests?state=pending'] as const),
    )
    const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
    const answer = await trio.partner.call('partner', 'POST', path, {})
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    await eventually(async () => {
      const held = await trio.company.call<{ items: object[] }>('sanne', 'GET', '/access/grants/received')
      return held.body.items.length > 0
    }, 'the grant')
  })
  const sent = async () =>
    (await trio.company.call<{ items: Message[] }>('sanne', 'GET', '/messages/sent')).body.items

  test('a message is written, read, answered once, and no more are taken', async () => {
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const writer = await signedIn(context, trio.company, 'sanne')
      await visit(writer, trio.company, '/messages/sent')
      await writer.getByText('Er is nog niets verstuurd.').waitFor()
      await writer.getByRole('combobox', { name: 'Aan' }).fill(PARTNER)
      await writer.getByLabel('Onderwerp').fill(HOSTILE)
      await writer.getByRole('textbox', { name: 'Bericht' }).fill('Vanaf maandag')
      await writer.reload()
      await writer.getByRole('button', { name: 'Versturen' }).click()
      await writer.getByText(/Het bericht gaat naar/).waitFor()

      const reader = await signedIn(other, trio.partner, 'partner')
      await eventually(async () => (await sent())[0]?.state === 'told', 'the message')
      await visit(reader, trio.partner, '/messages')
      await reader.getByText(HOSTILE).waitFor()
      await reader.getByRole('button', { name: /^Antwoorden/ }).click()
      await reader.getByRole('dialog').getByLabel('Uw antwoord').fill('Graag twee dozen')
      await reader.getByRole('dialog').getByRole('button', { name: 'Antwoorden' }).click()
      await reader.getByText(/Uw antwoord gaat naar/).waitFor()
      await eventually(async () => (await sent())[0]?.answer?.body === 'Graag twee dozen', 'the answer')
      expect(await reader.getByRole('button', { name: /^Antwoorden/ }).count()).toBe(0)
      await reader.getByRole('button', { name: /^Minder vaak/ }).click()
      await reader.getByRole('dialog').getByLabel('Hoogstens per maand').fill('2')
      await reader.getByRole('dialog').getByRole('button', { name: 'Minder vaak' }).click()
      await reader.getByText('U krijgt er hoogstens 2 per maand.').waitFor()
      await reader.getByRole('button', { name: /^Stoppen/ }).click()
      await reader.getByRole('dialog').getByRole('button', { name: 'Stoppen' }).click()
      await reader.getByText(/U krijgt dit niet meer van/).waitFor()
      expect(await reader.title()).not.toBe('1')

      await eventually(async () => {
        const again = { partner: PARTNER, kind: 'product_news', subject: 'Nog iets', body: 'Bericht' }
        return (await trio.company.call('sanne', 'POST', '/messages', again)).status === 403
      }, 'that they want no more')
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('a kind of question is published, a partner opens a case about it, and closes it', async () => {
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/messages/questions')
      await page.getByRole('button', { name: 'Soort vraag toevoegen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/^Korte naam/).fill('vraag-over-factuur')
      await dialog.getByLabel('Naam (Nederlands)').fill('Vraag over een factuur')
      await dialog.getByLabel('Naam (Engels)').fill('A question about an invoice')
      await dialog
        .getByRole('checkbox', { name: /E-mailadres/ })
        .first()
        .check()
      await dialog.getByLabel(/^Waarom dat nodig/).fill('Wij zoeken het uit')
      await dialog.getByLabel(/^Wat de partner/).fill('Antwoord binnen een dag')
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('“Vraag over een factuur” is bekendgemaakt.').waitFor()
      await page.getByRole('button', { name: /^Wijzigen/ }).click()
      await page
        .getByRole('dialog')
        .getByLabel(/^Waarom dat nodig/)
        .fill('Wij zoeken het voor u uit')
      await page.getByRole('dialog').getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('versie 2').waitFor()

      // What a partner asked in the meantime is remembered for a while.
      trio.clock.advance(REMEMBERED_MS)
      const asker = await signedIn(other, trio.partner, 'partner')
      await visit(asker, trio.partner, '/messages/cases')
      await asker.getByRole('button', { name: 'Een partner iets vragen' }).click()
      const asking = asker.getByRole('dialog')
      await asking.getByRole('combobox', { name: 'Welke partner?' }).fill('48316274')
      await asking.getByRole('button', { name: 'Zoeken' }).click()
      await asking.getByRole('radio', { name: 'Vraag over een factuur' }).check()
      await asking.getByRole('textbox', { name: 'Uw vraag' }).fill('Factuur 123 klopt niet')
      await asking.getByRole('button', { name: 'Vraag stellen en delen' }).click()
      await asker.getByText(/Uw zaak met .* is open/).waitFor()
      await visit(page, trio.company, '/messages/cases')
      await page.getByText('Factuur 123 klopt niet').waitFor()
      await page.getByRole('button', { name: /^Sluiten: / }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Sluiten', exact: true }).last().click()
      await page.getByText('De zaak is gesloten.').waitFor()
      await eventually(async () => {
        const { body } = await trio.partner.call<{ items: { state: string }[] }>('partner', 'GET', '/cases')
        return body.items[0]?.state === 'closed'
      }, 'the end of the case there')
      await page.getByRole('button', { name: 'Een zaak beginnen voor een partner' }).click()
      await page.getByRole('dialog').getByRole('combobox', { name: 'Voor welke partner?' }).fill(PARTNER)
      await page.getByRole('dialog').getByLabel('Waar het over gaat').fill('Uw retour')
      await page.getByRole('dialog').getByRole('button', { name: 'Vragen' }).click()
      await page.getByText(/Gevraagd aan/).waitFor()
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('a call-up says who did not get it, and is closed', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await importFiles(trio.company, ['examples/auditfile.xaf'])
      await visit(page, trio.company, '/messages/call-ups')
      await page.getByLabel('Wie roept u op?').selectOption({ label: 'klant' })
      await page.getByLabel('Onderwerp').fill('Zaterdag invallen')
      await page.getByRole('textbox', { name: 'Oproep' }).fill('Wie kan?')
      await page.getByRole('button', { name: 'Oproepen' }).click()
      await page.getByRole('heading', { level: 1, name: 'Zaterdag invallen' }).waitFor()
      await page.getByText('Niemand kreeg hem.').waitFor()
      await page
        .getByText(/er is geen toestemming voor zulke berichten/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Oproep sluiten' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Oproep sluiten' }).click()
      await page.getByText('De oproep is gesloten.').waitFor()
      const { body } = await trio.company.call<{ items: { state: string }[] }>('sanne', 'GET', '/call-ups')
      expect(body.items).toMatchObject([{ state: 'closed' }])
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const wrong: string[] = []
    const { body } = await trio.company.call<{ items: { id: string }[] }>('company', 'GET', '/call-ups')
    const look = async (node: 'company' | 'partner', pages: readonly (readonly [string, string])[]) => {
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio[node], node)
        for (const [name, path] of pages) {
          await visit(page, trio[node], path)
          wrong.push(...(await wrongWith(page, name, locale)))
        }
      } finally {
        await context.close()
      }
    }
    await look('partner', [['messages', '/messages']])
    await look('company', [
      ['messages sent', '/messages/sent'],
      ['call-ups', '/messages/call-ups'],
      ['call-up', `/messages/call-ups/${body.items[0]?.id}`],
      ['cases', '/messages/cases'],
      ['questions', '/messages/questions'],
    ])
    expect(wrong).toEqual([])
  })
})
