import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Refusal } from '../core/index.ts'
import { inflateBounded } from './inflate.ts'

const gzipAsync = promisify(gzip)

/** The least a list has, so that an index says little about its credential. Bitstring Status List, "Conformance". */
export const MIN_BITS = 131_072
/** Level 9 takes up to ten times as long for the last few bytes. */
const LEVEL = 6
/** Multibase for base64url without padding. */
const MULTIBASE = 'u'

/** A list of at least `size` entries, all 0. */
export const newBitstring = (size: number): Uint8Array =>
  new Uint8Array(Math.ceil(Math.max(size, MIN_BITS) / 8))

/**
 * Sets the bit at an index. The first entry is the most significant bit of the first byte, the other way round than in
 * a Token Status List.
 */
export function setBit(bytes: Uint8Array, index: number): void {
  const at = Math.floor(index / 8)
  bytes[at] = (bytes[at] ?? 0) | (0x80 >> (index % 8))
}

/** Packs a list: gzip, base64url, multibase. */
export async function packBitstring(bytes: Uint8Array): Promise<string> {
  return MULTIBASE + (await gzipAsync(bytes, { level: LEVEL })).toString('base64url')
}

/**
 * Unpacks a list, however small it was packed, within `maxBytes` of memory.
 * @throws Refusal `status_list_too_large`, `status_list_unreadable`, `status_list_too_short`
 */
export async function decodeBitstring(encoded: string, maxBytes?: number): Promise<Uint8Array> {
  if (encoded[0] !== MULTIBASE)
    throw new Refusal('invalid', 'status_list_unreadable', 'the status list cannot be read')
  const bytes = await inflateBounded('gzip', encoded.slice(1), maxBytes)
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
