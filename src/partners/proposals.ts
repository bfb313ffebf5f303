import type { CheckedFile, FileHead, GoodRecord } from './checked-file.ts'
import {
  type Activity,
  type ActivityMonths,
  activities,
  addEvidence,
  type Evidence,
  findDuplicates,
  type ImportedRelation,
  type MergeReason,
  mergeRelations,
  mostActive,
  type Notice,
  naturalKeyOf,
  type ReadFile,
} from './import/index.ts'
import { type PartnerContent, searchName } from './partner.ts'

/** A relation of the files, all its records together: what would become one partner. */
export interface Proposal {
  readonly key: string
  /** A collective account ("Diverse debiteuren") is nobody, and never becomes a partner. */
  readonly kind: PartnerContent['kind'] | 'collective_account'
  readonly content: PartnerContent
  readonly records: readonly { readonly file: string; readonly line?: number }[]
  readonly notices: readonly Notice['code'][]
  /** Other proposals that seem to be the same one, and by what. */
  readonly duplicates: readonly { readonly key: string; readonly on: readonly MergeReason[] }[]
  /** A company that is active. */
  readonly proposed: boolean
}

/** Look-alikes named per proposal. */
const MAX_DUPLICATES = 20

/** A record with what its file knows of it. */
interface Member {
  readonly id: string
  readonly scope: string
  readonly file: string
  readonly relation: ImportedRelation
  readonly notices: GoodRecord['notices']
  readonly activity: Activity
  readonly evidence?: Evidence
  readonly until?: string
}

/**
 * What an import of these files would bring: one proposal per natural key, so that records with one KVK number are one
 * partner. The order of the files does not matter.
 * @param partnerKey the key of the partner that somebody said a record is of
 */
export function proposalsOf(
  files: readonly CheckedFile[],
  months: ActivityMonths,
  partnerKey: (naturalKey: string) => string = (naturalKey) => naturalKey,
): Proposal[] {
  const members = membersOf(files, months)
  const groups = new Map<string, Member[]>()
  const keyOfMember = new Map<string, string>()
  for (const member of members) {
    const key = partnerKey(naturalKeyOf(member.relation, member.scope))
    keyOfMember.set(member.id, key)
    const group = groups.get(key)
    if (group) group.push(member)
    else groups.set(key, [member])
  }
  const lookAlikes = lookAlikesOf(members, keyOfMember)
  return [...groups]
    .map(([key, group]) => proposalOf(key, group, lookAlikes.get(key) ?? []))
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        order(searchName(a.content.name), searchName(b.content.name)) ||
        order(a.key, b.key),
    )
}

function membersOf(files: readonly CheckedFile[], months: ActivityMonths): Member[] {
  const read = files.map(({ head }, at) => asReadFile(head, at + 1))
  const activityOf = activities(read, months)
  const untils = new Map<string, string>()
  for (const { scope, books } of read)
    if (books?.latestBooking && books.latestBooking > (untils.get(scope) ?? ''))
      untils.set(scope, books.latestBooking)
  return files.flatMap(({ good }, at) => {
    const file = read[at]
    if (!file) return []
    const until = untils.get(file.scope)
    return good.map(({ nr, relation, notices }): Member => {
      const told = activityOf(file, relation.sourceId)
      return {
        id: `${at}.${nr}`,
        scope: file.scope,
        file: file.name,
        relation,
        notices,
        ...told,
        ...(until === undefined ? {} : { until }),
      }
    })
  })
}

const asReadFile = ({ name, scope, books }: FileHead, ordinal: number): ReadFile => ({
  ordinal,
  name,
  scope: scope ?? `xaf#${ordinal}`,
  ...(books && {
    books: {
      evidence: new Map(books.evidence),
      warnings: [],
      ...(books.until === null ? {} : { latestBooking: books.until }),
    },
  }),
  records: () => [],
})

/** Per key the other keys that records of it seem to belong to. */
function lookAlikesOf(
  members: readonly Member[],
  keyOfMember: ReadonlyMap<string, string>,
): Map<string, Proposal['duplicates']> {
  const found = new Map<string, Proposal['duplicates']>()
  for (const { ids, on } of findDuplicates(members)) {
    const keys = [...new Set(ids.flatMap((id) => keyOfMember.get(id) ?? []))].sort()
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

function proposalOf(key: string, unordered: Member[], duplicates: Proposal['duplicates']): Proposal {
  const group = [...unordered].sort(
    (a, b) =>
      Object.keys(b.relation).length - Object.keys(a.relation).length ||
      order(JSON.stringify([a.relation, a.file]), JSON.stringify([b.relation, b.file])),
  )
  const [first, ...rest] = group
  if (!first) throw new Error('a group has a member')
  const merged = mergeRelations([first, ...rest])
  const content = contentOf(merged, group)
  const isCollective = !merged.isCompany && group.every(isCollectiveAccount)
  return {
    key,
    kind: isCollective ? 'collective_account' : content.kind,
    content,
    records: group.map(({ file, relation: { line } }) => ({ file, ...(line === undefined ? {} : { line }) })),
    notices: [...new Set(group.flatMap(({ notices }) => notices.map(({ code }) => code)))].sort(),
    duplicates,
    proposed: content.kind === 'organisation' && content.books.activity === 'active',
  }
}

/** An audit file gives such accounts the type O: they are neither customer nor supplier. */
const isCollectiveAccount = ({ relation }: Member): boolean =>
  relation.source === 'xaf' && relation.roles.length === 0

function contentOf(merged: ImportedRelation, group: readonly Member[]): PartnerContent {
  const { source: _s, sourceId: _i, line: _l, isCompany, name, kvk, vat, roles, ...details } = merged
  const evidence = evidenceOf(group)
  const until = group
    .flatMap((member) => member.until ?? [])
    .sort()
    .at(-1)
  return {
    kind: isCompany ? 'organisation' : 'person',
    name,
    ...(kvk === undefined ? {} : { kvk }),
    ...(vat === undefined ? {} : { vat }),
    roles,
    books: {
      activity: mostActive(group.map(({ activity }) => activity)),
      ...(evidence && { evidence }),
      ...(until && { until }),
    },
    details,
  }
}

/** Everything booked on the records; one that several files of an administration list was added up already. */
function evidenceOf(group: readonly Member[]): Evidence | undefined {
  const accounts = new Map(
    group.flatMap(({ scope, relation: { sourceId }, evidence }) =>
      evidence ? [[JSON.stringify([scope, sourceId]), evidence] as const] : [],
    ),
  )
  const [first, ...rest] = [...accounts].sort(([a], [b]) => order(a, b)).map(([, evidence]) => evidence)
  return first && rest.reduce(addEvidence, first)
}

const activityOrder: readonly Activity[] = ['active', 'dormant', 'unknown', 'inactive']
const kindOrder: readonly Proposal['kind'][] = ['organisation', 'person', 'collective_account']

/** Companies first, the active ones before the others. */
const rank = ({ kind, content }: Proposal): number =>
  kindOrder.indexOf(kind) * activityOrder.length + activityOrder.indexOf(content.books.activity)

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
