import { hash } from 'node:crypto'
import { Router } from 'express'
import { z } from 'zod'
import { CLOCK_SKEW_S, type Clock, type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import type { Library } from './library.ts'
import { type Template, templateSchema } from './template.ts'

/** Media type of the signed portfolio, as `typ`; with `application/` before it as `content-type`. */
export const PORTFOLIO_TYP = 'regie-contracts+jwt'
export const PORTFOLIO_PATH = '/contracts/portfolio'

/** How long a portfolio may be shown and, so that it has not ended then, kept: seconds. */
const VALID_S = 600
const MAX_AGE_S = 300
const MAX_BYTES = 2 * 1024 * 1024

const claims = z.object({
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  templates: z.array(templateSchema).max(500),
})

export interface PortfolioDeps {
  readonly library: Library
  readonly clock: Clock
  readonly signerOf: (did: Did) => Promise<Signer>
  readonly ownDid: () => Promise<Did>
}

/** `GET /contracts/portfolio`: the newest published templates, signed by the trust anchor, for anybody to keep. */
export function portfolioRoutes({ library, clock, signerOf, ownDid }: PortfolioDeps): Router {
  const router = Router()
  let kept: { readonly key: string; readonly token: string } | undefined
  router.get(PORTFOLIO_PATH, async (_request, response) => {
    const [issuer, newest] = await Promise.all([ownDid(), library.newest()])
    const signer = await signerOf(issuer)
    // Signed anew when its time is half over, or another process published something.
    const iat = Math.floor(seconds(clock.now()) / MAX_AGE_S) * MAX_AGE_S
    const key = JSON.stringify([signer.kid, iat, newest.map(({ digest }) => digest)])
    if (kept?.key !== key) {
      const templates = newest.map(({ content }) => content)
      const payload = { iss: issuer, iat, exp: iat + VALID_S, templates }
      kept = { key, token: await signJws({ typ: PORTFOLIO_TYP }, payload, signer) }
    }
    response.set({
      'Content-Type': `application/${PORTFOLIO_TYP}`,
      'Cache-Control': `public, max-age=${iat + MAX_AGE_S - seconds(clock.now())}`,
      // Of what is said, not of the signature: the same portfolio has the same tag.
      ETag: `"${hash('sha256', key, 'base64url').slice(0, 22)}"`,
    })
    response.send(Buffer.from(kept.token, 'latin1'))
  })
  return router
}

/**
 * The templates in a portfolio that the trust anchor signed.
 * @throws Refusal `portfolio_malformed`, `portfolio_foreign`, `jws_…`, `did_…`
 */
export async function verifyPortfolio(
  compact: string,
  expected: {
    readonly issuer: Did
    /** Milliseconds since the epoch. */
    readonly now: number
    readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  },
): Promise<readonly Template[]> {
  const jws = parseJws(compact, { maxBytes: MAX_BYTES })
  const parsed = claims.safeParse(jws.payload)
  if (!parsed.success || parsed.data.exp - parsed.data.iat > VALID_S)
    throw new Refusal('upstream', 'portfolio_malformed', 'this is no portfolio of contract templates')
  const { iss, iat, exp, templates } = parsed.data
  const { kid } = jws.header
  if (iss !== expected.issuer || typeof kid !== 'string' || didOfUrl(kid) !== iss)
    throw new Refusal('upstream', 'portfolio_foreign', 'the portfolio is not signed by the trust anchor')
  checkTimes({ iat, exp }, seconds(expected.now), CLOCK_SKEW_S)
  verifyJws(jws, await expected.requireKey(kid, 'assertionMethod'), { typ: PORTFOLIO_TYP })
  return templates
}
