import { createHash } from 'node:crypto'
import { type AnyOperation, type Caller, type Log, Refusal } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'
import type { Answer, Attempt, Idempotency } from './ports.ts'

const KEY = /^[\x21-\x7e]{1,200}$/

/**
 * What an `Idempotency-Key` asks for; undefined without one.
 * @throws Refusal `invalid_idempotency_key`, `idempotency_not_supported`
 */
export function attemptOf(
  operation: AnyOperation,
  caller: Caller,
  header: string | undefined,
  input: Readonly<Record<string, unknown>>,
): Attempt | undefined {
  if (header === undefined) return undefined
  if (operation.method !== 'POST' || operation.upload || operation.secret || caller.kind === 'anonymous')
    throw new Refusal(
      'invalid',
      'idempotency_not_supported',
      'Idempotency-Key goes with a POST of a signed-in caller that is no upload and holds no secret',
    )
  if (!KEY.test(header))
    throw new Refusal('invalid', 'invalid_idempotency_key', 'Idempotency-Key is 1 to 200 visible characters')
  return { key: header, caller, operation: operation.name, digest: digestOf(input) }
}

/**
 * Runs the work once per attempt and answers the same every time.
 * @returns the answer, and whether it is the one of an earlier request
 * @throws Refusal `request_in_progress`, `idempotency_key_reused`, `outcome_unknown`
 */
export async function once(
  deps: { readonly idempotency: Idempotency; readonly log: Log },
  attempt: Attempt | undefined,
  work: () => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  if (!attempt) return { answer: await work(), replayed: false }
  const { idempotency, log } = deps
  const { operation } = attempt
  const begun = await idempotency.begin(attempt)
  if (begun === 'busy')
    throw new Refusal('conflict', 'request_in_progress', 'the first request with this key is still at work')
  if (begun === 'mismatch')
    throw new Refusal('unprocessable', 'idempotency_key_reused', 'this key was used for another request')
  if (begun === 'interrupted')
    throw new Refusal(
      'conflict',
      'outcome_unknown',
      'the first request with this key broke off: look whether it was done, then use a new key',
    )
  if (begun !== 'new') return { answer: begun, replayed: true }
  let answer: Answer
  try {
    answer = await work()
  } catch (error) {
    // A claim that is not given back ends as `interrupted`; the caller should hear what went wrong here.
    await idempotency.abandon(attempt).catch(() => log.warn({ operation }, 'an attempt was not given back'))
    throw error
  }
  // What was done is done: that its answer could not be kept must not turn it into a failure.
  await idempotency.finish(attempt, answer).catch(() => log.error({ operation }, 'an answer was not kept'))
  return { answer, replayed: false }
}

/** The same for the same input, in whatever order its members came. */
function digestOf(input: unknown): string {
  const sorted = JSON.stringify(input, (_, value: unknown) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(sorted).digest('base64url')
}
