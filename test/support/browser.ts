import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { atEnd } from './endings.ts'

/** The headless shell draws no windows of its own, and needs half the time of a whole Chromium. */
const PLACES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map(
  (name) => `/usr/bin/${name}`,
)

/**
 * Where Chromium is; null on a machine without, where tests that need it say that they are left out.
 * @throws Error where nothing may be left out
 */
export function chromiumPath(): string | null {
  const found = PLACES.find((path) => existsSync(path))
  if (found) return found
  if (process.env.CI) throw new Error('Chromium is required here and was not found')
  console.warn(
    'No Chromium on this machine: the tests in a browser are left out. Debian: apt install chromium-headless-shell',
  )
  return null
}

/** A browser of its own, that calls nobody; closed after the tests of this file. */
export async function openBrowser(executablePath: string) {
  const browser = await launchBrowser(executablePath)
  atEnd(browser.close)
  return browser
}

/** A browser of its own, that calls nobody; whoever launches it closes it. */
export async function launchBrowser(executablePath: string) {
  const dir = mkdtempSync(join(tmpdir(), 'regie-chromium-'))
  const quiet = ['networking', 'timer-throttling'].map((what) => `--disable-background-${what}`)
  const browser = await chromium.launch({
    executablePath,
    env: { ...process.env, HOME: dir, XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir },
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
  return {
    /** Somebody at a screen; the caller closes it. */
    open: (options: BrowserContextOptions): Promise<BrowserContext> => browser.newContext(options),
    close: async () => {
      await browser.close()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Every rule of WCAG 2.2 A and AA, and what axe holds to be good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string }[]
}

/** Places of one violation that are shown, and characters of each. */
const MOST = 3
const LONGEST = 200

/** The rules of those that look at colours: all that can differ between a page by light and the same by dark. */
const ABOUT_COLOURS = axe
  .getRules(TAGS)
  .filter(({ tags }) => tags.includes('cat.color'))
  .map(({ ruleId }) => ruleId)

/**
 * What axe-core finds wrong on a page: the rule, and where.
 * @param allowed rules that a page breaks for a reason
 * @param only `colours` where everything else about the page was looked at before
 */
export async function violationsOf(
  page: Page,
  allowed: readonly string[] = [],
  only?: 'colours',
): Promise<string[]> {
  // By the debugger, not as a script of the page: its policy allows none.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const runOnly = only ? { type: 'rule', values: ABOUT_COLOURS } : { type: 'tag', values: TAGS }
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then((it) => it.violations)`,
  )) as readonly Violation[]
  const wrong = found.filter(({ id }) => !allowed.includes(id))
  return wrong.map(({ id, help, nodes }) => {
    const some = nodes.slice(0, MOST).map(({ html }) => html.slice(0, LONGEST))
    return `${id}: ${help}: ${nodes.length} such as ${some.join(' | ')}`
  })
}

/** For whoever wants to look: REGIE_SCREENSHOTS names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.REGIE_SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name.replaceAll(' ', '-')}.png`, fullPage: true })
}
