import { type ImportedRelation, plainName } from './relation.ts'

/** What two records have in common. Only the KVK number makes them certainly one company. */
export type MergeReason = 'kvk' | 'source_id' | 'vat' | 'iban' | 'name_postcode'

/** A record as far as finding duplicates goes. */
export interface Candidate {
  /** Id of the record in the preview. */
  readonly id: string
  readonly relation: ImportedRelation
  /** Administration or layout within which `sourceId` means something. */
  readonly scope: string
}

/** Records that seem to be one partner. */
export interface Duplicates {
  readonly ids: readonly string[]
  readonly on: readonly MergeReason[]
  /** True when all of them carry the same KVK number. */
  readonly certain: boolean
}

const keys: Readonly<Record<MergeReason, (candidate: Candidate) => string | undefined>> = {
  kvk: ({ relation }) => relation.kvk,
  source_id: ({ relation, scope }) =>
    relation.sourceId ? JSON.stringify([scope, relation.sourceId]) : undefined,
  vat: ({ relation }) => relation.vat,
  iban: ({ relation }) => relation.iban,
  name_postcode: ({ relation }) => {
    const name = plainName(relation.name)
    return name && relation.postcode ? JSON.stringify([name, relation.postcode]) : undefined
  },
}

/**
 * Groups records that are probably one partner. Records with different KVK numbers are never put together: companies
 * of one group share a VAT number, a bank account or an address.
 */
export function findDuplicates(candidates: readonly Candidate[]): readonly Duplicates[] {
  const groups = new Groups(candidates)
  for (const [reason, keyOf] of Object.entries(keys) as [
    MergeReason,
    (candidate: Candidate) => string | undefined,
  ][])
    for (const bucket of bucketsOf(candidates, keyOf)) groups.join(bucket, reason)
  return groups.found()
}

function bucketsOf(
  candidates: readonly Candidate[],
  keyOf: (candidate: Candidate) => string | undefined,
): readonly (readonly number[])[] {
  const firsts = new Map<string, number>()
  const buckets = new Map<string, number[]>()
  for (const [i, candidate] of candidates.entries()) {
    const key = keyOf(candidate)
    if (key === undefined) continue
    const first = firsts.get(key)
    const bucket = buckets.get(key)
    if (first === undefined) firsts.set(key, i)
    else if (bucket === undefined) buckets.set(key, [first, i])
    else bucket.push(i)
  }
  return [...buckets.values()]
}

/** Disjoint sets of records; each set has at most one KVK number. */
class Groups {
  readonly #candidates: readonly Candidate[]
  readonly #parent: number[]
  readonly #kvk: (string | undefined)[]
  readonly #on = new Map<number, Set<MergeReason>>()

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates
    this.#parent = candidates.map((_, i) => i)
    this.#kvk = candidates.map(({ relation }) => relation.kvk)
  }

  /** Puts the records together, unless they belong to different companies: then only those of the same one. */
  join(records: readonly number[], reason: MergeReason): void {
    const roots = new Set(records.map((i) => this.#root(i)))
    const companies = new Set([...roots].map((root) => this.#kvk[root]).filter((kvk) => kvk !== undefined))
    const first = new Map<string, number>()
    for (const i of records) {
      const root = this.#root(i)
      const key = companies.size > 1 ? (this.#kvk[root] ?? '') : 'all'
      const target = first.get(key)
      if (target === undefined) first.set(key, root)
      else this.#union(this.#root(target), root, reason)
    }
  }

  found(): readonly Duplicates[] {
    const members = new Map<number, number[]>()
    for (const i of this.#candidates.keys()) {
      const root = this.#root(i)
      const known = members.get(root)
      if (known) known.push(i)
      else members.set(root, [i])
    }
    return [...members].flatMap(([root, records]) => {
      if (records.length < 2) return []
      const of = records.flatMap((i) => this.#candidates[i] ?? [])
      const certain = of.every(({ relation }) => relation.kvk !== undefined)
      return [{ ids: of.map(({ id }) => id), on: [...(this.#on.get(root) ?? [])], certain }]
    })
  }

  #root(i: number): number {
    let root = i
    for (let next = this.#parent[root]; next !== undefined && next !== root; next = this.#parent[root])
      root = next
    this.#parent[i] = root
    return root
  }

  /** The lowest index stays the root, so that the outcome does not depend on the order of joining. */
  #union(a: number, b: number, reason: MergeReason): void {
    const [low, high] = a < b ? [a, b] : [b, a]
    const on = this.#on.get(low) ?? new Set()
    this.#on.set(low, on.add(reason))
    if (low === high) return
    for (const known of this.#on.get(high) ?? []) on.add(known)
    this.#parent[high] = low
    this.#kvk[low] ??= this.#kvk[high]
  }
}
