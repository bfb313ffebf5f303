import type { RequestHandler } from 'express'
import { deviceOf, type SessionCookie } from './browser.ts'
import type { CameBack, OpenIdSignIn } from './openid.ts'

interface ComingBack {
  readonly cookie: () => Promise<SessionCookie>
  /** What a browser keeps while it is away. */
  readonly attempt: () => Promise<SessionCookie>
  /** Where the console is, such as `/app`. */
  readonly consolePath: string
}

/**
 * Where the login of the organisation sends a browser back to. What is wrong is said on a page of the console, in words of
 * a code: nothing that came along goes there, or into a log.
 */
export const backFromOpenId =
  ({ attempt, cookie, consolePath }: ComingBack, openId: OpenIdSignIn): RequestHandler =>
  async (request, response) => {
    const kept = await attempt()
    const at = request.originalUrl.indexOf('?')
    const back = await openId.finish(
      new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at)),
      kept.read(request.headers),
      deviceOf(request.headers),
    )
    // One of another attempt of this browser is still needed.
    if (back.kind !== 'refused' || back.refusal.code !== 'openid_state_invalid')
      response.append('set-cookie', kept.write(null))
    if (back.kind === 'signed_in') response.append('set-cookie', (await cookie()).write(back.session.secret))
    response.set('cache-control', 'no-store').redirect(303, addressFor(back, consolePath))
  }

function addressFor(back: CameBack, consolePath: string): string {
  switch (back.kind) {
    case 'signed_in':
      return back.path
    case 'added':
      // After the #: no server or log is told it.
      return `${consolePath}/welcome#${back.code}`
    case 'refused':
      return `${consolePath}/${back.again ? 'confirmed' : 'sign-in'}?refused=${back.refusal.code}`
  }
}
