import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt, packageRoot } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { importFiles } from './support/import-list.ts'
import { eventually, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const script = '<img src=x onerror="window.broken=1">'
const strange = [script, `${'Ω'.repeat(180)}`, 'שלום בע״מ 👩‍🍳', "'; DROP TABLE partner; --"] as const

describe.skipIf(!executable)('partners in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    await importFiles(trio.company, ['examples/auditfile.xaf', 'examples/debiteuren.csv'])
    const [header = ''] = readFileSync(join(packageRoot, 'examples/debiteuren.csv'), 'utf8').split(/\r?\n/)
    const rows = strange.map((name, at) => {
      const cells = [`V${at}`, `"${name.replaceAll('"', '""')}"`]
      return [...cells, ...Array(header.split(';').length - cells.length).fill('')].join(';')
    })
    const alike = ['Warme Bakker Twee', 'Warme Bakker 2'].map((name, at) =>
      [`W${at}`, name, ...Array(10).fill(''), 'NL91ABNA0417164300', ''].join(';'),
    )
    await importFiles(trio.company, [{ name: 'vreemd.csv', text: [header, ...rows, ...alike].join('\n') }])
    browser = await openBrowser(executable ?? '')
  })

  test('a coordinator finds partners, invites some, and sees them on the board', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.getByRole('link', { name: 'Partners', exact: true }).click()
      await page.getByLabel('Zoek op naam, KVK- of btw-nummer').fill('inktvlek')
      await page.waitForURL(/[?&]q=inktvlek/)
      await page.getByRole('link', { name: /Inktvlek & Zn/ }).waitFor()
      await page.getByRole('checkbox', { name: /Kies Drukkerij Inktvlek & Zn/ }).check()
      await page.getByRole('button', { name: 'Uitnodigen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Waarom nodigt u uit? (de partner leest dit)').fill('Eén keer wijzigen')
      await dialog.getByRole('button', { name: 'Uitnodigen' }).click()
      await page.getByText('1 partner staat nu op het uitnodigingenbord.').waitFor()
      await page.getByRole('link', { name: 'Uitnodigingen', exact: true }).click()
      await page
        .getByRole('region', { name: 'concept' })
        .getByRole('link', { name: /Inktvlek & Zn/ })
        .click()
      await page.getByText('Eén keer wijzigen').waitFor()
      const contact = page.getByLabel('E-mailadres')
      if ((await contact.count()) > 0) {
        await page.getByLabel('Naam').fill('Gerda Green')
        await contact.fill('gerda@inktvlek.example')
        await page.getByRole('button', { name: 'Opslaan' }).click()
      }
      await page.getByRole('button', { name: 'Opdracht geven aan MYOBI' }).click()
      await page.getByText('ingediend', { exact: true }).first().waitFor()
    } finally {
      await context.close()
    }
  })

  test('what the servicedesk writes about an invitation is read and answered on its page', async () => {
    const board = await trio.company.call<{ columns: { state: string; items: { id: string }[] }[] }>(
      'company',
      'GET',
      '/invitations/board',
    )
    const id = board.body.columns.find(({ state }) => state === 'submitted')?.items[0]?.id
    const invited = await eventually(async () => {
      const { body } = await trio.myobi.call<{ items: { id: string }[] }>('myobi', 'GET', '/invited')
      const orders = await trio.myobi.call<{ orders: { id: string }[] }>(
        'myobi',
        'GET',
        `/invited/${body.items[0]?.id}`,
      )
      return orders.body.orders?.[0]?.id
    }, 'the order')
    await trio.myobi.call('myobi', 'POST', `/invitation-orders/${invited}/messages`, { body: script })
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await eventually(async () => {
        await visit(page, trio.company, '/invitations/list?unread=yes')
        return (await page.getByText('1 nieuw bericht').count()) > 0
      }, 'the message')
      await page.getByRole('link', { name: /Inktvlek/ }).click()
      await page.getByText(script).waitFor()
      await page.getByLabel('Bericht aan de servicedesk').fill('Wij bellen hem zelf')
      await page.getByRole('button', { name: 'Versturen', exact: true }).click()
      await page.getByText('Wij bellen hem zelf').first().waitFor()
      await visit(page, trio.company, '/invitations/list?unread=yes')
      await page.getByText('Geen uitnodiging past hierbij.').waitFor()
      expect(await page.evaluate('window.broken')).toBeUndefined()
      const { body } = await trio.company.call<{ unread: number }>('company', 'GET', `/invitations/${id}`)
      expect(body.unread).toBe(0)
    } finally {
      await context.close()
    }
  })

  test('of all partners in a list one thing is said, after asking once more', async () => {
    const volunteers = async () =>
      (await trio.company.call<{ items: object[] }>('company', 'GET', '/partners?role=volunteer&limit=200'))
        .body.items.length
    expect(await volunteers()).toBe(0)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/partners')
      expect(await page.getByRole('button', { name: 'Van al deze zeggen…' }).count()).toBe(0)
      await visit(page, trio.company, '/partners?role=customer')
      const { length } = (
        await trio.company.call<{ items: object[] }>('company', 'GET', '/partners?role=customer&limit=200')
      ).body.items
      expect(length).toBeGreaterThan(1)
      await page.getByRole('button', { name: 'Van al deze zeggen…' }).click()
      const dialog = page.getByRole('dialog')
      expect(await dialog.getByRole('button', { name: 'Van alle partners zeggen' }).isDisabled()).toBe(true)
      await dialog.getByRole('checkbox', { name: 'vrijwilliger' }).check()
      await dialog.getByRole('button', { name: 'Van alle partners zeggen' }).click()
      await page.getByText(`Van ${length} gewijzigd; 0 waren al zo.`).waitFor()
      expect(await volunteers()).toBe(length)
    } finally {
      await context.close()
    }
  })

  test('an address that nothing arrives at stands among what asks for attention', async () => {
    const { body } = await trio.company.call<{ items: { id: string }[] }>(
      'company',
      'GET',
      '/partners?q=Lekdicht',
    )
    const reached = body.items[0]?.id
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/partners/${reached}`)
      await page.getByRole('button', { name: /^Komt niet aan: E-mail/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Melden' }).click()
      await page.getByText('Gemeld.').waitFor()
      await page.getByRole('heading', { name: 'Vraagt aandacht' }).waitFor()
      const found = await trio.company.call<{ quality: { reasons: { code: string }[] } }>(
        'company',
        'GET',
        `/partners/${reached}`,
      )
      expect(found.body.quality.reasons.map(({ code }) => code)).toContain('bounced_hard')
    } finally {
      await context.close()
    }
  })

  test('an account manager asks a partner for data from its record', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await page.goto(consoleOf(trio.company, '/partners?network=in_network'))
      await page.getByRole('link', { name: /Kruimelkoning/ }).click()
      await page.getByText('Het is in balans.').waitFor()
      expect(await page.getByRole('button', { name: 'Rollen wijzigen' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Vraag om gegevens' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('checkbox', { name: 'E-mailadres' }).first().check()
      await dialog.getByRole('combobox', { name: 'Waarvoor?' }).click()
      await page.getByRole('option', { name: 'Bestellingen afhandelen' }).click()
      await dialog.getByRole('combobox', { name: 'Op welke grondslag?' }).click()
      await page.getByRole('option', { name: 'Uitvoering van een overeenkomst' }).click()
      await dialog.getByLabel(/Waarom hebt u dit nodig/).fill('Wij leveren uw bestelling')
      await dialog.getByLabel('Wat heeft de partner eraan?').fill('Een wijziging maar één keer')
      await dialog.getByRole('button', { name: 'Verzoek versturen' }).click()
      await page.getByText(/Verzoek verstuurd aan/).waitFor()
      const waiting = await trio.partner.call<{ items: { reason: string }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      expect(waiting.body.items.map(({ reason }) => reason)).toContain('Wij leveren uw bestelling')
    } finally {
      await context.close()
    }
  })

  test('names that are scripts, long, or from right to left are names, and break no layout', async () => {
    const context = await browser.open({ locale: 'nl', viewport: { width: 390, height: 844 } })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.goto(consoleOf(trio.company, '/partners?sort=newest'))
      for (const name of strange) await page.getByText(name, { exact: true }).waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await page.getByRole('link', { name: script }).click()
      await page.getByRole('heading', { level: 1, name: script }).waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      expect(await page.evaluate('window.broken')).toBeUndefined()
    } finally {
      await context.close()
    }
  })

  test('partners that are one are merged by who knows them, and others are not asked about again', async () => {
    const pairs = async () =>
      (await trio.company.call<{ items: object[] }>('company', 'GET', '/partners/duplicates')).body.items
        .length
    const before = await pairs()
    expect(before).toBeGreaterThan(1)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/partners/duplicates')
      await page
        .getByRole('button', { name: /^Niet dezelfde/ })
        .first()
        .click()
      await page.getByText(/zijn twee partners/).waitFor()
      expect(await pairs()).toBe(before - 1)
      await page
        .getByRole('button', { name: /^Samenvoegen/ })
        .first()
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('radio').last().check()
      await dialog.getByRole('button', { name: 'Samenvoegen' }).click()
      await page.getByText(/is er nu één keer/).waitFor()
      expect(await pairs()).toBeLessThan(before - 1)
      await visit(page, trio.company, '/partners/quality')
      await page.getByLabel('Wat er is').selectOption({ label: 'ontbreekt' })
      await page.waitForURL(/reason=missing/)
      await page.getByRole('listitem').filter({ hasText: 'ontbreekt' }).first().waitFor()
    } finally {
      await context.close()
    }
  })

  test('what a partner is to us is said by a coordinator, and what it shares is not right by who reads it', async () => {
    const { body } = await trio.company.call<{ items: { id: string }[] }>(
      ...(['company', 'GET', '/partners?network_state=in_network'] as const),
    )
    const path = `/partners/${body.items[0]?.id}`
    const waiting = await trio.partner.call<{ items: { id: string }[] }>(
      ...(['partner', 'GET', '/access/requests?state=pending'] as const),
    )
    await trio.partner.call('partner', 'POST', `/access/requests/${waiting.body.items[0]?.id}/approval`, {})
    await eventually(async () => {
      const held = await trio.company.call<{ items: object[] }>('sanne', 'GET', '/access/grants/received')
      return held.body.items.length > 0
    }, 'the grant')
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, path)
      await page.getByRole('button', { name: 'Rollen wijzigen' }).click()
      await page.getByRole('dialog').getByRole('checkbox', { name: 'tussenpersoon' }).check()
      await page.getByRole('dialog').getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('Opgeslagen.').waitFor()
      const after = await trio.company.call<{ roles: string[] }>('company', 'GET', path)
      expect(after.body.roles).toContain('intermediary')
      const reader = await signedIn(other, trio.company, 'sanne')
      await visit(reader, trio.company, path)
      await reader.getByRole('button', { name: 'Gegevens ophalen' }).click()
      await reader
        .getByRole('button', { name: /^Klopt niet/ })
        .first()
        .click()
      await reader.getByRole('dialog').getByLabel('Wat het volgens u is').fill('nieuw@kruimelkoning.example')
      await reader.getByRole('dialog').getByLabel('Waarom').fill(script)
      await reader.getByRole('dialog').getByRole('button', { name: 'Voorstellen' }).click()
      await reader.getByText(/Voorgesteld aan/).waitFor()
      await visit(reader, trio.company, '/data/corrections')
      await reader.getByText('nieuw@kruimelkoning.example', { exact: false }).waitFor()
      expect(await reader.evaluate('window.broken')).toBeUndefined()
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('a person whom a list brought is told, and that is remembered', async () => {
    const open = async () =>
      (await trio.company.call<{ items: object[] }>('company', 'GET', '/informing?state=open')).body.items
        .length
    const before = await open()
    expect(before).toBeGreaterThan(1)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/partners/informing')
      await page
        .getByRole('button', { name: /^De brief lezen/ })
        .first()
        .click()
      await page
        .getByRole('dialog')
        .getByText(/De brief kan pas gemaakt worden/)
        .waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Annuleren' }).click()
      await page
        .getByRole('button', { name: /^Niet nodig/ })
        .first()
        .click()
      await page
        .getByRole('dialog')
        .getByLabel(/^Uitleg/)
        .fill('Stond in onze brief van mei')
      await page.getByRole('dialog').getByRole('button', { name: 'Niet nodig' }).click()
      await page.getByText('Onthouden.', { exact: true }).waitFor()
      expect(await open()).toBe(before - 1)
      await page
        .getByRole('button', { name: /^Eerder vertellen/ })
        .first()
        .click()
      await page.getByRole('dialog').getByLabel('Wij gaven gegevens aan een ander').check()
      await page.getByRole('dialog').getByRole('button', { name: 'Nu vertellen' }).click()
      await page.getByText(/moet(en)? het nu horen\./).waitFor()
      const { body } = await trio.company.call<{ items: { because: string }[] }>(
        'company',
        'GET',
        '/informing?state=open&limit=200',
      )
      expect(body.items.map(({ because }) => because)).toContain('first_disclosure')
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const { body } = await trio.company.call<{ items: { id: string }[] }>(
        'company',
        'GET',
        '/partners?network_state=in_network',
      )
      const board = await trio.company.call<{ columns: { items: { id: string }[] }[] }>(
        'company',
        'GET',
        '/invitations/board',
      )
      const invitation = board.body.columns.flatMap(({ items }) => items)[0]?.id
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.company, 'company')
        for (const [name, path] of [
          ['partners', '/partners'],
          ['partner', `/partners/${body.items[0]?.id}`],
          ['quality', '/partners/quality'],
          ['duplicates', '/partners/duplicates'],
          ['informing', '/partners/informing'],
          ['invitations', '/invitations'],
          ['invitation list', '/invitations/list'],
          ['invitation', `/invitations/${invitation}`],
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
