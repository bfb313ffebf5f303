import { createHash } from 'node:crypto'
import { type Content, type ImportSource, readCsvHeader } from './import/index.ts'
import type { ListHead } from './mappings/mappings.ts'

/** Bytes looked at to see what a file is; the headings of a list are in them. */
const HEAD_BYTES = 256 * 1024

/** A file on its way in: its beginning, and all of it with a digest taken as it is read. */
export interface IncomingFile {
  readonly kind: ImportSource['kind']
  /** Everything, the beginning included. Read it once. */
  readonly content: Content
  /** SHA-256 of all bytes, once they were read. */
  digest(): string
  /** Of a list. @throws Refusal `csv_empty`, `csv_not_text`, `csv_header_unreadable` */
  listHead(): Promise<ListHead>
}

/** Looks at the beginning of a file: an audit file is XML, whatever its name; the rest is taken for a list. */
export async function receiveFile(upload: Content): Promise<IncomingFile> {
  const chunks = upload[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  let ended = false
  while (size < HEAD_BYTES && !ended) {
    const { done, value } = await chunks.next()
    if (done) ended = true
    else {
      // Copied: the sender may reuse its buffer.
      head.push(Buffer.from(value))
      size += value.byteLength
    }
  }
  const hash = createHash('sha256')
  const beginning = Buffer.concat(head)
  return {
    kind: isXml(beginning) ? 'xaf' : 'csv',
    content: hashed(beginning, ended ? undefined : chunks, hash),
    digest: () => hash.digest('base64url'),
    listHead: async () => {
      const { headings } = await readCsvHeader(once(beginning))
      const plain = headings.map((heading) => heading.trim().toLowerCase())
      const signature = createHash('sha256').update(JSON.stringify(plain)).digest('base64url')
      return { signature, headings }
    },
  }
}

async function* hashed(
  beginning: Buffer,
  rest: AsyncIterator<Uint8Array> | undefined,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  hash.update(beginning)
  yield beginning
  for (let next = await rest?.next(); next && !next.done; next = await rest?.next()) {
    hash.update(next.value)
    yield next.value
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Its first sign is `<`, after a byte order mark and blanks, in UTF-8 or UTF-16. */
function isXml(beginning: Buffer): boolean {
  const utf16 =
    (beginning[0] === 0xff && beginning[1] === 0xfe) || (beginning[0] === 0xfe && beginning[1] === 0xff)
  const start = utf16 ? 2 : beginning[0] === 0xef && beginning[1] === 0xbb && beginning[2] === 0xbf ? 3 : 0
  for (const byte of beginning.subarray(start, start + 4_096)) {
    const blank = byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || (utf16 && byte === 0)
    if (!blank) return byte === 0x3c
  }
  return false
}
