import { beforeAll, describe, expect, test } from 'vitest'
import { agreeing, giveContractRoles } from './support/agreements.ts'
import { chromiumPath, keepPicture, openBrowser, violationsOf } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { importFiles } from './support/import-list.ts'
import { openInside } from './support/inside.ts'
import { settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()

describe.skipIf(!executable)('work in the console', () => {
  let trio: TestTrio
  let golf: TestNode
  let browser: Awaited<ReturnType<typeof openBrowser>>
  /** One that waits for the partner, and one with two texts. */
  let agreement: string
  const { begin, inState } = agreeing(() => trio)

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    for (const node of [trio.company, trio.partner])
      await giveContractRoles(await openInside(node, trio.clock))
    agreement = await begin()
    golf = await trio.add('golf', { name: 'Golfbaan De Bunker', kvkNumber: '48317122' })
    await golf.call('golf', 'POST', '/registrations/applications', { accept: 1 })
    browser = await openBrowser(executable ?? '')
  })

  test('the servicedesk takes a registration on, and accepts it', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.myobi, 'myobi')
      await page.getByRole('link', { name: 'Servicedesk', exact: true }).click()
      await page.getByRole('link', { name: /Golfbaan De Bunker/ }).click()
      await page.getByText('48317122').waitFor()
      await page.getByRole('button', { name: 'In behandeling nemen' }).click()
      await page.getByLabel('Notitie voor collega’s').fill('Gebeld, alles klopt.')
      await page.getByRole('button', { name: 'Toevoegen', exact: true }).click()
      await page.getByText('Gebeld, alles klopt.').waitFor()
      await page.getByRole('button', { name: 'Aannemen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Aannemen' }).click()
      await page.getByText('geregistreerd', { exact: true }).first().waitFor()
      const mine = await golf.call<{ state: string }>('golf', 'GET', '/registrations/mine')
      expect(['accepted', 'policy_pending', 'registered']).toContain(mine.body.state)
    } finally {
      await context.close()
    }
  })

  test('a partner looks an agreement through, approves and signs it', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await page.goto(consoleOf(trio.partner, '/agreements'))
      await page.getByRole('link', { name: /Nietmachine B.V./ }).click()
      await page.getByRole('heading', { level: 1, name: 'Leveringsovereenkomst kantoorartikelen' }).waitFor()
      await page.getByText('De leverancier levert binnen twee dagen.').waitFor()
      await page.getByRole('button', { name: 'Niets te wijzigen' }).click()
      await page.getByRole('button', { name: 'Goedkeuren' }).click()
      await trio.company.call('company', 'POST', `/agreements/${agreement}/approval`, { version: 1 })
      await inState(trio.partner, agreement, 'approved')
      await page.reload()
      await page.getByRole('button', { name: 'Ondertekenen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Ondertekenen' }).click()
      await openKey(page, trio.partner, 'partner')
      await page.getByText(/wij \(Ada partner\) ondertekende/).waitFor()
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const cases = await trio.myobi.call<{ items: { id: string }[] }>('myobi', 'GET', '/registrations')
      const desk = await browser.open({ locale })
      const company = await browser.open({ locale })
      try {
        const visits = [
          [await signedIn(desk, trio.myobi, 'myobi'), trio.myobi, 'desk', '/desk'],
          [desk.pages()[0], trio.myobi, 'case', `/desk/${cases.body.items[0]?.id}`],
          [await signedIn(company, trio.company, 'company'), trio.company, 'agreements', '/agreements'],
          [company.pages()[0], trio.company, 'agreement', `/agreements/${agreement}`],
          [company.pages()[0], trio.company, 'ecosystem', '/ecosystem'],
        ] as const
        for (const [page, node, name, path] of visits) {
          if (!page) throw new Error('no page')
          await visit(page, node, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
      } finally {
        await desk.close()
        await company.close()
      }
    })
  })

  test('the map says in a table what it shows', async () => {
    await importFiles(trio.company, ['examples/auditfile.xaf'])
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.goto(consoleOf(trio.company, '/ecosystem'))
      await page.locator('.partner-node').first().waitFor()
      await page.getByRole('rowheader', { name: 'Klanten' }).waitFor()
      const name = (await page.locator('.partner-node a').first().textContent()) ?? ''
      await page
        .getByRole('row')
        .filter({ hasText: name })
        .getByText(/nog niets gedeeld/)
        .waitFor()
      expect(await page.getByRole('button', { name: 'Alles tonen' }).count()).toBe(1)
      await keepPicture(page, 'ecosystem full')
      expect(await violationsOf(page)).toEqual([])
    } finally {
      await context.close()
    }
  })
})
