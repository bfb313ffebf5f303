import { beforeAll, describe, expect, test } from 'vitest'
import { agreeing, giveContractRoles } from './support/agreements.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const hostile = '<img src=x onerror=document.title="taken">'
const recipe = 'Roggemeel en water, zes dagen op 19 graden.'
const pdf = { name: 'recept.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nZes dagen.') }

interface Shown {
  items: { id: string; label: string; title: string; state: string; version: number; how: string | null }[]
}

describe.skipIf(!executable)('trade secrets in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  /** In force, and covering trade secrets. */
  let agreement: string
  const { inForce } = agreeing(() => trio)
  const ours = async (path: string) => (await trio.company.call<Shown>('company', 'GET', path)).body.items
  const theirs = async () =>
    (await trio.partner.call<Shown>('partner', 'GET', '/received-secrets')).body.items
  const first = async () => (await ours('/trade-secrets'))[0]?.id ?? ''

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    for (const node of [trio.company, trio.partner])
      await giveContractRoles(await openInside(node, trio.clock))
    agreement = await inForce({ trade_secrets: true })
    browser = await openBrowser(executable ?? '')
  })

  test('a secret is registered, and opens only to who asks for it: the look is recorded', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.getByRole('link', { name: 'Bedrijfsgeheimen' }).click()
      await page.getByText('Er is hier geen geheim dat u nodig hebt.').waitFor()
      await page.getByRole('link', { name: 'Een geheim registreren' }).click()
      await page.getByLabel('Hoe het heet').fill('Desem van 1911')
      await page.getByLabel('Wat het geheim is').fill(recipe)
      await page.getByLabel('Wat u doet om het geheim te houden').fill('Achter slot\nAlleen de bakkers')
      await page.getByLabel('Geschatte waarde in hele euro’s').fill('250000')
      await page.getByLabel('Waarom het dat waard is').fill('Niemand bakt het na')
      await page.getByLabel('accountmanager').check()
      await page.getByRole('button', { name: 'Registreren', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Desem van 1911' }).waitFor()
      await page.getByText('De inhoud is nog dicht').waitFor()
      await page.getByText('Nog niemand keek.').waitFor()
      expect(await page.getByText(recipe).count()).toBe(0)
      expect(await ours(`/trade-secrets/${await first()}/looks`)).toEqual([])

      await page.getByRole('button', { name: 'Tonen, en laten vastleggen' }).click()
      await page.getByText(recipe).waitFor()
      await page.getByRole('listitem').getByText('Alleen de bakkers').waitFor()
      await page.getByText(/250.000 euro: Niemand bakt het na/).waitFor()
      await page.getByText(/Ada company · de tekst, versie 1/).waitFor()
      expect(await ours(`/trade-secrets/${await first()}/looks`)).toHaveLength(1)
    } finally {
      await context.close()
    }
  })

  test('it gets a document, is registered anew, and its proof is shown', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/secrets/${await first()}`)
      await page.getByRole('button', { name: 'Tonen, en laten vastleggen' }).click()
      await page.locator('input[type=file]').setInputFiles(pdf)
      await page.getByRole('button', { name: 'Toevoegen' }).click()
      const document = page.getByRole('link', { name: 'Document opslaan: recept.pdf' })
      await document.waitFor()
      const saved = page.waitForEvent('download')
      await document.click()
      expect((await saved).suggestedFilename()).toMatch(/\.pdf$/)
      await page.getByRole('button', { name: 'Wijzigen' }).click()
      expect(await page.getByLabel('Wat het geheim is').inputValue()).toBe(recipe)
      await page.getByLabel('Wat u doet om het geheim te houden').fill('Achter twee sloten')
      await page.getByRole('button', { name: 'Opnieuw registreren' }).click()
      await page.getByRole('listitem').getByText('Achter twee sloten').waitFor()
      expect((await ours('/trade-secrets'))[0]?.version).toBe(2)
      await page.getByRole('button', { name: 'Bewijs tonen, en laten vastleggen' }).click()
      await page.getByText(/"salt":/).waitFor()
    } finally {
      await context.close()
    }
  })

  test('it is shared under an agreement, read by the partner, taken back and settled', async () => {
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      const partner = await signedIn(other, trio.partner, 'partner')
      await visit(partner, trio.partner, '/secrets/received')
      await partner.getByText('Partners delen geen bedrijfsgeheim met u.').waitFor()

      await visit(page, trio.company, `/secrets/${await first()}`)
      await page.getByText('Dit geheim is met geen partner gedeeld.').waitFor()
      await page.getByRole('button', { name: 'Tonen, en laten vastleggen' }).click()
      await page.getByRole('button', { name: 'Met een partner delen' }).click()
      await page.getByLabel('Onder welke overeenkomst').selectOption({ label: 'Kruimelkoning B.V.' })
      await page.getByLabel('Hoe de partner het ziet').fill(`Recept 3 ${hostile}`)
      await page.getByLabel('Waarvoor zij het nodig hebben').fill('Bakproef in mei')
      await page.getByLabel('coördinator').check()
      await page.getByLabel('recept.pdf').check()
      await page.getByRole('button', { name: 'Delen', exact: true }).click()
      await page.getByText(/Recept 3 .* · Kruimelkoning B.V./).waitFor()
      await eventually(async () => (await theirs()).length === 1, 'the share at the partner')

      await partner.reload()
      await partner.getByText(/Recept 3 .* · Nietmachine B.V./).waitFor()
      expect(await partner.getByText(recipe).count()).toBe(0)
      expect(await partner.locator('#content img').count()).toBe(0)
      await partner.getByRole('button', { name: /^Lezen/ }).click()
      await partner
        .getByRole('dialog')
        .getByText(/De partner ziet dat u keek/)
        .waitFor()
      await partner.getByRole('dialog').getByRole('button', { name: 'Lezen', exact: true }).click()
      await partner.getByText(recipe).waitFor()
      await partner.getByRole('link', { name: 'Document opslaan: recept.pdf' }).waitFor()
      // What it is worth to its owner, and how it is kept there, is not shared.
      expect(await partner.getByText(/250|twee sloten/).count()).toBe(0)

      // The page of the agreement says what closes with it.
      await visit(page, trio.company, `/agreements/${agreement}`)
      await page
        .getByRole('link', { name: /^Bedrijfsgeheim “Recept 3 .*getoond aan Kruimelkoning B.V.$/ })
        .click()
      await page.getByRole('button', { name: /^Terugnemen/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Terugnemen', exact: true }).click()
      await page.getByText(/teruggenomen · terug of vernietigd vóór/).waitFor()
      await eventually(async () => (await theirs())[0]?.state === 'ended', 'the end at the partner')
    } finally {
      await context.close()
      await other.close()
    }
    trio.clock.advance(31 * 86_400_000)
    const late = await browser.open({ locale: 'nl' })
    try {
      const partner = await signedIn(late, trio.partner, 'partner')
      await partner.clock.setFixedTime(trio.clock.now())
      await visit(partner, trio.partner, '/secrets/received')
      await partner.getByText('te laat').waitFor()
      await partner.getByRole('button', { name: /^Afhandelen/ }).click()
      await partner.getByLabel('vernietigd', { exact: true }).check()
      await partner.getByRole('button', { name: 'Ondertekend verklaren' }).click()
      await partner.getByText(/^afgehandeld$/).waitFor()
      expect((await theirs())[0]).toMatchObject({ state: 'settled', how: 'destroyed' })
    } finally {
      await late.close()
    }
  })

  test('an agreement says which grants hang on it', async () => {
    const asked = { ...newRequest, claims: ['company-profile.email'], agreement }
    await trio.company.call('sanne', 'POST', '/access/requests', asked)
    const waiting = await trio.partner.call<Shown>('partner', 'GET', '/access/requests?state=pending')
    const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
    expect((await trio.partner.call('partner', 'POST', path, {})).status).toBe(201)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await visit(page, trio.partner, `/agreements/${agreement}`)
      await page.getByRole('link', { name: /^Toestemming voor Nietmachine B.V./ }).waitFor()
      const other = await inForce()
      await visit(page, trio.partner, `/agreements/${other}`)
      await page.getByText('Er hangt niets aan dat u kunt zien.').waitFor()
    } finally {
      await context.close()
    }
  })

  test('who keeps no register is told so, and a secret she need not know is not there', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await visit(page, trio.company, '/secrets')
      await page.getByRole('link', { name: /Desem van 1911/ }).waitFor()
      expect(await page.getByRole('link', { name: 'Een geheim registreren' }).count()).toBe(0)
      await visit(page, trio.company, '/secrets/shared')
      await page.getByRole('alert').waitFor()
      await visit(page, trio.company, '/secrets/018f0000-0000-7000-8000-000000000000')
      await page.getByText(/Dit geheim is er niet/).waitFor()
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const context = await browser.open({ locale })
    const other = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      for (const [name, path] of [
        ['secrets', '/secrets'],
        ['secret new', '/secrets/new'],
        ['secrets shared', '/secrets/shared'],
      ] as const) {
        await visit(page, trio.company, path)
        expect(await wrongWith(page, name, locale)).toEqual([])
      }
      await visit(page, trio.company, `/secrets/${await first()}`)
      await page.getByRole('button', { name: /vastleggen|recorded/ }).click()
      await page.getByText(recipe).waitFor()
      await page.getByRole('button', { name: /Met een partner delen|Share with a partner/ }).click()
      await page.getByLabel(/Onder welke|Under which/).waitFor()
      expect(await wrongWith(page, 'secret', locale)).toEqual([])
      const partner = await signedIn(other, trio.partner, 'partner')
      await visit(partner, trio.partner, '/secrets/received')
      expect(await wrongWith(partner, 'secrets received', locale)).toEqual([])
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('a secret leaves the register, and that it was there stays', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/secrets/${await first()}`)
      await page.getByRole('button', { name: 'Tonen, en laten vastleggen' }).click()
      await page.getByRole('button', { name: 'Uit het register nemen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Uit het register nemen' }).click()
      await page.getByText('uit het register', { exact: true }).waitFor()
      expect((await ours('/trade-secrets'))[0]?.state).toBe('withdrawn')
    } finally {
      await context.close()
    }
  })
})
