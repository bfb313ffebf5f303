import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Express } from 'express'
import { Refusal } from '../core/index.ts'
import { createApp } from './app.ts'
import { defaultLimits, type HttpOptions, type Limits } from './ports.ts'

/** Longer than proxies keep theirs, so that it is never us who closes under a request. */
const KEEP_ALIVE_MS = 65_000
/** What a whole upload may take; other bodies have {@link Limits.bodyMs}. */
const REQUEST_MS = 6 * 3_600_000
const LOOK_FOR_SLOW_EVERY_MS = 2_000
/** A wallet attestation with its certificates (16 KiB), its proof (8), a DPoP proof (4), and what else comes along. */
export const MAX_HEADER_BYTES = 40 * 1024

export interface Http {
  readonly app: Express
  /** @throws Refusal `port_in_use`, `address_not_available` */
  listen(address: { readonly host: string; readonly port: number }): Promise<{ readonly url: string }>
  /** Takes no more connections, lets requests in flight finish (bounded), ends. */
  close(): Promise<void>
}

/** The node's HTTP door: the API made from the operations, and the protocols beside it. */
export function createHttp(options: HttpOptions): Http {
  const limits = { ...defaultLimits, ...options.limits }
  const closing = { now: false }
  const app = createApp(options, limits, () => closing.now)
  const door = createDoor(app, limits)
  return {
    app,
    listen: door.listen,
    close: () => {
      closing.now = true
      return door.close()
    },
  }
}

/** A listening server with the same patience and the same answer to what is no HTTP, whoever handles its requests. */
export function createDoor(
  handler: RequestListener,
  limits: Pick<Limits, 'headersMs' | 'closeMs'> = defaultLimits,
): Omit<Http, 'app'> {
  let closing = false
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: limits.headersMs,
      requestTimeout: REQUEST_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_EVERY_MS, limits.headersMs),
      noDelay: true,
    },
    handler,
  )
  // `Expect: 100-continue` is answered when the body is read: after the caller was let in.
  server.on('checkContinue', handler)
  server.on('clientError', answerMalformed)
  return {
    listen: (address) => listen(server, address),
    close: async () => {
      if (closing || !server.listening) return
      closing = true
      await close(server, limits.closeMs)
    },
  }
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(asRefusal(error, port))
    server.once('error', onError)
    server.listen({ host, port }, () => {
      server.off('error', onError)
      const { address, port: bound, family } = server.address() as AddressInfo
      const anywhere = address === '0.0.0.0' || address === '::'
      const name = anywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
      resolve({ url: `http://${name}:${bound}` })
    })
  })
}

function asRefusal(error: NodeJS.ErrnoException, port: number): unknown {
  if (error.code === 'EADDRINUSE')
    return new Refusal('unavailable', 'port_in_use', `port ${port} is in use by another program`, {
      params: { port },
      cause: error,
    })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES' || error.code === 'ENOTFOUND')
    return new Refusal('unavailable', 'address_not_available', 'this host and port cannot be listened on', {
      params: { port },
      cause: error,
    })
  return error
}

async function close(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  // Connections that finish their request now become idle: end those too.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const force = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearInterval(sweep)
  clearTimeout(force)
}

/** What is not HTTP at all never reaches express; it gets the same kind of answer. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, code, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'headers_too_large', 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'request_timeout', 'Request Timeout']
        : [400, 'malformed_request', 'Bad Request']
  const body = JSON.stringify({
    type: `urn:regie:problem:${code}`,
    title: text,
    status,
    code,
    params: {},
  })
  const head = [
    `HTTP/1.1 ${status} ${text}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
