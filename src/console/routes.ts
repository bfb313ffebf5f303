import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Request, type Response, Router } from 'express'
import helmet from 'helmet'

/** Files whose names hold a digest of what is in them: they are kept for good. */
const ASSETS = '/assets'
const FOREVER = 'public, max-age=31536000, immutable'
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
/** In the order we would rather send them. */
const encodings = { br: '.br', gzip: '.gz' } as const

/**
 * What a page of the console may do: scripts and data come from this node alone, nothing is framed. Mantine writes style
 * elements and attributes.
 */
const policy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'manifest-src': ["'self'"],
  },
})

/** The console as it was built: its page, and its files by name, compressed and not. */
interface Built {
  readonly page: string
  readonly files: ReadonlyMap<string, Buffer>
}

/** All nodes of a process show the same one. Some two megabytes: a newer build in its place disturbs nobody. */
const known = new Map<string, Built & { readonly at: number }>()

function builtIn(folder: string): Built | null {
  const page = join(folder, 'index.html')
  const at = statSync(page, { throwIfNoEntry: false })?.mtimeMs
  if (at === undefined) return null
  const before = known.get(folder)
  if (before?.at === at) return before
  const assets = join(folder, 'assets')
  const files = new Map(readdirSync(assets).map((name) => [name, readFileSync(join(assets, name))]))
  const built = { at, files, page: readFileSync(page, 'utf8') }
  known.set(folder, built)
  return built
}

/**
 * The console, below a path: one page for every address in it, and its files, as `npm run build` made them.
 * @param folder of the built console; where there is none, nothing is there
 */
export function consoleRoutes(folder: string): Router {
  const router = Router({ caseSensitive: true })
  const built = builtIn(folder)
  if (!built) return router
  router.use(policy)
  router.get(`${ASSETS}/:name`, (request, response, next) => {
    if (!sendAsset(built, request.params.name, request, response)) next()
  })
  router.get('/{*path}', ({ path }, response, next) => {
    // A file that is not there is not a page.
    if (path.startsWith(`${ASSETS}/`)) return next()
    response.set('cache-control', 'no-cache').type('html').send(built.page)
  })
  return router
}

/** @returns false where there is no such file */
function sendAsset({ files }: Built, name: string, request: Request, response: Response): boolean {
  const plain = files.get(name)
  const type = types[extname(name)]
  if (!plain || type === undefined) return false
  const accepted = request.acceptsEncodings(['br', 'gzip'])
  const encoding = accepted === 'br' || accepted === 'gzip' ? accepted : null
  const compressed = encoding && files.get(name + encodings[encoding])
  response.set({ 'content-type': type, 'cache-control': FOREVER, vary: 'Accept-Encoding' })
  if (compressed && encoding) response.set('content-encoding', encoding)
  response.send(compressed || plain)
  return true
}
