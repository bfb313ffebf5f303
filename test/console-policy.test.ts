import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()

interface Pending {
  items: { party: string; version: number }[]
}
interface Acceptances {
  items: { party: string; version: number; name: string | null; signed: string | null }[]
}

describe.skipIf(!executable)('the TTP-policy in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const pendingOf = async (account: string) =>
    (await trio.company.call<Pending>(account, 'GET', '/policy/pending')).body.items

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })

  test('an employee is told what waits for her, reads it and accepts it with her own key', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await page.getByRole('link', { name: /versie.* van de TTP-policy om te aanvaarden/ }).click()
      await page.getByRole('heading', { level: 1, name: 'TTP-policy' }).waitFor()
      await page.getByRole('link', { name: 'Lezen en aanvaarden' }).first().click()
      await page.getByRole('heading', { level: 1, name: 'TTP-policy, versie 1' }).waitFor()
      // Each article stands by itself, and nothing of the way it was written is left.
      await page.getByText(/^1\.2\. Een bedrijf aanvaardt/).waitFor()
      await page.getByRole('emphasis').getByText('trusted third party').waitFor()
      const accept = page.getByRole('button', { name: 'Aanvaarden voor mijzelf' })
      expect(await accept.isDisabled()).toBe(true)
      await page.getByLabel('Ik heb deze versie gelezen').check()
      await accept.click()
      await page.getByRole('dialog').getByRole('button', { name: 'Aanvaarden voor mijzelf' }).click()
      await openKey(page, trio.company, 'sanne')
      await page.getByText('U hebt versie 1 aanvaard.').waitFor()
      await page.getByText('U hoeft deze versie niet (meer) te aanvaarden.').waitFor()
      expect(await pendingOf('sanne')).not.toContainEqual(
        expect.objectContaining({ party: 'you', version: 1 }),
      )
      // Who accepts for the company is not she.
      await visit(page, trio.company, '/policy/versions/2')
      await page.getByLabel('Ik heb deze versie gelezen').waitFor()
      expect(await page.getByRole('button', { name: /namens/ }).count()).toBe(0)
      await visit(page, trio.company, '/policy/acceptances')
      await page.getByRole('alert').waitFor()
    } finally {
      await context.close()
    }
  })

  test('its representative compares a new version, and accepts it for the company', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await page.goto(consoleOf(trio.company, '/policy/versions'))
      await page.getByRole('link', { name: 'Wat er verandert ten opzichte van versie 1' }).click()
      await page.getByRole('heading', { level: 1, name: 'Wat er verandert in de TTP-policy' }).waitFor()
      // What changed is marked by a word, and not by a colour alone.
      const added = page.locator('ins').first()
      await added.waitFor()
      expect(await added.getAttribute('data-change')).toBe('nieuw')
      const shown = await page.locator('.document').allInnerTexts()
      await page.getByLabel('Toon ook wat gelijk blijft').check()
      const whole = await page.locator('.document').allInnerTexts()
      expect(whole.join('').length).toBeGreaterThan(shown.join('').length)

      await page.goto(consoleOf(trio.company, '/policy/versions/2'))
      await page.getByLabel('Ik heb deze versie gelezen').check()
      await page.getByRole('button', { name: 'Aanvaarden namens Nietmachine B.V.' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /namens Nietmachine/ })
        .click()
      await openKey(page, trio.company, 'company')
      await page.getByText('Nietmachine B.V. heeft versie 2 aanvaard.').waitFor()
      expect((await pendingOf('company')).filter(({ party }) => party === 'company')).toEqual([])

      await page.getByRole('link', { name: 'Wie aanvaardde' }).click()
      await page.getByRole('row', { name: /Ada company Versie 2 Nietmachine B.V./ }).waitFor()
      const { body } = await trio.company.call<Acceptances>('company', 'GET', '/policy/acceptances')
      expect(body.items).toContainEqual(
        expect.objectContaining({ party: 'company', version: 2, name: 'Ada company' }),
      )
    } finally {
      await context.close()
    }
  })

  test('a version that is not there is said, not shown', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/policy/versions/7')
      await page.getByRole('alert').waitFor()
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const context = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      for (const [name, path] of [
        ['policy', '/policy'],
        ['policy versions', '/policy/versions'],
        ['policy version', '/policy/versions/2'],
        ['policy changes', '/policy/changes'],
        ['policy acceptances', '/policy/acceptances'],
      ] as const) {
        await visit(page, trio.company, path)
        expect(await wrongWith(page, name, locale)).toEqual([])
      }
    } finally {
      await context.close()
    }
  })
})
