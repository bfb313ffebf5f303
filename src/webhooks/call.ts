import { type Clock, isRefusal, seconds } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { CLOUD_EVENT, cloudEvent, type StoredEvent } from './event.ts'
import { type Signer, signedHeaders } from './signing.ts'

/** What came of calling a receiver. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly status: number }
  | {
      /** `gone`: it wants no more of this (410). */
      readonly kind: 'failed' | 'gone'
      readonly status: number | null
      /** A code: `receiver_refused`, or why the call did not come about, `egress_…`. */
      readonly error: string
      /** How long it asked to be left alone, in ms. */
      readonly waitMs: number
    }

/** For a receiver that does it all before it says yes. */
const TIMEOUT_MS = 15_000
/** Of its answer, which nobody looks at. */
const MAX_ANSWER_BYTES = 16 * 1024

export interface CallDeps {
  readonly egress: Pick<Egress, 'request'>
  readonly clock: Clock
  /** URL of this node. */
  readonly source: string
  /** For one call, in ms; 15 s unless told. */
  readonly timeoutMs?: number
}

/** Tells a receiver of an event, once. Redirects are a failure: an address is changed by whoever added it. */
export async function callReceiver(
  { egress, clock, source, timeoutMs = TIMEOUT_MS }: CallDeps,
  { url, signers }: { readonly url: string; readonly signers: readonly Signer[] },
  event: StoredEvent,
): Promise<Outcome> {
  const body = cloudEvent(event, source)
  const timestamp = seconds(clock.now())
  const headers = signedHeaders({ id: event.eventId, timestamp, body }, signers)
  try {
    const answer = await egress.request(url, {
      method: 'POST',
      headers: { 'content-type': CLOUD_EVENT, ...headers },
      body,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      statusOnly: true,
    })
    const { status } = answer
    if (status >= 200 && status < 300) return { kind: 'accepted', status }
    const waitMs = retryAfterMs(answer.headers['retry-after'])
    return { kind: status === 410 ? 'gone' : 'failed', status, error: 'receiver_refused', waitMs }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { kind: 'failed', status: null, error: error.code, waitMs: 0 }
  }
}

/** `Retry-After` in seconds (RFC 9110, section 10.2.3); a date is not looked at. */
const retryAfterMs = (header: string | undefined): number =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : 0
