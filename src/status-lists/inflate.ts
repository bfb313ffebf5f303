import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { Refusal } from '../core/index.ts'

const inflaters = { zlib: promisify(inflate), gzip: promisify(gunzip) }

/** Inflated bytes accepted: 134 million entries of one bit. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024
/** What is inflated at a time: each piece waits for a thread, so what is long comes in larger ones. */
const LEAST_PIECE = 16 * 1024
const LARGEST_PIECE = 256 * 1024
const USUAL_RATIO = 16

/**
 * Unpacks base64url of compressed bytes, off the event loop. It ends as soon as there is more than `maxBytes`, however
 * small that was packed, and has taken no more memory than that and one piece.
 * @param format `zlib` RFC 1950, `gzip` RFC 1952
 * @throws Refusal `status_list_too_large`, `status_list_unreadable`
 */
export async function inflateBounded(
  format: keyof typeof inflaters,
  text: string,
  maxBytes = MAX_LIST_BYTES,
): Promise<Uint8Array> {
  // Buffer skips what is not base64url: the alphabet is checked first.
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw unreadable()
  const packed = Buffer.from(text, 'base64url')
  const chunkSize = Math.min(Math.max(packed.length * USUAL_RATIO, LEAST_PIECE), LARGEST_PIECE)
  try {
    const bytes = await inflaters[format](packed, { maxOutputLength: maxBytes, chunkSize })
    // A short list would keep the whole piece in memory.
    return bytes.byteLength < bytes.buffer.byteLength ? Uint8Array.from(bytes) : bytes
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') throw unreadable(cause)
    throw new Refusal('too_large', 'status_list_too_large', 'the status list is too large', {
      params: { max_bytes: maxBytes },
    })
  }
}

const unreadable = (cause?: unknown) =>
  new Refusal('invalid', 'status_list_unreadable', 'the status list cannot be read', { cause })
