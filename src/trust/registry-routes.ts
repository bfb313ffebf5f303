import { Router } from 'express'
import { Refusal } from '../core/index.ts'
import { type Registry, requireDids } from './registry.ts'
import { ANSWER_PATH, ANSWER_TYP, type RegistryQuestion, signAnswer } from './registry-answer.ts'
import { LIST_MAX_AGE_S, LIST_PATH, LIST_TYP, RegistryList, type RegistryListDeps } from './registry-list.ts'

export interface RegistryRoutesDeps extends RegistryListDeps {
  readonly registry: Registry
}

/**
 * The trust anchor's registry for programs, signed: `GET /registry/answers`, and as a whole
 * `GET /registry/list`, which may be kept. The JSON of `/api/v1/registry` says the
 * same to people, who have nothing but the connection to believe.
 */
export function registryRoutes(deps: RegistryRoutesDeps): Router {
  const router = Router()
  router.get(ANSWER_PATH, async ({ query }, response) => {
    const question = parseQuestion(query)
    const entries = await entriesOf(deps.registry, question)
    const issuer = await deps.ownDid()
    const token = await signAnswer(issuer, question, entries, deps.clock.now(), await deps.signerOf(issuer))
    response.set({ 'Content-Type': `application/${ANSWER_TYP}`, 'Cache-Control': 'no-store' })
    response.send(Buffer.from(token, 'latin1'))
  })
  const list = new RegistryList(deps)
  router.get(LIST_PATH, async (_request, response) => {
    const { token, etag } = await list.serve()
    response.set({
      'Content-Type': `application/${LIST_TYP}`,
      'Cache-Control': `public, max-age=${LIST_MAX_AGE_S}`,
      ETag: etag,
    })
    response.send(Buffer.from(token, 'latin1'))
  })
  return router
}

/** @throws Refusal `registry_query_invalid` */
function parseQuestion({ dids, kvk, ...others }: Readonly<Record<string, unknown>>): RegistryQuestion {
  if (Object.keys(others).length === 0) {
    if (typeof dids === 'string' && kvk === undefined) return { dids: requireDids(dids) }
    if (dids === undefined && typeof kvk === 'string' && /^\d{8}$/.test(kvk)) return { kvk }
  }
  throw new Refusal('invalid', 'registry_query_invalid', 'name a KVK number of 8 digits or DIDs')
}

async function entriesOf(registry: Registry, question: RegistryQuestion) {
  if ('dids' in question) return registry.findMany(question.dids)
  const entry = await registry.findByKvk(question.kvk)
  return entry ? [entry] : []
}
