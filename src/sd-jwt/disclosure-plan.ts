import { Refusal } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'
import type { ClaimPath, PathStep } from './claim-path.ts'

/** What becomes of a claim and of the claims inside it. */
export interface DisclosurePlan {
  readonly isDisclosable: boolean
  readonly children: ReadonlyMap<PathStep, DisclosurePlan>
}

interface Draft {
  isDisclosable: boolean
  readonly children: Map<PathStep, Draft>
}

const draft = (): Draft => ({ isDisclosable: false, children: new Map() })

/**
 * The paths as one tree, so that a payload is walked once.
 * @throws Refusal `sd_jwt_path_invalid` for a path without steps or with an index that is none
 */
export function planDisclosures(paths: readonly ClaimPath[]): DisclosurePlan {
  const root = draft()
  for (const path of paths) {
    let at = root
    for (const step of path) {
      if (typeof step === 'number' && !(Number.isSafeInteger(step) && step >= 0)) throw invalidPath()
      let next = at.children.get(step)
      if (!next) {
        next = draft()
        at.children.set(step, next)
      }
      at = next
    }
    if (at === root) throw invalidPath()
    at.isDisclosable = true
  }
  return root
}

const invalidPath = () => new Refusal('invalid', 'sd_jwt_path_invalid', 'this is not a path to a claim')

/**
 * Refuses a payload that is not built as its paths say: skipping them would show what was to be hidden.
 * @throws Refusal `sd_jwt_path_mismatch`
 */
export function requireShape({ children }: DisclosurePlan, value: unknown): void {
  for (const step of children.keys())
    if (typeof step === 'string' ? !isJsonObject(value) : !Array.isArray(value))
      throw new Refusal('invalid', 'sd_jwt_path_mismatch', 'a disclosable path does not fit the payload')
}

/** The plan for one member or element; for an element, what is planned for it and for every element together. */
export function planOfChild(
  plan: DisclosurePlan | undefined,
  step: string | number,
): DisclosurePlan | undefined {
  const own = plan?.children.get(step)
  const every = typeof step === 'number' ? plan?.children.get(null) : undefined
  return own && every ? merge(own, every) : (own ?? every)
}

function merge(a: DisclosurePlan, b: DisclosurePlan): DisclosurePlan {
  const children = new Map(a.children)
  for (const [step, plan] of b.children) {
    const other = children.get(step)
    children.set(step, other ? merge(other, plan) : plan)
  }
  return { isDisclosable: a.isDisclosable || b.isDisclosable, children }
}
