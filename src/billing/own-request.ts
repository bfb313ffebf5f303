import { z } from 'zod'
import { type Clock, type Did, isDid, newId, seconds } from '../core/index.ts'
import { type PublicJwk, type Signer, signJws } from '../jose/index.ts'
import { MESSAGE_LIFETIME_S, readMessage, requireFresh, requireSigned } from '../trust/index.ts'
import { period } from './shapes.ts'

/** A node's question for the statement of its own organisation, signed with the organisation's key. */
const TYP = 'regie-billing-statement+jwt'

const requestSchema = z.strictObject({
  iss: z.string().refine(isDid),
  /** The trust anchor's address. */
  aud: z.string().max(2_048),
  period: period.optional(),
  iat: z.int().min(0),
  exp: z.int().min(0),
  jti: z.uuid(),
})

export type OwnRequest = z.output<typeof requestSchema>

export function signOwnRequest(
  { organisation, anchorUrl, period }: { organisation: Did; anchorUrl: string; period?: string | undefined },
  clock: Clock,
  signer: Signer,
): Promise<string> {
  const iat = seconds(clock.now())
  const payload = { iss: organisation, aud: anchorUrl, ...(period && { period }) }
  return signJws({ typ: TYP }, { ...payload, iat, exp: iat + MESSAGE_LIFETIME_S, jti: newId() }, signer)
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
  const request = readMessage('billing request', compact, requestSchema)
  requireFresh(request.payload, deps.url, deps.clock)
  await requireSigned(request, { typ: TYP, purpose: 'authentication', requireKey: deps.requireKey })
  return request.payload
}
