import { once } from 'node:events'
import type { Request, Response } from 'express'
import type { Answer } from './ports.ts'

/**
 * Sends what comes as server-sent events (HTML, section 9.2) until it ends or nobody listens any more. A reader that is
 * slower than what comes is waited for.
 */
export async function sendEvents(
  request: Request,
  response: Response,
  events: AsyncIterable<unknown>,
  check: (event: unknown) => Answer,
): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve))
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // A proxy that keeps it back until it is whole would tell nothing.
    'X-Accel-Buffering': 'no',
  })
  if (request.method === 'HEAD') return void response.end()
  response.write('retry: 1000\n\n')
  for await (const event of events) {
    if (response.destroyed || response.writableEnded) break
    if (!response.write(textOf(event, check))) await Promise.race([once(response, 'drain'), gone])
  }
  response.end()
}

function textOf(event: unknown, check: (event: unknown) => Answer): string {
  if (event === null) return ': still here\n\n'
  const { status, body } = check(event)
  // What does not fit its schema is said by nobody: who watches asks again.
  return status < 400 ? `data: ${JSON.stringify(body)}\n\n` : ': \n\n'
}
