import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { importPartners } from './support/invitations.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('e-mails in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const drafted = async (name: string) => {
    await importPartners(trio.company, [{ name, email: 'post@proefdruk.example' }])
    const { body } = await trio.company.call<{ made: { id: string }[] }>('company', 'POST', '/invitations', {
      ...{ partners: [name], why: 'Omdat het beter is.' },
    })
    return body.made[0]?.id ?? ''
  }
  const stateOf = async (id: string) =>
    (await trio.company.call<{ state: string }>('company', 'GET', `/invitations/${id}`)).body.state
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })

  test('a notice is read, changed and sent; another is held back', async () => {
    const first = await drafted('Proefdruk B.V.')
    const second = await drafted('Vergeefs B.V.')
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/invitations/${first}`)
      await page.getByRole('button', { name: 'Eerst lezen en aanpassen' }).click()
      await page.waitForURL(/settings\/mails\?state=draft/)
      await page.getByRole('link', { name: 'vooraankondiging van een uitnodiging' }).click()
      await page.getByLabel('Onderwerp').fill('Wij nodigen u uit')
      await page.getByLabel(/^Uw eigen alinea/).fill(HOSTILE)
      await page.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText(HOSTILE, { exact: false }).first().waitFor()
      await page.getByRole('button', { name: 'Versturen', exact: true }).click()
      await page.getByText('De e-mail gaat eruit.').waitFor()
      expect(await stateOf(first)).toBe('informed')
      expect(await page.title()).not.toBe('1')

      await visit(page, trio.company, `/invitations/${second}`)
      await page.getByRole('button', { name: 'Eerst lezen en aanpassen' }).click()
      await page.getByRole('link', { name: 'vooraankondiging van een uitnodiging' }).first().click()
      await page.getByRole('button', { name: 'Niet versturen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Niet versturen' }).click()
      await page.getByText('De e-mail gaat niet uit.').waitFor()
      expect(await stateOf(second)).toBe('draft')
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const { body } = await trio.company.call<{ items: { id: string }[] }>('company', 'GET', '/mails')
    const wrong: string[] = []
    const context = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      for (const [name, path] of [
        ['mails', '/settings/mails'],
        ['a mail', `/settings/mails/${body.items[0]?.id}`],
        ['undelivered', '/settings/undelivered'],
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
