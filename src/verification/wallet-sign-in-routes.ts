import express, { type Request, Router } from 'express'
import { z } from 'zod'
import { isoTime, Refusal } from '../core/index.ts'
import { qrSvg } from '../documents/index.ts'
import { deviceOf, requireOwnPage, type SessionCookie } from '../sign-in/index.ts'
import { flows } from './session-table.ts'
import type { WalletSignIn } from './wallet-sign-in.ts'

export interface WalletSignInRoutesDeps {
  readonly walletSignIn: WalletSignIn
  /** What a browser keeps until its wallet answered. */
  readonly attempt: () => Promise<SessionCookie>
  /** Keeps a session in the browser, in the place of any before. */
  readonly keep: (request: Request, secret: string) => Promise<string>
  /** Of our own pages. */
  readonly origins: readonly string[]
  /** What a wallet calls who asks. */
  readonly name: string
}

/** What the sign-in page begins with a wallet, and looks at until it answered; for pages of ours alone. */
export function walletSignInRoutes(deps: WalletSignInRoutesDeps): Router {
  const { walletSignIn, attempt, keep, origins, name } = deps
  const router = Router({ caseSensitive: true, strict: true })
  router.use(express.json({ limit: '4kb' }), ({ method, headers }, response, next) => {
    requireOwnPage(method, headers, origins)
    response.set('cache-control', 'no-store')
    next()
  })

  router.post('/', async (request, response) => {
    const { flow, to } = read(request, beginSchema)
    const { row, link, kept } = await walletSignIn.begin(flow, to)
    response.append('set-cookie', (await attempt()).write(kept))
    response
      .status(201)
      .json({ link, qr_svg: qrSvg(link), verifier: name, expires_at: isoTime(row.expiresAt) })
  })
  router.post('/check', async (request, response) => {
    const { response_code: code } = read(request, checkSchema)
    const kept = (await attempt()).read(request.headers)
    const opened = await walletSignIn.finish(kept, { code, device: deviceOf(request.headers) })
    if (!opened) return void response.json({ state: 'waiting' })
    response.append('set-cookie', (await attempt()).write(null))
    response.append('set-cookie', await keep(request, opened.secret))
    response.status(201).json({ state: 'signed_in', account: opened.account })
  })
  return router
}

const beginSchema = z.strictObject({
  flow: z.enum(flows),
  to: z
    .string()
    .max(1000)
    .regex(/^\/(?!\/)/)
    .default('/'),
})
const checkSchema = z.strictObject({ response_code: z.string().max(200).optional() })

/** @throws Refusal `sign_in_malformed` */
function read<S extends z.ZodType>({ body }: Request, schema: S): z.output<S> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new Refusal('invalid', 'sign_in_malformed', 'this is not what a page of ours sends')
}
