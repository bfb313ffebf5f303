import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Download } from '../core/index.ts'

/**
 * Sends a file as it is read. It comes to be saved, whatever kind it is, and what is shown of it anyway runs nowhere.
 * @param idleMs how long the reader may take nothing
 * @throws what reading it threw, where nothing was sent yet; afterwards the connection breaks off
 */
export async function sendFile(response: Response, file: Download, idleMs: number): Promise<void> {
  const pieces = file.content[Symbol.asyncIterator]()
  // Before any head is written: what cannot be opened at all is still refused as a problem.
  const first = await pieces.next()
  response.attachment(file.fileName)
  response.setHeader('Content-Type', file.mediaType)
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
  response.setHeader('Cache-Control', 'no-store')
  if (file.size !== undefined) response.setHeader('Content-Length', file.size)
  const idle = () => response.destroy()
  response.setTimeout(idleMs, idle)
  await pipeline(Readable.from(all(first, pieces)), response as ServerResponse)
}

async function* all(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value
}
