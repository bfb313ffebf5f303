/** One claim about speed or size, as measured in one run. */
export interface BenchRow {
  readonly name: string
  /** What we do per unit. */
  readonly ours: number
  /** What the other does per unit in the same run, or the limit we set ourselves. */
  readonly peer: number
  /** What both are counted in, such as `operations per CPU second`. */
  readonly unit: string
  /** Ours divided by the peer's. */
  readonly ratio: number
  /** What the ratio or figure should be, for people. */
  readonly target: string
  readonly ok: boolean
  /** What else was measured that helps to judge it, such as the CPU time it took. */
  readonly note?: string
}

/** What must be reached. */
export function atLeast(name: string, ours: number, limit: number, unit: string, note: string): BenchRow {
  return { name, ours, peer: limit, unit, ratio: ours / limit, target: `≥ ${limit}`, ok: ours >= limit, note }
}

/** What must not be passed. */
export function atMost(name: string, ours: number, limit: number, unit: string, note: string): BenchRow {
  return { name, ours, peer: limit, unit, ratio: ours / limit, target: `≤ ${limit}`, ok: ours <= limit, note }
}
