import { createServer } from 'node:http'
import express from 'express'
import { beforeAll, describe, expect, test } from 'vitest'
import { type InvitationPagesDeps, invitationPages } from '../src/invitations/index.ts'
import { chromiumPath, keepPicture, openBrowser, violationsOf } from './support/browser.ts'
import { atEnd } from './support/endings.ts'

const chromium = chromiumPath()
const organisation = 'Bakkerij De Kruimelkoning B.V.'
const inviters = [{ name: 'Nietmachine B.V.', why: 'Wij willen uw gegevens bij u laten.' }]
const node = {
  organisation,
  url: 'https://bakkerij-de-kruimelkoning-bv.nodes.myobi.example',
  language: 'nl',
} as const
const code = `regie_${'7QK2M9X4TP0HB3CVN8WD'.repeat(2)}xyz`

/** What the pages show, where everything goes well. */
const shown: Pick<InvitationPagesDeps, 'handingIn'> & {
  readonly redemption: Pick<InvitationPagesDeps['redemption'], 'look' | 'choose' | 'ask'>
  readonly hosted: Pick<InvitationPagesDeps['hosted'], 'look' | 'setUp'>
} = {
  redemption: {
    look: async (token) => ({
      ...{ organisation, inviters, language: 'nl' },
      choices: token === 'unhosted' ? ['own_node', 'decline'] : ['own_node', 'hosted', 'decline'],
    }),
    choose: async (_token, choice) => ({ organisation, language: 'nl', choice, code: null }),
    ask: async () => undefined,
  },
  hosted: {
    look: async () => node,
    setUp: async () => ({ ...node, account: 'bram', code }),
  },
  handingIn: {
    look: async () => ({ organisation, kind: 'authority', language: 'nl' }),
    byLink: async () => undefined,
  },
}

describe.skipIf(chromium === null)('the pages of who is invited, in a browser', () => {
  let url = ''
  beforeAll(async () => {
    const app = express().disable('x-powered-by')
    app.use(invitationPages(shown as unknown as InvitationPagesDeps))
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => server.close())
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  })

  const paths = ['?t=x', '?t=unhosted', '/node?t=x', '/evidence?t=x', '/ask?']
  const places = [
    ['light', 'nl', 320],
    ['dark', 'en', 1280],
  ] as const
  test.each(places)('are for everybody: %s, %s, %d wide', async (colorScheme, language, width) => {
    const browser = await openBrowser(chromium ?? '')
    const context = await browser.open({
      colorScheme,
      viewport: { width, height: 800 },
    })
    const page = await context.newPage()
    const look = async (what: string) => {
      await keepPicture(page, `invitation ${what.replace(/\W+/g, ' ')} ${language} ${width}`)
      expect(await violationsOf(page), what).toEqual([])
      const isWide = await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      )
      expect(isWide, what).toBe(false)
    }
    for (const path of paths) {
      await page.goto(`${url}/invitation${path}&lang=${language}`)
      await look(path)
    }
    // Their forms work without scripts.
    await page.goto(`${url}/invitation/node?t=x&lang=${language}`)
    await page.click('button')
    expect(await page.textContent('.code')).toBe(code)
    await look('the code')
    await page.goto(`${url}/invitation/evidence?t=x&lang=${language}`)
    await page.setInputFiles('#file', {
      name: 'a.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7'),
    })
    await page.click('button')
    expect(await page.textContent('h1')).toBe(
      language === 'nl' ? 'Het document is aangeleverd' : 'The document was handed in',
    )
    await look('what was handed in')
    await context.close()
  })
})
