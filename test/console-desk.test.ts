import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { servicedeskOf } from '../src/config/index.ts'
import { silentLog } from '../src/core/index.ts'
import { rows } from '../src/store/index.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import { openInside } from './support/inside.ts'
import { importPartners } from './support/invitations.ts'
import { startKvkRegister } from './support/kvk-register.ts'
import {
  administrator,
  eventually,
  registerAll,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

const executable = chromiumPath()
const DAY_MS = 86_400_000
const HOSTILE = 'Golf <img src=x onerror="document.title=1">'
const pdf = { name: 'uittreksel.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') }
const text = { name: 'uittreksel.pdf', mimeType: 'application/pdf', buffer: Buffer.from('geen uittreksel') }

interface Shown {
  readonly id: string
  readonly state: string
  readonly owner: string | null
}
interface Checklist {
  readonly items: readonly { readonly kind: string; readonly state: string }[]
  readonly representatives: readonly { readonly name: string }[]
}

describe.skipIf(!executable)('the servicedesk in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let golf: TestNode
  let register: Awaited<ReturnType<typeof startKvkRegister>>
  let golfCase: string
  let invitedCase: string
  let invited: string
  const desk = <T>(method: string, path: string, body?: object) =>
    trio.myobi.call<T>('myobi', method, path, body)

  beforeAll(async () => {
    await ensureBuilt()
    const desks = administrator('myobi', ['servicedesk', 'reputation_manager'])
    register = await startKvkRegister()
    const servicedesk = { ...servicedeskOf({ loopback: true }), kvkUrl: register.url }
    trio = await startTrio('sqlite', silentLog, [], (name) =>
      name === 'myobi' ? { administrator: desks, servicedesk } : {},
    )
    const petra = await desk('POST', '/people', {
      ...{ account: 'petra', given_name: 'Petra', family_name: 'Balie', email: 'petra@myobi.example' },
      ...{ role: 'servicedesk', roles: ['servicedesk'] },
    })
    expect(petra.status, JSON.stringify(petra.body)).toBe(201)
    await registerAll(trio)
    golf = await trio.add('golf', { name: HOSTILE, kvkNumber: '48317122' })
    const applied = await golf.call<{ id: string }>('golf', 'POST', '/registrations/applications', {
      accept: 1,
    })
    golfCase = applied.body.id
    const partners = await importPartners(trio.company, [
      { name: 'Warme Bakker B.V.', kvk: '20000001', contact: 'Bram Korst', email: 'bram@bakker.example' },
    ])
    const made = await trio.company.call<{ made: { id: string }[] }>('company', 'POST', '/invitations', {
      partners: [...partners.keys()],
      why: 'Wij willen uw gegevens bij u laten.',
    })
    const ids = made.body.made.map(({ id }) => id)
    await trio.company.call('company', 'POST', '/invitations/submitted', { ids })
    await trio.company.call('company', 'POST', `/invitations/${ids[0]}/messages`, {
      body: 'Kunt u voor vrijdag bellen?',
    })
    const found = await eventually(async () => {
      const { body } = await desk<{
        items: { id: string; case: string | null; orders: { unread: number }[] }[]
      }>('GET', '/invited')
      return body.items.find(({ orders }) => orders.some(({ unread }) => unread > 0))
    }, 'the order and its message arrive')
    invited = found.id
    invitedCase = found.case ?? ''
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
      await page.getByRole('heading', { level: 1, name: 'Ronde voor versie 2' }).waitFor()
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

  const shown = async (id: string) => (await desk<Shown>('GET', `/registrations/${id}`)).body
  const checklist = async () => (await desk<Checklist>('GET', `/registrations/${golfCase}/evidence`)).body

  test('a case is taken, stalled, goes on and is put back; a hostile name stays text', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/${golfCase}`)
      await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor()
      expect(await page.locator('img').count()).toBe(0)
      await page.getByRole('button', { name: 'In behandeling nemen' }).click()
      await page.getByRole('button', { name: 'Stilleggen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/Reden/).fill('Wacht op het uittreksel')
      const later = new Date(trio.clock.now() + 7 * DAY_MS)
      await dialog.getByLabel(/Volgend gesprek/).fill(later.toISOString().slice(0, 10))
      await dialog.getByRole('button', { name: 'Stilleggen' }).click()
      await page.getByRole('button', { name: 'Laten doorgaan' }).click()
      await page.getByRole('button', { name: 'Stilleggen' }).waitFor()
      expect((await shown(golfCase)).state).toBe('investigating')
      await page.getByRole('button', { name: 'Overdragen' }).click()
      await dialog.getByLabel(/Accountnaam/).fill('niemand')
      await dialog.getByRole('button', { name: 'Overdragen' }).click()
      await dialog.getByRole('alert').getByText('Dat lukte niet').waitFor()
      await dialog.getByRole('button', { name: 'Annuleren' }).click()
      await page.getByRole('button', { name: 'Teruggeven aan de rij' }).click()
      await page.getByRole('button', { name: 'In behandeling nemen' }).click()
      await page.getByRole('button', { name: 'Overdragen' }).click()
      const mine = (await shown(golfCase)).owner
      await dialog.getByLabel(/Accountnaam/).fill('petra')
      await dialog.getByRole('button', { name: 'Overdragen' }).click()
      await dialog.waitFor({ state: 'detached' })
      const handed = (await shown(golfCase)).owner
      expect([null, mine]).not.toContain(handed)
      await trio.myobi.call('petra', 'POST', `/registrations/${golfCase}/release`, {})
      expect((await shown(golfCase)).owner).toBeNull()
    }))

  test('evidence is put in the case; another kind of file is refused', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/${golfCase}`)
      const choose = async (file: typeof pdf) => {
        const chooser = page.waitForEvent('filechooser')
        await page.getByRole('button', { name: 'Bestand toevoegen: Uittreksel KVK' }).click()
        await (await chooser).setFiles(file)
      }
      await choose(text)
      await page.getByRole('alert').getByText('Dat lukte niet').waitFor()
      await choose(pdf)
      await page.getByText(/ontvangen, nog te beoordelen/).waitFor()
      const extract = (await checklist()).items.find(({ kind }) => kind === 'kvk_extract')
      expect(extract?.state).toBe('received')
      await page.getByRole('link', { name: 'Bewijsstukken' }).click()
      await page.getByRole('link', { name: `Aanmelding van ${HOSTILE}` }).waitFor()
    }))

  test('who the extract lists is added, and taken off again', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/${golfCase}`)
      await page.getByRole('button', { name: 'Iemand toevoegen die mag tekenen' }).click()
      await page.getByLabel(/Naam, zoals in het uittreksel/).fill('Greta Green')
      await page.getByLabel(/Tot welk bedrag/).fill('5000')
      await page.getByRole('button', { name: 'Iemand toevoegen die mag tekenen' }).click()
      await page.getByText('Greta Green staat op de lijst.').waitFor()
      const names = async () => (await checklist()).representatives.map(({ name }) => name)
      expect(await names()).toContain('Greta Green')
      await page.getByRole('button', { name: 'Van de lijst halen: Greta Green' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Van de lijst halen' }).click()
      await page.getByText('Greta Green staat niet meer op de lijst.').waitFor()
      expect(await names()).not.toContain('Greta Green')
    }))

  test('what to publish for a domain is shown; what the register says stands beside what was said', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/${golfCase}`)
      await page.getByLabel(/Domein, zoals/).fill('golf.example')
      await page.getByRole('button', { name: 'Wat moet erop komen?' }).click()
      await page.getByText('_regie-challenge.golf.example').waitFor()
      register.isDown = true
      await page.getByRole('button', { name: 'Opzoeken in het handelsregister' }).click()
      await page.getByRole('alert').getByText('Dat lukte niet').waitFor()
      register.isDown = false
      await page.getByRole('button', { name: 'Opzoeken in het handelsregister' }).click()
      const named = page.getByRole('row').filter({ hasText: 'Wasserij De Witte Was' })
      await named.getByText('verschilt').waitFor()
      await page.getByRole('row', { name: /KVK-nummer.*48317122.*klopt/ }).waitFor()
      expect(await wrongWith(page, 'case register', 'nl')).toEqual([])
    }))

  test('the contact of an invited organisation is asked for more', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, `/desk/${invitedCase}`)
      await page.getByRole('button', { name: 'Meer vragen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Uittreksel KVK').check()
      await dialog.getByLabel(/Wat schrijven we erbij/).fill('Stuurt u het uittreksel?')
      await dialog.getByRole('button', { name: 'Versturen' }).click()
      await page.getByText('De contactpersoon krijgt bericht.').waitFor()
      const mails = await desk<{ items: { template: string }[] }>('GET', '/mails')
      expect(JSON.stringify(mails.body.items)).toMatch(/evidence|asked/)
    }))

  test('the servicedesk reads and answers an inviter, and writes to somebody else at the partner', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, '/desk/invited')
      await page.getByRole('link', { name: /Warme Bakker B.V..*1 ongelezen bericht/ }).click()
      await page.getByRole('button', { name: 'Berichten lezen (1 nieuw)' }).click()
      await page.getByText('Kunt u voor vrijdag bellen?').waitFor()
      await page.getByLabel('Bericht aan Nietmachine B.V.').fill('Dat doen wij morgen.')
      await page.getByRole('button', { name: 'Versturen' }).click()
      await page.getByText('Dat doen wij morgen.').waitFor()
      await page.getByRole('button', { name: 'Iemand anders aanschrijven' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/^Naam/).fill('Bea Bakker')
      await dialog.getByLabel(/^E-mailadres/).fill('bea@bakker.example')
      await dialog.getByRole('button', { name: 'Iemand anders aanschrijven' }).click()
      await page.getByText('Bea Bakker krijgt een nieuwe link.').waitFor()
      await page.getByRole('button', { name: 'Nieuwe link sturen' }).click()
      await dialog.getByRole('button', { name: 'Nieuwe link sturen' }).click()
      await page.getByText('Er is een nieuwe link onderweg naar Bea Bakker.').waitFor()
      const { body } = await desk<{ contact: { email: string }; orders: { unread: number }[] }>(
        'GET',
        `/invited/${invited}`,
      )
      expect(body).toMatchObject({ contact: { email: 'bea@bakker.example' }, orders: [{ unread: 0 }] })
    }))

  test('a difference with the trade register is judged', () =>
    atDesk(async (page) => {
      await visit(page, trio.myobi, '/desk/rechecks')
      await page.getByText('Er is niets te beoordelen.').waitFor()
      const { did } = await party('48316274')
      const { store } = await openInside(trio.myobi, trio.clock)
      await store.transact((tx) =>
        rows(
          tx,
          `INSERT INTO registration_recheck (id, case_id, organisation, at, outcome, fields, state)
           VALUES (?, ?, ?, ?, 'different', '["name","ended_on"]', 'open')`,
          [randomUUID(), golfCase, did, trio.clock.now()],
        ),
      )
      await page.reload()
      await page.getByText('Verschilt: naam, beëindigd').waitFor()
      await page.getByRole('button', { name: 'Nietmachine B.V. beoordelen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(/Uw oordeel/).fill('Alleen de naam is korter.')
      await dialog.getByRole('button', { name: 'Beoordelen' }).click()
      await page.getByText('Er is niets te beoordelen.').waitFor()
      const { body } = await desk<{ items: { verdict: string }[] }>(
        'GET',
        '/registrations/rechecks?state=closed',
      )
      expect(body.items).toMatchObject([{ verdict: 'Alleen de naam is korter.' }])
    }))

  describe.each(['nl', 'en'])('in %s', (locale) => {
    test('no page of it breaks a rule of WCAG 2.2 AA', () =>
      atDesk(async (page) => {
        const { did } = await party('48316274')
        const paths = [
          ['registry', '/desk/registry'],
          ['party', `/desk/registry/${encodeURIComponent(did)}`],
          ['campaigns', '/desk/campaigns'],
          ['case', `/desk/${golfCase}`],
          ['invited', '/desk/invited'],
          ['invited one', `/desk/invited/${invited}`],
          ['rechecks', '/desk/rechecks?show=closed'],
          ['evidence kept', '/desk/evidence'],
        ] as const
        for (const [name, path] of paths) {
          await visit(page, trio.myobi, path)
          expect(await wrongWith(page, name, locale)).toEqual([])
        }
      }, locale))
  })
})
