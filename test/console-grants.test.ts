import { beforeAll, describe, expect, test } from 'vitest'
import { addBroker, BROKER_KVK } from './support/broker.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit, wrongWith } from './support/console.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

const executable = chromiumPath()
const HOSTILE = '<img src=x onerror="document.title=1">'

interface Page {
  items: { id: string; state: string; claims: string[] }[]
}

describe.skipIf(!executable)('grants in the console', () => {
  let trio: TestTrio
  let broker: TestNode
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const grants = { company: '', person: '' }
  const held = async () =>
    (await trio.company.call<Page>('company', 'GET', '/access/grants/received')).body.items
  const given = async (claims: string[], approver: string, terms: object, more: object = {}) => {
    await trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims, ...more })
    const { body } = await trio.partner.call<Page>(approver, 'GET', '/access/requests?state=pending')
    const path = `/access/requests/${body.items[0]?.id}/approval`
    const answer = await trio.partner.call<{ grant: { id: string } }>(approver, 'POST', path, terms)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    const { id } = answer.body.grant
    await eventually(async () => (await held()).some((one) => one.id === id), 'the grant')
    return id
  }
  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    broker = await addBroker(trio)
    browser = await openBrowser(executable ?? '')
    grants.company = await given(
      ['company-profile.email', 'company-profile.iban'],
      'partner',
      { allow_passing_on: true },
      { pass_on: 'Onze tussenpersoon maakt uw offerte' },
    )
    grants.person = await given(['contact-person.email'], 'bram', {})
  })

  test('what a partner shares is passed on to an intermediary, and its owner keeps it out', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, `/grants/received/${grants.company}`)
      await page.getByRole('combobox', { name: 'Tussenpersoon' }).fill('12345678')
      await page.getByLabel('Wie daar mag kijken').fill('adviser')
      await page.getByRole('button', { name: 'Laten meelezen' }).click()
      await page.getByRole('alert').waitFor()
      await page.getByRole('combobox', { name: 'Tussenpersoon' }).fill(BROKER_KVK)
      await page.getByRole('checkbox', { name: /IBAN/ }).uncheck()
      await page.getByRole('button', { name: 'Laten meelezen' }).click()
      await page.getByText('Makelaar B.V. mag dit namens ons lezen.', { exact: false }).waitFor()
      await visit(page, trio.company, '/grants/passed-on')
      await page.getByRole('button', { name: 'Beëindigen: Makelaar B.V.' }).waitFor()
    } finally {
      await context.close()
    }
    const atBroker = async () =>
      (await broker.call<Page>('tess', 'GET', '/access/grants/received')).body.items.filter(
        ({ state }) => state === 'live',
      )
    await eventually(async () => (await atBroker()).length === 1, 'the delegation')
    const looked = await broker.call('tess', 'POST', '/access/reads', {
      ...{ partner: '48245915', claims: ['company-profile.email'] },
    })
    expect(looked.status).toBe(200)
    const owner = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(owner, trio.partner, 'partner')
      await visit(page, trio.partner, '/grants/passed-on')
      await page.getByText(/keek het laatst op/).waitFor()
      await page.getByRole('button', { name: 'Niet meer laten meelezen: Makelaar B.V.' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Niet meer laten meelezen' }).click()
      await page.getByText('Makelaar B.V. leest niet meer mee.').waitFor()
      const again = await broker.call<{ refused: object[] }>('tess', 'POST', '/access/reads', {
        ...{ partner: '48245915', claims: ['company-profile.email'] },
      })
      expect(again.status === 200 ? again.body.refused.length : 1).toBe(1)
      await page.getByRole('button', { name: 'Doorgeven weer toestaan: Makelaar B.V.' }).click()
      await page.getByText(/Doorgeven aan Makelaar B.V. mag weer/).waitFor()
    } finally {
      await owner.close()
    }
  })

  test('who shared says whether it came true, and takes all of a partner back; who read says what becomes of copies', async () => {
    const read = await trio.company.call('sanne', 'POST', '/access/reads', {
      ...{ partner: '48245915', claims: ['contact-person.email'], purpose: ['order-management'] },
    })
    expect(read.status, JSON.stringify(read.body)).toBe(200)
    const context = await browser.open({ locale: 'nl' })
    const other = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.partner, 'bram')
      await visit(page, trio.partner, '/grants?by=partner')
      await page.getByRole('heading', { level: 2, name: /Nietmachine|company/i }).waitFor()
      await page.getByRole('link', { name: /^Meer over deze toestemming/ }).click()
      await page.getByLabel('Deels').check()
      await page.getByRole('button', { name: 'Bewaren', exact: true }).click()
      await page.getByText('Bewaard.', { exact: true }).waitFor()
      const file = page.waitForEvent('download')
      await page.getByRole('button', { name: /^Overeenkomst in ODRL/ }).click()
      expect((await file).suggestedFilename()).toBe(`${grants.person}.odrl.json`)
      await visit(page, trio.partner, '/grants?by=purpose')
      await page.getByRole('button', { name: /^Alles intrekken/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Ja, alles intrekken' }).click()
      await page.getByText('1 toestemming is ingetrokken.').waitFor()
      await eventually(
        async () => (await held()).find(({ id }) => id === grants.person)?.state === 'ended',
        'the end of it',
      )

      const reader = await signedIn(other, trio.company, 'sanne')
      await visit(reader, trio.company, '/grants/received?state=all')
      await reader.getByText('ingetrokken door wie hem gaf', { exact: false }).waitFor()
      await visit(reader, trio.company, `/grants/received/${grants.person}`)
      await reader.getByLabel('Er blijft een kopie').check()
      await reader.getByLabel(/^Waarom er een kopie blijft/).fill(HOSTILE)
      await reader.getByRole('button', { name: 'Melden' }).click()
      await reader.getByText('Gemeld.').waitFor()
      await eventually(async () => {
        const { body } = await trio.partner.call<{ copy: { state: string } }>(
          'bram',
          'GET',
          `/access/grants/${grants.person}/receipt`,
        )
        return body.copy.state === 'kept'
      }, 'what became of the copy')
      await visit(page, trio.partner, `/grants/${grants.person}`)
      await page.getByText(HOSTILE, { exact: false }).waitFor()
      expect(await page.title()).not.toBe('1')
    } finally {
      await context.close()
      await other.close()
    }
  })

  test('proof that a grant is real is a file, without what it opens', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await visit(page, trio.company, '/grants/received')
      await page.getByRole('button', { name: /^Opnieuw vragen/ }).click()
      await page.getByText(/is gevraagd om dit opnieuw te delen/).waitFor()
      await page.getByRole('link', { name: /^Meer over wat/ }).click()
      const file = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Bewijs bewaren' }).click()
      expect((await file).suggestedFilename()).toBe(`${grants.company}.sd-jwt`)
      const { body } = await trio.company.call<Page>('sanne', 'GET', '/access/requests/sent')
      expect(body.items.filter(({ state }) => state === 'pending')).toHaveLength(1)
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    const wrong: string[] = []
    const look = async (node: TestNode, account: string, pages: readonly (readonly [string, string])[]) => {
      const context = await browser.open({ locale })
      try {
        const page = await signedIn(context, node, account)
        for (const [name, path] of pages) {
          await visit(page, node, path)
          wrong.push(...(await wrongWith(page, name, locale)))
        }
      } finally {
        await context.close()
      }
    }
    await look(trio.partner, 'partner', [
      ['given by partner', '/grants?by=partner'],
      ['intermediaries', '/grants/passed-on'],
    ])
    await look(trio.partner, 'bram', [['a grant that ended', `/grants/${grants.person}`]])
    await look(trio.company, 'company', [
      ['received', '/grants/received?state=all'],
      ['a grant we hold', `/grants/received/${grants.company}`],
      ['a grant we held', `/grants/received/${grants.person}`],
    ])
    expect(wrong).toEqual([])
  })
})
