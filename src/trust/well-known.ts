import { Router } from 'express'
import { type AnchorDescription, WELL_KNOWN_PATH } from './trust-anchor.ts'

/** `GET /.well-known/regie`: who this trust anchor is and which policy is in force, for anybody. */
export function trustRoutes(deps: { readonly describe: () => Promise<AnchorDescription> }): Router {
  const router = Router()
  router.get(WELL_KNOWN_PATH, async (_request, response) => {
    response.set({ 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*' })
    response.json(await deps.describe())
  })
  return router
}
