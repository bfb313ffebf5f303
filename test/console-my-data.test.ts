import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt, packageRoot } from './support/build.ts'
import { openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const PASSPHRASE = 'een zin die niemand raadt'
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('what is hers in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })
  const credentials = async (node: 'company' | 'partner', account: string) =>
    (await trio[node].call<{ items: object[] }>(account, 'GET', '/wallet/credentials')).body.items.length

  test('she has all that is held of her at once, asks for a correction, and reads what came of it', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await visit(page, trio.company, '/data/rights')
      const file = page.waitForEvent('download')
      await page.getByLabel('Vorm').selectOption({ label: 'om mee te nemen naar een ander systeem (JSON)' })
      await page.getByRole('button', { name: 'Opslaan' }).click()
      const text = readFileSync(await (await file).path(), 'utf8')
      expect(text).toContain('sanne')
      await page.getByLabel(/^Wat vraagt u/).selectOption({ label: 'Verbetering' })
      await page.getByLabel('In uw eigen woorden').fill(HOSTILE)
      await page.getByRole('button', { name: 'Vragen' }).click()
      await page.getByText('Uw verzoek is ontvangen.', { exact: false }).waitFor()
      const { body: listed } = await trio.company.call<{ items: { id: string }[] }>(
        ...(['company', 'GET', '/rights/requests'] as const),
      )
      const path = `/rights/requests/${listed.items[0]?.id}`
      const { body } = await trio.company.call<object>('company', 'GET', path)
      expect(body).toMatchObject({ kind: 'rectification', text: HOSTILE })
      const answered = await trio.company.call('company', 'POST', `${path}/answer`, {
        answer: 'Het staat nu goed.',
      })
      expect(answered.status, JSON.stringify(answered.body)).toBe(201)
      await page.reload()
      await page.getByText('Het staat nu goed.').waitFor()
      await page.getByText(HOSTILE).waitFor()
      expect(await page.title()).not.toBe('1')
      await page.getByLabel(/^Wat vraagt u/).selectOption({ label: 'Beperking' })
      await page.getByRole('checkbox', { name: /E-mailadres/ }).check()
      await page.getByRole('button', { name: 'Vragen' }).click()
      await page.getByText('Zolang dit geldt ziet niemand uw gegevens.').waitFor()
      const mine = await trio.company.call<{ items: object[] }>('sanne', 'GET', '/rights/requests/mine')
      expect(mine.body.items).toContainEqual(
        expect.objectContaining({ kind: 'restriction', claims: ['contact-person.email'], restricted: true }),
      )
    } finally {
      await context.close()
    }
  })

  test('she takes her credentials along in a file, and brings them in at another node', async () => {
    const { body: did } = await trio.partner.call<{ did: string }>('partner', 'GET', '/did')
    const claims = {
      ...JSON.parse(readFileSync(join(packageRoot, 'credentials/employee-role/example.json'), 'utf8')),
      employer: { did: did.did, name: 'Kruimelkoning B.V.' },
    }
    const { body } = await trio.partner.call<{ link: string }>('partner', 'POST', '/issuing/offers', {
      ...{ type: 'employee-role', claims },
    })
    await trio.company.call('sanne', 'POST', '/wallet/offers', { link: body.link, for: 'me' })
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await visit(page, trio.company, '/data/take-along')
      await page.getByLabel('Wachtzin').first().fill(PASSPHRASE)
      await page.getByLabel('Nog een keer').fill('anders')
      await page.getByText('Dit is niet dezelfde wachtzin').waitFor()
      await page.getByLabel('Nog een keer').fill(PASSPHRASE)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Bestand maken' }).click()
      await openKey(page, trio.company, 'sanne')
      const path = await (await saved).path()
      await page.getByText('Eén bewijs zit in het bestand.').waitFor()
      expect(readFileSync(path, 'utf8')).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+\n$/)

      const before = await credentials('partner', 'bram')
      const there = await signedIn(other, trio.partner, 'bram')
      await visit(there, trio.partner, '/data/take-along')
      await there.locator('input[type=file]').setInputFiles(join(packageRoot, 'package.json'))
      await there.getByLabel('Wachtzin').last().fill(PASSPHRASE)
      await there.getByRole('button', { name: 'Bekijken' }).click()
      await there.getByText('Dit is geen bestand met bewijzen.').waitFor()
      await there.locator('input[type=file]').setInputFiles(path)
      await there.getByLabel('Wachtzin').last().fill('een heel andere zin')
      await there.getByRole('button', { name: 'Bekijken' }).click()
      await there
        .getByRole('alert')
        .getByText(/wachtzin|passphrase/i)
        .waitFor()
      await there.getByLabel('Wachtzin').last().fill(PASSPHRASE)
      await there.getByRole('button', { name: 'Bekijken' }).click()
      await there.getByText('wordt toegevoegd', { exact: false }).waitFor()
      expect(await credentials('partner', 'bram')).toBe(before)
      await there.getByRole('button', { name: 'Overnemen' }).click()
      await there.getByText('Eén bewijs is overgenomen.').waitFor()
      expect(await credentials('partner', 'bram')).toBe(before + 1)
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('an administrator says when people are reminded, and sees how the company stands', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/settings/mail')
      await page.getByLabel('Dagen voordat een toestemming afloopt').fill('21')
      await page.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('Opgeslagen.').waitFor()
      const { body } = await trio.company.call<object>('company', 'GET', '/reminders')
      expect(body).toMatchObject({ expiring_days: 21 })
      await page.getByRole('link', { name: 'Registratie' }).click()
      await page.getByText('geregistreerd', { exact: true }).waitFor()
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
        ['rights', '/data/rights'],
        ['take along', '/data/take-along'],
        ['mail', '/settings/mail'],
        ['registration', '/settings/registration'],
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
