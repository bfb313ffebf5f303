import { UsageError } from './failure.ts'

const MAX_BYTES = 4 * 1024 ** 2

/** What comes in on stdin, without the line end behind it. @throws UsageError when it is too much for a value */
export async function readText(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new UsageError('what comes in on stdin is too large for a value')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
