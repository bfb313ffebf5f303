import { timingSafeEqual } from 'node:crypto'

/** Compares secrets without telling by time where they differ. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b)
