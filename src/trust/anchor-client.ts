import { isRefusal, Refusal, refusedThere } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'

/** Calls to the trust anchor's node. */
export interface AnchorClient {
  /** Where it is, without a slash at the end. */
  readonly url: string
  /**
   * @param path below the anchor's address, such as `/api/v1/policy`
   * @throws Refusal `trust_anchor_unreachable`; or what the trust anchor refused, with its code
   */
  get(path: string): Promise<unknown>
  /**
   * A token that it signed, as text.
   * @throws Refusal `trust_anchor_unreachable`
   */
  getToken(path: string, typ: string): Promise<string>
  /** As `get`, with a JSON body. */
  post(path: string, body: object): Promise<unknown>
  /** As `get`, with a file. */
  upload(path: string, file: Uint8Array): Promise<unknown>
}

const TIMEOUT_MS = 10_000
const UPLOAD_TIMEOUT_MS = 120_000
const MAX_BYTES = 2 * 1024 * 1024

export function createAnchorClient(deps: { readonly egress: Egress; readonly url: string }): AnchorClient {
  const ask = async (path: string, options: object): Promise<unknown> => {
    const { status, json } = await reach(() =>
      deps.egress.json(deps.url + path, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, ...options }),
    )
    if (status >= 200 && status < 300) return json
    throw refusedByAnchor(status, json)
  }
  return {
    url: deps.url,
    get: (path) => ask(path, {}),
    getToken: async (path, typ) => {
      const { status, body } = await reach(() =>
        deps.egress.request(deps.url + path, {
          accept: `application/${typ}`,
          timeoutMs: TIMEOUT_MS,
          maxBytes: MAX_BYTES,
        }),
      )
      if (status === 200) return body.toString('latin1')
      throw unreachable(undefined, { status })
    },
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    upload: (path, file) =>
      ask(path, {
        ...{ method: 'POST', headers: { 'content-type': 'application/octet-stream' } },
        ...{ body: file, timeoutMs: UPLOAD_TIMEOUT_MS },
      }),
  }
}

async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (isRefusal(cause)) throw unreachable(cause)
    throw cause
  }
}

const unreachable = (cause?: unknown, params?: { readonly status: number }) =>
  new Refusal('unavailable', 'trust_anchor_unreachable', 'the trust anchor does not answer', {
    cause,
    ...(params && { params }),
  })

const refusedByAnchor = (status: number, json: unknown): Refusal =>
  refusedThere('the trust anchor', status, json) ??
  new Refusal('unavailable', 'trust_anchor_unreachable', 'the trust anchor cannot answer now', {
    params: { status },
  })
