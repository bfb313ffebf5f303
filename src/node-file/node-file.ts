import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import { dumpDatabase, loadDatabase, type Piece, type StorageConfig } from '../store/index.ts'
import { type NodeFileHeader, type NodeFileKey, openStream, sealStream } from './sealed-stream.ts'

/** A node makes its first key before anything else. */
const ROOT_KEY_TABLE = 'vault_key'
const MAX_LINE_BYTES = 64 * 1024 ** 2

const line = z.string().min(1).max(200)
/** What a node is besides its database. Its master key opens what is sealed there. */
const about = z.object({
  masterKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  organisation: z.object({
    name: line,
    kvkNumber: z
      .string()
      .regex(/^\d{8}$/)
      .optional(),
  }),
  administrator: z.object({ account: line }),
  /** Where it was, and where it goes. */
  from: z.url().max(500),
  to: z.url().max(500),
  /** Of a backup: the moment it shows. A node that left goes on from where it was. */
  takenAt: z.iso.datetime().optional(),
})
export type NodeAbout = z.output<typeof about>

const cell = z.union([z.string(), z.number(), z.null()])
const piece: z.ZodType<Piece> = z.union([
  z.strictObject({ migrations: z.array(z.string()) }),
  z.strictObject({ table: z.string(), columns: z.array(z.string()) }),
  z.strictObject({ rows: z.array(z.array(cell)) }),
])

/** A whole node as one encrypted file: what it is, and every row of its database as one moment saw it. */
export function writeNodeFile(
  storage: StorageConfig,
  what: NodeAbout,
  key: NodeFileKey,
): AsyncGenerator<Buffer> {
  return sealStream(linesOf(storage, what), key)
}

/**
 * Fills an empty database from such a file, all or nothing.
 * @param began what was in its head is known before a row is written
 * @throws Refusal those of the file and of `loadDatabase`
 */
export async function readNodeFile(
  file: AsyncIterable<Uint8Array>,
  keyFor: (header: NodeFileHeader) => Promise<Uint8Array>,
  began: (what: NodeAbout) => Promise<StorageConfig>,
): Promise<{ readonly about: NodeAbout; readonly rows: number }> {
  const lines = splitLines(openStream(file, keyFor))
  const first = await lines.next()
  const what = about.safeParse(first.done ? null : jsonOf(first.value))
  if (!what.success) throw contentsInvalid()
  const storage = await began(what.data)
  return { about: what.data, rows: await loadDatabase(storage, piecesOf(lines), ROOT_KEY_TABLE) }
}

async function* linesOf(storage: StorageConfig, what: NodeAbout): AsyncGenerator<Buffer> {
  yield lineOf(what)
  for await (const piece of dumpDatabase(storage)) yield lineOf(piece)
}

async function* piecesOf(lines: AsyncIterable<string>): AsyncGenerator<Piece> {
  for await (const text of lines) {
    const parsed = piece.safeParse(jsonOf(text))
    if (!parsed.success) throw contentsInvalid()
    yield parsed.data
  }
}

async function* splitLines(plain: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = []
  let size = 0
  for await (const part of plain) {
    let rest = part
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...held, rest.subarray(0, end)]).toString('utf8')
      held = []
      size = 0
      rest = rest.subarray(end + 1)
    }
    held.push(rest)
    size += rest.length
    if (size > MAX_LINE_BYTES) throw contentsInvalid()
  }
  if (size > 0) throw contentsInvalid()
}

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const contentsInvalid = () =>
  new Refusal('unprocessable', 'node_file_contents_invalid', 'what is in this file is no node')
