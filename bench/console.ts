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
const PARTNERS = 10_000
/** Steps from the end of the list to its other end. */
const SCROLLS = 200
const HEADINGS =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
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
    const longest = await longestTask(browser, api)
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
      atMost(
        `${PARTNERS.toLocaleString('en')} partners, all fetched, scrolled through and filtered: longest task`,
        longest,
        100,
        'ms',
        'of the page’s own thread, by the Long Tasks API; 0 where none took 50',
      ),
    ]
  } finally {
    await browser.close()
    await network.dispose()
  }
}

type Api = ReturnType<typeof apiOf>

/** So many relations of a debtor list become partners. */
async function importPartners(api: Api, base: string): Promise<void> {
  const lines = Array.from(
    { length: PARTNERS },
    (_, at) => `${at};Handelsonderneming ${at} B.V.;;;;;NL;;;info@p${at}.example;;${20_000_000 + at};;`,
  )
  const { body } = await api.call<{ id: string }>('company', 'POST', '/partners/imports', {})
  const sent = await fetch(`${base}/api/v1/partners/imports/${body.id}/files?name=list.csv&roles=customer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token('company')}`, 'content-type': 'application/octet-stream' },
    body: [HEADINGS, ...lines].join('\r\n'),
  })
  if (!sent.ok) throw new Error(await sent.text())
  const applied = await api.call('company', 'POST', `/partners/imports/${body.id}/apply`, { pick: 'all' })
  if (applied.status !== 200) throw new Error(JSON.stringify(applied.body))
}

/** The longest the page held its reader up, in ms, while all partners came in, were scrolled through and filtered. */
async function longestTask(browser: Awaited<ReturnType<typeof launchBrowser>>, api: Api): Promise<number> {
  const { body } = await api.call<{ url: string }>('company', 'POST', '/me/sessions/links', {})
  const base = new URL(body.url).origin
  await importPartners(api, base)
  const context = await browser.open({ locale: 'nl', viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(body.url)
    await page.getByRole('heading', { level: 1, name: /Dag/ }).waitFor()
    await page.goto(`${base}/app/partners`)
    await page.locator('.row').first().waitFor()
    await page.evaluate(
      `window.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration) }).observe({ type: 'longtask' })`,
    )
    const one = page.locator('.in-sight > li').first()
    const ofAll = (count: number) => page.locator(`.in-sight > li[aria-setsize="${count}"]`).first().waitFor()
    for (let fetched = 0; fetched < PARTNERS; fetched = Number(await one.getAttribute('aria-setsize')))
      await page.evaluate(
        'new Promise((drawn) => { scrollTo(0, document.documentElement.scrollHeight); requestAnimationFrame(drawn) })',
      )
    for (let at = 0; at <= SCROLLS; at++)
      await page.evaluate(
        `new Promise((drawn) => { scrollTo(0, document.documentElement.scrollHeight * ${at / SCROLLS}); requestAnimationFrame(() => requestAnimationFrame(drawn)) })`,
      )
    await page.getByRole('searchbox').pressSequentially('onderneming 9999')
    await ofAll(1)
    await page.getByRole('searchbox').fill('')
    await page.locator('.row').nth(1).waitFor()
    return (await page.evaluate('window.longest')) as number
  } finally {
    await context.close()
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
