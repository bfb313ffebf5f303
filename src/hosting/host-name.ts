import { newId, Refusal } from '../core/index.ts'

/** A DNS label (RFC 1035, section 2.3.1) in lower case, without what begins an internationalised one. */
const SLUG = /^[a-z](?:[a-z0-9]|-(?!-)){1,38}[a-z0-9]$/
/** Names that mail, browsers and people take for the operator's own. */
const RESERVED: ReadonlySet<string> = new Set([
  ...[
    'admin',
    'api',
    'autoconfig',
    'autodiscover',
    'billing',
    'help',
    'host',
    'hosting',
    'imap',
    'login',
    'mail',
  ],
  ...[
    'mta-sts',
    'myobi',
    'postmaster',
    'regie',
    'root',
    'security',
    'smtp',
    'status',
    'support',
    'wpad',
    'www',
  ],
])

/** @throws Refusal `hosting_slug_invalid`, `hosting_slug_reserved` */
export function requireSlug(text: string): string {
  if (!SLUG.test(text))
    throw new Refusal(
      'invalid',
      'hosting_slug_invalid',
      'a name has 3 to 40 small letters, digits and single hyphens, and begins with a letter',
    )
  if (RESERVED.has(text)) throw new Refusal('conflict', 'hosting_slug_reserved', 'this name is not given out')
  return text
}

/** `Bakkerij De Kruimelkoning B.V.` is `bakkerij-de-kruimelkoning-bv`. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9\s-]+/g, '')
    .replace(/[\s-]+/g, '-')
    .slice(0, 40)
    .replace(/^[-0-9]+|-+$/g, '')

/** A name made of the organisation's that nobody has, or had. */
export async function freeSlug(name: string, isTaken: (slug: string) => Promise<boolean>): Promise<string> {
  const own = slugOf(name).slice(0, 32).replace(/-+$/, '')
  const base = SLUG.test(own) && !RESERVED.has(own) ? own : 'organisation'
  for (let nr = 1; nr < 100; nr++) {
    const slug = nr === 1 && base === own ? own : `${base}-${nr}`
    if (!(await isTaken(slug))) return slug
  }
  return `${base}-${newId().slice(-7)}`
}

/** Whom a request is for: the host itself, one of those it hosts, or nobody we know. */
export type Addressee = { readonly kind: 'host' } | { readonly kind: 'tenant'; readonly slug: string } | null

export interface Target {
  /** The request target as it came in (RFC 9112, section 3.2). */
  readonly url: string
  /** Names and values by turns, as they came in: of a name that came twice both. */
  readonly rawHeaders: readonly string[]
}

/**
 * Reads whom a request is for from its one Host header and nothing else: what a proxy or a caller adds (Forwarded,
 * X-Forwarded-Host) and what the target says decide nothing. Two Host headers, or a target that names a host, are
 * nobody's (RFC 9112, sections 3.2 and 3.2.2): two programs on the way may read them differently.
 * @param base the host's own address; tenants are one label below its host, on the same port
 */
export function addresseeOf({ url, rawHeaders }: Target, base: URL): Addressee {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host')
  const [host] = hosts
  if (hosts.length !== 1 || host === undefined || !url.startsWith('/') || url.startsWith('//')) return null
  const [, name = '', port = defaultPort(base)] = /^([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/.exec(host) ?? []
  // A proxy in front may leave the port out; another one than ours is no spelling of it.
  if (name === '' || (port !== portOf(base) && port !== defaultPort(base))) return null
  const lower = name.toLowerCase()
  if (lower === base.hostname) return { kind: 'host' }
  const suffix = `.${base.hostname}`
  if (!lower.endsWith(suffix)) return null
  const slug = lower.slice(0, -suffix.length)
  return SLUG.test(slug) ? { kind: 'tenant', slug } : null
}

/** Where a tenant is reached; no trailing slash. */
export function urlOfTenant(slug: string, base: URL): string {
  return `${base.protocol}//${slug}.${base.host}`
}

const defaultPort = ({ protocol }: URL): string => (protocol === 'https:' ? '443' : '80')
const portOf = (base: URL): string => base.port || defaultPort(base)
