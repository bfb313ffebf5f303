import { z } from 'zod'
import { CLOCK_SKEW_S, type Did, didOfUrl, isDid, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import { fromWire, MAX_LOOKUPS, registryEntrySchema, toWire } from './registry.ts'
import type { RegistryEntry } from './tables.ts'

/** Media type of a signed answer of the registry, as `typ`; with `application/` before it as `content-type`. */
export const ANSWER_TYP = 'regie-registry+jwt'

/** `GET` with `dids` (commas between them) or `kvk`. */
export const ANSWER_PATH = '/registry/answers'

/** How long an answer may be shown, in seconds: as long as who asked may keep it. */
export const ANSWER_VALID_S = 60

const MAX_BYTES = 256 * 1024

/** Who is asked about. */
export type RegistryQuestion = { readonly dids: readonly Did[] } | { readonly kvk: string }

const question = z.union([
  z.strictObject({ dids: z.array(z.string().refine(isDid)).min(1).max(MAX_LOOKUPS) }),
  z.strictObject({ kvk: z.string().regex(/^\d{8}$/) }),
])

const claims = z.object({
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  question,
  entries: z.array(registryEntrySchema).max(MAX_LOOKUPS),
})

/** Signs what the registry says to one question; who is not in it is left out. */
export const signAnswer = (
  issuer: Did,
  asked: RegistryQuestion,
  entries: readonly RegistryEntry[],
  now: number,
  signer: Signer,
): Promise<string> =>
  signJws(
    { typ: ANSWER_TYP },
    {
      ...{ iss: issuer, iat: seconds(now), exp: seconds(now) + ANSWER_VALID_S },
      ...{ question: asked, entries: entries.map(toWire) },
    },
    signer,
  )

export interface ExpectedAnswer {
  /** The trust anchor. */
  readonly issuer: Did
  readonly question: RegistryQuestion
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
}

/**
 * Verifies that the trust anchor said this, just now, to this question: whoever stands between can only be silent.
 * @returns what is in the registry, and when that was said in ms since the epoch
 * @throws Refusal `registry_answer_malformed`, `registry_answer_foreign`, `registry_answer_mismatch`, `jws_…`, `did_…`
 */
export async function verifyAnswer(
  compact: string,
  expected: ExpectedAnswer,
): Promise<{ readonly entries: readonly RegistryEntry[]; readonly saidAt: number }> {
  const jws = parseJws(compact, { maxBytes: MAX_BYTES })
  const parsed = claims.safeParse(jws.payload)
  if (!parsed.success) throw broken('registry_answer_malformed', 'this is no answer of a registry')
  const { iss, iat, exp, question: answered, entries } = parsed.data
  const { kid } = jws.header
  if (iss !== expected.issuer || typeof kid !== 'string' || didOfUrl(kid) !== iss)
    throw broken('registry_answer_foreign', 'the answer is not signed by the trust anchor')
  if (!isSame(answered, expected.question) || !isAbout(entries, expected.question))
    throw broken('registry_answer_mismatch', 'the answer is to another question')
  if (exp - iat > ANSWER_VALID_S)
    throw broken('registry_answer_malformed', 'the answer may be shown for too long')
  checkTimes({ iat, exp }, seconds(expected.now), CLOCK_SKEW_S)
  verifyJws(jws, await expected.requireKey(kid, 'assertionMethod'), { typ: ANSWER_TYP })
  return { entries: entries.map(fromWire), saidAt: iat * 1000 }
}

const isSame = (one: RegistryQuestion, other: RegistryQuestion): boolean =>
  'kvk' in one
    ? 'kvk' in other && one.kvk === other.kvk
    : 'dids' in other &&
      one.dids.length === other.dids.length &&
      one.dids.every((did, at) => did === other.dids[at])

type WireEntry = z.output<typeof registryEntrySchema>

/** Nobody that was not asked about, and nobody twice. */
const isAbout = (entries: readonly WireEntry[], asked: RegistryQuestion): boolean =>
  new Set(entries.map(({ did }) => did)).size === entries.length &&
  ('kvk' in asked
    ? entries.length <= 1 && entries.every((entry) => entry.kvk_number === asked.kvk)
    : entries.every(({ did }) => asked.dids.includes(did)))

const broken = (code: string, message: string) => new Refusal('upstream', code, message)
