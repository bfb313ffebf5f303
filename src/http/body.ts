import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '../core/index.ts'
import { type JsonObject, parseJsonObject } from '../jose/index.ts'
import type { Limits } from './ports.ts'

/** True when the request announces a body. */
export function hasBody(request: IncomingMessage): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return true
  return Number(request.headers['content-length'] ?? 0) > 0
}

/**
 * The body as a JSON object.
 * @throws Refusal `unsupported_media_type`, `body_too_large`, `body_stalled`, `request_aborted` and those of
 *   parseJsonObject
 */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limits: Pick<Limits, 'jsonBytes' | 'bodyMs'>,
): Promise<JsonObject> {
  requireMediaType(request, 'application/json')
  const deadline = performance.now() + limits.bodyMs
  const msLeft = () => deadline - performance.now()
  const chunks: Uint8Array[] = []
  for await (const chunk of boundedChunks(request, response, limits.jsonBytes, msLeft)) chunks.push(chunk)
  return parseJsonObject(Buffer.concat(chunks), { maxBytes: limits.jsonBytes })
}

/**
 * The body as it comes in, for an upload.
 * @throws Refusal `unsupported_media_type` at once; while reading `body_too_large`, `body_stalled`,
 *   `request_aborted`
 */
export function readUpload(
  request: IncomingMessage,
  response: ServerResponse,
  limits: Pick<Limits, 'uploadBytes' | 'uploadIdleMs'>,
): AsyncIterable<Uint8Array> {
  requireMediaType(request, 'application/octet-stream')
  return boundedChunks(request, response, limits.uploadBytes, () => limits.uploadIdleMs)
}

/** @throws Refusal `unsupported_media_type` */
function requireMediaType(request: IncomingMessage, wanted: string): void {
  const given = (request.headers['content-type'] ?? '').toLowerCase()
  const [type = '', ...parameters] = given.split(';').map((part) => part.trim())
  const plain = parameters.every((parameter) => /^charset="?utf-8"?$/.test(parameter))
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (type !== wanted || !plain || encoding !== 'identity')
    throw new Refusal('invalid', 'unsupported_media_type', `send this as ${wanted}, not encoded`, {
      params: { accepts: wanted },
    })
}

/** @param msLeft how long the next bytes may take */
async function* boundedChunks(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
  msLeft: () => number,
): AsyncGenerator<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (request.headers.expect) response.writeContinue()
  // Leaving the loop must not destroy the socket: the refusal still has to be written to it.
  const chunks = request.iterator({ destroyOnReturn: false })
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await within(msLeft(), chunks.next())
      if (done) return
      const chunk = value as Uint8Array
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } finally {
    // Not awaited: behind a read that never comes it would wait for ever.
    chunks.return?.().catch(() => undefined)
  }
}

const tooLarge = (maxBytes: number) =>
  new Refusal('too_large', 'body_too_large', 'the body is larger than this node takes', {
    params: { max_bytes: maxBytes },
  })

/** @throws Refusal `body_stalled`, `request_aborted` */
function within<T>(ms: number, next: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stalled = () => reject(new Refusal('invalid', 'body_stalled', 'the body stopped coming in'))
    const timer = setTimeout(stalled, ms)
    next
      .then(resolve, (cause: unknown) =>
        reject(new Refusal('invalid', 'request_aborted', 'the request was broken off', { cause })),
      )
      .finally(() => clearTimeout(timer))
  })
}
