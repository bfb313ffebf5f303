import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Router } from 'express'
import helmet from 'helmet'
import sirv from 'sirv'

/** Files whose names hold a digest of what is in them. */
const ASSETS = '/assets'

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

/**
 * The console, below a path: one page for every address in it, and its files, as `npm run build` made them.
 * @param folder of the built console
 */
export function consoleRoutes(folder: string): Router {
  const router = Router({ caseSensitive: true })
  const page = join(folder, 'index.html')
  if (!existsSync(page)) return router
  const text = readFileSync(page, 'utf8')
  router.use(policy)
  router.use(
    ASSETS,
    sirv(join(folder, 'assets'), { brotli: true, gzip: true, immutable: true, maxAge: 31_536_000 }),
  )
  router.get('/{*path}', ({ path }, response, next) => {
    // A file that is not there is not a page.
    if (path.startsWith(ASSETS)) return next()
    response.set('cache-control', 'no-cache').type('html').send(text)
  })
  return router
}
