import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { registerAll, startTrio, type TestTrio } from './support/nodes.ts'
import { kidsIn, show } from './support/own-did.ts'

const executable = chromiumPath()

describe.skipIf(!executable)('the keys of an organisation in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let page: Page
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await registerAll(trio)
    browser = await openBrowser(executable ?? '')
    page = await signedIn(await browser.open({ locale: 'nl' }), trio.company, 'company')
  })
  const dialog = () => page.getByRole('dialog')
  const nameOf = (kid = '') => kid.slice(kid.indexOf('#') + 1)

  test('what replacing the key does is shown first, and then done', async () => {
    const [old] = kidsIn(await show(trio.company), 'active')
    await visit(page, trio.company, '/settings/keys')
    await page.getByText('Er is nog niets aan de DID gewijzigd.').waitFor()
    await page.getByRole('button', { name: 'Sleutel vervangen', exact: true }).click()
    await dialog()
      .getByRole('button', { name: /^Laat zien/ })
      .click()
    await dialog()
      .getByText(/Daarna ondertekent een nieuwe sleutel/)
      .waitFor()
    expect(kidsIn(await show(trio.company), 'active')).toEqual([old])
    expect(await wrongWith(page, 'key plan', 'nl')).toEqual([])
    await dialog().getByRole('button', { name: 'Sleutel vervangen', exact: true }).click()
    await page.getByText('Sleutel vervangen door een nieuwe').waitFor()
    const after = await show(trio.company)
    expect(kidsIn(after, 'retired')).toEqual([old])
    await page.getByText(nameOf(kidsIn(after, 'active')[0]), { exact: true }).waitFor()
  })

  test('a key is given up by its name, and what it signed is counted', async () => {
    const [old] = kidsIn(await show(trio.company), 'retired')
    await page.getByRole('button', { name: `Opgeven: ${nameOf(old)}` }).click()
    await dialog()
      .getByText(`De sleutel ${nameOf(old)} opgeven?`)
      .waitFor()
    await dialog().getByRole('button', { name: 'Opgeven', exact: true }).click()
    await page.getByText('Sleutel opgegeven').waitFor()
    expect(kidsIn(await show(trio.company), 'compromised')).toEqual([old])
    expect(await page.getByRole('button', { name: `Opgeven: ${nameOf(old)}` }).count()).toBe(0)
  })

  test('an address that nobody should be sent to is refused in words, and stays to be mended', async () => {
    await page.getByLabel('Nieuw adres').fill('http://example.com')
    await page.getByRole('button', { name: 'Adres wijzigen' }).click()
    await dialog()
      .getByText(/voortaan op http:\/\/example.com/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Adres wijzigen' }).click()
    await dialog().getByRole('alert').waitFor()
    await dialog().getByRole('button', { name: 'Annuleren' }).click()
    expect(await page.getByLabel('Nieuw adres').inputValue()).toBe('http://example.com')
    await page.getByLabel('Nieuw adres').fill('')
    await page.getByRole('button', { name: 'Adres wijzigen' }).click()
    await dialog()
      .getByText(/het adres dat bij deze node is ingesteld/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Adres wijzigen' }).click()
    await page.getByText('Adres gewijzigd').waitFor()
  })

  test('who stops using the key that signs reads that nothing is signed any more, and sees it', async () => {
    const [active] = kidsIn(await show(trio.company), 'active')
    await page.getByRole('button', { name: `Niet meer gebruiken: ${nameOf(active)}` }).click()
    await dialog()
      .getByRole('button', { name: /^Laat zien/ })
      .click()
    await dialog()
      .getByText(/Daarna ondertekent uw bedrijf niets/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Niet meer gebruiken', exact: true }).click()
    await page.getByText('ondertekent nu niet').waitFor()
    expect((await show(trio.company)).state).toBe('not_signing')
    await page.getByRole('button', { name: 'Sleutel vervangen', exact: true }).click()
    await dialog().getByRole('button', { name: 'Sleutel vervangen', exact: true }).click()
    await page.getByText('in gebruik', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Beheersleutel vervangen' }).click()
    await dialog().getByRole('button', { name: 'Beheersleutel vervangen' }).click()
    await page.getByText('Beheersleutel vervangen door een nieuwe').waitFor()
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const mine = await signedIn(await browser.open({ locale }), trio.company, 'company')
    await visit(mine, trio.company, '/settings/keys')
    expect(await wrongWith(mine, 'keys', locale)).toEqual([])
    await mine.context().close()
  })

  test('the DID ends only for who typed it in full, and then nothing can be changed', async () => {
    const { did } = await show(trio.company)
    await page.getByRole('button', { name: 'DID voorgoed beëindigen' }).click()
    const sure = dialog().getByRole('button', { name: 'DID voorgoed beëindigen' })
    await dialog().getByLabel('Typ ter bevestiging de hele DID over').fill(did.slice(0, -1))
    expect(await sure.isDisabled()).toBe(true)
    await dialog().getByLabel('Typ ter bevestiging de hele DID over').fill(did)
    await sure.click()
    await page.getByText('DID beëindigd').waitFor()
    expect((await show(trio.company)).state).toBe('deactivated')
    expect(await page.getByRole('button', { name: 'Sleutel vervangen', exact: true }).count()).toBe(0)
  })
})
