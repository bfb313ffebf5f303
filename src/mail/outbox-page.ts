import { type Request, type RequestHandler, Router } from 'express'
import { isId, isLoopbackHost } from '../core/index.ts'
import { type DocumentLanguage, type Html, html, page, sendPage, timeInWords } from '../documents/index.ts'
import type { MailRow } from './mail-tables.ts'
import type { Mails } from './mails.ts'
import { languageFrom } from './page-routes.ts'
import { STYLE } from './pages.ts'

export interface OutboxPageDeps {
  readonly mails: Mails
}

const words = {
  nl: {
    title: 'Postvak uit van deze proefopstelling',
    intro:
      'Er is geen mailserver ingesteld: deze e-mails zijn niet verstuurd. Alleen wie achter deze machine zit, ziet deze bladzijde.',
    draft: 'concept',
    none: 'Er zijn nog geen e-mails.',
    to: 'Aan',
    about: 'Over',
    back: 'Alle e-mails',
    unknown: 'Deze e-mail is er niet.',
    text: 'De e-mail als tekst',
    html: 'De e-mail zoals een mailprogramma hem toont',
  },
  en: {
    title: 'Outbox of this trial network',
    intro:
      'No mail server is configured: these e-mails were not sent. Only who is at this machine sees this page.',
    draft: 'draft',
    none: 'There are no e-mails yet.',
    to: 'To',
    about: 'About',
    back: 'All e-mails',
    unknown: 'There is no such e-mail.',
    text: 'The e-mail as text',
    html: 'The e-mail as a mail program shows it',
  },
} as const

const SHOWN = 100

/** What was mailed, with its links, where no mail server is configured: for whoever tries the node out at this machine. */
export function outboxPageRoutes({ mails }: OutboxPageDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.use('/outbox', onlyHere)

  router.get('/outbox', async (request, response) => {
    const language = languageFrom(request)
    const t = words[language]
    const found = await mails.list({ limit: SHOWN })
    const items = await Promise.all(found.map((row) => listed(row, language)))
    sendPage(response, framed(language, items.length > 0 ? html`<ul>${items}</ul>` : html`<p>${t.none}</p>`))
  })

  router.get('/outbox/:id', async (request, response) => {
    const language = languageFrom(request)
    const t = words[language]
    const opened = await open(request)
    const body = opened
      ? html`<h2>${opened.subject}</h2>
<dl><dt>${t.to}</dt><dd>${opened.to}</dd><dt>${t.about}</dt><dd>${opened.row.aboutKind} ${opened.row.aboutId}</dd></dl>
<p><a href="/outbox/${opened.row.id}/html">${t.html}</a></p>
<h3>${t.text}</h3>
<pre lang="${opened.row.language}">${linked(opened.text)}</pre>`
      : html`<p role="status">${t.unknown}</p>`
    sendPage(response, framed(language, html`${body}<p><a href="/outbox">${t.back}</a></p>`), {
      status: opened ? 200 : 404,
    })
  })

  router.get('/outbox/:id/html', async (request, response) => {
    const opened = await open(request)
    if (!opened) return response.redirect(303, `/outbox/${request.params.id}`)
    sendPage(response, opened.html)
  })

  const listed = async (row: MailRow, language: DocumentLanguage): Promise<Html> => {
    const opened = await read(row)
    const when = timeInWords(row.createdAt, language)
    return html`<li><a href="/outbox/${row.id}" lang="${row.language}">${opened?.subject ?? row.template}</a><br>
<small>${when}${opened && html` · ${opened.to}`} · ${row.template}${row.state === 'draft' ? ` · ${words[language].draft}` : null}</small></li>`
  }

  const read = async (row: MailRow) => {
    if (!row.sealed) return null
    const content = await mails.open(row)
    return { row, to: content.to, ...mails.render(row, content, false) }
  }

  const open = async ({ params: { id } }: Request) => {
    const row = isId(id) ? await mails.find(id) : null
    return row && read(row)
  }
  return router
}

/** Not for a page elsewhere that had its name lead to this machine, nor for who comes through a proxy. */
const onlyHere: RequestHandler = (request, response, next) => {
  const { host = '' } = request.headers
  const name = URL.parse(`http://${host}/`)?.hostname ?? ''
  if (isLoopbackHost(name) && isLoopbackHost(request.socket.localAddress ?? '')) return next()
  response.status(404).end()
}

/** A text of ours with its addresses as links. */
const linked = (text: string): readonly (Html | string)[] =>
  text
    .split(/(https?:\/\/[^\s<>]+)/)
    .map((part, at) => (at % 2 === 1 ? html`<a href="${part}" rel="noreferrer">${part}</a>` : part))

const framed = (language: DocumentLanguage, body: Html): string => {
  const t = words[language]
  return page({
    language,
    title: t.title,
    style: STYLE,
    body: html`<h1>${t.title}</h1>\n<p class="soft">${t.intro}</p>\n${body}`,
  })
}
