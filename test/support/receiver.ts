import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A webhook as it came in. */
export interface Received {
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly raw: string
  readonly event: {
    readonly type: string
    readonly subject: string
    readonly data: Readonly<Record<string, unknown>>
  } & Readonly<Record<string, unknown>>
}

/** A company's own system, as Standard Webhooks has it: what it saw before, by `webhook-id`, has no second effect. */
export interface Receiver {
  readonly url: string
  readonly host: string
  /** Every call that was made, also those it failed. */
  readonly calls: Received[]
  /** What it acted upon, in order. */
  readonly effects: Received[]
  /** How it answers; it takes what is answered 2xx. */
  answer: (received: Received, response: ServerResponse) => unknown
  /** Calls it is busy with, and the most there ever were. */
  underWay: number
  most: number
  close(): Promise<void>
}

export const accept = (_: unknown, response: ServerResponse): unknown => response.writeHead(204).end()

export async function openReceiver(): Promise<Receiver> {
  const seen = new Set<string>()
  const server = createServer(async (request, response) => {
    receiver.most = Math.max(receiver.most, ++receiver.underWay)
    response.on('close', () => {
      receiver.underWay--
    })
    const received = await read(request)
    receiver.calls.push(received)
    response.on('finish', () => {
      if (response.statusCode >= 300 || seen.has(received.id)) return
      seen.add(received.id)
      receiver.effects.push(received)
    })
    await receiver.answer(received, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    ...{ host, url: `http://${host}/hooks`, calls: [], effects: [], answer: accept, underWay: 0, most: 0 },
    close: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
  return receiver
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const raw = Buffer.concat(chunks).toString('utf8')
  const headers = request.headers as Record<string, string>
  return { id: headers['webhook-id'] ?? '', headers, raw, event: JSON.parse(raw) }
}

/** As a receiver checks who called it: with its secret alone. */
export function isSignedWith(secret: string, { headers, raw, id }: Received): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${headers['webhook-timestamp']}.${raw}`)
  return (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${mac.digest('base64')}`)
}
