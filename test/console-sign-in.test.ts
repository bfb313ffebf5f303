import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, foreignRequests, signedIn, wrongWith } from './support/console.ts'
import { newRequest, registerAll, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { activate, SECRET, takeOver } from './support/taking-over.ts'

const executable = chromiumPath()
const MINUTE_MS = 60_000

describe.skipIf(!executable)('signing in with a browser', () => {
  let trio: TestTrio
  let node: TestNode
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let welcome = ''

  beforeAll(async () => {
    await ensureBuilt()
    // The partner keeps nothing of its people: they come with a code.
    trio = await startTrio('sqlite', silentLog, [], (name) => ({ localTokens: name !== 'partner' }))
    node = trio.partner
    await takeOver(node)
    await registerAll(trio)
    await trio.company.call('company', 'POST', '/people', {
      ...{ account: 'sanne', given_name: 'Sanne', family_name: 'Nietje', role: 'account_manager' },
      ...{ email: 'sanne@nietmachine.example', roles: ['account_manager'] },
    })
    welcome = await codeFor('bram', 'Bram', 'Korst')
    await node.call('partner', 'POST', '/profile', { name: 'Kruimelkoning B.V.' })
    browser = await openBrowser(executable ?? '')
  })

  test('who comes with a code gets a passkey, and shares with it without typing her secret', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await context.newPage()
      await addAuthenticator(context, page)
      const elsewhere = foreignRequests(page, node)
      await page.goto(welcome)
      await heading(page, 'Welkom')
      expect(page.url()).toBe(consoleOf(node, '/welcome'))
      await page.getByLabel('Uw geheime zin').fill('kort')
      await page.getByText('Nog te kort').waitFor()
      expect(await page.getByRole('button', { name: 'Dit wordt mijn geheime zin' }).isDisabled()).toBe(true)
      await page.getByLabel('Uw geheime zin').fill(SECRET)
      await page.getByRole('button', { name: 'Dit wordt mijn geheime zin' }).click()
      await heading(page, 'Bewaar uw herstelcodes')
      expect(await page.getByRole('list', { name: 'Herstelcodes' }).getByRole('listitem').count()).toBe(8)
      expect(await page.getByRole('button', { name: 'Verder' }).isDisabled()).toBe(true)
      await page.getByLabel('Ik heb ze bewaard').check()
      await page.getByRole('button', { name: 'Verder' }).click()
      await page.getByLabel('Hoe noemt u dit apparaat?').fill('Laptop van Bram')
      await page.getByRole('button', { name: 'Passkey maken' }).click()
      await page.locator('#content').waitFor()

      await signOut(page)
      const asked = await trio.company.call('sanne', 'POST', '/access/requests', newRequest)
      expect(asked.status, JSON.stringify(asked.body)).toBe(201)
      await page.getByRole('button', { name: 'Aanmelden met passkey' }).click()
      await page.locator('#content').waitFor()
      await page.getByRole('link', { name: 'Verzoeken', exact: true }).click()
      await page.getByRole('link', { name: /Nietmachine B.V. vraagt om uw gegevens/ }).click()
      await page.getByRole('button', { name: 'Delen', exact: true }).click()
      await page.getByText(/U deelt nu 1 gegeven met Nietmachine B.V./).waitFor()

      await page.goto(consoleOf(node, '/settings'))
      await page.getByText('Laptop van Bram').waitFor()
      await page.getByText(/opent ook uw sleutel/).waitFor()
      await page.getByRole('button', { name: 'Laptop van Bram verwijderen' }).click()
      await page.getByRole('button', { name: 'Verwijderen', exact: true }).click()
      await page.getByText('U hebt nog geen passkey').waitFor()
      expect(elsewhere).toEqual([])
    } finally {
      await context.close()
    }
  })

  test('a code works once, and who has none is told where to get one', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await context.newPage()
      await page.goto(welcome)
      await page.getByLabel('Uw geheime zin').fill(SECRET)
      await page.getByRole('button', { name: 'Dit wordt mijn geheime zin' }).click()
      await page.getByText('Vraag uw beheerder om een nieuwe code.').waitFor()
      await page.reload()
      await page.getByLabel('Uw activeringscode').waitFor()
    } finally {
      await context.close()
    }
  })

  test('what opens doors asks again who sits there: with a passkey, or with a link', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, node, 'partner')
      await addAuthenticator(context, page)
      await page.goto(consoleOf(node, '/settings'))
      await page.getByLabel('Naam van dit apparaat').fill('Kantoor')
      await page.getByRole('button', { name: 'Passkey toevoegen' }).click()
      // Her key is opened first, so that the passkey opens it as well.
      await page.getByLabel('Uw geheime zin').fill(SECRET)
      await page.getByRole('button', { name: 'Openen', exact: true }).click()
      await page.getByText(/opent ook uw sleutel/).waitFor()

      trio.clock.advance(6 * MINUTE_MS)
      await addSystem(page, 'Webwinkel')
      await page.getByRole('button', { name: 'Bevestigen met passkey' }).click()
      await page.getByText('Het token van Webwinkel').waitFor()
      await page.getByText(/^regie_/).waitFor()

      trio.clock.advance(6 * MINUTE_MS)
      const { body } = await node.call<{ url: string }>('partner', 'POST', '/me/sessions/links', {})
      await addSystem(page, 'Kassa')
      await page.getByLabel('Of met een nieuwe aanmeldlink').fill(body.url)
      await page.getByRole('button', { name: 'Bevestigen', exact: true }).click()
      await page.getByText('Het token van Kassa').waitFor()

      trio.clock.advance(6 * MINUTE_MS)
      await addSystem(page, 'Weegschaal')
      const theirs = await linkOf(await codeFor('els', 'Els', 'Eind'))
      await page.getByLabel('Of met een nieuwe aanmeldlink').fill(theirs)
      await page.getByRole('button', { name: 'Bevestigen', exact: true }).click()
      // Somebody else sits here now: what was begun is not hers to finish.
      await page.getByRole('button', { name: /Els Eind/ }).waitFor()
      const systems = await node.call<{ items: { name: string }[] }>('partner', 'GET', '/systems')
      expect(systems.body.items.map(({ name }) => name).sort()).toEqual(['Kassa', 'Webwinkel'])
    } finally {
      await context.close()
    }
  })

  test('a link made in the settings signs in another device, which is then among hers', async () => {
    const [one, other] = [await browser.open({ locale: 'nl' }), await browser.open({ locale: 'nl' })]
    try {
      const page = await signedIn(one, node, 'partner')
      await page.goto(consoleOf(node, '/settings'))
      const others = page.getByRole('button', { name: 'Chrome, Linux afmelden' })
      await page.getByText('deze browser').waitFor()
      const before = await others.count()
      await page.getByRole('button', { name: 'Link voor een ander apparaat' }).click()
      const link = await page.getByText(/\/app\/sign-in#/).textContent()
      const phone = await other.newPage()
      await phone.goto(link ?? '')
      await phone.locator('#content').waitFor()
      await page.reload()
      await page.getByText('deze browser').waitFor()
      expect(await others.count()).toBe(before + 1)
      await others.first().click()
      await page.getByText('Die browser is afgemeld.').waitFor()
      await phone.goto(consoleOf(node, '/grants'))
      await heading(phone, 'Aanmelden')
    } finally {
      await Promise.all([one.close(), other.close()])
    }
  })

  test('an administrator adds somebody and hands over the link; who leaves is signed out', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, node, 'partner')
      await page.goto(consoleOf(node, '/settings/people'))
      await page.getByRole('button', { name: 'Iemand toevoegen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Voornaam').fill('Daan')
      await dialog.getByLabel('Achternaam').fill('Deeg')
      await dialog.getByLabel('E-mailadres').fill('daan@kruimelkoning.example')
      await dialog.getByLabel('Functie').fill('Inkoper Noord')
      await dialog.getByRole('button', { name: 'Iemand toevoegen' }).click()
      await page.getByText('De code voor Daan Deeg').waitFor()
      expect(await page.getByText(/\/app\/welcome#regie_/).textContent()).toContain(
        consoleOf(node, '/welcome#'),
      )
      const before = await page.getByText(/\/app\/welcome#regie_/).textContent()
      await page.getByRole('button', { name: 'Rollen wijzigen van Daan Deeg' }).click()
      await dialog.getByLabel('coördinator').check()
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('De rollen van Daan Deeg zijn gewijzigd.').waitFor()
      await page.getByText(/daan · .*coördinator/).waitFor()
      await page.getByRole('button', { name: 'Nieuwe link voor Daan Deeg' }).click()
      await dialog.getByLabel(/Hoe weet u dat het Daan Deeg is/).fill('gebeld op het bekende nummer')
      await dialog.getByLabel(/Mail de link/).uncheck()
      await dialog.getByRole('button', { name: 'Nieuwe link' }).click()
      await dialog.waitFor({ state: 'hidden' })
      expect(await page.getByText(/\/app\/welcome#regie_/).textContent()).not.toBe(before)
      await page.getByRole('button', { name: 'Daan Deeg vertrekt' }).click()
      await page.getByRole('button', { name: 'Account beëindigen' }).click()
      await page.getByText('Het account van Daan Deeg is beëindigd.').waitFor()
    } finally {
      await context.close()
    }
  })

  test('a secret, codes, mail and webhooks are set where they are shown', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await context.newPage()
      await page.goto(await linkOf(await codeFor('wil', 'Wil', 'Wissel')))
      await page.locator('#content').waitFor()
      const dialog = page.getByRole('dialog')
      await page.goto(consoleOf(node, '/settings'))
      await page.getByRole('button', { name: 'Andere geheime zin' }).click()
      await dialog.getByLabel('Uw geheime zin').fill(SECRET)
      await dialog.getByLabel('Uw nieuwe geheime zin').fill('een heel andere zin dan daarnet')
      await dialog.getByRole('button', { name: 'Opslaan' }).click()
      await page.getByText('Uw nieuwe geheime zin is ingesteld.').waitFor()
      await page.getByRole('button', { name: 'Nieuwe herstelcodes' }).click()
      await dialog.getByLabel('Uw geheime zin').fill('een heel andere zin dan daarnet')
      await dialog.getByRole('button', { name: 'Codes maken' }).click()
      const codes = dialog.getByRole('list', { name: 'Herstelcodes' })
      await codes.waitFor()
      expect(await codes.getByRole('listitem').count()).toBe(8)
      await page.goto(consoleOf(node, '/settings/mail'))
      const access = page.getByRole('switch', { name: 'Verzoeken en toestemmingen' })
      const was = await access.isChecked()
      await access.click({ force: true })
      await page.getByText('Opgeslagen.').waitFor()
      await page.reload()
      await access.waitFor({ state: 'attached' })
      expect(await access.isChecked()).toBe(!was)
    } finally {
      await context.close()
    }
    const office = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(office, node, 'partner')
      await page.goto(consoleOf(node, '/settings/webhooks'))
      await page.getByRole('button', { name: 'Webhook toevoegen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Adres van uw systeem').fill('http://127.0.0.1:9/erp')
      await dialog.getByLabel('datalekken').check()
      await dialog.getByRole('button', { name: 'Webhook toevoegen' }).click()
      await page.getByText('Het geheim van 127.0.0.1:9').waitFor()
      await page.getByText(/^whsec_/).waitFor()
      await page.getByRole('button', { name: 'Proberen' }).click()
      await page.getByText('Er is een proefseintje verstuurd.').waitFor()
      await page.getByRole('button', { name: 'Opnieuw versturen' }).click()
      await page.getByText('Het wordt opnieuw verstuurd.').waitFor()
      await page.getByRole('button', { name: 'Nieuw geheim' }).click()
      await dialog.getByRole('button', { name: 'Nieuw geheim' }).click()
      await page.getByText('het oude geheim werkt nog tot').waitFor()
      await page.getByRole('button', { name: 'Verwijderen: 127.0.0.1:9' }).click()
      await dialog.getByRole('button', { name: 'Verwijderen' }).click()
      await page.getByText('Er wordt nog geen systeem geseind.').waitFor()
    } finally {
      await office.close()
    }
  })

  test('signing out everywhere ends this browser too', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, node, 'partner')
      const other = await signedIn(await browser.open({ locale: 'nl' }), node, 'partner')
      await page.goto(consoleOf(node, '/settings'))
      await page.getByText('deze browser').waitFor()
      await page.getByRole('button', { name: 'Overal afmelden' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Overal afmelden' }).click()
      await heading(page, 'Aanmelden')
      await other.goto(consoleOf(node, '/settings'))
      await heading(other, 'Aanmelden')
      await other.context().close()
    } finally {
      await context.close()
    }
  })

  const pages = [
    ['settings', '/settings', null],
    ['people', '/settings/people', null],
    ['new person', '/settings/people', /^(Iemand toevoegen|Add somebody)$/],
    ['systems', '/settings/systems', null],
    ['new system', '/settings/systems', /^(Systeem toevoegen|Add a system)$/],
    ['webhooks', '/settings/webhooks', null],
    ['new webhook', '/settings/webhooks', /^(Webhook toevoegen|Add a webhook)$/],
    ['mail', '/settings/mail', null],
    ['keys', '/settings/keys', null],
    ['rotating', '/settings/keys', /^(Sleutel vervangen|Replace the key)$/],
    ['appearance', '/settings/appearance', null],
    ['secret', '/settings', /^(Andere geheime zin|Another secret sentence)$/],
  ] as const
  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of signing in or of the settings breaks a rule of WCAG 2.2 AA', async () => {
      const hook = { url: 'http://127.0.0.1:9/regie', events: ['nl.regie.breach.opened'] }
      const { body } = await node.call<{ items: { id: string }[] }>('partner', 'GET', '/webhooks')
      const [known] = body.items
      if (!known) {
        const made = await node.call<{ id: string }>('partner', 'POST', '/webhooks', hook)
        await node.call('partner', 'POST', `/webhooks/${made.body.id}/test`, {})
      }
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, node, 'partner')
        await addAuthenticator(context, page)
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(String(error)))
        const look_ = async (name: string) => {
          await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'hidden' })
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
        for (const [name, path, opens] of pages) {
          await page.goto(consoleOf(node, path))
          await page.getByRole('heading', { level: 1 }).waitFor()
          if (opens) {
            await page.getByRole('button', { name: opens }).click()
            await page.getByRole('dialog').waitFor()
            await page.waitForTimeout(300)
          }
          await look_(name)
        }
        await page.goto(await codeFor(`nieuw${++serial}`, 'Nina', 'Nieuw'))
        await page.getByRole('heading', { level: 1, name: /Welkom|Welcome/ }).waitFor()
        await look_('welcome')
        await page.getByLabel(/^(Uw geheime zin|Your secret sentence)/).fill(SECRET)
        await page.getByRole('button', { name: /mijn geheime zin|my secret sentence/ }).click()
        await page.getByRole('list', { name: /Herstelcodes|Recovery codes/ }).waitFor()
        await look_('recovery codes')
        await page.getByRole('checkbox').check()
        await page.getByRole('button', { name: /Verder|Continue/ }).click()
        await page.getByRole('button', { name: /Passkey maken|Make a passkey/ }).waitFor()
        await look_('first passkey')
        expect(errors).toEqual([])
      } finally {
        await context.close()
      }
    })
  })

  let serial = 0
  /** The link somebody new is handed. */
  async function codeFor(account: string, given_name: string, family_name: string): Promise<string> {
    const { body } = await node.call<{ activation_url: string }>('partner', 'POST', '/people', {
      ...{ account, given_name, family_name, email: `${account}@kruimelkoning.example`, role: 'baker' },
    })
    return body.activation_url
  }
})

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Uw account/ }).click()
  await page.getByRole('menuitem', { name: 'Afmelden' }).click()
  await heading(page, 'Aanmelden')
}

async function addSystem(page: Page, name: string): Promise<void> {
  await page.goto(consoleOf({ url: new URL(page.url()).origin }, '/settings/systems'))
  await page.getByRole('button', { name: 'Systeem toevoegen' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Naam van het systeem').fill(name)
  await dialog.getByLabel('partners lezen').check()
  await dialog.getByRole('button', { name: 'Systeem toevoegen' }).click()
}

/** A passkey of the machine itself, that looks at its owner and works keys out (PRF). */
async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const debug = await context.newCDPSession(page)
  await debug.send('WebAuthn.enable')
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

/** A link to sign in, of somebody who takes her account over with this one. */
async function linkOf(link: string): Promise<string> {
  const token = await activate(link)
  const response = await fetch(`${new URL(link).origin}/api/v1/me/sessions/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  })
  const { url } = (await response.json()) as { url: string }
  return url
}
