import { z } from 'zod'
import {
  CLOCK_SKEW_S,
  type Clock,
  type Did,
  didOfUrl,
  isDid,
  newId,
  Refusal,
  seconds,
} from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, type Signer, signJws, verifyJws } from '../jose/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { period } from './shapes.ts'

/** A node's question for the statement of its own organisation, signed with the organisation's key. */
const TYP = 'regie-billing-statement+jwt'
/** How long it lives, in seconds. */
const LIFETIME_S = 60
/** Longer than the skew, so that a message is refused as expired before it is forgotten. */
const MARGIN_S = 2 * CLOCK_SKEW_S

const requestSchema = z.strictObject({
  iss: z.string().refine(isDid),
  /** The trust anchor's address. */
  aud: z.string().max(2_048),
  period: period.optional(),
  iat: z.int().min(0),
  exp: z.int().min(0),
  jti: z.uuid(),
})

export interface OwnRequest {
  readonly organisation: Did
  readonly period: string | undefined
  readonly jti: string
  readonly exp: number
}

export function signOwnRequest(
  { organisation, anchorUrl, period }: { organisation: Did; anchorUrl: string; period?: string | undefined },
  clock: Clock,
  signer: Signer,
): Promise<string> {
  const iat = seconds(clock.now())
  const payload = { iss: organisation, aud: anchorUrl, ...(period && { period }) }
  return signJws({ typ: TYP }, { ...payload, iat, exp: iat + LIFETIME_S, jti: newId() }, signer)
}

/**
 * Who asks for whose statement: an organisation for its own, by its signature.
 * @throws Refusal `billing_request_malformed`, `signer_mismatch`, `wrong_audience`, `message_lives_too_long`, `jws_…`,
 *   and those of requireKey
 */
export async function verifyOwnRequest(
  compact: string,
  deps: {
    readonly url: string
    readonly clock: Clock
    readonly requireKey: (kid: string, purpose: 'authentication') => Promise<PublicJwk>
  },
): Promise<OwnRequest> {
  const jws = parseJws(compact)
  const parsed = requestSchema.safeParse(jws.payload)
  if (!parsed.success)
    throw new Refusal('invalid', 'billing_request_malformed', 'this is not a question for a statement')
  const { iss, aud, iat, exp, jti } = parsed.data
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== iss)
    throw new Refusal('unprocessable', 'signer_mismatch', 'the question is not signed by who it says')
  if (aud !== deps.url)
    throw new Refusal(
      'unprocessable',
      'wrong_audience',
      'this was signed for somebody else than this trust anchor',
    )
  if (exp <= iat || exp - iat > LIFETIME_S)
    throw new Refusal(
      'unprocessable',
      'message_lives_too_long',
      'a message to the trust anchor lives a minute',
    )
  checkTimes({ iat, exp }, seconds(deps.clock.now()))
  verifyJws(jws, await deps.requireKey(kid, 'authentication'), { typ: TYP })
  return { organisation: iss, period: parsed.data.period, jti, exp }
}

/** Lets a question count once: whoever copied it learns nothing by sending it again. @throws Refusal `message_replayed` */
export async function burnOwnRequest(
  tx: Tx,
  clock: Clock,
  { organisation, jti, exp }: OwnRequest,
): Promise<void> {
  await rows(tx, 'DELETE FROM billing_message WHERE expires_at < ? RETURNING jti', [seconds(clock.now())])
  const burnt = await rows(
    tx,
    `INSERT INTO billing_message (issuer, jti, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (issuer, jti) DO NOTHING RETURNING jti`,
    [organisation, jti, exp + MARGIN_S],
  )
  if (burnt.length === 0)
    throw new Refusal('conflict', 'message_replayed', 'this message was sent before: sign a new one')
}
