import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Upload } from './client.ts'
import { UsageError } from './failure.ts'
import type { Io, Output } from './io.ts'

const SHOW_EVERY_MS = 200

export interface NamedUpload extends Upload {
  readonly name: string
}

/** A file to send, or what comes in on stdin for `-`. @throws UsageError when it cannot be read */
export async function openUpload(path: string, io: Io): Promise<NamedUpload> {
  if (path === '-') return { name: 'stdin', content: withProgress(io.stdin, 'stdin', undefined, io.stderr) }
  const name = basename(path)
  const found = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`the file ${path} cannot be read: check its name`, { cause })
  })
  if (!found.isFile()) throw new UsageError(`${path} is not a file: name the files one by one`)
  return {
    name,
    size: found.size,
    content: withProgress(createReadStream(path), name, found.size, io.stderr),
  }
}

/** Shows on a terminal how far a file has come; elsewhere it stays silent. */
async function* withProgress(
  content: AsyncIterable<Uint8Array>,
  name: string,
  size: number | undefined,
  out: Output,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  let shownAt = 0
  for await (const chunk of content) {
    yield chunk
    sent += chunk.length
    if (!out.isTTY || Date.now() - shownAt < SHOW_EVERY_MS) continue
    shownAt = Date.now()
    const part = size ? `${Math.floor((sent / size) * 100)} %` : `${(sent / 1e6).toFixed(1)} MB`
    out.write(`\r${name}: ${part} `)
  }
  if (out.isTTY) out.write(`\r${name}: sent     \n`)
}
