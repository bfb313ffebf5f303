import { Refusal } from '../../core/index.ts'

/** A file as it comes in: pieces of any size, read once. */
export type Content = AsyncIterable<Uint8Array>

const PIECE = 65_536

/** The same bytes in pieces of one size, so that nothing depends on how they arrived. */
async function* inPieces(content: Content): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; ) {
      const part = Buffer.from(
        chunk.buffer,
        chunk.byteOffset + at,
        Math.min(PIECE - size, chunk.byteLength - at),
      )
      at += part.byteLength
      // Copied: the caller may reuse its buffer while we wait for the rest.
      held.push(Buffer.from(part))
      size += part.byteLength
      if (size < PIECE) continue
      yield Buffer.concat(held)
      held = []
      size = 0
    }
  }
  if (size > 0) yield Buffer.concat(held)
}

/**
 * The text of an XML file, by its byte order mark or XML declaration; UTF-8 when it says nothing.
 * ISO-8859-1 is read as windows-1252, which is what packages mean by it.
 * @throws Refusal `xaf_encoding_unsupported`, `xaf_encoding_broken`
 */
export async function* decodeXml(content: Content): AsyncGenerator<string> {
  let decoder: { decode(piece: Buffer): string; end(): string } | undefined
  for await (const piece of inPieces(content)) {
    decoder ??= xmlDecoder(piece)
    yield decoder.decode(piece)
  }
  const rest = decoder?.end()
  if (rest) yield rest
}

function xmlDecoder(start: Buffer): { decode(piece: Buffer): string; end(): string } {
  const encoding = xmlEncoding(start)
  if (encoding === 'windows-1252') return { decode: fromWindows1252, end: () => '' }
  const decoder = new TextDecoder(encoding, { fatal: true })
  const decode = (piece?: Buffer): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined })
    } catch (cause) {
      throw new Refusal('invalid', 'xaf_encoding_broken', 'the bytes do not fit the encoding of the file', {
        params: { encoding },
        cause,
      })
    }
  }
  return { decode, end: () => decode() }
}

function xmlEncoding(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8'
  const head = start.subarray(0, 1024).toString('latin1')
  const declared = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]
  switch ((declared ?? 'utf-8').toLowerCase()) {
    case 'utf-8':
    case 'utf8':
    case 'us-ascii':
    case 'ascii':
      return 'utf-8'
    case 'windows-1252':
    case 'cp1252':
    case 'iso-8859-1':
    case 'latin1':
      return 'windows-1252'
    default:
      throw new Refusal(
        'unprocessable',
        'xaf_encoding_unsupported',
        'save the audit file as UTF-8 and try again',
      )
  }
}

export type CsvEncoding = 'utf-8' | 'windows-1252'

/**
 * The text of a CSV file. UTF-8 when it has a byte order mark or when the first letters outside ASCII are
 * well-formed UTF-8, else windows-1252. Later bytes that do not fit become U+FFFD, so that only their record is bad.
 * @throws Refusal `csv_not_text`
 */
export async function* decodeCsv(content: Content): AsyncGenerator<string> {
  let decode: ((piece: Buffer) => string) | undefined
  let carried: Buffer = Buffer.alloc(0)
  let first = true
  for await (const next of inPieces(content)) {
    const piece = carried.length > 0 ? Buffer.concat([carried, next]) : next
    carried = Buffer.alloc(0)
    if (piece.includes(0))
      throw new Refusal(
        'invalid',
        'csv_not_text',
        'this is not a text file; save it as CSV, UTF-8, and try again',
      )
    if (first && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf) decode = utf8Decoder()
    first = false
    if (decode === undefined) {
      const at = piece.findIndex((byte) => byte >= 0x80)
      const encoding = at < 0 ? undefined : sniff(piece.subarray(at))
      if (encoding === undefined) {
        // Nothing to tell by yet; a letter cut in two waits for its other half.
        const end = at < 0 ? piece.length : at
        carried = piece.subarray(end)
        yield piece.subarray(0, end).toString('latin1')
        continue
      }
      decode = encoding === 'utf-8' ? utf8Decoder() : fromWindows1252
    }
    yield decode(piece)
  }
  if (carried.length > 0) yield fromWindows1252(carried)
}

function utf8Decoder(): (piece: Buffer) => string {
  const decoder = new TextDecoder('utf-8')
  return (piece) => decoder.decode(piece, { stream: true })
}

/** Any well-formed letter of more than one byte means UTF-8: in windows-1252 text none comes about by chance. */
function sniff(bytes: Buffer): CsvEncoding | undefined {
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true })
  const odd = text.replace(/[\0-\x7f]/g, '')
  if (odd === '') return undefined
  return odd.replaceAll('\uFFFD', '') === '' ? 'windows-1252' : 'utf-8'
}

/** The characters of bytes 0x80 to 0x9F (WHATWG Encoding); Node versions disagree in their own decoder. */
const HIGH =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178'

function fromWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (char) => HIGH[char.charCodeAt(0) - 0x80] ?? char)
}
