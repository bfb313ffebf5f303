import type { z } from 'zod'
import { type Clock, type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import { checkTimes, type PublicJwk, parseJws, verifyJws } from '../jose/index.ts'
import { type JudgeVat, MESSAGE_LIFETIME_S, requireStorableVat } from '../registration/index.ts'
import { type Change, changeSchema, type Order, orderSchema, typOf } from './wire.ts'

export interface VerifyWireDeps {
  readonly clock: Clock
  /** A current key of a DID. @throws Refusal when it is not, or the DID cannot be resolved */
  readonly requireKey: (kid: string, purpose: 'authentication') => Promise<PublicJwk>
  readonly judgeVat: JudgeVat
}

/**
 * Verifies an order: everything that can be said of it without asking anybody first, then who signed it.
 * @param audience address of this trust anchor
 * @throws Refusal `order_malformed`, `wrong_audience`, `message_lives_too_long`, `signer_mismatch`, `vat_number_…`,
 *   `jws_…`, and those of requireKey
 */
export async function verifyOrder(compact: string, audience: string, deps: VerifyWireDeps): Promise<Order> {
  return verify('order', orderSchema, compact, audience, deps, ({ partner }) =>
    requireStorableVat(partner, deps.judgeVat),
  )
}

/** As {@link verifyOrder}. @throws Refusal `change_malformed` in the place of `order_malformed` */
export async function verifyChange(compact: string, audience: string, deps: VerifyWireDeps): Promise<Change> {
  return verify('change', changeSchema, compact, audience, deps)
}

type Addressed = { readonly iss: Did; readonly aud: string; readonly iat: number; readonly exp: number }

async function verify<S extends z.ZodType<Addressed>>(
  kind: keyof typeof typOf,
  schema: S,
  compact: string,
  audience: string,
  { clock, requireKey }: VerifyWireDeps,
  check: (payload: z.output<S>) => void = () => undefined,
): Promise<z.output<S>> {
  const jws = parseJws(compact)
  const parsed = schema.safeParse(jws.payload)
  if (!parsed.success) {
    const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].slice(0, 20)
    throw new Refusal('invalid', `${kind}_malformed`, `this ${kind} does not have the members it must have`, {
      params: { members },
    })
  }
  const { iss, aud, iat, exp } = parsed.data
  if (aud !== audience)
    throw new Refusal(
      'unprocessable',
      'wrong_audience',
      'this was signed for somebody else than this trust anchor',
    )
  if (exp <= iat || exp - iat > MESSAGE_LIFETIME_S)
    throw new Refusal(
      'unprocessable',
      'message_lives_too_long',
      'a message to the trust anchor lives a minute',
    )
  checkTimes({ iat, exp }, seconds(clock.now()))
  check(parsed.data)
  const { kid } = jws.header
  if (typeof kid !== 'string' || didOfUrl(kid) !== iss)
    throw new Refusal('unprocessable', 'signer_mismatch', `the ${kind} is not signed by who it says`)
  verifyJws(jws, await requireKey(kid, 'authentication'), { typ: typOf[kind] })
  return parsed.data
}
