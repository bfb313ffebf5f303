import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { openKey, signedIn, visit, wrongWith } from './support/console.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('what else can be answered in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/profile', {
      ...{ name: 'Nietmachine B.V.', email: 'info@nietmachine.example' },
    })
    await trio.partner.call('partner', 'POST', '/profile', {
      ...{ name: 'Kruimelkoning B.V.', email: 'info@kruimelkoning.example' },
    })
    browser = await openBrowser(executable ?? '')
  })
  const ask = async (more: object = {}) => {
    const { status, body } = await trio.company.call<{ id: string }>('sanne', 'POST', '/access/requests', {
      ...newRequest,
      ...more,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return body.id
  }
  const inbox = async (account: string, query = 'state=pending') =>
    (
      await trio.partner.call<{
        items: { id: string; state: string; claims: string[]; counter: object | null }[]
      }>(...([account, 'GET', `/access/requests?${query}`] as const))
    ).body.items

  test('a request is put off, found again among those, and answered after all', async () => {
    await ask({ reason: HOSTILE })
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      await visit(page, trio.partner, '/requests')
      await page.getByRole('link', { name: /vraagt om uw gegevens/ }).click()
      await page.getByText(HOSTILE).waitFor()
      await page.getByRole('button', { name: 'Later' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Over twee weken').check()
      await dialog.getByRole('button', { name: 'Later' }).click()
      await page.getByText(/U ziet dit verzoek weer op/).waitFor()
      expect(await inbox('bram')).toEqual([])
      await page.getByText('Uitgesteld', { exact: true }).click()
      await page.getByRole('link', { name: /vraagt om uw gegevens/ }).click()
      await page.getByText(/Uitgesteld tot/).waitFor()
      await page.getByRole('button', { name: 'Niet delen' }).click()
      await page.getByRole('button', { name: /^Niet delen met/ }).click()
      await openKey(page, trio.partner, 'bram')
      await page.getByText(/Niet gedeeld met/).waitFor()
      expect(await inbox('bram', 'state=denied')).toHaveLength(1)
    } finally {
      await context.close()
    }
  })

  test('yes, if I may see yours: the asker sees what is wanted in return', async () => {
    const id = await ask({ claims: ['company-profile.email'] })
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      const wanted = (await inbox('partner')).find(({ claims }) => claims.includes('company-profile.email'))
      await visit(page, trio.partner, `/requests/${wanted?.id}`)
      await page.getByRole('button', { name: 'Ja, als …' }).click()
      const dialog = page.getByRole('dialog')
      await dialog
        .getByRole('checkbox', { name: /E-mailadres/ })
        .first()
        .check()
      await dialog.getByLabel(/Waarom hebt u dat nodig/).fill('Wij leveren terug')
      await dialog.getByLabel(/Wat heeft .* daaraan/).fill('U ziet de onze ook')
      await dialog.getByRole('button', { name: 'Tegenvoorstel doen' }).click()
      await page.getByText(/Het tegenvoorstel is naar Nietmachine B.V./).waitFor()
      const [counter] = await inbox('partner', 'state=countered')
      expect(counter?.counter).toMatchObject({ state: 'open', in_return: ['company-profile.email'] })
    } finally {
      await context.close()
    }
    const asker = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(asker, trio.company, 'company')
      await visit(page, trio.company, '/requests/sent')
      await page.getByText(/Ja, als Kruimelkoning B.V. ook van u mag zien/).waitFor()
      expect(id).toBeTruthy()
    } finally {
      await asker.close()
    }
  })

  test('who asked takes it back', async () => {
    await ask({ claims: ['contact-person.job_title'] })
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/requests/sent')
      await page
        .getByRole('button', { name: /^Intrekken:/ })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('button', { name: 'Intrekken' }).click()
      await page.getByText(/is ingetrokken/).waitFor()
    } finally {
      await context.close()
    }
  })

  test('a correction is seen beside what there is, and taken over or not', async () => {
    await ask({ claims: ['contact-person.email'] })
    const waiting = (await inbox('bram')).find(({ state }) => state === 'pending')
    const given = await trio.partner.call('bram', 'POST', `/access/requests/${waiting?.id}/approval`)
    expect(given.status, JSON.stringify(given.body)).toBe(201)
    await eventually(async () => {
      const { body } = await trio.company.call<{ items: object[] }>(
        'company',
        'GET',
        '/access/grants/received',
      )
      return body.items.length > 0
    }, 'the grant')
    const propose = async (value: string) => {
      const { status, body } = await trio.company.call('sanne', 'POST', '/corrections/sent', {
        ...{ partner: '48245915', claim: 'contact-person.email', value, reason: HOSTILE },
      })
      expect(status, JSON.stringify(body)).toBe(201)
    }
    await propose('bram.korst@kruimelkoning.example')
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      await visit(page, trio.partner, '/data/corrections')
      await page.getByText('bram.korst@kruimelkoning.example').waitFor()
      await page.getByText(HOSTILE).waitFor()
      await page.getByRole('button', { name: 'Overnemen', exact: true }).click()
      await openKey(page, trio.partner, 'bram')
      await page.getByText('Verbeterd. Wie het mag zien, hoort dat.').waitFor()
      const { body } = await trio.partner.call<{ claims: Record<string, string> }>(
        'bram',
        'GET',
        '/me/profile',
      )
      expect(body.claims.email).toBe('bram.korst@kruimelkoning.example')
      await propose('b.korst@kruimelkoning.example')
      await page.reload()
      await page.getByRole('button', { name: 'Niet overnemen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Niet overnemen' }).click()
      await page.getByText('Het blijft zoals het was.').waitFor()
    } finally {
      await context.close()
    }
  })

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', async () => {
      await ask({ claims: ['contact-person.given_name'] })
      const [waiting] = await inbox('bram')
      const context = await browser.open({ locale })
      const asker = await browser.open({ locale })
      try {
        const page = await signedIn(context, trio.partner, 'bram')
        for (const [name, path, opens] of [
          ['put off requests', '/requests?state=deferred', null],
          ['corrections', '/data/corrections', null],
          ['counter offer', `/requests/${waiting?.id}`, /^(Ja, als|Yes, if)/],
          ['later', `/requests/${waiting?.id}`, /^(Later)$/],
        ] as const) {
          await visit(page, trio.partner, path)
          if (opens) {
            await page.getByRole('button', { name: opens }).click()
            await page.getByRole('dialog').waitFor()
          }
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
        const company = await signedIn(asker, trio.company, 'company')
        await visit(company, trio.company, '/requests/sent')
        expect(await wrongWith(company, 'asked by us', locale)).toEqual([])
      } finally {
        await context.close()
        await asker.close()
      }
    })
  })
})
