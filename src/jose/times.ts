import { CLOCK_SKEW_S, MAX_TIME_S, Refusal } from '../core/index.ts'

/** The time claims of a JWT (RFC 7519, section 4.1): seconds since the epoch. Unchecked, as they came in. */
export interface TimeClaims {
  readonly iat?: unknown
  readonly nbf?: unknown
  readonly exp?: unknown
}

/**
 * Refuses a token outside its time. A claim that is absent is not checked; requiring it is the caller's.
 * @param now seconds since the epoch
 * @param skew seconds two clocks may differ; 30 unless told
 * @throws Refusal `jws_time_malformed`, `jws_expired`, `jws_not_yet_valid`, `jws_issued_in_future`
 */
export function checkTimes(claims: TimeClaims, now: number, skew: number = CLOCK_SKEW_S): void {
  // Compared with NaN nothing is ever late.
  if (!Number.isFinite(now) || !(skew >= 0)) throw new TypeError('now and skew are numbers of seconds')
  const exp = numericDate(claims.exp)
  const nbf = numericDate(claims.nbf)
  const iat = numericDate(claims.iat)
  if (exp !== undefined && now >= exp + skew)
    throw new Refusal('invalid', 'jws_expired', 'this token has expired')
  if (nbf !== undefined && now < nbf - skew)
    throw new Refusal('invalid', 'jws_not_yet_valid', 'this token is not valid yet')
  if (iat !== undefined && now < iat - skew)
    throw new Refusal('invalid', 'jws_issued_in_future', 'this token was issued in the future')
}

function numericDate(value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= 0 && value <= MAX_TIME_S) return value
  throw new Refusal('invalid', 'jws_time_malformed', 'a time claim is not a number of seconds')
}
