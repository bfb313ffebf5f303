import { Router } from 'express'
import { type Clock, type Did, Refusal } from '../core/index.ts'
import type { Signer } from '../jose/index.ts'
import type { Parties } from '../parties/index.ts'
import { CATALOGUE_PATH, CATALOGUE_TYP, signCatalogue } from './catalogue-token.ts'
import type { Questions } from './questions.ts'

export interface CatalogueRoutesDeps {
  readonly questions: Pick<Questions, 'current'>
  readonly parties: Parties
  readonly signerOf: (did: Did) => Promise<Signer>
  readonly clock: Clock
}

/** A signature is used again for so long while the catalogue stays the same. */
const SIGNED_FOR_MS = 3_600_000

/**
 * `GET /parties/<id>/catalogue`: what our organisation says it needs per kind of question, for anybody. May be kept for
 * a minute.
 */
export function catalogueRoutes({ questions, parties, signerOf, clock }: CatalogueRoutesDeps): Router {
  let last: { readonly saying: string; readonly at: number; readonly token: string } | undefined
  const router = Router({ caseSensitive: true, strict: true })
  router.get(`/parties/:id${CATALOGUE_PATH}`, async (request, response) => {
    const us = await parties.organisation()
    if (request.params.id !== us.id)
      throw new Refusal('not_found', 'party_unknown', 'this party publishes no catalogue')
    const current = await questions.current()
    const signer = await signerOf(us.did)
    const saying = JSON.stringify([us.did, signer.kid, current])
    const now = clock.now()
    // Another process may have changed the catalogue: only the signature is kept, with what it is over.
    if (last?.saying !== saying || now >= last.at + SIGNED_FOR_MS)
      last = { saying, at: now, token: await signCatalogue(us.did, current, now, signer) }
    response.set({
      'Content-Type': `application/${CATALOGUE_TYP}`,
      'Cache-Control': 'public, max-age=60',
      'Access-Control-Allow-Origin': '*',
    })
    // As bytes: express would name a character set for a text.
    response.send(Buffer.from(last.token, 'latin1'))
  })
  return router
}
