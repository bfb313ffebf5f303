import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { CommandFailure } from './failure.ts'

const ANSWER_WITHIN_MS = 120_000
const MAX_ANSWER_BYTES = 256 * 1024 ** 2

export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** A JSON text, or a file as it is read. */
  readonly body?: string | AsyncIterable<Uint8Array>
  /** Where the answer goes as it comes in, when it is one and no refusal; its text is then empty. */
  readonly into?: (content: AsyncIterable<Uint8Array>) => Promise<void>
}

export interface Incoming {
  readonly status: number
  readonly type: string
  readonly text: string
}

/**
 * One request to a node. An answer that comes before the whole body was sent is taken for the answer.
 * @throws CommandFailure `node_unreachable`, `connection_lost`, `no_answer`
 */
export function exchange(outgoing: Outgoing): Promise<Incoming> {
  const { method, url, headers, body, into } = outgoing
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(url, { method, headers, agent: false })
    let answered = false
    request.setTimeout(ANSWER_WITHIN_MS, () =>
      request.destroy(failure('no_answer', 'The node does not answer', url)),
    )
    request.on('response', (response) => {
      answered = true
      read(response, into).then(resolve, (cause) => reject(asFailure(cause, url)))
    })
    request.on('error', (cause) => {
      if (!answered) reject(asFailure(cause, url))
    })
    if (body === undefined || typeof body === 'string') request.end(body)
    else
      write(body, request, () => answered).catch((cause) => {
        if (answered) return
        request.destroy()
        reject(cause)
      })
  })
}

async function write(
  body: AsyncIterable<Uint8Array>,
  request: ReturnType<typeof httpRequest>,
  isAnswered: () => boolean,
): Promise<void> {
  for await (const chunk of body) {
    if (isAnswered() || request.destroyed) return
    if (!request.write(chunk))
      await new Promise<void>((resolve) => {
        request
          .once('drain', resolve)
          .once('close', resolve)
          .once('response', () => resolve())
      })
  }
  request.end()
}

async function read(response: IncomingMessage, into: Outgoing['into']): Promise<Incoming> {
  const { statusCode: status = 0, headers } = response
  const type = headers['content-type'] ?? ''
  if (into && status >= 200 && status < 300) {
    await intoFile(response, into)
    return { status, type, text: '' }
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return { status, type, text: Buffer.concat(chunks).toString('utf8') }
}

/** What goes wrong with the connection is told as that, and not as a file that could not be written. */
async function intoFile(response: IncomingMessage, into: NonNullable<Outgoing['into']>): Promise<void> {
  let lost: unknown
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* response as AsyncIterable<Buffer>
    } catch (cause) {
      lost = cause
      throw cause
    }
  }
  await into(content()).catch((error) => {
    throw lost ?? error
  })
}

const DOWN = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ETIMEDOUT'])

function asFailure(cause: unknown, url: string): CommandFailure {
  if (cause instanceof CommandFailure) return cause
  const { code = '' } = cause as { code?: string }
  const { origin } = new URL(url)
  return DOWN.has(code)
    ? failure('node_unreachable', `No node answers at ${origin}`, url, cause)
    : failure('connection_lost', `The connection to ${origin} broke off`, url, cause)
}

const failure = (code: string, title: string, url: string, cause?: unknown): CommandFailure =>
  new CommandFailure({ code, title, params: { node: new URL(url).origin } }, { cause })
