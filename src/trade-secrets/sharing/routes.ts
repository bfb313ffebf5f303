import express, { Router } from 'express'
import { Refusal } from '../../core/index.ts'
import { sendFile } from '../../documents/index.ts'
import type { Parties } from '../../parties/index.ts'
import type { AnswerFetch } from './answer-fetch.ts'
import { FETCH_MEDIA_TYPE, FETCH_PATH } from './messages.ts'

export interface SecretRoutesDeps {
  readonly parties: Pick<Parties, 'require'>
  readonly answerFetch: AnswerFetch
}

const MAX_QUESTION_BYTES = 8 * 1024
const IDLE_MS = 60_000

/** Where partners ask for what our organisation shares with them: `POST /parties/<id>/trade-secrets`. */
export function secretRoutes({ parties, answerFetch }: SecretRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const body = express.text({ type: FETCH_MEDIA_TYPE, limit: MAX_QUESTION_BYTES })
  router.post(`/parties/:id${FETCH_PATH}`, body, async ({ params, body: sent }, response) => {
    const party = await parties.require(String(params.id))
    if (party.kind !== 'organisation')
      throw new Refusal('not_found', 'party_unknown', 'nobody shares trade secrets for this party')
    if (typeof sent !== 'string' || sent === '')
      throw new Refusal('invalid', 'secret_fetch_malformed', `send a signed question as ${FETCH_MEDIA_TYPE}`)
    const answer = await answerFetch.answer(sent)
    if ('text' in answer) {
      response.set('cache-control', 'no-store').json({ text: answer.text })
      return
    }
    const { id, mediaType, size } = answer.document
    await sendFile(response, { fileName: id, mediaType, size, content: answer.content }, IDLE_MS)
  })
  return router
}
