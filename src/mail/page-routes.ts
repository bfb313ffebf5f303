import { type ErrorRequestHandler, type Request, type Response, Router } from 'express'
import { isRefusal } from '../core/index.ts'
import { type DocumentLanguage, pageLanguage, sendPage } from '../documents/index.ts'
import type { Addresses } from './addresses.ts'
import { unsubscribePage, wrongLinkPage } from './pages.ts'
import type { MailSender } from './ports.ts'

export interface MailPageRoutesDeps {
  readonly addresses: Addresses
  readonly sender: MailSender
}

/**
 * Where the readers of our mails end those they do not want: by the one click of a mail program (RFC 8058), or on the
 * page. A GET changes nothing: scanners open every link.
 */
export function mailPageRoutes({ addresses, sender }: MailPageRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const show = async (request: Request, response: Response, changed: boolean) => {
    const token = tokenOf(request)
    const unsubscribed = (await addresses.unsubscribedAt(token)) !== null
    const language = languageFrom(request)
    sendPage(response, unsubscribePage({ language, sender: sender.name, token, unsubscribed, changed }))
  }
  router.get('/mail/unsubscribe', (request, response) => show(request, response, false))
  router.post('/mail/unsubscribe', async (request, response) => {
    await addresses.unsubscribe(tokenOf(request))
    await show(request, response, true)
  })
  router.post('/mail/resubscribe', async (request, response) => {
    await addresses.resubscribe(tokenOf(request))
    await show(request, response, true)
  })
  router.use('/mail', asPage)
  return router
}

const tokenOf = ({ query }: Request): string => (typeof query.t === 'string' ? query.t : '')

export const languageFrom = ({ query, headers }: Request): DocumentLanguage =>
  pageLanguage(query.lang, headers['accept-language'])

const asPage: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent || !isRefusal(error, 'unsubscribe_link_invalid')) return next(error)
  sendPage(response, wrongLinkPage(languageFrom(request)), { status: 404 })
}
