import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type RequestHandler, type Response, Router } from 'express'
import helmet from 'helmet'
import { localsOf, send } from './exchange.ts'

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Regie API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`

// `validatorUrl: null`: the document is shown to nobody else.
const start = `window.ui = SwaggerUIBundle({
  url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, docExpansion: 'list',
})
`

const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const

/** Swagger UI writes style attributes; its icons are data URLs. Nothing comes from, or goes to, another origin. */
const policy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
})

/** `/api/docs`: the OpenAPI document as a page, served from here alone. */
export function docsRoutes(): Router {
  const router = Router({ caseSensitive: true })
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const text =
    (type: string, body: string): RequestHandler =>
    (request, response) => {
      response.setHeader('Cache-Control', 'no-cache')
      send(request, response, type, body)
    }
  router.use((_request, response: Response, next) => {
    localsOf(response).route = '/api/docs'
    next()
  }, policy)
  router.get('/', text('text/html; charset=utf-8', page))
  router.get('/start.js', text('text/javascript; charset=utf-8', start))
  for (const file of files)
    router.get(`/${file}`, (_request, response) => {
      response.sendFile(join(folder, file), { maxAge: '1h' })
    })
  return router
}
