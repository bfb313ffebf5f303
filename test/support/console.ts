import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { keepPicture, violationsOf } from './browser.ts'
import type { TestNode } from './nodes.ts'

/** What breaks a rule of WCAG 2.2 AA on a page that is open, or does not fit: by light and by dark, on a phone and on a desk. */
export async function wrongWith(page: Page, name: string, locale: string): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const [colorScheme, size, viewport] of ways) {
    // What is still changing colour is read in neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    const look = `${name} ${locale} ${colorScheme} ${size}`
    const only = colorScheme === 'dark' ? 'colours' : undefined
    wrong.push(...(await violationsOf(page, [], only)).map((violation) => `${look}: ${violation}`))
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
      wrong.push(`${look}: it scrolls sideways`)
    await keepPicture(page, look)
  }
  return wrong
}

/** The same in both languages, where going there anew would lose what is shown: by the choice in the page itself. */
export async function wrongInBoth(page: Page, name: string): Promise<readonly string[]> {
  const wrong = [...(await wrongWith(page, name, 'nl'))]
  await choose(page, 'English')
  wrong.push(...(await wrongWith(page, name, 'en')))
  await choose(page, 'Nederlands')
  return wrong
}

async function choose(page: Page, language: 'Nederlands' | 'English'): Promise<void> {
  await page.getByRole('button', { name: /Uw account|Your account/ }).click()
  await page.getByText(language, { exact: true }).click()
  await page.keyboard.press('Escape')
  await page.getByText(language, { exact: true }).waitFor({ state: 'hidden' })
}

const ways = (
  [
    ['phone', { width: 390, height: 844 }],
    ['desktop', { width: 1280, height: 800 }],
  ] as const
).flatMap(([size, viewport]) => [['light', size, viewport] as const, ['dark', size, viewport] as const])

/** The console of a node, by the name that a browser takes for its own machine. */
export const consoleOf = ({ url }: Pick<TestNode, 'url'>, path = '') =>
  `${url.replace('127.0.0.1', 'localhost')}/app${path}`

/** Signs somebody in by a link she made elsewhere. @returns her page, at what waits for her */
export async function signedIn(
  context: BrowserContext,
  node: Pick<TestNode, 'call' | 'url'>,
  account: string,
): Promise<Page> {
  const { body } = await node.call<{ url: string }>(account, 'POST', '/me/sessions/links', {})
  const page = await context.newPage()
  await page.goto(body.url)
  await page.locator('main#content, #content').first().waitFor()
  return page
}

/** Goes somewhere in the console, and waits until it shows what is there. */
export async function visit(page: Page, node: Pick<TestNode, 'url'>, path: string): Promise<void> {
  await page.goto(consoleOf(node, path))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'hidden' })
}

/** Opens her consent key, where the console asks for it, with the secret that her node wrote. */
export async function openKey(
  page: Page,
  { config }: Pick<TestNode, 'config'>,
  account: string,
): Promise<void> {
  const secret = readFileSync(join(config.dataDir, 'tokens', `${account}.secret`), 'utf8').trim()
  await page.getByLabel(/geheime zin|secret sentence/).fill(secret)
  await page.getByRole('button', { name: /^(Openen|Open)$/ }).click()
}

/** Every address a page asked for that is not of this node. */
export function foreignRequests(page: Page, { url }: Pick<TestNode, 'url'>): string[] {
  const own = new URL(url).port
  const found: string[] = []
  page.on('request', (request) => {
    const { port, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && port !== own) found.push(request.url())
  })
  return found
}
