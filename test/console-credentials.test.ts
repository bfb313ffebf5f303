import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { foreignRequests, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const example = (type: string) =>
  JSON.parse(readFileSync(new URL(`../credentials/${type}/example.json`, import.meta.url), 'utf8')) as object

describe.skipIf(!executable)('credentials in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })
  const held = async (account: string) =>
    (
      await trio.company.call<{
        items: { type: string; standing: string; issuer: { is_holder: boolean } }[]
      }>(...([account, 'GET', '/wallet/credentials'] as const))
    ).body.items
  const offer = async (more: object = {}) => {
    const input = { type: 'employee-role', claims: example('employee-role'), ...more }
    const { body } = await trio.partner.call<{ id: string; link: string; tx_code?: string }>(
      ...(['partner', 'POST', '/issuing/offers', input] as const),
    )
    return body
  }

  test('whoever holds one sees who gave it and whether it holds; of others she sees nothing', async () => {
    const mine = await held('sanne')
    expect(mine.map(({ type }) => type)).toEqual(expect.arrayContaining(['contact-person', 'employee-role']))
    expect(mine.every(({ standing }) => standing === 'valid')).toBe(true)
    expect(mine.find(({ type }) => type === 'contact-person')?.issuer.is_holder).toBe(true)
    const everybodys = await held('company')
    expect(everybodys.map(({ type }) => type)).toEqual(expect.arrayContaining(['company-registration']))
    expect(mine.map(({ type }) => type)).not.toContain('company-registration')
  })

  test('one is fetched by its link, and stops being valid when its issuer revokes it', async () => {
    const { id, link } = await offer()
    const before = (await held('sanne')).length
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      const elsewhere = foreignRequests(page, trio.company)
      await visit(page, trio.company, '/data/credentials')
      await page.getByLabel('Link', { exact: true }).fill(link)
      await page.getByRole('button', { name: 'Bekijken' }).click()
      await page.getByText('Het bewijs is van u.').waitFor()
      expect(await held('sanne')).toHaveLength(before + 1)
      const { status } = await trio.partner.call('partner', 'POST', `/issuing/offers/${id}/revocation`, {})
      expect(status).toBe(200)
      trio.clock.advance(60_000)
      await page.reload()
      await page.getByText('vervallen').first().waitFor()
      await page
        .getByRole('button', { name: /^Wegdoen:/ })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('button', { name: 'Wegdoen' }).click()
      await page.getByText('Weggedaan.').waitFor()
      expect(await held('sanne')).toHaveLength(before)
      expect(elsewhere).toEqual([])
    } finally {
      await context.close()
    }
  })

  test('what is no offer is refused in words, and what was pasted stays', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await visit(page, trio.company, '/data/credentials')
      await page.getByLabel('Link', { exact: true }).fill('https://example.com/<script>alert(1)</script>')
      await page.getByRole('button', { name: 'Bekijken' }).click()
      await page.getByRole('alert').waitFor()
      expect(await page.getByLabel('Link', { exact: true }).inputValue()).toContain('example.com')
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      const { link } = await offer({ grants: ['authorization_code'] })
      await trio.company.call('company', 'POST', '/wallet/offers', { link, for: 'me' })
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.company, 'company')
        await visit(page, trio.company, '/data/credentials')
        await page
          .getByRole('button', { name: /^(Aannemen|Take it)$/ })
          .first()
          .waitFor()
        expect(await wrongWith(page, 'credentials', locale)).toEqual([])
      } finally {
        await context.close()
      }
    })
  })
})
