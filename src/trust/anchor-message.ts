import type { z } from 'zod'
import { type Clock, didOfUrl, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type ParsedJws, type PublicJwk, parseJws, verifyJws } from '../jose/index.ts'

/** How long a message to the trust anchor lives, in seconds. */
export const MESSAGE_LIFETIME_S = 60

/** A signed message that was read: of the form it must have, and not verified yet. */
export interface ReadMessage<P> {
  readonly compact: string
  readonly jws: ParsedJws
  readonly kid: string
  readonly payload: P
}

/**
 * Reads a message: all that can be said of it without asking anybody.
 * @param kind what people call it; with underscores it begins the code of what is malformed
 * @throws Refusal `<kind>_malformed` with the members, `signer_mismatch`, `jws_…`
 */
export function readMessage<S extends z.ZodType<{ iss: string }>>(
  kind: string,
  compact: string,
  schema: S,
): ReadMessage<z.output<S>> {
  const jws = parseJws(compact)
  const parsed = schema.safeParse(jws.payload)
  if (!parsed.success) {
    const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].slice(0, 20)
    const code = `${kind.replaceAll(' ', '_')}_malformed`
    throw new Refusal('invalid', code, `this ${kind} does not have the members it must have`, {
      params: { members },
    })
  }
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== parsed.data.iss)
    throw new Refusal('unprocessable', 'signer_mismatch', `the ${kind} is not signed by who it says`)
  return { compact, jws, kid, payload: parsed.data }
}

/**
 * Requires that it is for this trust anchor, and was made in the last minute.
 * @param audience its address or DID, whichever messages of that kind name
 * @throws Refusal `wrong_audience`, `message_lives_too_long`, `jws_expired`, `jws_not_yet_valid`
 */
export function requireFresh(
  { aud, iat, exp }: { readonly aud: string; readonly iat: number; readonly exp: number },
  audience: string,
  clock: Clock,
): void {
  if (aud !== audience) throw wrongAudience()
  if (exp <= iat || exp - iat > MESSAGE_LIFETIME_S)
    throw new Refusal(
      'unprocessable',
      'message_lives_too_long',
      'a message to the trust anchor lives a minute',
    )
  checkTimes({ iat, exp }, seconds(clock.now()))
}

/** @throws Refusal `wrong_audience` */
export const wrongAudience = () =>
  new Refusal('unprocessable', 'wrong_audience', 'this was signed for somebody else than this trust anchor')

type Purpose = 'authentication' | 'assertionMethod'

/** Requires that a current key of who it names signed it, as this kind of token. @throws Refusal `jws_…`, and those of requireKey */
export async function requireSigned<P extends Purpose>(
  { jws, kid }: Pick<ReadMessage<unknown>, 'jws' | 'kid'>,
  {
    typ,
    purpose,
    requireKey,
  }: {
    readonly typ: string
    readonly purpose: P
    readonly requireKey: (kid: string, purpose: P) => Promise<PublicJwk>
  },
): Promise<void> {
  verifyJws(jws, await requireKey(kid, purpose), { typ })
}
