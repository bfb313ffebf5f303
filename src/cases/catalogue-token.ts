import { z } from 'zod'
import { CLOCK_SKEW_S, type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import { publishedQuestion, type Question } from './question.ts'

/** Media type of a published catalogue, as `typ`; with `application/` before it as `content-type`. */
export const CATALOGUE_TYP = 'regie-catalogue+jwt'

/** Below the address of an organisation's wallet. */
export const CATALOGUE_PATH = '/catalogue'

export const MAX_CATALOGUE_BYTES = 256 * 1024

/** How long a signed catalogue may be shown, in seconds: what an organisation withdrew cannot be shown for long. */
const VALID_S = 86_400

const claims = z.object({
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  questions: z.array(publishedQuestion).max(200),
})

/** Signs what an organisation says it needs, per kind of question. */
export const signCatalogue = (
  issuer: Did,
  questions: readonly Question[],
  now: number,
  signer: Signer,
): Promise<string> =>
  signJws(
    { typ: CATALOGUE_TYP },
    { iss: issuer, iat: seconds(now), exp: seconds(now) + VALID_S, questions: questions.map(plain) },
    signer,
  )

/**
 * Reads a catalogue that says to be of this organisation.
 * @throws Refusal `catalogue_invalid`, `jws_…`, `json_…`, `key_…`, `did_…`
 */
export async function verifyCatalogue(
  compact: string,
  issuer: Did,
  now: number,
  requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>,
): Promise<Question[]> {
  const jws = parseJws(compact, { maxBytes: MAX_CATALOGUE_BYTES })
  const parsed = claims.safeParse(jws.payload)
  const { kid } = jws.header
  if (!parsed.success || parsed.data.iss !== issuer || typeof kid !== 'string' || didOfUrl(kid) !== issuer)
    throw invalid()
  const { iat, exp, questions } = parsed.data
  if (exp - iat > VALID_S || new Set(questions.map(({ code }) => code)).size < questions.length)
    throw invalid()
  checkTimes({ iat, exp }, seconds(now), CLOCK_SKEW_S)
  verifyJws(jws, await requireKey(kid, 'assertionMethod'), { typ: CATALOGUE_TYP })
  return questions
}

const invalid = () =>
  new Refusal('upstream', 'catalogue_invalid', 'this is not the catalogue of that organisation')

const plain = ({ claims, ...question }: Question) => ({
  ...question,
  claims: claims.map(({ vct, path }) => ({ vct, path: [...path] })),
})
