import type { GoodRecord } from './checked-file.ts'
import {
  type Activity,
  addEvidence,
  type Evidence,
  type ImportedRelation,
  type MergeReason,
  mergeRelations,
  mostActive,
  type Notice,
} from './import/index.ts'
import type { PartnerContent } from './partner.ts'

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

/** A record with what its file knows of it. */
export interface Member {
  readonly scope: string
  readonly file: string
  readonly relation: ImportedRelation
  readonly notices: GoodRecord['notices']
  readonly activity: Activity
  readonly evidence?: Evidence
  readonly until?: string
}

/** All records of one key together. Their order does not matter. */
export function proposalOf(
  key: string,
  unordered: readonly Member[],
  duplicates: Proposal['duplicates'],
): Proposal {
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
export const rank = ({ kind, content }: Proposal): number =>
  kindOrder.indexOf(kind) * activityOrder.length + activityOrder.indexOf(content.books.activity)

export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
