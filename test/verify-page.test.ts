import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, keepPicture, openBrowser, violationsOf } from './support/browser.ts'
import { ANCHOR } from './support/verification-room.ts'
import { asked, openShown, type Shown } from './support/verification-shown.ts'

const chromium = chromiumPath()

/** 320 wide is also what is left of a desk at 400 % (WCAG 2.2, 1.4.10). */
const screens = [
  { name: 'telephone', viewport: { width: 320, height: 640 } },
  { name: 'desk', viewport: { width: 1280, height: 800 } },
] as const
const looks = ['light', 'dark'] as const
const languages = ['nl', 'en'] as const

describe.skipIf(chromium === null)('the page where anybody has something proven', () => {
  let shown = {} as Shown
  let browser = {} as Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    shown = await openShown('sqlite')
    browser = await openBrowser(chromium ?? '')
  })

  /** Asks for proof that a company is registered, on the page. */
  const begin = async (
    page: Page,
    language: string,
    where: 'cross_device' | 'same_device' = 'cross_device',
  ) => {
    await page.goto(`${shown.room.url}/verify/new?preset=registered-company&lang=${language}`)
    await page.locator(`#w-${where}`).check()
    await page.locator('main button').click()
    await page.waitForURL(/\/verify\/[\w-]{32}/)
  }
  /** What the wallet does with the link on the page. */
  const answer = async (page: Page, how: 'good' | 'over' | 'refuses') => {
    const { room, wallet, ada, registration } = shown
    const link = new URL((await page.locator('a[href^="openid4vp:"]').getAttribute('href')) ?? '')
    const request = await wallet.fetch({ request_uri: link.searchParams.get('request_uri') ?? '' } as never)
    if (how === 'refuses')
      return room.post(request.response_uri, { error: 'access_denied', state: request.state })
    const past = { exp: 1_700_000_000 }
    const held =
      how === 'good' ? registration : await room.issue(ada, 'company-registration', ANCHOR, {}, past)
    return wallet.respond(request, { registration: [await room.present(ada, held, request, asked)] })
  }
  const paste = async (page: Page, language: string, presentation: string) => {
    await page.goto(`${shown.room.url}/verify?lang=${language}`)
    await page.locator('#presentation').fill(presentation)
    await page.locator('form[action="/verify/paste"] button').click()
  }

  /** Each state, and the way of a reader to it. */
  const states: readonly (readonly [string, (page: Page, language: string) => Promise<unknown>])[] = [
    ['choice', (page, language) => page.goto(`${shown.room.url}/verify?lang=${language}`)],
    [
      'question',
      (page, language) => page.goto(`${shown.room.url}/verify/new?preset=employee-role&lang=${language}`),
    ],
    ['code', (page, language) => begin(page, language)],
    [
      'looks by itself',
      async (page, language) => {
        await begin(page, language)
        await page.locator('a[href*="auto=1"]').click()
        await page.waitForURL(/auto=1/)
      },
    ],
    ['link', (page, language) => begin(page, language, 'same_device')],
    [
      'accepted',
      async (page, language) => {
        await begin(page, language)
        await answer(page, 'good')
        await page.reload()
        await page.getByText('Kwekerij De Linde').waitFor()
      },
    ],
    [
      'rejected',
      async (page, language) => {
        await begin(page, language)
        await answer(page, 'over')
        await page.reload()
        await page.locator('.verdict.no').waitFor()
      },
    ],
    [
      'declined',
      async (page, language) => {
        await begin(page, language)
        await answer(page, 'refuses')
        await page.reload()
        await page.locator('p[autofocus]').waitFor()
      },
    ],
    ['genuine', (page, language) => paste(page, language, shown.registration)],
    ['unreadable', (page, language) => paste(page, language, 'no proof')],
    ['unknown', (page, language) => page.goto(`${shown.room.url}/verify/${'x'.repeat(32)}?lang=${language}`)],
    [
      'expired',
      async (page, language) => {
        await begin(page, language)
        shown.room.offset += 3_600_000
        await page.reload()
        shown.room.offset -= 3_600_000
      },
    ],
  ]

  describe.each(languages)('in %s', (language) => {
    let context = {} as BrowserContext
    beforeAll(async () => {
      context = await browser.open({ locale: language })
    })
    afterAll(() => context.close())

    test.each(states)(
      '%s: nothing against WCAG 2.2 AA, and nothing beside the screen',
      async (state, reach) => {
        const page = await context.newPage()
        await reach(page, language)
        for (const { name, viewport } of screens) {
          await page.setViewportSize(viewport)
          for (const colorScheme of looks) {
            await page.emulateMedia({ colorScheme })
            const what = `${state}-${language}-${name}-${colorScheme}`
            await keepPicture(page, what)
            expect(await violationsOf(page, allowed[state]), what).toEqual([])
            expect(await page.evaluate('document.documentElement.scrollWidth'), what).toBe(viewport.width)
          }
        }
        await page.close()
      },
    )

    test('a keyboard is enough: to ask, to look, and to hear what came of it', async () => {
      const page = await context.newPage()
      await page.goto(`${shown.room.url}/verify?lang=${language}`)
      expect(await tabThrough(page)).toEqual([
        ...[`/verify?lang=${language === 'nl' ? 'en' : 'nl'}`],
        ...['employee-role', 'policy-accepted', 'registered-company'].map(
          (preset) => `/verify/new?preset=${preset}&lang=${language}`,
        ),
        ...['presentation', 'button'],
      ])
      await page.locator('a[href*="registered-company"]').focus()
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/verify\/new/)
      // A group of choices is one stop; the arrows move in it.
      const [toOther, ...stops] = await tabThrough(page)
      expect(toOther).toMatch(/^\/verify\/new/)
      expect(stops).toEqual(['f-kvk_number', 'w-cross_device', 'button', `/verify?lang=${language}`])
      await page.locator('#w-cross_device').focus()
      await page.keyboard.press('ArrowDown')
      expect(await page.locator('#w-same_device').isChecked()).toBe(true)
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/verify\/[\w-]{32}/)
      await answer(page, 'good')
      await page.locator('main button').focus()
      await page.keyboard.press('Enter')
      await page.getByText('Kwekerij De Linde').waitFor()
      expect(await page.evaluate(FOCUSED)).toMatchObject({
        role: 'status',
        text: await page.locator('.verdict').textContent(),
      })
      expect(await page.title()).toMatch(/^(Bewezen|Proven) – /)
      await page.keyboard.press('Tab')
      expect(await page.evaluate(FOCUSED)).toMatchObject({ name: `/verify?lang=${language}` })
      await page.close()
    })
  })
})

/** What is allowed, and why: who turned looking by itself on can turn it off (WCAG 2.2, 2.2.1). */
const allowed: Readonly<Record<string, readonly string[]>> = { 'looks by itself': ['meta-refresh'] }

/** What has the focus, and whether that can be seen. */
const FOCUSED = `(() => {
  const at = document.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  return {
    name: at.getAttribute('href') ?? (at.id || at.localName),
    role: at.getAttribute('role'), text: at.innerText,
    isVisible: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2,
  }
})()`

/** The stops of the tabulator on a page, in their order; each must show that it is one. */
async function tabThrough(page: Page): Promise<string[]> {
  const stops: string[] = []
  await page.evaluate('document.activeElement.blur()')
  for (;;) {
    await page.keyboard.press('Tab')
    const { name, isVisible } = await page.evaluate<{ name: string; isVisible: boolean }>(FOCUSED)
    if (name === 'body' || stops.includes(name)) return stops
    expect(isVisible, name).toBe(true)
    stops.push(name)
  }
}
