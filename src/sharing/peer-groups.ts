/** Rules of a figure about a group: how many it takes at least, and how much of it one may be. */
export interface GroupRules {
  /** Customers in a group at least. */
  readonly minGroup: number
  /** The largest part one customer may have of a group's sum, between 0 and 1. */
  readonly maxShare: number
}

/** Below this nobody may set it, and nothing is computed. */
export const LEAST_GROUP = 5
export const defaultRules: GroupRules = { minGroup: 10, maxShare: 0.3 }

export interface Contribution {
  /** The one group this customer is in. */
  readonly group: string
  readonly value: number
}

export interface GroupFigure {
  readonly group: string
  /** How many customers, rounded down to a multiple of five. */
  readonly customers: number
  readonly mean: number
  readonly median: number
  readonly sum: number
}

export interface WithheldGroup {
  readonly group: string
  readonly code: 'group_too_small' | 'group_dominated'
}

/**
 * Figures of groups that have nobody in common, and the groups that get none: those too small, and those in which one
 * customer weighs so much that the figure would be about it. Rounded to three digits, so that who knows all others
 * does not know the last. Pure.
 */
export function groupFigures(
  contributions: readonly Contribution[],
  rules: GroupRules,
): { figures: GroupFigure[]; withheld: WithheldGroup[] } {
  const groups = new Map<string, number[]>()
  for (const { group, value } of contributions) groups.set(group, [...(groups.get(group) ?? []), value])
  const figures: GroupFigure[] = []
  const withheld: WithheldGroup[] = []
  for (const [group, values] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const code = whyNot(values, rules)
    if (code) withheld.push({ group, code })
    else figures.push({ group, ...figureOf(values) })
  }
  return { figures, withheld }
}

function whyNot(values: readonly number[], { minGroup, maxShare }: GroupRules): WithheldGroup['code'] | null {
  if (values.length < Math.max(minGroup, LEAST_GROUP)) return 'group_too_small'
  const weights = values.map(Math.abs)
  const sum = total(weights)
  return sum > 0 && Math.max(...weights) / sum > maxShare ? 'group_dominated' : null
}

function figureOf(values: readonly number[]): Omit<GroupFigure, 'group'> {
  const sum = total(values)
  return {
    customers: Math.floor(values.length / 5) * 5,
    mean: rounded(sum / values.length),
    median: rounded(medianOf(values)),
    sum: rounded(sum),
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** To three digits that count. */
const rounded = (value: number): number => Number(value.toPrecision(3))
