import { isRefusal } from '../core/index.ts'
import type { Egress, EgressOptions } from '../egress/index.ts'
import { isJsonObject, type JsonObject, parseJsonStrict } from '../jose/index.ts'

export type Call = Pick<Egress, 'request'>

export interface CallAnswer {
  readonly status: number
  /** The body when it is a JSON object. */
  readonly json: JsonObject | null
}

/** Calls another node; an answer that is no JSON is an answer too. @throws Refusal of egress, kind `upstream` */
export async function call(egress: Call, url: string, options: EgressOptions): Promise<CallAnswer> {
  const { status, body } = await egress.request(url, { accept: 'application/json', ...options })
  return { status, json: jsonOf(body) }
}

function jsonOf(body: Buffer): JsonObject | null {
  try {
    const value = parseJsonStrict(body, { maxBytes: body.length })
    return isJsonObject(value) ? value : null
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

/** True when `url` is an endpoint of the same web server as `identifier`. */
export function isSameOrigin(url: string, identifier: string): boolean {
  const parsed = URL.parse(url)
  return parsed !== null && parsed.origin === new URL(identifier).origin && parsed.username === ''
}
