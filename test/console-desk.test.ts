import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { eventually, registerAll, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const DAY_MS = 86_400_000

describe.skipIf(!executable)('the servicedesk in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const desk = <T>(method: string, path: string, body?: object) =>
    trio.myobi.call<T>('myobi', method, path, body)

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await registerAll(trio)
    browser = await openBrowser(executable ?? '')
  })

  /** As who works at the servicedesk, in Dutch unless it says otherwise. */
  async function atDesk(work: (page: Page) => Promise<void>, locale = 'nl') {
    const context = await browser.open({ locale })
    try {
      await work(await signedIn(context, trio.myobi, 'myobi'))
    } finally {
      await context.close()
    }
  }
  const party = async (kvk: string) => {
    const { body } = await desk<{ items: { did: string; state: string; roles: string[] }[] }>(
      'GET',
      `/registry/parties?kvk=${kvk}`,
    )
    const [found] = body.items
    if (!found) throw new Error(`nobody has ${kvk}`)
    return found
  }

  test('an organisation is found in the registry, gets a role, is suspended with a reason, and let in again', () =>
    atDesk(async (page) => {
      await page.getByRole('link', { name: 'Servicedesk', exact: true }).click()
      await page.getByRole('link', { name: 'Register', exact: true }).click()
      await page.getByRole('link', { name: /Nietmachine B.V./ }).waitFor()
      await page.getByLabel('KVK-nummer').fill('00000001')
      await page.getByRole('button', { name: 'Zoeken' }).last().click()
      await page.getByText('Geen organisatie in het register heeft dit KVK-nummer.').waitFor()
      await page.getByLabel('KVK-nummer').fill('48245915')
      await page.getByRole('button', { name: 'Zoeken' }).last().click()
      await page.getByRole('link', { name: /Kruimelkoning B.V./ }).click()
      await page.getByRole('heading', { level: 1, name: 'Kruimelkoning B.V.' }).waitFor()

      await page.getByRole('button', { name: 'Rollen wijzigen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('tussenpersoon').check()
      await dialog.getByLabel(/Reden/).fill('Wft-vergunning gezien')
      await dialog.getByRole('button', { name: 'Rollen wijzigen' }).click()
      await page.getByText(/rollen gewijzigd: lid, tussenpersoon/).waitFor()
      expect((await party('48245915')).roles).toContain('intermediary')

      await page.getByRole('button', { name: 'Schorsen' }).click()
      await dialog.getByLabel(/Reden/).fill('Handelt in strijd met het beleid')
      await dialog.getByRole('button', { name: 'Schorsen' }).click()
      await page.getByText('geschorst', { exact: true }).first().waitFor()
      expect((await party('48245915')).state).toBe('suspended')
      await page.getByRole('button', { name: 'Schorsing opheffen' }).click()
      await dialog.getByLabel(/Reden/).fill('Hersteld')
      await dialog.getByRole('button', { name: 'Schorsing opheffen' }).click()
      await page.getByText('doet mee', { exact: true }).waitFor()
      expect((await party('48245915')).state).toBe('active')
      const proof = await page.getByRole('link', { name: 'Bewijs opslaan' }).getAttribute('href')
      expect(proof).toBe(
        `/api/v1/registry/parties/${encodeURIComponent((await party('48245915')).did)}/proof`,
      )
    }))

  test('an organisation that is not in the registry is said to be absent', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/registry/${encodeURIComponent('did:web:nobody.example')}`)
      await page.getByRole('alert').getByText('Dat lukte niet').waitFor()
    }))

  test('a round begins once it is said which and until when, and is stopped and goes on', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, '/desk/campaigns')
      await page.getByText('Er was nog geen ronde.').waitFor()
      const begin = async (until: number) => {
        await page.getByRole('button', { name: 'Ronde beginnen' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('combobox', { name: /Welke versie/ }).click()
        await page.getByRole('option', { name: /Versie 2/ }).click()
        await dialog.getByLabel(/Laatste dag/).fill(new Date(until).toISOString().slice(0, 10))
        await dialog.getByRole('button', { name: 'Ronde beginnen' }).click()
        await dialog.getByText('Iedereen om versie 2 vragen?').waitFor()
        await dialog.getByRole('button', { name: 'Ronde beginnen' }).click()
      }
      await begin(trio.clock.now() - 10 * DAY_MS)
      await page.getByRole('dialog').getByRole('alert').getByText('Dat lukte niet').waitFor()
      await page.reload()
      await begin(trio.clock.now() + 30 * DAY_MS)
      await page.getByText('De ronde voor versie 2 is begonnen.').waitFor()
      await page.getByRole('link', { name: 'Ronde voor versie 2' }).click()
      await page.getByRole('button', { name: 'Stoppen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Stoppen' }).click()
      await page.getByText('gestopt', { exact: true }).waitFor()
      const state = async () => {
        const { body } = await desk<{ items: { state: string }[] }>('GET', '/campaigns')
        return body.items[0]?.state
      }
      expect(await state()).toBe('stopped')
      await page.getByRole('button', { name: 'Laten doorgaan' }).click()
      await page.getByText('loopt', { exact: true }).waitFor()
      expect(await state()).toBe('running')

      // Somebody accepts elsewhere: the page says so by itself.
      await trio.company.call('company', 'POST', '/policy/company-acceptances', { accept: 2 })
      await eventually(
        async () => (await page.getByText(/^1 van \d+ aanvaardden$/).count()) > 0,
        'the page shows who accepted',
      )
    }))

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', () =>
      atDesk(async (page) => {
        const { did } = await party('48316274')
        const paths = [
          ['registry', '/desk/registry'],
          ['party', `/desk/registry/${encodeURIComponent(did)}`],
          ['campaigns', '/desk/campaigns'],
        ] as const
        for (const [name, path] of paths) {
          await visit(page, trio.myobi, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
      }, locale))
  })
})
