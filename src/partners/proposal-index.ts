import { setImmediate } from 'node:timers/promises'
import { Refusal } from '../core/index.ts'
import type { FileContent, FileHead, GoodRecord } from './checked-file.ts'
import {
  type ActivityMonths,
  activities,
  DuplicateFinder,
  type Evidence,
  naturalKeyOf,
  type ReadFile,
} from './import/index.ts'
import { searchName } from './partner.ts'
import { type Member, order, type Proposal, proposalOf, rank } from './proposal.ts'

/** A file that was read, of which the records are opened a portion at a time. */
export interface ReadRecords {
  readonly head: FileHead
  readonly books: readonly (() => Promise<FileContent['books']>)[]
  readonly good: readonly (() => Promise<readonly GoodRecord[]>)[]
}

/** What tells proposals apart and puts them in order; the rest is opened when it is wanted. */
export type ProposalLine = Pick<Proposal, 'key' | 'kind' | 'proposed'> & {
  readonly kvk: string | undefined
  readonly rank: number
  /** The name as it is searched by. */
  readonly name: string
}

/** Look-alikes named per proposal. */
const MAX_DUPLICATES = 20
/** Proposals opened together. */
const AT_A_TIME = 1_000
/** Where a record is: its portion, and its place in there. */
const PLACES = 65_536

/**
 * What an import of these files would bring: one proposal per natural key, so that records with one KVK number are one
 * partner. The order of the files does not matter. Holds a line of each; their contents are opened in portions.
 */
export class ProposalIndex {
  readonly #portions: Portions
  readonly #placesOf: PlacesOf
  readonly #lookAlikes: LookAlikes
  #lines: readonly ProposalLine[] = []

  private constructor(portions: Portions, placesOf: PlacesOf, lookAlikes: LookAlikes) {
    this.#portions = portions
    this.#placesOf = placesOf
    this.#lookAlikes = lookAlikes
  }

  /** @param partnerKey the key of the partner that somebody said a record is of */
  static async of(
    files: readonly ReadRecords[],
    months: ActivityMonths,
    partnerKey: (naturalKey: string) => string = (naturalKey) => naturalKey,
  ): Promise<ProposalIndex> {
    const portions = await portionsOf(files, months)
    const placesOf = new Map<string, number[]>()
    const keys: string[] = []
    const finder = new DuplicateFinder()
    for (const [nr, open] of portions.entries()) {
      await setImmediate()
      for (const [at, { relation, scope }] of (await open()).entries()) {
        const key = partnerKey(naturalKeyOf(relation, scope))
        finder.add({ id: String(keys.length), relation, scope })
        keys.push(key)
        const places = placesOf.get(key)
        if (places) places.push(nr * PLACES + at)
        else placesOf.set(key, [nr * PLACES + at])
      }
    }
    const index = new ProposalIndex(portions, placesOf, lookAlikesOf(finder, keys))
    await index.#sort()
    return index
  }

  /** All proposals in the order they are shown in: companies that are active first. */
  get lines(): readonly ProposalLine[] {
    return this.#lines
  }

