import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { Refusal } from '../core/index.ts'
import { inflateBounded } from './inflate.ts'

const deflateAsync = promisify(deflate)

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
/** A signed list may be this long: what 16 MiB of entries become when few of them are set. */
export const MAX_TOKEN_BYTES = 4 * 1024 * 1024

/** A list of `size` entries, all 0. */
export const newList = (bits: Bits, size: number): DecodedList => ({
  bits,
  bytes: new Uint8Array(Math.ceil((size * bits) / 8)),
})

/** Sets the value at an index. @throws Refusal `status_index_outside`, `status_value_outside` */
export function setValue({ bits, bytes }: DecodedList, index: number, value: number): void {
  const perByte = 8 / bits
  const mask = (1 << bits) - 1
  const at = Math.floor(index / perByte)
  const byte = Number.isSafeInteger(index) && index >= 0 ? bytes[at] : undefined
  if (byte === undefined) throw outside()
  if (!Number.isInteger(value) || value < 0 || value > mask)
    throw new Refusal('invalid', 'status_value_outside', 'this status does not fit the bits of the list')
  const shift = (index % perByte) * bits
  bytes[at] = (byte & ~(mask << shift)) | (value << shift)
}

/**
 * Packs a list in which every entry is 0 but those given.
 * @param statuses `[index, value]`; a later one for the same index wins
 * @throws Refusal `status_index_outside`, `status_value_outside`
 */
export async function encodeList(
  bits: Bits,
  size: number,
  statuses: Iterable<readonly [index: number, value: number]>,
): Promise<EncodedList> {
  const list = newList(bits, size)
  for (const [index, value] of statuses) setValue(list, index, value)
  return packList(list)
}

/** Packs a list, off the event loop. */
export async function packList({ bits, bytes }: DecodedList): Promise<EncodedList> {
  return { bits, lst: (await deflateAsync(bytes, { level: LEVEL })).toString('base64url') }
}

/**
 * Unpacks a list, however small it was packed, within `maxBytes` of memory.
 * @throws Refusal `status_list_too_large`, `status_list_unreadable`
 */
export async function decodeList(list: EncodedList, maxBytes?: number): Promise<DecodedList> {
  return { bits: list.bits, bytes: await inflateBounded('zlib', list.lst, maxBytes) }
}

/** The value at an index. @throws Refusal `status_index_outside` */
export function valueAt({ bits, bytes }: DecodedList, index: number): number {
  const perByte = 8 / bits
  const byte = Number.isSafeInteger(index) && index >= 0 ? bytes[Math.floor(index / perByte)] : undefined
  if (byte === undefined) throw outside()
  return (byte >> ((index % perByte) * bits)) & ((1 << bits) - 1)
}

const outside = () => new Refusal('invalid', 'status_index_outside', 'the index lies outside the status list')
