import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import { Refusal } from '../core/index.ts'

const deflateAsync = promisify(deflate)
const inflateAsync = promisify(inflate)

/** Bits per entry. Token Status List, "Compressed Byte Array". */
export type Bits = 1 | 2 | 4 | 8
export const isBits = (value: unknown): value is Bits =>
  value === 1 || value === 2 || value === 4 || value === 8

/** The `status_list` claim: `lst` is base64url of the zlib-compressed (RFC 1950) entries. "Status List in JSON Format". */
export interface EncodedList {
  readonly bits: Bits
  readonly lst: string
}

/** The entries as they lie in memory: the least significant bits of each byte come first. */
export interface DecodedList {
  readonly bits: Bits
  readonly bytes: Uint8Array
}

/** Level 9 takes up to ten times as long for the last few bytes. */
const LEVEL = 6
/** Inflated bytes accepted: 134 million entries of one bit. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024
/** A signed list may be as long as that can become when it hardly compresses. */
export const MAX_TOKEN_BYTES = 4 * 1024 * 1024

/**
 * Packs a list in which every entry is 0 but those given.
 * @param size entries in the list
 * @param statuses `[index, value]`; a later one for the same index wins
 * @throws Refusal `status_index_outside`, `status_value_outside`
 */
export async function encodeList(
  bits: Bits,
  size: number,
  statuses: Iterable<readonly [index: number, value: number]>,
): Promise<EncodedList> {
  const perByte = 8 / bits
  const mask = (1 << bits) - 1
  const bytes = Buffer.alloc(Math.ceil(size / perByte))
  for (const [index, value] of statuses) {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw outside()
    if (!Number.isInteger(value) || value < 0 || value > mask)
      throw new Refusal('invalid', 'status_value_outside', 'this status does not fit the bits of the list')
    const at = Math.floor(index / perByte)
    const shift = (index % perByte) * bits
    bytes[at] = ((bytes[at] ?? 0) & ~(mask << shift)) | (value << shift)
  }
  return { bits, lst: (await deflateAsync(bytes, { level: LEVEL })).toString('base64url') }
}

/**
 * Unpacks a list, however small it was packed, within `maxBytes` of memory.
 * @throws Refusal `status_list_too_large`, `status_list_unreadable`
 */
export async function decodeList(list: EncodedList, maxBytes = MAX_LIST_BYTES): Promise<DecodedList> {
  // Buffer skips what is not base64url: the alphabet is checked first.
  if (!/^[A-Za-z0-9_-]+$/.test(list.lst) || list.lst.length % 4 === 1) throw unreadable()
  try {
    const bytes = await inflateAsync(Buffer.from(list.lst, 'base64url'), { maxOutputLength: maxBytes })
    return { bits: list.bits, bytes }
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') throw unreadable(cause)
    throw new Refusal('too_large', 'status_list_too_large', 'the status list is too large', {
      params: { max_bytes: maxBytes },
    })
  }
}

/** The value at an index. @throws Refusal `status_index_outside` */
export function valueAt({ bits, bytes }: DecodedList, index: number): number {
  const perByte = 8 / bits
  const byte = Number.isSafeInteger(index) && index >= 0 ? bytes[Math.floor(index / perByte)] : undefined
  if (byte === undefined) throw outside()
  return (byte >> ((index % perByte) * bits)) & ((1 << bits) - 1)
}

const outside = () => new Refusal('invalid', 'status_index_outside', 'the index lies outside the status list')

const unreadable = (cause?: unknown) =>
  new Refusal('invalid', 'status_list_unreadable', 'the status list cannot be read', { cause })
