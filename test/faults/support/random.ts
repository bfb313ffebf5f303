import { randomInt } from 'node:crypto'

/** Chance that can be had again: the same seed gives the same choices. */
export interface Random {
  /** From 0 up to and not including 1. */
  next(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  pick<T>(items: readonly T[]): T | undefined
}

/** `REGIE_SEED` from the environment, or a new one; a test that fails says which. */
export const newSeed = (): number => Number(process.env.REGIE_SEED ?? randomInt(2 ** 31))

/** Mulberry32: small, and good enough to choose moments with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (items) => items[Math.floor(next() * items.length)],
  }
}
