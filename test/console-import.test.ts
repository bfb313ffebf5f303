import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt, packageRoot } from './support/build.ts'
import { consoleOf, foreignRequests, signedIn, visit, wrongWith } from './support/console.ts'
import { importFiles, openImport } from './support/import-list.ts'
import { startTrio, type TestNode } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1"> B.V.'
const list = (name: string, ...lines: string[]) => ({
  ...{ name, mimeType: 'text/csv' },
  buffer: Buffer.from(lines.join('\r\n')),
})

describe.skipIf(!executable)('importing partners in the console', () => {
  let node: TestNode
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    ;({ company: node } = await startTrio('sqlite'))
    browser = await openBrowser(executable ?? '')
  })

  const partners = async () =>
    (await node.call<{ items: { name: string }[] }>('company', 'GET', '/partners?limit=200')).body.items
  const opened = async (run: (page: Page, context: BrowserContext) => Promise<void>) => {
    const context = await browser.open({ locale: 'nl' })
    try {
      await run(await signedIn(context, node, 'company'), context)
    } finally {
      await context.close()
    }
  }
  const begin = async (page: Page) => {
    await visit(page, node, '/partners/import')
    await page.getByRole('button', { name: 'Nieuwe import' }).click()
    await page.getByRole('heading', { level: 1, name: 'Import', exact: true }).waitFor()
  }
  const give = (page: Page, ...files: Parameters<ReturnType<Page['locator']>['setInputFiles']>) =>
    page.locator('input[type=file]').setInputFiles(...files)

  test('an audit file is looked at, imported, found again after a reload, and taken back', async () => {
    await opened(async (page) => {
      const elsewhere = foreignRequests(page, node)
      const before = await partners()
      await begin(page)
      await give(page, join(packageRoot, 'examples/auditfile.xaf'))
      await page.getByText(/auditfile.xaf: 50 relaties gelezen, 10 fouten/).waitFor()
      await page.getByText('Nieuw (43)').waitFor()
      await page.getByLabel('De 25 actieve ondernemingen').waitFor()
      expect(await partners()).toEqual(before)
      await page.getByRole('button', { name: 'Importeren', exact: true }).click()
      await page.getByText('De import is uitgevoerd').waitFor()
      await page.getByText(/25 nieuw, 0 gewijzigd/).waitFor()
      expect(await partners()).toHaveLength(before.length + 25)
      await page.reload()
      await page.getByText('De import is uitgevoerd').waitFor()
      await page.getByRole('link', { name: 'Naar alle imports' }).click()
      await page.getByText(/Terugdraaien kan tot/).waitFor()
      await page.getByRole('button', { name: /^Terugdraaien:/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Terugdraaien' }).click()
      await page.getByText('De import is teruggedraaid').waitFor()
      await page.getByText(/25 weer weg/).waitFor()
      expect(await partners()).toEqual(before)
      expect(elsewhere).toEqual([])
    })
  })

  test('columns nobody knows are said once; what is wrong is mended where it stands', async () => {
    await opened(async (page) => {
      await begin(page)
      const strange = list(
        'strange.csv',
        'Nr,Bedrijf,KvK,Mail',
        `1,"${HOSTILE.replaceAll('"', '""')}",48245915,a@b.example`,
        '2,Te Kort B.V.,123,c@d.example',
      )
      await give(page, strange)
      await page.getByText('Welke kolom is wat?').waitFor()
      // What a heading says by itself is filled in.
      expect(await page.getByRole('combobox', { name: /^KvK, bijvoorbeeld/ }).inputValue()).toBe('KVK-nummer')
      for (const [heading, field] of [
        ['Nr', 'Relatienummer'],
        ['Bedrijf', 'Naam'],
        ['Mail', 'E-mailadres'],
      ] as const) {
        await page.getByRole('combobox', { name: new RegExp(`^${heading}, bijvoorbeeld`) }).click()
        await page.getByRole('option', { name: field, exact: true }).click()
      }
      await page.getByRole('button', { name: 'Zo inlezen' }).click()
      await page.getByText(/strange.csv: 1 relatie gelezen, 1 fout/).waitFor()
      await page.getByText('Fout (1)').click()
      await page.getByText('een KVK-nummer heeft 8 cijfers').waitFor()
      await page.getByLabel('KVK-nummer').fill('48316274')
      await page.getByRole('button', { name: 'Opnieuw nakijken' }).click()
      await page.getByText(/1 regel komt nu mee; er is niets meer fout/).waitFor()
      await page.getByText('Nieuw (2)').click()
      await page.getByLabel(/Alleen wat ik aanvink/).check()
      await page.getByRole('checkbox', { name: 'Kies Te Kort B.V.' }).check()
      await page.getByText(HOSTILE).waitFor()
      await page.getByRole('button', { name: 'Importeren', exact: true }).click()
      await page.getByText(/1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 niet gekozen/).waitFor()
      expect((await partners()).map(({ name }) => name)).toContain('Te Kort B.V.')
      expect(await page.title()).toContain('Import')
      // The same columns are known from now on.
      await begin(page)
      await give(page, list('again.csv', 'Nr,Bedrijf,KvK,Mail', '3,Weer Een B.V.,,'))
      await page.getByText(/again.csv: 1 relatie gelezen, geen fouten/).waitFor()
    })
  })

  test('what is remembered of columns is changed, and forgotten', async () => {
    const kept = async () =>
      (
        await node.call<{ items: { name: string | null; mapping: object }[] }>(
          'company',
          'GET',
          '/partners/mappings',
        )
      ).body.items
    await opened(async (page) => {
      await visit(page, node, '/partners/import')
      await page.getByRole('link', { name: 'Wat er over kolommen is onthouden' }).click()
      await page.getByText('E-mailadres: kolom “Mail”').waitFor()
      await page.getByRole('button', { name: 'Lijst zonder naam wijzigen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/^Uit welk pakket/).fill(HOSTILE)
      await dialog.getByRole('combobox', { name: 'Mail' }).click()
      await page.getByRole('option', { name: 'Contactpersoon', exact: true }).click()
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText(HOSTILE).first().waitFor()
      const [one] = await kept()
      expect(one?.name).toBe(HOSTILE)
      expect(one?.mapping).toMatchObject({ contact: 'Mail', name: 'Bedrijf' })
      expect(one?.mapping).not.toHaveProperty('email')
      expect(await page.title()).not.toBe('1')
      await page.getByRole('button', { name: /^Vergeten:/ }).click()
      await dialog.getByRole('button', { name: 'Vergeten' }).click()
      await page.getByText(/Er is nog niets onthouden/).waitFor()
      expect(await kept()).toEqual([])
    })
  })

  test('contact persons come from cards, and of whom it is not clear whose she is stays out until it is said', async () => {
    await importFiles(node, ['examples/auditfile.xaf'])
    const [one] = await partners()
    const card = (name: string, org: string, mail: string) =>
      ['BEGIN:VCARD', 'VERSION:4.0', `FN:${name}`, `ORG:${org}`, `EMAIL:${mail}`, 'END:VCARD'].join('\r\n')
    const nobody = card('Vreemde Vogel', 'Nergens B.V.', 'vogel@nergens.example')
    const cards = {
      ...{ name: 'contacten.vcf', mimeType: 'text/vcard' },
      buffer: Buffer.from(
        [card('Gerda Green', one?.name ?? '', 'gerda@g.example'), nobody, 'BEGIN:VCARD'].join('\r\n'),
      ),
    }
    const contacts = async (name: string) => {
      const { body } = await node.call<{ items: { id: string; name: string }[] }>(
        'company',
        'GET',
        `/partners?q=${encodeURIComponent(name)}`,
      )
      const found = await node.call<{ contacts: { name: string }[] }>(
        'company',
        'GET',
        `/partners/${body.items[0]?.id}`,
      )
      return found.body.contacts.map((person) => person.name)
    }
    await opened(async (page) => {
      await visit(page, node, '/partners/contacts')
      await give(page, cards)
      await page.getByText('bij wie hoort deze?').waitFor()
      await page.getByText('kaartje 3: het kaartje is niet af').waitFor()
      expect(await contacts(one?.name ?? '')).toContain('Gerda Green')
      await page.getByRole('combobox', { name: 'Partner' }).fill(one?.name ?? '')
      await page.getByRole('button', { name: 'Aan deze partner toevoegen' }).click()
      await page.getByText('bij wie hoort deze?').waitFor({ state: 'detached' })
      expect(await contacts(one?.name ?? '')).toEqual(
        expect.arrayContaining(['Gerda Green', 'Vreemde Vogel']),
      )
    })
  })

  test('a file of the wrong kind is refused in words, and the next one is taken', async () => {
    await opened(async (page) => {
      await begin(page)
      const png = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==',
        'base64',
      )
      await give(page, { name: 'foto.png', mimeType: 'image/png', buffer: png })
      await page.getByRole('alert').waitFor()
      await give(page, join(packageRoot, 'examples/debiteuren.csv'))
      await page.getByText(/debiteuren.csv: 23 relaties gelezen, 11 fouten/).waitFor()
      expect(await page.getByRole('alert').count()).toBe(0)
    })
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const id = await openImport(node, ['examples/auditfile.xaf', 'examples/debiteuren.csv'])
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, node, 'company')
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(String(error)))
        for (const [name, path] of [
          ['imports', '/partners/import'],
          ['columns kept', '/partners/import/columns'],
          ['contact cards', '/partners/contacts'],
          ['import new', `/partners/import/${id}`],
          ['import errors', `/partners/import/${id}?show=errors`],
        ] as const) {
          await visit(page, node, path)
          if (path.includes(id)) await page.getByRole('radio').last().waitFor()
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
        await page.goto(consoleOf(node, `/partners/import/${id}`))
        await page.locator('input[type=file]').setInputFiles(list('x.csv', 'Wat,Hoe', 'a,b'))
        await page.getByRole('button', { name: /^(Zo inlezen|Read it like this)$/ }).waitFor()
        expect(await wrongWith(page, 'import columns', locale)).toEqual([])
        expect(errors).toEqual([])
      } finally {
        await context.close()
      }
    })
  })
})
