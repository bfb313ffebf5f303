import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { apiOf } from '../test/support/api.ts'
import { chromiumPath, launchBrowser } from '../test/support/browser.ts'
import { packageRoot } from '../test/support/build.ts'
import { startTestNetwork } from '../test/support/network.ts'
import { atMost, type BenchRow } from './row.ts'
import { tellStory } from './story.ts'

const RUNS = 5
/** A phone that is some years old. */
const THROTTLED = 4

/** The console as somebody opens it for the first time: what it weighs, and when she can do something. */
export async function benchConsole(): Promise<BenchRow[]> {
  const executable = chromiumPath()
  if (executable === null) throw new Error('this part needs Chromium')
  const network = await startTestNetwork()
  const browser = await launchBrowser(executable)
  try {
    await tellStory(network)
    const api = apiOf({
      dataDir: join(network.dataDir, 'company'),
      listen: { host: '127.0.0.1', port: Number(new URL(network.urls.company).port) },
    })
    const times: number[] = []
    let scripts = new Set<string>()
    for (let run = 0; run < RUNS; run++) {
      const context = await browser.open({ locale: 'nl' })
      const page = await context.newPage()
      const { body } = await api.call<{ url: string }>('company', 'POST', '/me/sessions/links', {})
      await page.goto(body.url)
      await page.getByRole('heading', { level: 1, name: /Dag/ }).waitFor()
      scripts = new Set()
      page.on('response', (response) => {
        const { pathname } = new URL(response.url())
        if (pathname.endsWith('.js')) scripts.add(pathname.split('/').at(-1) ?? '')
      })
      times.push(await interactiveMs(page, `${new URL(body.url).origin}/app/`))
      await context.close()
    }
    const kib = [...scripts].reduce((sum, name) => sum + gzipped(name), 0) / 1000
    times.sort((a, b) => a - b)
    const median = times[Math.floor(times.length / 2)] ?? 0
    return [
      atMost('The console, first load: scripts', kib, 250, 'kB, gzip', `${scripts.size} files, one page`),
      atMost(
        'the same: until what waits is there and answers, CPU slowed down four times',
        median,
        1500,
        'ms, median of five',
        `from ${Math.round(times[0] ?? 0)} to ${Math.round(times.at(-1) ?? 0)} ms, nothing in the cache`,
      ),
    ]
  } finally {
    await browser.close()
    await network.dispose()
  }
}

/** From asking for the page until its list is there and it answers a key, with nothing in the cache. */
async function interactiveMs(page: Page, url: string): Promise<number> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLED })
  await page.goto('about:blank')
  const started = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByRole('region', { name: 'Wacht op u' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  return performance.now() - started
}

const folder = join(packageRoot, 'dist/web/assets')
const sizes = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.js.gz'))
    .map((name) => [name.slice(0, -3), statSync(join(folder, name)).size]),
)
const gzipped = (name: string): number => sizes.get(name) ?? 0
