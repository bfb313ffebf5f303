/** What the first rows of a list say, to tell which column holds what. Read here: it is not sent before that. */
export interface CsvHead {
  readonly headings: readonly string[]
  /** The first row below the headings. */
  readonly sample: readonly string[]
}

const BYTES = 64 * 1024

/** Reads the headings of a list as spreadsheets and bookkeeping packages write it. */
export async function readCsvHead(file: Blob): Promise<CsvHead> {
  const bytes = new Uint8Array(await file.slice(0, BYTES).arrayBuffer())
  const text = decode(bytes).replace(/^\uFEFF/, '')
  const [first = ''] = text.split(/\r?\n/, 1)
  const separator = [';', ',', '\t', '|'].reduce((best, one) =>
    first.split(one).length > first.split(best).length ? one : best,
  )
  const [headings = [], sample = []] = records(text, separator)
  return { headings, sample }
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  // A portion may end inside a character: only what is wrong before its end says that it is not UTF-8.
  const utf8 = new TextDecoder('utf-8').decode(bytes)
  return utf8.slice(0, -1).includes('\uFFFD') ? new TextDecoder('windows-1252').decode(bytes) : utf8
}

/** The first two records. */
function records(text: string, separator: string): string[][] {
  const found: string[][] = []
  let record: string[] = []
  let value = ''
  let isQuoted = false
  for (let at = 0; at <= text.length && found.length < 2; at++) {
    const sign = text[at] ?? '\n'
    if (sign === '"' && isQuoted && text[at + 1] === '"') {
      value += '"'
      at += 1
    } else if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && (sign === separator || sign === '\n')) {
      record.push(value)
      value = ''
      if (sign === separator) continue
      found.push(record)
      record = []
    } else if (sign !== '\r') value += sign
  }
  return found
}
