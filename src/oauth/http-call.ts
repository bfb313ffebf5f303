import { isRefusal } from '../core/index.ts'
import type { Egress, EgressOptions } from '../egress/index.ts'
import { type JsonObject, parseJsonObject } from '../jose/index.ts'

export type Call = Pick<Egress, 'request'>

export interface CallAnswer {
  readonly status: number
  /** The body when it is a JSON object. */
  readonly json: JsonObject | null
}

/** Calls another node; an answer that is no JSON is an answer too. @throws Refusal of egress, kind `upstream` */
export async function call(egress: Call, url: string, options: EgressOptions): Promise<CallAnswer> {
  const { status, body } = await egress.request(url, { accept: 'application/json', ...options })
  return { status, json: jsonObjectOf(body) }
}

/** A body when it is a JSON object, as strict as elsewhere; how large it may be was seen to when it was fetched. */
export function jsonObjectOf(body: Buffer): JsonObject | null {
  try {
    return parseJsonObject(body, { maxBytes: body.length })
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

const CODE = /^[a-z][a-z0-9_]{0,63}$/

/** The reason in an OAuth error answer, when it is one that can be shown and kept. */
export function errorCodeOf({ json }: CallAnswer): string | null {
  const found = [json?.code, json?.error].find((code) => typeof code === 'string' && CODE.test(code))
  return typeof found === 'string' ? found : null
}

/**
 * True when `url` is an endpoint of the same web server as one of these: no secret goes to a host that nobody names.
 * An endpoint has no fragment (RFC 6749, section 3.1).
 */
export function isSameOrigin(url: string, ...identifiers: readonly string[]): boolean {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.username !== '' || parsed.hash !== '') return false
  return identifiers.some((one) => URL.parse(one)?.origin === parsed.origin)
}
