import type { IncomingHttpHeaders } from 'node:http'
import { parse, serialize } from 'cookie'
import { Refusal } from '../core/index.ts'

const WEEK_S = 7 * 86_400
/** How long somebody may be at the login of her organisation. */
const ATTEMPT_S = 600

/** Where people's browsers keep who they are to this node. */
export interface SessionCookie {
  /** What this request sends; null where it sends none. */
  read(headers: IncomingHttpHeaders): string | null
  /** A `Set-Cookie` that keeps it, or with null makes the browser forget it. */
  write(secret: string | null): string
}

/**
 * @param https whether the node is reached over it: otherwise it is a node on the own machine
 * @param id of the node: on one machine several share a host, and with it their cookies
 */
export const sessionCookie = (https: boolean, id: string): SessionCookie =>
  keptCookie({ https, id, sameSite: 'strict', seconds: WEEK_S })

/**
 * Where a browser keeps what it went to the login of its organisation with, or to a wallet. From that login it comes back by
 * another site, which is all that this may do and a session may not.
 */
export const attemptCookie = (https: boolean, id: string, where: 'login' | 'wallet'): SessionCookie =>
  keptCookie({ https, id, suffix: where, sameSite: where === 'login' ? 'lax' : 'strict', seconds: ATTEMPT_S })

function keptCookie({
  https,
  id,
  suffix,
  sameSite,
  seconds,
}: {
  readonly https: boolean
  readonly id: string
  readonly suffix?: string
  readonly sameSite: 'strict' | 'lax'
  readonly seconds: number
}): SessionCookie {
  const own = https ? '__Host-regie' : `regie_${id.slice(-12)}`
  const name = suffix === undefined ? own : `${own}-${suffix}`
  const always = { httpOnly: true, sameSite, path: '/', secure: https } as const
  return {
    read: ({ cookie }) => (cookie === undefined ? null : (parse(cookie)[name] ?? null)),
    write: (secret) =>
      secret === null
        ? serialize(name, '', { ...always, maxAge: 0 })
        : serialize(name, secret, { ...always, maxAge: seconds }),
  }
}

/**
 * What a page of another site makes a browser send is refused, whatever it sends along: the cookie is never enough.
 * @param origins of our own pages
 * @throws Refusal `cross_site_refused`
 */
export function requireOwnPage(
  method: string,
  headers: IncomingHttpHeaders,
  origins: readonly string[],
): void {
  const site = headers['sec-fetch-site']
  const reads = method === 'GET' || method === 'HEAD'
  const isOurs = reads
    ? site === undefined || site === 'same-origin' || site === 'none'
    : headers.origin !== undefined && origins.includes(headers.origin) && site !== 'cross-site'
  if (isOurs) return
  throw new Refusal('forbidden', 'cross_site_refused', 'this came from another site than this node')
}

const names: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** A browser as its owner recognises it, `Firefox, Linux`; nothing of it that could tell two of a kind apart. */
export function deviceOf({ 'user-agent': agent = '' }: IncomingHttpHeaders): string {
  const found = [names, systems].flatMap((known) => known.find(([pattern]) => pattern.test(agent))?.[1] ?? [])
  return found.join(', ')
}
