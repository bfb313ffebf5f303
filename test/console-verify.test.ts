import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { AskingVerifier } from './support/asking-verifier.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { openKey, signedIn, visit, wrongInBoth, wrongWith } from './support/console.ts'
import { eventually, settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.skipIf(!executable)('checking, proving and issuing in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let page: Page
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
    page = await signedIn(await browser.open({ locale: 'nl' }), trio.company, 'company')
  })
  const post = async <T>(node: TestNode, account: string, path: string, input: object) => {
    const { status, body } = await node.call<T>(...([account, 'POST', path, input] as const))
    expect(status, JSON.stringify(body)).toBeLessThan(300)
    return body
  }
  /** Says yes to whoever asks by a link. */
  const answer = async (account: string, link: string, of: 'me' | 'company') => {
    const path = '/presentations/requests'
    const opened = await eventually(async () => {
      const { body } = await trio.partner.call<{ id: string; answerable: boolean }>(
        ...([account, 'POST', path, { link, of }] as const),
      )
      return body.answerable ? body : null
    }, 'what is asked in the wallet')
    await post(trio.partner, account, `${path}/${opened.id}/acceptance`, {})
  }
  const offers = async () =>
    (await trio.company.call<{ items: { id: string; state: string }[] }>('company', 'GET', '/issuing/offers'))
      .body.items
  const linkOnPage = async () =>
    (await page.getByRole('link', { name: 'De wallet op dit apparaat openen' }).getAttribute('href')) ?? ''

  test('a company is asked for its registration, and the page says by itself that it is proven', async () => {
    await visit(page, trio.company, '/verify')
    await page.getByLabel('Is een ingeschreven bedrijf').check()
    await page.getByLabel(/KVK-nummer/).fill('482')
    await page.getByText('Dit is niet goed geschreven').waitFor()
    expect(await page.getByRole('button', { name: 'Code tonen' }).isDisabled()).toBe(true)
    await page.getByLabel(/KVK-nummer/).fill('48245915')
    await page.getByRole('button', { name: 'Code tonen' }).click()
    await page.getByRole('img', { name: 'QR-code die de wallet opent' }).waitFor()
    await page.getByText('Wachten op antwoord…').waitFor()
    expect(await wrongInBoth(page, 'verify asked')).toEqual([])
    await answer('partner', await linkOnPage(), 'company')
    await page.getByText('Bewezen', { exact: true }).waitFor()
    await page.getByText('48245915').waitFor()
    await page.getByText('de uitgever is vertrouwd').waitFor()
    expect(await wrongInBoth(page, 'verify proven')).toEqual([])
    await page.reload()
    await page.getByText('Bewezen', { exact: true }).waitFor()
  })

  test('what somebody is called in a proof is text, whatever it says', async () => {
    const did = (await trio.partner.call<{ did: string }>('partner', 'GET', '/did')).body.did
    const claims = {
      given_name: 'Bram',
      family_name: 'Korst',
      role: 'tester',
      employer: { did, name: HOSTILE },
    }
    const { link } = await post<{ link: string }>(trio.partner, 'partner', '/issuing/offers', {
      ...{ type: 'employee-role', claims },
    })
    await post(trio.partner, 'bram', '/wallet/offers', { link, for: 'me' })
    await visit(page, trio.company, '/verify')
    await page.getByLabel('Werkt bij een bedrijf in een rol').check()
    await page.getByLabel('DID van het bedrijf').fill(did)
    await page.getByLabel(/^Rol/).fill('tester')
    await page.getByRole('button', { name: 'Code tonen' }).click()
    await page.getByRole('img', { name: 'QR-code die de wallet opent' }).waitFor()
    await answer('bram', await linkOnPage(), 'me')
    await page.getByText(HOSTILE).waitFor()
    expect(await page.title()).not.toBe('1')
  })

  test('who says no has shown nothing, and a text that is no proof is refused in words', async () => {
    await visit(page, trio.company, '/verify')
    await page.getByLabel('Is een ingeschreven bedrijf').check()
    await page.getByRole('button', { name: 'Code tonen' }).click()
    await page.getByRole('img', { name: 'QR-code die de wallet opent' }).waitFor()
    const link = await linkOnPage()
    const path = '/presentations/requests'
    const { id } = await post<{ id: string }>(trio.partner, 'partner', path, { link, of: 'company' })
    await post(trio.partner, 'partner', `${path}/${id}/refusal`, {})
    await page.getByText(/De wallet heeft niets getoond: niet gedeeld/).waitFor()
    await page.getByRole('link', { name: 'Nog iets nagaan' }).click()
    await page.getByLabel('Het bewijs, als tekst').fill('geen bewijs')
    await page.getByRole('button', { name: 'Dit bewijs nagaan' }).click()
    await page
      .getByRole('alert')
      .or(page.getByText('Niet bewezen', { exact: true }))
      .waitFor()
    expect(await page.getByLabel('Het bewijs, als tekst').inputValue()).toBe('geen bewijs')
  })

  test('a statement is issued with a code besides, fetched, suspended, and revoked by its name', async () => {
    await visit(page, trio.company, '/verify/issuing')
    await page.getByText('U gaf nog niets uit.').waitFor()
    await page.getByRole('link', { name: 'Iets uitgeven' }).first().click()
    await page.getByLabel('Periode').fill('2026-Q3')
    await page.getByLabel('Korting in procenten').fill('7.5')
    await page.getByLabel(/Vraag er een code bij/).check()
    await page.getByLabel(/Ik kijk er nog naar/).check()
    expect(await wrongInBoth(page, 'issuing new')).toEqual([])
    await page.getByRole('button', { name: 'Code maken' }).click()
    await page.getByRole('img', { name: 'QR-code waarmee een wallet het ophaalt' }).waitFor()
    const code = (await page.getByRole('status').locator('code').textContent()) ?? ''
    expect(code).toMatch(/^\d{6}$/)
    expect(await wrongInBoth(page, 'issuing offered')).toEqual([])
    const link = await linkOnPage()
    const added = await post<{ id: string }>(trio.partner, 'partner', '/wallet/offers', {
      ...{ link, for: 'organisation' },
    })
    await post(trio.partner, 'partner', `/wallet/offers/${added.id}/accept`, { tx_code: code })
    await page.getByText(/Deze code werkt niet meer/).waitFor()
    await page.getByRole('link', { name: 'Alles wat u uitgaf' }).click()
    await page.getByText('wacht op u', { exact: true }).waitFor()
    await page.getByRole('button', { name: /^Uitgeven: Verklaring aan een klant/ }).click()
    await page.getByText('Uitgegeven. De wallet haalt het op.').waitFor()
    await eventually(async () => (await offers())[0]?.state === 'issued', 'the statement in the wallet')
    await page.reload()
    await page.getByRole('button', { name: /^Schorsen:/ }).click()
    await page.getByText('geschorst', { exact: true }).waitFor()
    expect((await offers())[0]?.state).toBe('suspended')
    await page.getByRole('button', { name: /^Weer laten gelden:/ }).click()
    await page.getByText('uitgegeven', { exact: true }).waitFor()
    expect(await wrongInBoth(page, 'issuing')).toEqual([])
    await page.getByRole('button', { name: /^Intrekken:/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Verklaring aan een klant intrekken?' })
    await dialog.getByRole('button', { name: 'Intrekken' }).click()
    await page.getByText('ingetrokken', { exact: true }).waitFor()
    expect((await offers())[0]?.state).toBe('revoked')
  })

  test('somebody sees who asks and what of hers would be seen, chooses, and shows that alone', async () => {
    const did = (await trio.partner.call<{ did: string }>('partner', 'GET', '/did')).body.did
    const ask = (parameters: object) =>
      post<{ id: string; link: string }>(trio.company, 'company', '/verifications/requests', {
        ...{ preset: 'employee-role', parameters },
      })
    const hers = await signedIn(await browser.open({ locale: 'nl' }), trio.partner, 'bram')
    try {
      const open = async (link: string) => {
        await visit(hers, trio.partner, '/data/presentations')
        await hers.getByLabel('Link', { exact: true }).fill(link)
        await hers.getByRole('button', { name: 'Bekijken' }).click()
      }
      await open('https://example.com/?geen=verzoek')
      await hers.getByRole('alert').waitFor()
      expect(await hers.getByLabel('Link', { exact: true }).inputValue()).toContain('example.com')
      const { id, link } = await ask({ employer: did })
      await open(link)
      await hers.getByRole('heading', { name: 'Nietmachine B.V. vraagt om een bewijs' }).waitFor()
      await hers.getByText('ingeschreven in het netwerk').waitFor()
      const roles = hers.getByRole('radio')
      expect(await roles.count()).toBe(2)
      // Newest first: the one that calls her employer something else.
      await hers.getByText(HOSTILE, { exact: true }).waitFor()
      await roles.nth(1).check()
      await hers.getByText('Kruimelkoning B.V.', { exact: true }).last().waitFor()
      expect(await wrongInBoth(hers, 'presentation')).toEqual([])
      await hers.getByRole('button', { name: 'Tonen', exact: true }).click()
      await openKey(hers, trio.partner, 'bram')
      await hers.getByText('Nietmachine B.V. heeft gekregen wat u toonde.').waitFor()
      const { body } = await trio.company.call<{ state: string; credentials: { claims: object }[] }>(
        ...(['company', 'GET', `/verifications/${id}`] as const),
      )
      expect(body).toMatchObject({ state: 'done', accepted: true })
      expect(body.credentials.map(({ claims }) => claims)).toEqual([
        { role: 'baker', employer: { did, name: 'Kruimelkoning B.V.' } },
      ])
      const refused = await ask({ employer: did })
      await open(refused.link)
      await hers.getByRole('button', { name: 'Niet tonen' }).click()
      await hers.getByRole('dialog').getByRole('button', { name: 'Niet tonen' }).click()
      await hers.getByText('U toonde niets.').waitFor()
      expect(await trio.company.call('company', 'GET', `/verifications/${refused.id}`)).toMatchObject({
        body: { state: 'failed', error: 'access_denied' },
      })
      await hers.getByRole('link', { name: 'Alles wat aan u is gevraagd' }).click()
      await hers.getByText('niet getoond', { exact: true }).waitFor()
      await hers.getByText('getoond', { exact: true }).first().waitFor()
      expect(await wrongInBoth(hers, 'presentations')).toEqual([])
    } finally {
      await hers.context().close()
    }
  })

  test('of a verifier nobody knows she is warned, and what it did not take is sent again only if she says so', async () => {
    const verifier = await AskingVerifier.start()
    const client = 'x509_san_dns:localhost'
    const request = await verifier.signCertified(verifier.parameters({ client_id: client }))
    const theirs = await signedIn(await browser.open({ locale: 'nl' }), trio.partner, 'partner')
    try {
      await visit(theirs, trio.partner, '/data/presentations')
      await theirs.getByLabel('Link', { exact: true }).fill(verifier.byValue(client, request))
      await theirs.getByLabel('over het bedrijf').check()
      await theirs.getByRole('button', { name: 'Bekijken' }).click()
      await theirs.getByText(/Niemand die wij vertrouwen zegt wie dit is/).waitFor()
      await theirs.getByText('48245915').waitFor()
      verifier.reply = { status: 400, body: '{"error":"server_error"}' }
      await theirs.getByRole('button', { name: 'Tonen', exact: true }).click()
      await theirs.getByText(/nam het niet aan: daar ging iets mis/).waitFor()
      expect(verifier.answers).toHaveLength(1)
      verifier.reply = { status: 200, body: '{}' }
      await theirs.getByRole('button', { name: 'Nog eens versturen' }).click()
      await theirs.getByText(/heeft gekregen wat u toonde/).waitFor()
      expect(verifier.answers).toHaveLength(2)
      expect(await theirs.getByRole('button', { name: 'Nog eens versturen' }).count()).toBe(0)
    } finally {
      await theirs.context().close()
    }
  })

  test('a proof is made as text for one reader, and checked where it is pasted', async () => {
    const hers = await signedIn(await browser.open({ locale: 'nl' }), trio.partner, 'bram')
    try {
      await visit(hers, trio.partner, '/data/presentations')
      await hers.getByRole('link', { name: 'Een bewijs als tekst maken' }).click()
      await hers.getByLabel('Uit welk bewijs?').selectOption('contact-person')
      await hers.getByRole('checkbox', { name: 'Voornaam' }).check()
      await hers.getByLabel(/Voor wie/).fill(trio.company.url)
      await hers.getByLabel(/Het kenmerk/).fill('0123456789')
      await hers.getByRole('button', { name: 'Tekst maken' }).click()
      const proof = (await hers.getByRole('status').locator('code').textContent()) ?? ''
      expect(await wrongInBoth(hers, 'presentation as text')).toEqual([])
      await visit(page, trio.company, '/verify')
      await page.getByLabel('Het bewijs, als tekst').fill(proof)
      await page.getByRole('button', { name: 'Dit bewijs nagaan' }).click()
      await page.getByText('Bram', { exact: true }).waitFor()
      expect(await page.getByText('Korst').count()).toBe(0)
    } finally {
      await hers.context().close()
    }
  })

  test('who may not issue is refused in words, and finds no way to it', async () => {
    const sannes = await signedIn(await browser.open({ locale: 'nl' }), trio.company, 'sanne')
    await visit(sannes, trio.company, '/verify')
    expect(await sannes.getByRole('link', { name: 'Uitgeven', exact: true }).count()).toBe(0)
    await visit(sannes, trio.company, '/verify/issuing')
    await sannes.getByRole('alert').waitFor()
    await sannes.context().close()
  })

  test('no page of it breaks a rule of WCAG 2.2 AA in English', async () => {
    const english = await signedIn(await browser.open({ locale: 'en' }), trio.company, 'company')
    for (const [name, path] of [
      ['verify', '/verify'],
      ['issuing', '/verify/issuing'],
      ['presentations', '/data/presentations'],
    ] as const) {
      await visit(english, trio.company, path)
      expect(await wrongWith(english, name, 'en')).toEqual([])
    }
    await english.context().close()
  })
})
