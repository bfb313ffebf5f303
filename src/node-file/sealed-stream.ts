import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'
import { derivationSchema } from '../wallet-file/index.ts'

const TYPE = 'urn:regie:node:1'
const KEY_BYTES = 32
const TAG_BYTES = 16
const LENGTH_BYTES = 4
const SEGMENT_BYTES = 64 * 1024
const MAX_HEADER_BYTES = 4_096

/** The first line of a file: it says how its key is made, and nothing of whose it is. */
const headerSchema = z.strictObject({ type: z.literal(TYPE), kdf: derivationSchema, kid: z.string().max(64) })
export type NodeFileHeader = z.output<typeof headerSchema>

export interface NodeFileKey {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly derivation: z.input<typeof derivationSchema>
}

/**
 * Encrypts a stream of any length: a line of JSON, then segments of at most 64 KiB, each `length (4) ‖ ciphertext ‖ tag
 * (16)` under AES-256-GCM. The nonce counts the segments and says which is the last (the STREAM construction, Hoang et
 * al. 2015), so none can be left out, moved, or taken from another file, and a file that ends early is noticed.
 */
export async function* sealStream(
  plain: AsyncIterable<Uint8Array>,
  { key, derivation }: NodeFileKey,
): AsyncGenerator<Buffer> {
  const header = Buffer.from(`${JSON.stringify({ type: TYPE, kdf: derivation, kid: idOf(key) })}\n`)
  yield header
  const streamKey = keyOf(key, header)
  let index = 0
  let waiting: Buffer | undefined
  for await (const segment of segmentsOf(plain)) {
    if (waiting) yield sealed(streamKey, index++, false, waiting)
    waiting = segment
  }
  yield sealed(streamKey, index, true, waiting ?? Buffer.alloc(0))
}

/** Reads the first line, before any work is done for it. @throws Refusal `node_file_malformed` */
function readHeader(line: Uint8Array): NodeFileHeader {
  try {
    return headerSchema.parse(parseJsonObject(line, { maxBytes: MAX_HEADER_BYTES }))
  } catch (cause) {
    throw malformed(cause)
  }
}

/**
 * Opens what {@link sealStream} made. Nothing of a segment is given before it proved whole; that the file is, only its
 * end says: what was given before is to be thrown away when this throws.
 * @param keyFor makes the key, told how
 * @throws Refusal `node_file_malformed`, `node_file_passphrase_wrong`, `node_file_damaged`
 */
export async function* openStream(
  file: AsyncIterable<Uint8Array>,
  keyFor: (header: NodeFileHeader) => Promise<Uint8Array>,
): AsyncGenerator<Buffer> {
  const reader = new Reader(file)
  const line = await reader.line()
  const header = readHeader(line.subarray(0, -1))
  const key = await keyFor(header)
  if (idOf(key) !== header.kid)
    throw new Refusal('unprocessable', 'node_file_passphrase_wrong', 'this passphrase does not open the file')
  const streamKey = keyOf(key, line)
  for (let index = 0; ; index++) {
    const length = (await reader.bytes(LENGTH_BYTES)).readUInt32BE()
    if (length > SEGMENT_BYTES) throw damaged()
    const segment = await reader.bytes(length + TAG_BYTES)
    const isLast = await reader.isOver()
    yield opened(streamKey, index, isLast, segment)
    if (isLast) return
  }
}

function sealed(key: Buffer, index: number, isLast: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text, cipher.getAuthTag()])
}

function opened(key: Buffer, index: number, isLast: boolean, segment: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAuthTag(segment.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(segment.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw damaged(cause)
  }
}

/** 11 bytes of a counter and one that says whether it is the last. The key is this file's alone. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

/** Of this file alone: its header, with its salt, is part of it. */
const keyOf = (key: Uint8Array, header: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, hash('sha256', header, 'buffer'), 'regie node file', KEY_BYTES))

/** Tells a wrong passphrase from a damaged file. */
const idOf = (key: Uint8Array): string =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'regie node file id', 16)).toString('base64url')

async function* segmentsOf(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of plain) {
    pieces.push(piece)
    size += piece.length
    if (size < SEGMENT_BYTES) continue
    const all = Buffer.concat(pieces)
    let at = 0
    for (; at + SEGMENT_BYTES <= all.length; at += SEGMENT_BYTES) yield all.subarray(at, at + SEGMENT_BYTES)
    pieces = [all.subarray(at)]
    size = all.length - at
  }
  if (size > 0) yield Buffer.concat(pieces)
}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>
  #held = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async line(): Promise<Buffer> {
    for (;;) {
      const end = this.#held.indexOf(10)
      if (end >= 0) return this.#take(end + 1)
      if (this.#held.length > MAX_HEADER_BYTES || !(await this.#more())) throw malformed()
    }
  }

  async bytes(count: number): Promise<Buffer> {
    while (this.#held.length < count) if (!(await this.#more())) throw damaged()
    return this.#take(count)
  }

  async isOver(): Promise<boolean> {
    return this.#held.length === 0 && !(await this.#more())
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next()
    if (done) return false
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value])
    return this.#held.length > 0 || this.#more()
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }
}

const malformed = (cause?: unknown) =>
  new Refusal('unprocessable', 'node_file_malformed', 'this is no file of a node', { cause })
const damaged = (cause?: unknown) =>
  new Refusal('unprocessable', 'node_file_damaged', 'this file is damaged, or not whole', { cause })
