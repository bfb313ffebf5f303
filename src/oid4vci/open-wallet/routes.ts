import { type Request, type Response, Router } from 'express'
import { isRefusal } from '../../core/index.ts'
import { type DocumentLanguage, html, page, styleSources } from '../../documents/index.ts'
import { cookieOf, noStore } from '../../oauth/index.ts'
import { languageOfHolder } from '../open/consent-page.ts'
import type { Authorizing } from './authorizing.ts'

const COOKIE = 'regie_wallet_'
const COOKIE_MS = 60 * 60_000

const words = {
  nl: {
    title: 'Bewijs ophalen',
    done: 'Het bewijs is opgehaald, of wordt bezorgd zodra de uitgever zover is. U kunt dit venster sluiten.',
    failed: 'Dit is niet gelukt. In uw wallet staat waarom; u kunt het daar opnieuw beginnen.',
  },
  en: {
    title: 'Get a credential',
    done: 'The credential was fetched, or comes as soon as the issuer is ready. You can close this window.',
    failed: 'This did not work. Your wallet says why; you can begin again there.',
  },
} as const

export interface WalletRoutesDeps {
  readonly authorizing: Authorizing
  readonly baseUrl: string
}

/** Where a holder's browser leaves for an issuer, and comes back. */
export function openWalletRoutes({ authorizing, baseUrl }: WalletRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const path = `${new URL(baseUrl).pathname.replace(/\/$/, '')}/wallet/callback`

  router.get('/wallet/authorize/:secret', noStore, async (request, response) => {
    await orPage(request, response, async () => {
      const { url, browser, id } = await authorizing.start(String(request.params.secret))
      // Lax: it has to come along when the issuer sends the browser back.
      response.cookie(`${COOKIE}${id}`, browser, {
        ...{ httpOnly: true, sameSite: 'lax', secure: baseUrl.startsWith('https:') },
        ...{ path, maxAge: COOKIE_MS },
      })
      // The link is a secret: the issuer is not told where the browser came from.
      response.setHeader('Referrer-Policy', 'no-referrer')
      response.redirect(303, url)
    })
  })

  router.get('/wallet/callback', noStore, async (request, response) => {
    await orPage(request, response, async () => {
      const { state = '', ...returned } = parametersOf(request)
      const id = await authorizing.idOf(state)
      const browser = id === null ? undefined : cookieOf(request, `${COOKIE}${id}`)
      await authorizing.finish({ state, ...returned }, browser)
      show(request, response, 200, 'done')
    })
  })

  return router
}

/** A browser is shown a page: there is nobody there to read problem codes. */
async function orPage(request: Request, response: Response, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isRefusal(error)) throw error
    show(request, response, error.status, 'failed')
  }
}

/** Written twice a parameter means nothing (RFC 6749, section 3.1). */
const parametersOf = ({ query }: Request): Partial<Record<'state' | 'code' | 'iss' | 'error', string>> =>
  Object.fromEntries(
    (['state', 'code', 'iss', 'error'] as const).flatMap((name) => {
      const value = query[name]
      return typeof value === 'string' && value.length <= 4096 ? [[name, value]] : []
    }),
  )

function show(request: Request, response: Response, status: number, what: 'done' | 'failed'): void {
  const language: DocumentLanguage = languageOfHolder(request.headers['accept-language'])
  const say = words[language]
  const text = page({ language, title: say.title, body: html`<p>${say[what]}</p>` })
  response
    .status(status)
    .set({
      'content-security-policy': `default-src 'none'; style-src ${styleSources(text)}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
    })
    .type('html')
    .send(text)
}
