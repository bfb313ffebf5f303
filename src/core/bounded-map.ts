/**
 * A map that forgets what was not used for longest. Holds results that can always be computed again.
 * It keeps two generations: what is found in the old one moves to the young one, and a full young one becomes the
 * old. A hit then costs one look-up, and not a removal and an insertion as strict order would.
 */
export class BoundedMap<V> {
  readonly #max: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  /** @param max how many entries each generation holds, at least 1; between this and twice this are remembered */
  constructor(max: number) {
    this.#max = max
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const older = this.#old.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#max && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
