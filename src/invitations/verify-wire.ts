import type { z } from 'zod'
import type { Clock, Did } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { type JudgeVat, requireStorableVat } from '../registration/index.ts'
import { readMessage, requireFresh, requireSigned } from '../trust/index.ts'
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
  const message = readMessage(kind, compact, schema)
  requireFresh(message.payload, audience, clock)
  check(message.payload)
  await requireSigned(message, { typ: typOf[kind], purpose: 'authentication', requireKey })
  return message.payload
}
