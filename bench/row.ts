/** One claim about speed, as measured in one run. */
export interface BenchRow {
  readonly name: string
  /** What we do per unit. */
  readonly ours: number
  /** What the other does per unit, in the same run. */
  readonly peer: number
  /** What both are counted in, such as `ops per CPU second`. */
  readonly unit: string
  /** Ours divided by the peer's. */
  readonly ratio: number
  /** What the ratio or figure should be, for people. */
  readonly target: string
  readonly ok: boolean
}
