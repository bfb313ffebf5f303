import { Router } from 'express'
import { Refusal } from '../core/index.ts'
import type { CredentialType, CredentialTypes } from './types/index.ts'
import { w3cSchemaOf } from './w3c/index.ts'

const MAX_AGE_S = 300

/**
 * `GET /credentials/<type>`: its metadata, byte for byte what `vct#integrity` is of; `GET /schemas/<type>`: the JSON
 * Schema of its claims; `/schemas/<type>/w3c`: that of W3C credentials with those claims. For anybody, scripts of any site too.
 */
export function typeRoutes(types: CredentialTypes): Router {
  const router = Router()
  const serve = (path: string, mediaType: string, textOf: (type: CredentialType) => string) =>
    router.get(path, (request, response) => {
      const type = types.findByName(String(request.params.name))
      if (!type)
        throw new Refusal(
          'not_found',
          'unknown_credential_type',
          'this node does not know that credential type',
        )
      response.set({
        'Cache-Control': `public, max-age=${MAX_AGE_S}`,
        'Access-Control-Allow-Origin': '*',
      })
      // Not by way of express, which would name a character set; neither media type has one.
      response.setHeader('Content-Type', mediaType)
      response.send(Buffer.from(textOf(type), 'utf8'))
    })
  serve('/credentials/:name', 'application/json', ({ document }) => document)
  serve('/schemas/:name', 'application/schema+json', ({ schemaDocument }) => schemaDocument)
  serve('/schemas/:name/w3c', 'application/schema+json', (type) => w3cSchemaOf(type).document)
  return router
}
