import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('what is answered beforehand in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  /** Of a person, who decides about herself alone, and of who decides for the company. */
  let hers: Page
  let administrators: Page
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
    hers = await signedIn(await browser.open({ locale: 'nl' }), trio.partner, 'bram')
    administrators = await signedIn(await browser.open({ locale: 'nl' }), trio.partner, 'partner')
  })
  const ask = async (claims: readonly string[]) => {
    const { status, body } = await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{ ...newRequest, claims },
    })
    expect(status, JSON.stringify(body)).toBe(201)
  }
  const items = async <T>(account: string, path: string) =>
    (await trio.partner.call<{ items: T[] }>(...([account, 'GET', path] as const))).body.items
  const pending = (account: string) => items<{ id: string }>(account, '/access/requests?state=pending')
  const grants = (account: string) =>
    items<{ claims: string[]; revoked_at: string | null }>(account, '/access/grants')

  test('an answer is kept under a name, shares less than was asked, and is thrown away by that name', async () => {
    await visit(hers, trio.partner, '/requests/answers')
    await hers.getByText('U bewaart nog geen antwoord.').waitFor()
    expect(await hers.getByText('over het bedrijf').count()).toBe(0)
    await hers.getByLabel(/Hoe noemt u het/).fill(HOSTILE)
    await hers.getByRole('checkbox', { name: /E-mailadres/ }).check()
    await hers.getByRole('textbox', { name: /Hoe lang hoogstens/ }).fill('2')
    await hers.getByRole('button', { name: 'Bewaren' }).click()
    await hers.getByText(HOSTILE, { exact: true }).waitFor()
    expect(await items('bram', '/templates')).toMatchObject([
      { name: HOSTILE, for: 'me', claims: ['contact-person.email'], length: 'P2M' },
    ])
    expect(await wrongWith(hers, 'answers', 'nl')).toEqual([])

    await ask(['contact-person.email', 'contact-person.phone_number'])
    const [waiting] = await eventually(async () => {
      const found = await pending('bram')
      return found.length > 0 && found
    }, 'the request')
    await visit(hers, trio.partner, `/requests/${waiting?.id}`)
    await hers.getByLabel('Bewaard antwoord').selectOption(HOSTILE)
    await hers.getByRole('button', { name: 'Delen', exact: true }).click()
    await openKey(hers, trio.partner, 'bram')
    await hers.getByText(/U deelt nu 1 gegeven met/).waitFor()
    expect((await grants('bram')).map(({ claims }) => claims)).toEqual([['contact-person.email']])

    await visit(hers, trio.partner, '/requests/answers')
    await hers.getByRole('button', { name: `Weggooien: ${HOSTILE}` }).click()
    await hers.getByRole('dialog').getByRole('button', { name: 'Weggooien' }).click()
    await hers.getByText('U bewaart nog geen antwoord.').waitFor()
    expect(await items('bram', '/templates')).toEqual([])
    expect(await hers.title()).not.toBe('1')
  })

  test('who says yes beforehand is refused where the law wants a look, and else is asked no more', async () => {
    const page = administrators
    await visit(page, trio.partner, '/requests/standing')
    await page.getByText('U zegt nergens vooraf ja op.').waitFor()
    await page.getByLabel('over het bedrijf').check()
    const labels = await trio.partner.call<{ purposes: { code: string }[] }>('partner', 'GET', '/vocabulary')
    expect(labels.body.purposes.map(({ code }) => code)).toContain('order-management')
    await page.getByLabel(/Voor welk doel/).selectOption('order-management')
    await page.getByLabel(/Naam, KVK-nummer of DID/).fill('48316274')
    await page.getByLabel('Alleen op deze grondslag').selectOption('consent')
    const add = page.getByRole('button', { name: 'Vooraf ja zeggen' })
    await add.click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel(/Naam, KVK-nummer of DID/).inputValue()).toBe('48316274')
    await page.getByLabel('Alleen op deze grondslag').selectOption('')
    await add.click()
    await page.getByText('Voortaan zegt u hierop vooraf ja.').waitFor()
    await page.getByText('Nietmachine B.V.', { exact: true }).waitFor()
    expect(await wrongWith(page, 'standing', 'nl')).toEqual([])
    await ask(['company-profile.email'])
    const given = await eventually(async () => {
      const found = await grants('partner')
      return found.length > 0 && found
    }, 'what is given at once')
    expect(given).toMatchObject([{ claims: ['company-profile.email'], revoked_at: null }])
    expect(await pending('partner')).toEqual([])
    await page.getByRole('button', { name: /^Van de lijst halen:/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Trek ook in wat hierdoor is gedeeld').check()
    await dialog.getByRole('button', { name: 'Van de lijst halen' }).click()
    await page.getByText('Van de lijst, en 1 machtiging ingetrokken.').waitFor()
    expect(await items('partner', '/approvals')).toEqual([])
    const after = await grants('partner')
    expect(after.every(({ revoked_at }) => revoked_at !== null)).toBe(true)
  })

  test('what waits and fits her own list she shares in one step, with her own key', async () => {
    await ask(['contact-person.given_name'])
    await ask(['contact-person.family_name'])
    await eventually(async () => (await pending('bram')).length === 2, 'both requests')
    await visit(hers, trio.partner, '/requests/standing')
    await hers.getByLabel(/Voor welk doel/).selectOption('order-management')
    await hers.getByLabel(/Naam, KVK-nummer of DID/).fill('48316274')
    await hers.getByRole('button', { name: 'Vooraf ja zeggen' }).click()
    await hers.getByRole('button', { name: 'Alles delen wat past en wacht' }).click()
    await openKey(hers, trio.partner, 'bram')
    await hers.getByText('2 verzoeken beantwoord: gedeeld.').waitFor()
    expect(await pending('bram')).toEqual([])
  })

  test('no page of it breaks a rule of WCAG 2.2 AA in English', async () => {
    const page = await signedIn(await browser.open({ locale: 'en' }), trio.partner, 'bram')
    for (const name of ['answers', 'standing']) {
      await visit(page, trio.partner, `/requests/${name}`)
      expect(await wrongWith(page, name, 'en')).toEqual([])
    }
    await page.context().close()
  })
})
