import { Router } from 'express'
import { isId, Refusal } from '../core/index.ts'
import { STATUS_LIST_TYP } from './publication.ts'
import type { StatusLists } from './status-lists.ts'

/**
 * `GET /status-lists/<id>`: the signed list, for anybody.
 *
 * A list may be kept but must be asked for again before each use (`no-cache`): with the ETag that costs a 304. So a
 * revocation is visible to whoever asks at the moment it is committed, behind shared caches too. How long a verifier
 * relies on what it has without asking is the `ttl` inside the list.
 */
export function statusListRoutes(lists: Pick<StatusLists, 'serve'>): Router {
  const router = Router()
  router.get('/status-lists/:id', async (request, response) => {
    // Token Status List, "Historical Resolution": a list of the past is not offered.
    if (request.query.time !== undefined) {
      response.sendStatus(501)
      return
    }
    if (!request.accepts(`application/${STATUS_LIST_TYP}`))
      throw new Refusal(
        'invalid',
        'status_list_format',
        'status lists are served as application/statuslist+jwt',
      )
    const { token, etag } = await lists.serve(idOf(request.params.id))
    response.set({
      'Content-Type': `application/${STATUS_LIST_TYP}`,
      'Cache-Control': 'no-cache',
      ETag: etag,
      // Scripts of any site may check a status.
      'Access-Control-Allow-Origin': '*',
    })
    // As bytes: express would name a character set for a text.
    response.send(Buffer.from(token, 'latin1'))
  })
  return router
}

/** @throws Refusal `status_list_unknown` for what cannot be an id of ours */
function idOf(id: string): string {
  if (isId(id)) return id
  throw new Refusal('not_found', 'status_list_unknown', 'there is no such status list')
}
