import express, { type ErrorRequestHandler, type Request, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import { isRefusal, type Language, parseForm, Refusal } from '../../core/index.ts'
import { pageLanguage, sendPage } from '../../documents/index.ts'
import type { HandingIn } from '../../registration/index.ts'
import { evidencePage } from './evidence-page.ts'
import type { HostedPartners } from './hosted-partners.ts'
import { askInput, chooseInput } from './invited-input.ts'
import { type InvitationWords, wordsOf } from './page-words.ts'
import {
  askPage,
  chosenPage,
  invitationPage,
  nodePage,
  type Place,
  sayingPage,
  takenOverPage,
} from './pages.ts'
import type { Redemption } from './redemption.ts'

/** What one address may send in a minute without saying who it is. */
const POSTS_A_MINUTE = 20
/** Requests to join without an invitation: each opens a case and sends a mail. */
const ASKS_AN_HOUR = 10
const MAX_FORM_BYTES = 16 * 1024
/** A file of evidence, and the form round it. */
const MAX_FILE_FORM_BYTES = 10 * 1024 * 1024 + 16 * 1024

export interface InvitationPagesDeps {
  readonly redemption: Redemption
  readonly hosted: HostedPartners
  readonly handingIn: Pick<HandingIn, 'look' | 'byLink'>
}

/** Pages for who is invited, and for who would like to be: no scripts; looking uses nothing up, only a form does. */
export function invitationPages({ redemption, hosted, handingIn }: InvitationPagesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const form = express.raw({
    ...{ type: 'application/x-www-form-urlencoded', limit: MAX_FORM_BYTES, inflate: false },
  })
  const limited = (windowMs: number, limit: number) =>
    rateLimit({
      ...{ windowMs, limit, standardHeaders: 'draft-8', legacyHeaders: false, validate: false },
      handler: (request, response) => {
        const place = placeOf(request)
        const t = wordsOf(place.language)
        sendPage(response, sayingPage(t.wrong, t.busy, place), { status: 429 })
      },
    })

  router.get('/invitation', async (request, response) => {
    const token = textOf(request.query.t)
    const invited = await redemption.look(token)
    const place = placeOf(request, `/invitation?t=${encodeURIComponent(token)}`, invited.language)
    sendPage(response, invitationPage(invited, token, place))
  })

  router.post('/invitation', limited(60_000, POSTS_A_MINUTE), form, async (request, response) => {
    const fields = parseForm(request.body)
    const { token, choice, ...more } = parse(chooseInput, {
      ...{ token: fields.get('t'), choice: fields.get('choice') },
      // Only who says no is asked why.
      ...(fields.get('choice') === 'decline' &&
        fields.has('reason') && { reason: plain(fields.get('reason')) }),
      ...(fields.get('representation') && { representation: fields.get('representation') }),
    })
    const chosen = await redemption.choose(token, choice, more)
    sendPage(response, chosenPage(chosen, formPlace(fields, request)))
  })

  router.get('/invitation/node', async (request, response) => {
    const token = textOf(request.query.t)
    const node = await hosted.look(token)
    const place = placeOf(request, `/invitation/node?t=${encodeURIComponent(token)}`, node.language)
    sendPage(response, nodePage(node, token, place))
  })

  router.post('/invitation/node', limited(60_000, POSTS_A_MINUTE), form, async (request, response) => {
    const fields = parseForm(request.body)
    const taken = await hosted.setUp(fields.get('t') ?? '')
    sendPage(response, takenOverPage(taken, formPlace(fields, request)))
  })

  router.get('/invitation/evidence', async (request, response) => {
    const token = textOf(request.query.t)
    const asked = await handingIn.look(token)
    const place = placeOf(request, `/invitation/evidence?t=${encodeURIComponent(token)}`, asked.language)
    sendPage(response, evidencePage(asked, token, place))
  })

  router.post(
    '/invitation/evidence',
    limited(60_000, POSTS_A_MINUTE),
    // Who has no link that works sends nothing.
    async (request, _response, next) => {
      await handingIn.look(textOf(request.query.t))
      next()
    },
    express.raw({ type: 'multipart/form-data', limit: MAX_FILE_FORM_BYTES, inflate: false }),
    async (request, response) => {
      await handingIn.byLink(textOf(request.query.t), await fileOf(request))
      const place = placeOf(request, '/invitation/ask')
      const t = wordsOf(place.language)
      sendPage(response, sayingPage(t.handed_in_title, t.handed_in_text, place))
    },
  )

  router.get('/invitation/ask', (request, response) => {
    sendPage(response, askPage(placeOf(request)))
  })

  router.post('/invitation/ask', limited(3_600_000, ASKS_AN_HOUR), form, async (request, response) => {
    const fields = parseForm(request.body)
    const place = formPlace(fields, request, '/invitation/ask')
    const { organisation, contact } = parse(askInput, {
      organisation: { name: fields.get('organisation')?.trim(), kvk_number: fields.get('kvk')?.trim() },
      contact: {
        name: fields.get('name')?.trim(),
        email: fields.get('email')?.trim(),
        language: place.language,
      },
    })
    await redemption.ask({ kind: 'anonymous' }, organisation, contact)
    const t = wordsOf(place.language)
    sendPage(response, sayingPage(t.sent_title, t.sent_text, place))
  })

  router.use('/invitation', asPage)
  return router
}

/** The one file of a form, as a browser sends it (RFC 7578). @throws Refusal `invalid_input` */
async function fileOf({
  body,
  headers,
}: Request): Promise<{ content: AsyncIterable<Uint8Array>; name: string }> {
  const type = headers['content-type'] ?? ''
  const form = Buffer.isBuffer(body)
    ? await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
        .formData()
        .catch(() => null)
    : null
  const file = form?.get('file')
  if (!(file instanceof File))
    throw new Refusal('invalid', 'invalid_input', 'the form is not filled in as it must be')
  const name = file.name
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200)
  return { content: file.stream(), name }
}

