import { hash } from 'node:crypto'
import { Router } from 'express'
import { type Agent, pathOfDidWeb } from '../agent/index.ts'
import type { Parties } from '../parties/index.ts'
import type { OwnDid } from './own-did.ts'

export interface DocumentRoutesDeps {
  readonly agent: Pick<Agent, 'ownDocument'>
  readonly parties: Pick<Parties, 'organisation'>
  readonly ownDid: Pick<OwnDid, 'endpoint'>
}

/**
 * The document of an organisation's did:web, for anybody, at the place the method says; behind a proxy that takes the
 * path of a node off, at `/did.json`. It may be kept and must be asked for again before each use (`no-cache`): with the
 * ETag that costs a 304, and a key that was given up is not shown by a cache on the way.
 */
export function didDocumentRoutes({ agent, parties, ownDid }: DocumentRoutesDeps): Router {
  const router = Router()
  router.get(/\/did\.json$/, async (request, response, next) => {
    const { did } = await parties.organisation()
    const isOurs = did.startsWith('did:web:') && ['/did.json', pathOfDidWeb(did)].includes(request.path)
    if (!isOurs) return next()
    const document = await agent.ownDocument(did, await ownDid.endpoint())
    if (!document) {
      response.status(410).json({})
      return
    }
    const text = JSON.stringify(document)
    response.set({
      'Content-Type': 'application/did+json',
      'Cache-Control': 'no-cache',
      ETag: `"${hash('sha256', text, 'base64url').slice(0, 22)}"`,
      // Scripts of any site may look who signed.
      'Access-Control-Allow-Origin': '*',
    })
    // As bytes: express would name a character set for a text.
    response.send(Buffer.from(text, 'utf8'))
  })
  return router
}
