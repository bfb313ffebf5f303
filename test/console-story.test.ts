import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, foreignRequests, signedIn } from './support/console.ts'
import { importFiles } from './support/import-list.ts'
import { eventually, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()

describe.skipIf(!executable)('the story, clicked through by three people in three browsers', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    for (const node of [trio.company, trio.partner])
      await node.call(node.config.name, 'POST', '/registrations/applications', { accept: 1 })
    browser = await openBrowser(executable ?? '')
  })

  test('join → ask → share → read → look → revoke', async () => {
    const [desk, company, partner] = await Promise.all([1, 2, 3].map(() => browser.open({ locale: 'nl' })))
    if (!desk || !company || !partner) throw new Error('three browsers')
    try {
      // MYOBI lets both in.
      const servicedesk = await signedIn(desk, trio.myobi, 'myobi')
      const elsewhere = foreignRequests(servicedesk, trio.myobi)
      for (const name of ['Nietmachine B.V.', 'Kruimelkoning B.V.']) {
        await servicedesk.goto(consoleOf(trio.myobi, '/desk'))
        await servicedesk.getByRole('link', { name: new RegExp(name) }).click()
        await servicedesk.getByRole('button', { name: 'Aannemen' }).click()
        await servicedesk.getByRole('dialog').getByRole('button', { name: 'Aannemen' }).click()
        await servicedesk.getByText('geregistreerd', { exact: true }).first().waitFor()
      }
      for (const node of [trio.company, trio.partner])
        await eventually(async () => {
          const mine = await node.call<{ state: string }>(node.config.name, 'GET', '/registrations/mine')
          return mine.body.state === 'registered'
        }, `${node.config.name} is registered`)

      // The partner says something of itself.
      const owner = await signedIn(partner, trio.partner, 'partner')
      await owner.goto(consoleOf(trio.partner, '/data'))
      await owner.getByRole('tab', { name: 'Van het bedrijf' }).click()
      await owner.getByRole('textbox', { name: 'Naam', exact: true }).fill('Kruimelkoning B.V.')
      await owner.getByLabel('E-mailadres', { exact: true }).fill('info@kruimelkoning.example')
      await owner.getByRole('button', { name: 'Opslaan' }).click()
      await owner.getByText('Opgeslagen.').waitFor()

      // The company, which has it in its books, asks.
      await importFiles(trio.company, ['examples/debiteuren.csv'])
      const asker = await signedIn(company, trio.company, 'company')
      const record = await eventually(async () => {
        const { body } = await trio.company.call<{ items: { id: string }[] }>(
          'company',
          'GET',
          '/partners?network_state=in_network',
        )
        return body.items[0]
      }, 'the partner is seen in the network')
      await asker.goto(consoleOf(trio.company, `/partners/${record.id}`))
      await asker.getByRole('button', { name: 'Vraag om gegevens' }).click()
      const dialog = asker.getByRole('dialog')
      await dialog.getByRole('checkbox', { name: 'E-mailadres', exact: true }).first().check()
      await dialog.getByRole('combobox', { name: 'Waarvoor?' }).click()
      await asker.getByRole('option', { name: 'Bestellingen afhandelen' }).click()
      await dialog.getByRole('combobox', { name: 'Op welke grondslag?' }).click()
      await asker.getByRole('option', { name: 'Uitvoering van een overeenkomst' }).click()
      await dialog.getByLabel(/Waarom hebt u dit nodig/).fill('Wij leveren uw bestelling')
      await dialog.getByLabel('Wat heeft de partner eraan?').fill('Een wijziging maar één keer')
      await dialog.getByRole('button', { name: 'Verzoek versturen' }).click()
      await asker.getByText(/Verzoek verstuurd aan/).waitFor()

      // The partner shares.
      await eventually(async () => {
        await owner.goto(consoleOf(trio.partner, '/requests'))
        await owner.getByRole('heading', { level: 1 }).waitFor()
        return (await owner.getByRole('link', { name: /Nietmachine/ }).count()) > 0
      }, 'the request')
      await owner.getByRole('link', { name: /Nietmachine/ }).click()
      await owner.getByRole('button', { name: 'Delen', exact: true }).click()
      await owner.getByText(/U deelt nu 1 gegeven/).waitFor()

      // The company reads; the partner sees that it did.
      await eventually(async () => {
        await asker.getByRole('button', { name: 'Gegevens ophalen' }).click()
        return asker
          .getByText('1 gegeven opgehaald.')
          .waitFor({ timeout: 2_000 })
          .then(
            () => true,
            () => false,
          )
      }, 'the value')
      await asker.getByRole('cell', { name: 'info@kruimelkoning.example' }).waitFor()
      await owner.getByRole('link', { name: 'Wie keek', exact: true }).click()
      await owner.getByText('gezien').first().waitFor()

      // And takes it back.
      await owner.getByRole('link', { name: 'Toestemmingen', exact: true }).click()
      await owner.getByRole('button', { name: 'Intrekken' }).click()
      await owner.getByRole('button', { name: 'Ja, intrekken' }).click()
      await owner.getByText(/Ingetrokken: Nietmachine B.V. ziet dit niet meer/).waitFor()
      await asker.getByRole('button', { name: 'Gegevens ophalen' }).click()
      await asker
        .getByRole('status')
        .filter({ hasText: /ingetrokken|niets open|niet/i })
        .first()
        .waitFor()
      expect(elsewhere).toEqual([])
    } finally {
      await Promise.all([desk, company, partner].map((one) => one.close()))
    }
  })
})
