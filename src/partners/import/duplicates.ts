import { createHash } from 'node:crypto'
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

const reasons = Object.keys(keys) as MergeReason[]

/**
 * Groups records that are probably one partner. Records with different KVK numbers are never put together: companies
 * of one group share a VAT number, a bank account or an address.
 */
export function findDuplicates(candidates: Iterable<Candidate>): readonly Duplicates[] {
  const finder = new DuplicateFinder()
  for (const candidate of candidates) finder.add(candidate)
  return finder.found()
}

/** As {@link findDuplicates}, one record after the other: of each only its KVK number and digests are kept. */
export class DuplicateFinder {
  readonly #ids: string[] = []
  readonly #kvks: (string | undefined)[] = []
  readonly #digests = new Map(reasons.map((reason) => [reason, [] as number[]]))

  add(candidate: Candidate): void {
    this.#ids.push(candidate.id)
    this.#kvks.push(candidate.relation.kvk)
    for (const [reason, digests] of this.#digests) {
      const key = keys[reason](candidate)
      digests.push(key === undefined ? NONE : digestOf(key))
    }
  }

  found(): readonly Duplicates[] {
    const groups = new Groups(this.#ids, this.#kvks)
    for (const [reason, digests] of this.#digests)
      for (const bucket of bucketsOf(digests)) groups.join(bucket, reason)
    return groups.found()
  }
}

const NONE = -1

/** 48 bits tell a hundred thousand records apart, but for once in fifty thousand imports: it is for people to judge. */
const digestOf = (key: string): number => createHash('sha1').update(key).digest().readUIntBE(0, 6)

function bucketsOf(digests: readonly number[]): readonly (readonly number[])[] {
  const firsts = new Map<number, number>()
  const buckets = new Map<number, number[]>()
  for (const [i, digest] of digests.entries()) {
    if (digest === NONE) continue
    const first = firsts.get(digest)
    const bucket = buckets.get(digest)
    if (first === undefined) firsts.set(digest, i)
    else if (bucket === undefined) buckets.set(digest, [first, i])
    else bucket.push(i)
  }
  return [...buckets.values()]
}

/** Disjoint sets of records; each set has at most one KVK number. */
class Groups {
  readonly #ids: readonly string[]
  readonly #known: readonly (string | undefined)[]
  readonly #parent: number[]
  readonly #kvk: (string | undefined)[]
  readonly #on = new Map<number, Set<MergeReason>>()

  constructor(ids: readonly string[], kvks: readonly (string | undefined)[]) {
    this.#ids = ids
    this.#known = kvks
    this.#parent = ids.map((_, i) => i)
    this.#kvk = [...kvks]
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
    for (const i of this.#ids.keys()) {
      const root = this.#root(i)
      const known = members.get(root)
      if (known) known.push(i)
      else members.set(root, [i])
    }
    return [...members].flatMap(([root, records]) => {
      if (records.length < 2) return []
      const certain = records.every((i) => this.#known[i] !== undefined)
      const ids = records.flatMap((i) => this.#ids[i] ?? [])
      return [{ ids, on: [...(this.#on.get(root) ?? [])], certain }]
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
