import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Refusal } from '../core/index.ts'
import { MAX_LIST_BYTES } from './codec.ts'

const gzipAsync = promisify(gzip)
const gunzipAsync = promisify(gunzip)

/** The least a list has, so that an index says little about its credential. Bitstring Status List, "Conformance". */
export const MIN_BITS = 131_072
/** Level 9 takes up to ten times as long for the last few bytes. */
const LEVEL = 6
/** Multibase for base64url without padding. */
const MULTIBASE = 'u'

/**
 * Packs a list in which only these bits are set: gzip, base64url, multibase. The first entry is the most significant bit
 * of the first byte, the other way round than in a Token Status List.
 */
export async function encodeBitstring(size: number, set: Iterable<number>): Promise<string> {
  const bytes = Buffer.alloc(Math.ceil(Math.max(size, MIN_BITS) / 8))
  for (const index of set) {
    const at = Math.floor(index / 8)
    bytes[at] = (bytes[at] ?? 0) | (0x80 >> (index % 8))
  }
  return MULTIBASE + (await gzipAsync(bytes, { level: LEVEL })).toString('base64url')
}

/**
 * Unpacks a list, however small it was packed, within `maxBytes` of memory.
 * @throws Refusal `status_list_too_large`, `status_list_unreadable`, `status_list_too_short`
 */
export async function decodeBitstring(encoded: string, maxBytes = MAX_LIST_BYTES): Promise<Uint8Array> {
  const text = encoded.slice(1)
  // Buffer skips what is not base64url: the alphabet is checked first.
  if (encoded[0] !== MULTIBASE || !/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw unreadable()
  const bytes = await gunzipAsync(Buffer.from(text, 'base64url'), { maxOutputLength: maxBytes }).catch(
    (cause) => {
      if ((cause as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') throw unreadable(cause)
      throw new Refusal('too_large', 'status_list_too_large', 'the status list is too large', {
        params: { max_bytes: maxBytes },
      })
    },
  )
  if (bytes.byteLength * 8 >= MIN_BITS) return bytes
  throw new Refusal('invalid', 'status_list_too_short', 'the status list has fewer entries than it must have')
}

/** The bit at an index. @throws Refusal `status_index_outside` */
export function bitAt(bytes: Uint8Array, index: number): boolean {
  const byte = Number.isSafeInteger(index) && index >= 0 ? bytes[Math.floor(index / 8)] : undefined
  if (byte === undefined)
    throw new Refusal('invalid', 'status_index_outside', 'the index lies outside the status list')
  return (byte & (0x80 >> (index % 8))) !== 0
}

const unreadable = (cause?: unknown) =>
  new Refusal('invalid', 'status_list_unreadable', 'the status list cannot be read', { cause })
