import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'
import { addGerda, gerda, post, type ShownRequest } from './support/rights.ts'

const executable = chromiumPath()
const hostile = '<img src=x onerror="document.title=1"> Mijn naam is verkeerd gespeld'

describe.skipIf(!executable)('requests about personal data in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const file = async (as: string, kind: string, text?: string) =>
    (await post(trio.partner, as, '/rights/requests', { kind, ...(text !== undefined && { text }) })).body
  const shown = async (id: string) =>
    (await trio.partner.call<ShownRequest>('partner', 'GET', `/rights/requests/${id}`)).body

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })

  test('where nobody asked anything it says so', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/privacy')
      await page.getByText('Er is geen verzoek.').waitFor()
      await page.getByText('Te laat', { exact: true }).click()
      await page.waitForURL(/show=late/)
      await page.getByText('Er is geen verzoek.').waitFor()
    } finally {
      await context.close()
    }
  })

  test('a request is taken on, extended with a reason and answered', async () => {
    const { id } = await file('bram', 'rectification', hostile)
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await page.getByRole('link', { name: 'Privacyverzoeken', exact: true }).click()
      await page.getByRole('link', { name: /Verbetering/ }).click()
      await page.getByText(hostile).waitFor()
      expect(await page.title()).toContain('Verbetering')
      await page.getByRole('button', { name: 'In behandeling nemen' }).click()
      await page.getByText('in behandeling', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Twee maanden verlengen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Reden').fill('Wij vragen het na bij het register')
      await dialog.getByRole('button', { name: 'Twee maanden verlengen' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('Wij vragen het na bij het register').waitFor()
      expect(await page.getByRole('button', { name: 'Twee maanden verlengen' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Beantwoorden' }).click()
      await dialog.getByLabel('Antwoord').fill('Uw naam is verbeterd.')
      await dialog.getByRole('button', { name: 'Beantwoorden' }).click()
      await page.getByText('beantwoord', { exact: true }).first().waitFor()
      expect(await shown(id)).toMatchObject({
        state: 'answered',
        answer: 'Uw naam is verbeterd.',
        extension: { reason: 'Wij vragen het na bij het register' },
      })
    } finally {
      await context.close()
    }
  })

  test('a restriction is ended; another request is refused, and it says where to complain', async () => {
    const restriction = await file('bram', 'restriction')
    const access = await file('bram', 'access')
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      const dialog = page.getByRole('dialog')
      await visit(page, trio.partner, `/privacy/requests/${restriction.id}`)
      await page.getByText(/krijgt niemand deze gegevens/).waitFor()
      await page.getByRole('button', { name: 'Beperking beëindigen' }).click()
      await dialog.getByLabel('Reden').fill('Het geschil is over')
      await dialog.getByRole('button', { name: 'Beperking beëindigen' }).click()
      await page.getByText(/krijgt niemand deze gegevens/).waitFor({ state: 'detached' })
      expect((await shown(restriction.id)).restricted).toBe(false)

      await visit(page, trio.partner, `/privacy/requests/${access.id}`)
      await page.getByRole('button', { name: 'Weigeren' }).click()
      await dialog.getByLabel('Reden').fill('Dit kreeg u gisteren al')
      // Somebody else is first: what the node says is shown, and nothing typed is lost.
      await post(trio.partner, 'partner', `/rights/requests/${access.id}/answer`, { answer: 'Hierbij' })
      await dialog.getByRole('button', { name: 'Weigeren' }).click()
      await dialog.getByRole('alert').waitFor()
      expect(await dialog.getByLabel('Reden').inputValue()).toBe('Dit kreeg u gisteren al')
      expect((await shown(access.id)).state).toBe('answered')

      const other = await file('bram', 'access')
      await visit(page, trio.partner, `/privacy/requests/${other.id}`)
      await page.getByRole('button', { name: 'Weigeren' }).click()
      await dialog.getByLabel('Reden').fill('Dit kreeg u gisteren al')
      await dialog.getByRole('button', { name: 'Weigeren' }).click()
      await page.getByText(/Autoriteit Persoonsgegevens/).waitFor()
      expect(await shown(other.id)).toMatchObject({ state: 'refused', refusal: 'Dit kreeg u gisteren al' })
    } finally {
      await context.close()
    }
  })

  test('who asks to be erased is erased once it is seen what goes and what stays', async () => {
    await addGerda(trio)
    const { id } = await file(gerda.account, 'erasure')
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await visit(page, trio.partner, `/privacy/requests/${id}`)
      await page.getByText('Wis eerst, of weiger met de reden; daarna kunt u antwoorden.').waitFor()
      expect(await page.getByRole('button', { name: 'Beantwoorden' }).count()).toBe(0)
      await page.getByText(/^account \(1\)$/).waitFor()
      await page.getByRole('button', { name: 'Definitief wissen' }).click()
      const dialog = page.getByRole('dialog', { name: /Gerdauniek .* definitief wissen\?/ })
      expect((await shown(id)).erased_at).toBeNull()
      await dialog.getByRole('button', { name: 'Definitief wissen' }).click()
      await page.getByRole('heading', { name: 'Wat is gebleven' }).waitFor()
      const after = await shown(id)
      expect(after.erased_at).not.toBeNull()
      expect(after.subject.name).toBeNull()
    } finally {
      await context.close()
    }
  })

  test('a request that came by telephone is written down', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      await visit(page, trio.partner, '/privacy')
      await page.getByRole('button', { name: 'Verzoek vastleggen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Wat wordt er gevraagd?').selectOption({ label: 'Gegevens meenemen' })
      const person = dialog.getByLabel('Persoon')
      const bram = person.locator('option', { hasText: /Bram/ })
      await bram.waitFor({ state: 'attached' })
      await person.selectOption(await bram.getAttribute('value'))
      await dialog.getByLabel('Hoe kwam het binnen?').selectOption({ label: 'per telefoon' })
      await dialog.getByLabel('Ontvangen op').fill(new Date(trio.clock.now()).toISOString().slice(0, 10))
      await dialog.getByLabel('Hoe is vastgesteld wie dit vraagt?').fill('Teruggebeld')
      await dialog.getByRole('button', { name: 'Verzoek vastleggen' }).click()
      await page.getByRole('link', { name: /Gegevens meenemen/ }).waitFor()
      const { body } = await trio.partner.call<{ items: ShownRequest[] }>(
        'partner',
        'GET',
        '/rights/requests?state=received',
      )
      expect(body.items[0]).toMatchObject({ kind: 'portability', channel: 'phone', identity: 'Teruggebeld' })
    } finally {
      await context.close()
    }
  })

  test('whoever does not deal with requests finds no way to them, and is refused by address', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      expect(await page.getByRole('link', { name: 'Privacyverzoeken' }).count()).toBe(0)
      await page.goto(consoleOf(trio.partner, '/privacy'))
      await page.getByRole('alert').waitFor()
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const all = await trio.partner.call<{ items: ShownRequest[] }>('partner', 'GET', '/rights/requests')
      const erased = all.body.items.find(({ erased_at: at }) => at !== null)?.id
      const { id } = await file('bram', 'erasure')
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.partner, 'partner')
        for (const [name, path] of [
          ['rights requests', '/privacy'],
          ['rights request', `/privacy/requests/${id}`],
          ['rights request erased', `/privacy/requests/${erased}`],
        ] as const) {
          await visit(page, trio.partner, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
      } finally {
        await context.close()
      }
    })
  })
})
