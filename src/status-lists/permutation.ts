import { createCipheriv } from 'node:crypto'
import { endianness } from 'node:os'

const ROUNDS = 10

/**
 * Shuffles `0 … size - 1` without keeping the shuffle: each number gets another one of the same range, no two the
 * same, and without the seed nobody can tell the next from the ones before. A Feistel network whose round functions
 * are tables drawn from the seed; numbers that land outside the range walk on until they are inside.
 * @param seed 32 bytes
 */
export function permutation(seed: Uint8Array, size: number): (position: number) => number {
  if (!Number.isSafeInteger(size) || size < 1 || size > 2 ** 30) throw new RangeError('size is 1 to 2^30')
  const halfBits = Math.max(1, Math.ceil(Math.log2(size) / 2))
  const half = 2 ** halfBits
  const tables = drawTables(seed, half)
  const once = (value: number): number => {
    let left = value >> halfBits
    let right = value & (half - 1)
    for (let round = 0; round < ROUNDS; round++) {
      const mixed = left ^ ((tables[round * half + right] ?? 0) & (half - 1))
      left = right
      right = mixed
    }
    return left * half + right
  }
  return (position) => {
    if (!Number.isSafeInteger(position) || position < 0 || position >= size)
      throw new RangeError('the position lies outside the range')
    let value = once(position)
    while (value >= size) value = once(value)
    return value
  }
}

/** One random function per round, from `half` to `half` (as 16 bits, of which the lowest count). */
function drawTables(seed: Uint8Array, half: number): Uint16Array {
  const stream = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16)).update(Buffer.alloc(ROUNDS * half * 2))
  // The same shuffle on every machine: a database may move.
  if (endianness() === 'BE') stream.swap16()
  return new Uint16Array(stream.buffer.slice(stream.byteOffset, stream.byteOffset + stream.byteLength))
}
