import { z } from 'zod'
import { CLOCK_SKEW_S, type Did, didOfUrl, isDid, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import { MAX_AGE_S, MAX_SET_BYTES, SET_TYP } from './names.ts'
import { eventId, eventsOf, type Tell, tellOf } from './tell.ts'

export interface NewSecurityEvent {
  /** UUID; the same at each try, so that it counts once. */
  readonly id: string
  readonly issuer: Did
  /** The organisation's wallet it is for. */
  readonly audience: string
  readonly tell: Tell
  /** Milliseconds since the epoch: when it was said first. */
  readonly at: number
}

/** Signs a Security Event Token (RFC 8417). */
export const createSecurityEvent = (
  { id, issuer, audience, tell, at }: NewSecurityEvent,
  signer: Signer,
): Promise<string> =>
  signJws(
    { typ: SET_TYP },
    { iss: issuer, aud: audience, iat: seconds(at), jti: id, events: eventsOf(tell) },
    signer,
  )

/** One that is genuine and for us; whether it is news is the caller's. */
export interface SecurityEvent {
  readonly id: string
  readonly issuer: Did
  readonly tell: Tell
}

const claims = z.object({
  iss: z.string().refine(isDid),
  aud: z.union([z.string(), z.array(z.string()).length(1)]),
  iat: z.number(),
  jti: eventId,
  events: z.record(z.string(), z.unknown()),
  // RFC 8417, section 4.6: what expires is another kind of token.
  exp: z.undefined().optional(),
})

export interface VerifySecurityEventDeps {
  readonly clock: { now(): number }
  /** A current key of a DID. @throws Refusal */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
  /** Whether this issuer has anything to tell us about that; asked before its DID is looked up. */
  readonly isExpected: (issuer: Did, tell: Tell) => Promise<boolean>
}

/**
 * Verifies a Security Event Token: cheap checks first, then whether that party has anything to tell us about that, and
 * only then who signed it. Writes nothing.
 * @param audience the wallet it came to
 * @throws Refusal `event_malformed`, `event_audience_mismatch`, `event_too_old`, `event_key_mismatch`,
 *   `event_not_expected`, `jws_…`, `did_…`
 */
export async function verifySecurityEvent(
  compact: string,
  audience: string,
  { clock, requireKey, isExpected }: VerifySecurityEventDeps,
): Promise<SecurityEvent> {
  const jws = parseJws(compact, { maxBytes: MAX_SET_BYTES })
  const parsed = claims.safeParse(jws.payload)
  const tell = parsed.success ? tellOf(parsed.data.events) : null
  if (!parsed.success || !tell)
    throw new Refusal('invalid', 'event_malformed', 'this is not a security event as this node takes it')
  const { iss, aud, iat, jti } = parsed.data
  if ([aud].flat()[0] !== audience)
    throw new Refusal('invalid', 'event_audience_mismatch', 'this event is for another wallet')
  const now = seconds(clock.now())
  checkTimes({ iat }, now, CLOCK_SKEW_S)
  if (iat < now - MAX_AGE_S) throw new Refusal('invalid', 'event_too_old', 'this event is too old to be news')
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== iss)
    throw new Refusal('invalid', 'event_key_mismatch', 'the event is not signed by a key of its issuer')
  if (!(await isExpected(iss, tell)))
    throw new Refusal('forbidden', 'event_not_expected', 'that party has nothing to tell us about this')
  verifyJws(jws, await requireKey(kid, 'assertionMethod'), { typ: SET_TYP })
  return { id: jti, issuer: iss, tell }
}
