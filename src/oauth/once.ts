/** Something that may be used once: whoever uses it writes its key down, and keeps it until it is worth nothing anyway. */
export interface Once {
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}
