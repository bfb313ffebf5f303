import { formatForm, isRefusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { encryptJwe, isJsonObject } from '../jose/index.ts'
import { call, errorCodeOf } from '../oauth/index.ts'
import type { PresentationRequest } from './request.ts'

/** What a verifier is told: presentations, or why there are none. */
export type WalletAnswer = { readonly vp_token: Readonly<Record<string, readonly string[]>> } | ErrorAnswer
export interface ErrorAnswer {
  readonly error: string
}

/** What came of sending an answer. `redirectUri` is for the browser of whose data it is; nothing here follows it. */
export type Sent =
  | { readonly isTaken: true; readonly redirectUri: string | null }
  | { readonly isTaken: false; readonly code: string }

const TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_REDIRECT_CHARS = 4096

/** The body of an answer (OpenID4VP 1.0, sections 8.2 and 8.3). */
export async function answerBody(
  answer: WalletAnswer,
  { state, encryption }: Pick<PresentationRequest, 'state' | 'encryption'>,
): Promise<string> {
  const parameters = { ...answer, ...(state !== null && { state }) }
  if (encryption) return formatForm({ response: await encryptJwe(parameters, encryption) })
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return formatForm(Object.fromEntries(texts))
}

/** Sends an answer, once. Whatever goes wrong on the way is an outcome: the answer may have arrived all the same. */
export async function sendAnswer(
  egress: Pick<Egress, 'request'>,
  responseUri: string,
  body: string,
): Promise<Sent> {
  try {
    const answer = await call(egress, responseUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    if (answer.status === 200 && isJsonObject(answer.json))
      return { isTaken: true, redirectUri: redirectOf(answer.json.redirect_uri) }
    return { isTaken: false, code: errorCodeOf(answer) ?? 'answer_not_taken' }
  } catch (error) {
    if (isRefusal(error)) return { isTaken: false, code: error.code }
    throw error
  }
}

/** Schemes that run something where they are opened. */
const UNSAFE = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:'])

function redirectOf(value: unknown): string | null {
  const url = typeof value === 'string' && value.length <= MAX_REDIRECT_CHARS ? URL.parse(value) : null
  return url && !UNSAFE.has(url.protocol) ? url.href : null
}