interface Parser<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false }
}

function parse<T>(schema: Parser<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Refusal('invalid', 'invalid_input', 'the form is not filled in as it must be')
}

/** As a browser sends it: its line ends are not ours. */
const plain = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trim() || undefined

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const placeOf = (request: Request, path = request.path, own?: Language): Place => ({
  ...{ language: pageLanguage(request.query.lang, request.headers['accept-language'], own), path },
})

const formPlace = (
  fields: ReadonlyMap<string, string>,
  request: Request,
  path = '/invitation/ask',
): Place => ({
  ...{ language: pageLanguage(fields.get('lang'), request.headers['accept-language']), path },
})

/** Refusals as a page: a sentence in the reader's language, and never what was sent. */
const asPage: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const { status, type } = error as { status?: unknown; type?: unknown }
  const isOurs = isRefusal(error) || (typeof status === 'number' && status < 500 && typeof type === 'string')
  if (response.headersSent || !isOurs) return next(error)
  const isForm = request.is('application/x-www-form-urlencoded') && Buffer.isBuffer(request.body)
  const place = isForm ? formPlace(parseForm(request.body), request) : placeOf(request, '/invitation/ask')
  const t = wordsOf(place.language)
  const other = status === 413 ? t.file_too_large : t.input_wrong
  const text = isRefusal(error) ? sentenceFor(error, t) : other
  sendPage(response, sayingPage(t.wrong, text, place), { status: Number(status) })
}

function sentenceFor({ kind, code }: Refusal, t: InvitationWords): string {
  const own: Readonly<Record<string, string>> = {
    ...{ link_unknown: t.link_unknown, link_not_for_you: t.link_unknown, link_used: t.link_used },
    ...{ link_expired: t.link_expired, link_replaced: t.link_replaced, invitation_over: t.invitation_over },
    ...{ hosting_not_offered: t.not_offered, hosting_welcomed: t.welcomed },
    ...{ registration_already_decided: t.invitation_over, evidence_move_refused: t.there_already },
    ...{ file_empty: t.file_empty, file_too_large: t.file_too_large, file_infected: t.file_infected },
    ...{ file_type_not_allowed: t.file_type },
  }
  if (kind === 'rate_limited') return t.busy
  return own[code] ?? (kind === 'unavailable' || kind === 'upstream' ? t.failed : t.input_wrong)
}
