import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import express, { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { type Caller, isoTime, Refusal, requireUser } from '../core/index.ts'
import { deviceOf, requireOwnPage, type SessionCookie } from './browser.ts'
import type { OpenIdSignIn } from './openid.ts'
import { backFromOpenId } from './openid-routes.ts'
import type { Passkeys, SignedIn } from './passkeys.ts'
import type { OpenedSession, Sessions } from './sessions.ts'

export interface SignInRoutesDeps {
  readonly sessions: Sessions
  readonly passkeys: () => Promise<Passkeys>
  readonly cookie: () => Promise<SessionCookie>
  /** The login of the organisation; null where it has none. */
  readonly openId: OpenIdSignIn | null
  /** What a browser keeps while it is there. */
  readonly attempt: () => Promise<SessionCookie>
  /** Whether wallets sign people in here. */
  readonly withWallet: boolean
  /** Where the console is, such as `/app`. */
  readonly consolePath: string
  /** Of our own pages. */
  readonly origins: readonly string[]
  /** Who calls, by token or by cookie. @throws Refusal as the API does */
  readonly authenticate: (request: Request) => Promise<Caller>
  /** Signs in who sends a token of her own, which ends by it. @throws Refusal `token_required` */
  readonly trade: (caller: Caller, device: string) => Promise<OpenedSession>
}

/** What a browser signs in and out with, below a path. It answers our own pages only, and keeps a cookie there. */
export function signInRoutes(deps: SignInRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  // The one way in that begins at another site; all else is for our own pages.
  if (deps.openId) router.get('/openid/callback', backFromOpenId(deps, deps.openId))
  router.use(express.json({ limit: '64kb' }), (request, _response, next) => {
    requireOwnPage(request.method, request.headers, deps.origins)
    next()
  })
  const opened = async (
    request: Request,
    response: Response,
    { secret, account }: OpenedSession,
    more: object = {},
  ) => {
    response.append('set-cookie', await keepSession(deps, request, secret))
    response
      .set('cache-control', 'no-store')
      .status(201)
      .json({ account, ...more })
  }
  const answer = (response: Response, body: object) => response.set('cache-control', 'no-store').json(body)

  router.get('/ways', (_request, response) => {
    answer(response, { openid: deps.openId?.label ?? null, wallet: deps.withWallet })
  })
  router.post('/openid', async (request, response) => {
    const { to, again } = read(request, openIdSchema)
    if (!deps.openId) throw new Refusal('not_found', 'openid_not_configured', 'this node has no such login')
    const caller = again ? requireUser(await deps.authenticate(request)) : await currentOf(deps, request)
    const { url, browser } = await deps.openId.begin(pathIn(deps, to), { caller, again })
    response.append('set-cookie', (await deps.attempt()).write(browser))
    answer(response.status(201), { url })
  })
  router.post('/link', async (request, response) => {
    const { code } = read(request, linkSchema)
    await opened(request, response, await deps.sessions.openByLink(code, deviceOf(request.headers)))
  })
  router.post('/token', async (request, response) => {
    const caller = await deps.authenticate(request)
    await opened(request, response, await deps.trade(caller, deviceOf(request.headers)))
  })
  router.post('/passkey/options', async (request, response) => {
    const { again } = read(request, optionsSchema)
    const caller = again ? requireUser(await deps.authenticate(request)) : null
    answer(response, await (await deps.passkeys()).authenticationOptions(caller))
  })
  router.post('/passkey', async (request, response) => {
    const { response: signed, prf } = read(request, passkeySchema)
    const attempt = { response: signed as unknown as AuthenticationResponseJSON, prf }
    const { session, consent }: SignedIn = await (await deps.passkeys()).signIn(
      attempt,
      deviceOf(request.headers),
    )
    await opened(request, response, session, {
      consent: consent && { token: consent.token, expires_at: isoTime(consent.expiresAt) },
    })
  })
  router.post('/passkeys/options', async (request, response) => {
    const caller = requireUser(await deps.authenticate(request))
    answer(response, await (await deps.passkeys()).registrationOptions(caller))
  })
  router.post('/passkeys', async (request, response) => {
    const caller = requireUser(await deps.authenticate(request))
    const { response: made, name, prf } = read(request, newPasskeySchema)
    const row = await (await deps.passkeys()).register(caller, {
      ...{ response: made as unknown as RegistrationResponseJSON, name, prf },
    })
    answer(response.status(201), { id: row.id, name: row.name, opens_key: row.slotHash !== null })
  })
  router.post('/end', async (request, response) => {
    const caller = await currentOf(deps, request)
    if (caller?.session) await deps.sessions.end(caller, caller.session.id)
    response.append('set-cookie', (await deps.cookie()).write(null))
    answer(response, { signed_out: true })
  })
  return router
}

const openIdSchema = z.strictObject({
  to: z.string().max(1000).default('/'),
  again: z.boolean().default(false),
})
const linkSchema = z.strictObject({ code: z.string().min(20).max(100) })
const optionsSchema = z.strictObject({ again: z.boolean().default(false) })
const webauthn = z.looseObject({
  id: z.string().min(1).max(2048),
  response: z.looseObject({ clientDataJSON: z.string().max(8192) }),
})
const prf = z.string().max(100).optional()
const passkeySchema = z.strictObject({ response: webauthn, prf })
const newPasskeySchema = z.strictObject({ response: webauthn, name: z.string().trim().min(1).max(60), prf })

/** @throws Refusal `sign_in_malformed` */
function read<S extends z.ZodType>({ body }: Request, schema: S): z.output<S> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new Refusal('invalid', 'sign_in_malformed', 'this is not what a page of ours sends')
}

/** A page of the console, whatever somebody asks for: never another site, and nothing else of this one. */
function pathIn({ consolePath, origins }: SignInRoutesDeps, to: string): string {
  const home = `${consolePath}/`
  const [origin = ''] = origins
  const url = to.startsWith('/') ? URL.parse(`${consolePath}${to}`, origin) : null
  if (!url || url.origin !== origin || !url.pathname.startsWith(home)) return home
  return url.pathname + url.search
}

/** One browser is one session: who signs in again keeps no other. @returns the `Set-Cookie` that keeps this one */
export async function keepSession(
  deps: Pick<SignInRoutesDeps, 'cookie' | 'sessions'>,
  request: Request,
  secret: string,
): Promise<string> {
  const before = await currentOf(deps, request)
  if (before?.session) await deps.sessions.end(before, before.session.id)
  return (await deps.cookie()).write(secret)
}

/** Who is signed in with this browser already; null where nobody is, or no longer. */
async function currentOf(
  { cookie, sessions }: Pick<SignInRoutesDeps, 'cookie' | 'sessions'>,
  { headers }: Request,
) {
  const secret = (await cookie()).read(headers)
  return secret === null ? null : sessions.authenticate(secret).catch(() => null)
}
