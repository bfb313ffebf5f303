import { type Request, type Response, Router } from 'express'
import { isId, Refusal } from '../core/index.ts'
import { VC_JOSE } from '../vc-jwt/index.ts'
import { isStatusPurpose, type StatusPurpose } from './bitstring-credential.ts'
import { STATUS_LIST_TYP } from './publication.ts'
import type { StatusLists } from './status-lists.ts'

/**
 * `GET /status-lists/<id>`: the signed list, for anybody; for W3C credentials `/status-lists/<id>/<purpose>`.
 *
 * A list may be kept but must be asked for again before each use (`no-cache`): with the ETag that costs a 304. So a
 * revocation is visible to whoever asks at the moment it is committed, behind shared caches too. How long a verifier
 * relies on what it has without asking is the `ttl` inside the list.
 */
export function statusListRoutes(lists: Pick<StatusLists, 'serve'>): Router {
  const router = Router()
  const serve = (request: Request, response: Response, mediaType: string, purpose?: StatusPurpose) =>
    send(lists, { request, response, mediaType, ...(purpose && { purpose }) })
  router.get('/status-lists/:id', (request, response) =>
    serve(request, response, `application/${STATUS_LIST_TYP}`),
  )
  router.get('/status-lists/:id/:purpose', (request, response) => {
    const { purpose } = request.params
    if (!isStatusPurpose(purpose)) throw unknownList()
    return serve(request, response, `application/${VC_JOSE}`, purpose)
  })
  return router
}

interface Serving {
  readonly request: Request
  readonly response: Response
  readonly mediaType: string
  readonly purpose?: StatusPurpose
}

async function send(
  lists: Pick<StatusLists, 'serve'>,
  { request, response, mediaType, purpose }: Serving,
): Promise<void> {
  // Token Status List, "Historical Resolution": a list of the past is not offered.
  if (request.query.time !== undefined) {
    response.sendStatus(501)
    return
  }
  if (!request.accepts(mediaType))
    throw new Refusal('invalid', 'status_list_format', `this status list is served as ${mediaType}`)
  const { token, etag } = await lists.serve(idOf(String(request.params.id)), purpose)
  response.set({
    'Content-Type': mediaType,
    'Cache-Control': 'no-cache',
    ETag: etag,
    // Scripts of any site may check a status.
    'Access-Control-Allow-Origin': '*',
  })
  // As bytes: express would name a character set for a text.
  response.send(Buffer.from(token, 'latin1'))
}

/** @throws Refusal `status_list_unknown` for what cannot be an id of ours */
function idOf(id: string): string {
  if (isId(id)) return id
  throw unknownList()
}

const unknownList = () => new Refusal('not_found', 'status_list_unknown', 'there is no such status list')
