import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, keepPicture, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { signedIn, visit } from './support/console.ts'
import { importPartners } from './support/invitations.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
/** What a partner calls itself: as long as a name may be, without a blank, from right to left, and a script. */
const NAME = `<img src=x onerror=window.broken=1>${'Ω'.repeat(110)}שלום👩‍🍳`
const PHONE = { width: 390, height: 844 }

describe.skipIf(!executable)('whatever a partner calls itself', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite', undefined, [], (name) =>
      name === 'company' ? { organisation: { name: NAME, kvkNumber: '48316274' } } : {},
    )
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
    for (const [who, claims] of [
      ['partner', ['company-profile.email']],
      ['bram', ['contact-person.email']],
    ] as const) {
      const asked = { ...newRequest, claims, reason: NAME, value: NAME, purpose: ['vendor-management'] }
      expect((await trio.company.call('sanne', 'POST', '/access/requests', asked)).status).toBe(201)
      const id = await eventually(async () => {
        const { body } = await trio.partner.call<{ items: { id: string }[] }>(
          who,
          'GET',
          '/access/requests?state=pending',
        )
        return body.items[0]?.id
      }, 'the request')
      await trio.partner.call(who, 'POST', `/access/requests/${id}/approval`, {})
    }
    await eventually(
      async () =>
        (await trio.company.call('sanne', 'POST', '/access/reads', { partner: '48245915' })).status === 200,
      'a look',
    )
    const [claim] = ['company-profile.email']
    await trio.company.call('sanne', 'POST', '/corrections/sent', {
      ...{ partner: '48245915', claim, value: 'a@b.example', reason: NAME },
    })
    const message = { partner: '48245915', kind: 'purchasing_question', subject: NAME, body: NAME }
    expect((await trio.company.call('sanne', 'POST', '/messages', message)).status).toBe(201)
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...{ ...newRequest, claims: ['company-profile.iban'], reason: NAME, value: NAME },
    })
    for (const node of [trio.partner, trio.company])
      await importPartners(node, [{ name: NAME.slice(0, 100), email: 'a@b.example' }])
  })

  /** Every page of every room she finds, by the ways there are to them. */
  async function walk(page: Page, look: (path: string) => Promise<void>): Promise<number> {
    const ways = async (within: string) =>
      (await page
        .locator(`${within} a[href^="/app"]`)
        .evaluateAll((all) =>
          (all as { getAttribute(name: string): string | null }[]).map(
            (one) => one.getAttribute('href') ?? '',
          ),
        )) as string[]
    const rooms = await ways('nav')
    const seen = new Set<string>()
    for (const room of rooms)
      for (const path of [room, ...(await insideOf(room))]) {
        const way = path.replace(/^\/app/, '') || '/'
        if (seen.has(way)) continue
        seen.add(way)
        await look(way)
      }
    return seen.size

    async function insideOf(room: string): Promise<string[]> {
      await page.evaluate(`document.querySelector('nav a[href="${room}"]')?.click()`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      return ways('.room-nav')
    }
  }

  test.each(['partner', 'myobi'] as const)(
    'no page of %s is wider than a phone, runs it, or prints what is to be pressed',
    async (name) => {
      const context = await browser.open({ locale: 'nl', viewport: PHONE, reducedMotion: 'reduce' })
      const wrong: string[] = []
      try {
        const page = await signedIn(context, trio[name], name)
        page.on('pageerror', (error) => wrong.push(String(error)))
        const count = await walk(page, async (path) => {
          await visit(page, trio[name], path)
          const found = (await page.evaluate(`({
            width: document.documentElement.scrollWidth,
            broken: window.broken === 1,
            failed: document.querySelector('[role=alert]')?.textContent ?? null,
          })`)) as { width: number; broken: boolean; failed: string | null }
          if (found.width > PHONE.width) wrong.push(`${path} is ${found.width} wide`)
          if (found.broken) wrong.push(`${path} ran a name`)
          if (found.failed !== null) wrong.push(`${path} says ${found.failed}`)
          await page.emulateMedia({ media: 'print' })
          const printed = (await page.evaluate(`
            [...document.querySelectorAll('header, nav, .mantine-Button-root')]
              .filter((one) => one.checkVisibility()).map((one) => one.className)`)) as string[]
          if (printed.length > 0) wrong.push(`${path} prints ${printed.join(', ')}`)
          await keepPicture(page, `print ${name} ${path.replaceAll('/', ' ')}`)
          await page.emulateMedia({ media: 'screen' })
        })
        expect(count).toBeGreaterThan(30)
        expect(wrong).toEqual([])
      } finally {
        await context.close()
      }
    },
    180_000,
  )

  test('what is dark on the screen is light on paper', async () => {
    const context = await browser.open({ locale: 'nl', colorScheme: 'dark' })
    try {
      const page = await signedIn(context, trio.partner, 'partner')
      const scheme = () => page.evaluate('document.documentElement.dataset.mantineColorScheme')
      expect(await scheme()).toBe('dark')
      await page.evaluate('window.dispatchEvent(new Event("beforeprint"))')
      expect(await scheme()).toBe('light')
      await page.evaluate('window.dispatchEvent(new Event("afterprint"))')
      expect(await scheme()).toBe('dark')
    } finally {
      await context.close()
    }
  })
})
