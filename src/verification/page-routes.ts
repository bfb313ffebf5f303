import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import { isRefusal, parseForm, Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import { pageLanguage, sendPage } from '../documents/index.ts'
import { cookieOf } from '../oauth/index.ts'
import type { Verifier } from '../trust/index.ts'
import { inWords, type PageWords, wordsOf } from './page-words.ts'
import { askPage, choicePage, type Place, saying, waitingPage } from './pages.ts'
import { newSecret, SECRET_FORM } from './request.ts'
import { resultPage } from './result-page.ts'
import { flows, type SessionRow } from './session-table.ts'
import { isSecretOf, LIFETIME_MS, PAGE, type Sessions } from './sessions.ts'
import type { Verifications } from './verifications.ts'

export interface PageRoutesDeps {
  readonly verifications: Verifications
  readonly sessions: Sessions
  readonly verifier: Verifier
  /** What types and their claims are called. */
  readonly types: Pick<CredentialTypes, 'find'>
  /** Whether browsers reach us over https: then cookies go nowhere else. */
  readonly isSecure: boolean
}

const COOKIE = 'regie_verify'
/** Requests and checks that one address may begin in a minute, without saying who it is. */
const STARTS_A_MINUTE = 30
const MAX_PASTED_BYTES = 512 * 1024

/** The page where anybody has something proven: `/verify`, without scripts. */
export function pageRoutes(deps: PageRoutesDeps): Router {
  const { verifications, sessions, verifier, types } = deps
  const router = Router({ caseSensitive: true, strict: true })
  const form = express.raw({
    type: 'application/x-www-form-urlencoded',
    limit: MAX_PASTED_BYTES,
    inflate: false,
  })
  const limit = rateLimit({
    windowMs: 60_000,
    limit: STARTS_A_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
    handler: (request, response) => {
      const place = placeOf(request)
      const t = wordsOf(place.language)
      send(response, saying(t.wrong, t.busy, place), { status: 429 })
    },
  })

  router.get('/verify', (request, response) => {
    send(response, choicePage(verifications.presets, placeOf(request)))
  })

  router.get('/verify/new', (request, response) => {
    const preset = publicPreset(verifications, textOf(request.query.preset))
    send(response, askPage(preset, placeOf(request, `/verify/new?preset=${preset.name}`)))
  })

  router.post('/verify', limit, form, async (request, response) => {
    const fields = parseForm(request.body)
    const browser = newSecret()
    const { row } = await verifications.start({
      ...{ caller: { kind: 'anonymous' }, owner: PAGE, browser, returnTo: null, transactions: [] },
      preset: publicPreset(verifications, fields.get('preset')).name,
      parameters: parametersOf(fields),
      flow: flows.find((flow) => flow === fields.get('flow')) ?? 'cross_device',
      ...{ responseMode: 'direct_post.jwt', prefix: 'decentralized_identifier' },
    })
    // Only this browser sees what comes of it, at this one address.
    response.cookie(COOKIE, browser, {
      ...{ httpOnly: true, sameSite: 'lax', secure: deps.isSecure },
      ...{ path: `/verify/${row.id}`, maxAge: LIFETIME_MS * 12 },
    })
    response.redirect(303, `/verify/${row.id}?lang=${languageOfForm(fields, request)}`)
  })

  router.post('/verify/paste', limit, form, async (request, response) => {
    const fields = parseForm(request.body)
    const place = { language: languageOfForm(fields, request), path: '/verify' } as const
    const report = await verifier.verify({ presentation: (fields.get('presentation') ?? '').trim() })
    const accepted = report.verified && report.trusted
    // What is not genuine says nothing about anybody.
    const claims = report.verified ? report.claims : {}
    // Whoever pastes it need not be its holder: that it is bound to somebody is no check of who that is.
    const checks = report.checks.filter(({ check }) => check !== 'key_binding')
    const told = { accepted, isPasted: true, types, checks: [], credentials: [{ ...report, claims, checks }] }
    send(response, resultPage({ heading: wordsOf(place.language).title, ...told }, place))
  })

  router.get('/verify/:id', async (request, response) => {
    const row = await rowOf(request, sessions)
    send(response, await sessionPage(row, placeOf(request), request.query.auto !== undefined, deps))
  })

  router.get('/verify/:id/return', async (request, response) => {
    const row = await rowOf(request, sessions)
    await sessions.release(row, textOf(request.query.response_code))
    response.redirect(303, `/verify/${row.id}`)
  })

  router.use('/verify', asPage)
  return router
}

async function sessionPage(row: SessionRow, place: Place, looksByItself: boolean, deps: PageRoutesDeps) {
  const { sessions, verifications } = deps
  const { language } = place
  const t = wordsOf(language)
  const preset = verifications.preset(row.preset)
  const heading = preset.title[language]
  const state = sessions.stateOf(row)
  if (state === 'expired') return saying(heading, t.expired, place)
  if (state === 'waiting') {
    const { link } = await verifications.shown(row)
    const isHere = row.flow === 'same_device'
    return waitingPage({ preset, link, isHere, expiresAt: row.expiresAt, looksByItself }, place)
  }
  // On one device it is for whoever comes back from the wallet (OpenID4VP 1.0, section 14.2).
  if (row.codeHash !== null) return saying(heading, t.waiting_return, place)
  const outcome = await sessions.outcomeOf(row)
  if (outcome?.state !== 'done')
    return saying(heading, `${t.failed} (${inWords(outcome?.error ?? '', language)})`, place)
  return resultPage({ heading, ...outcome.result, isPasted: false, types: deps.types }, place)
}

function publicPreset(verifications: Verifications, name: string | undefined) {
  const preset = verifications.preset(name ?? '')
  if (!preset.public) throw new Refusal('not_found', 'preset_unknown', 'there is no such preset')
  return preset
}

/** The session of an address, for the browser that began it. @throws Refusal `verification_unknown` */
async function rowOf(request: Request, sessions: Sessions): Promise<SessionRow> {
  const { id } = request.params
  const row = typeof id === 'string' && SECRET_FORM.test(id) ? await sessions.require(id, PAGE) : null
  if (row && isSecretOf(row.browserHash, cookieOf(request, COOKIE))) return row
  throw new Refusal('not_found', 'verification_unknown', 'there is no such verification')
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Fields left empty are left out. */
const parametersOf = (fields: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...fields].flatMap(([name, value]) => (name.startsWith('p_') ? [[name.slice(2), value]] : [])),
  )

const languageOfForm = (fields: ReadonlyMap<string, string>, request: Request) =>
  pageLanguage(fields.get('lang'), request.headers['accept-language'])

const placeOf = (request: Request, path = request.path): Place => ({
  language: pageLanguage(request.query.lang, request.headers['accept-language']),
  path,
})

/** Each browser has its own, by its cookie. */
const send = (response: Response, markup: string, { status = 200 } = {}) =>
  sendPage(response, markup, { status, vary: 'Accept-Language, Cookie' })

/** Refusals as a page: a sentence in the reader's language, and never what was sent. */
const asPage: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const { status, type } = error as { status?: unknown; type?: unknown }
  const isOurs = isRefusal(error) || (typeof status === 'number' && status < 500 && typeof type === 'string')
  if (response.headersSent || !isOurs) return next(error)
  const place = placeOf(request, '/verify')
  const t = wordsOf(place.language)
  const text = isRefusal(error) ? sentenceFor(error, t) : t.unread
  send(response, saying(t.wrong, text, place), { status: Number(status) })
}

function sentenceFor({ kind, code }: Refusal, t: PageWords): string {
  if (kind === 'unavailable' || kind === 'upstream') return t.away
  if (code.startsWith('verification_') || code === 'response_code_invalid') return t.gone
  return code.startsWith('preset_') ? t.invalid : t.unread
}