  /** Opens proposals, some at a time, in the order of the files. @throws Refusal `import_changed` */
  async *open(keys: Iterable<string>): AsyncGenerator<Proposal[]> {
    const wanted = [...new Set(keys)].filter((key) => this.#placesOf.has(key))
    const first = (key: string) => this.#placesOf.get(key)?.[0] ?? 0
    wanted.sort((a, b) => first(a) - first(b))
    for (let at = 0; at < wanted.length; at += AT_A_TIME) {
      await setImmediate()
      yield await this.#openSome(wanted.slice(at, at + AT_A_TIME))
    }
  }

  async #openSome(keys: readonly string[]): Promise<Proposal[]> {
    const places = keys.flatMap((key) => this.#placesOf.get(key) ?? []).sort((a, b) => a - b)
    const members = new Map<number, Member>()
    let opened: { readonly nr: number; readonly all: readonly Member[] } | undefined
    for (const place of places) {
      const nr = Math.floor(place / PLACES)
      if (opened?.nr !== nr) opened = { nr, all: (await this.#portions[nr]?.()) ?? [] }
      const member = opened.all[place % PLACES]
      if (!member) throw changedMeanwhile()
      members.set(place, member)
    }
    return keys.map((key) => {
      const group = (this.#placesOf.get(key) ?? []).flatMap((place) => members.get(place) ?? [])
      return proposalOf(key, group, this.#lookAlikes.get(key) ?? [])
    })
  }

  async #sort(): Promise<void> {
    const lines: ProposalLine[] = []
    for await (const some of this.open(this.#placesOf.keys()))
      for (const proposal of some) lines.push(lineOf(proposal))
    this.#lines = lines.sort((a, b) => a.rank - b.rank || order(a.name, b.name) || order(a.key, b.key))
  }
}

type Portions = readonly (() => Promise<readonly Member[]>)[]
type PlacesOf = ReadonlyMap<string, readonly number[]>
type LookAlikes = ReadonlyMap<string, Proposal['duplicates']>

export const changedMeanwhile = () =>
  new Refusal('conflict', 'import_changed', 'the import changed in the meantime: look at it again')

const lineOf = (proposal: Proposal): ProposalLine => {
  const { key, kind, proposed, content } = proposal
  return { key, kind, proposed, kvk: content.kvk, rank: rank(proposal), name: searchName(content.name) }
}

/** The portions of all files, with what the files of its administration say of each relation. */
async function portionsOf(files: readonly ReadRecords[], months: ActivityMonths): Promise<Portions> {
  const read: ReadFile[] = []
  for (const [at, file] of files.entries()) read.push(await asReadFile(file, at + 1))
  const activityOf = activities(read, months)
  const untils = new Map<string, string>()
  for (const { scope, books } of read)
    if (books?.latestBooking && books.latestBooking > (untils.get(scope) ?? ''))
      untils.set(scope, books.latestBooking)
  return files.flatMap(({ good }, at) => {
    const file = read[at]
    if (!file) return []
    const { scope, name } = file
    const until = untils.get(scope)
    const memberOf = ({ relation, notices }: GoodRecord): Member => {
      const told = activityOf(file, relation.sourceId)
      return { scope, file: name, relation, notices, ...told, ...(until !== undefined && { until }) }
    }
    return good.map((open) => async () => (await open()).map(memberOf))
  })
}

async function asReadFile({ head, books }: ReadRecords, ordinal: number): Promise<ReadFile> {
  const { name, scope } = head
  const evidence = new Map<string, Evidence>()
  for (const open of books) for (const [id, one] of await open()) evidence.set(id, one)
  const latestBooking = head.books?.until ?? undefined
  return {
    ...{ ordinal, name, scope: scope ?? `xaf#${ordinal}`, records: () => [] },
    ...(head.books && {
      books: { evidence, warnings: [], ...(latestBooking !== undefined && { latestBooking }) },
    }),
  }
}

/** Per key the other keys that records of it seem to belong to. @param keys of the records, in their order */
function lookAlikesOf(
  finder: DuplicateFinder,
  keyOf: readonly string[],
): Map<string, Proposal['duplicates']> {
  const found = new Map<string, Proposal['duplicates']>()
  for (const { ids, on } of finder.found()) {
    const keys = [...new Set(ids.flatMap((id) => keyOf[Number(id)] ?? []))].sort()
    if (keys.length < 2) continue
    const shown = keys.slice(0, MAX_DUPLICATES + 1)
    for (const key of keys) {
      const others = shown.filter((other) => other !== key).slice(0, MAX_DUPLICATES)
      found.set(
        key,
        others.map((other) => ({ key: other, on })),
      )
    }
  }
  return found
}
