import { newId } from '../core/index.ts'
import { type PlanDeps, type PlannedChange, planChanges } from './import-plan.ts'
import { differsInNetwork, type NetworkAnswers, networkColumns } from './network.ts'
import { namesAnother, type PartnerContent } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'
import { informBy, type PersonIn, personIn } from './person-in.ts'
import type { Proposal } from './proposal.ts'
import { sealContent } from './sealed-partner.ts'

/** What an import did. */
export interface ImportResult {
  readonly new: number
  readonly changed: number
  readonly same: number
  /** Relations that were not picked. */
  readonly skipped: number
  /** Records that went together into one partner with another. */
  readonly merged: number
  /** Bad records, kept apart. */
  readonly rejected: number
  /** Partners with a person who must be told that we have her data, and by when. */
  readonly toInform: { readonly count: number; readonly dueAt: number } | null
}

/** A file that was read. */
export interface SourceFile {
  readonly name: string
  readonly format: 'xaf' | 'csv' | 'vcf'
}

/** A person whom an import brought, or brought again. */
export interface ImportedPerson extends PersonIn {
  readonly partnerId: string
  readonly sources: readonly SourceFile[]
}

/** Of some of the chosen relations: the rows to write, and what that amounts to. */
export interface PlannedRows {
  readonly fresh: readonly PartnerRow[]
  readonly changed: readonly PartnerRow[]
  /** Of those that say something else than before: what they said. */
  readonly before: ReadonlyMap<string, PartnerRow>
  readonly persons: readonly ImportedPerson[]
  readonly counts: Pick<ImportResult, 'new' | 'changed' | 'same' | 'merged' | 'toInform'>
}

/** Works out what importing these relations changes in the list of partners as it is now. */
export async function planRows(
  deps: PlanDeps,
  chosen: readonly Proposal[],
  answers: NetworkAnswers,
  files: readonly SourceFile[],
  now: number,
): Promise<PlannedRows> {
  const planned = await planChanges(deps, chosen)
  const fresh: PartnerRow[] = []
  const changed: PartnerRow[] = []
  const before = new Map<string, PartnerRow>()
  const persons: ImportedPerson[] = []
  const dueDates: number[] = []
  for (const one of planned) {
    const row = await rowAfter(deps, one, answers, now)
    persons.push(...personsOf(one, row, files))
    if (!row) continue
    if (one.action === 'new') fresh.push(row)
    else changed.push(row)
    if (one.action === 'changed') before.set(row.id, one.row)
    const dueBefore = one.action === 'new' ? null : one.row.informDueAt
    if (row.informDueAt !== null && row.informDueAt !== dueBefore) dueDates.push(row.informDueAt)
  }
  const of = (action: PlannedChange['action']) => planned.filter((one) => one.action === action).length
  const records = chosen.reduce((sum, proposal) => sum + proposal.records.length, 0)
  const [dueAt] = dueDates
  const toInform = dueAt === undefined ? null : { count: dueDates.length, dueAt }
  const counts = { new: of('new'), changed: of('changed'), same: of('same'), toInform }
  return { fresh, changed, before, persons, counts: { ...counts, merged: records - chosen.length } }
}

/** What was done so far, and this too. */
export const addCounts = (a: ImportResult, b: PlannedRows['counts']): ImportResult => ({
  ...a,
  ...{
    new: a.new + b.new,
    changed: a.changed + b.changed,
    same: a.same + b.same,
    merged: a.merged + b.merged,
  },
  toInform: b.toInform
    ? { count: (a.toInform?.count ?? 0) + b.toInform.count, dueAt: a.toInform?.dueAt ?? b.toInform.dueAt }
    : a.toInform,
})

/** Whoever the row names after the import, and in which of these files she was. */
function personsOf(
  planned: PlannedChange,
  after: PartnerRow | undefined,
  files: readonly SourceFile[],
): ImportedPerson[] {
  const { proposal } = planned
  const row = planned.action === 'new' ? after : planned.row
  const person = personIn(planned.action === 'new' ? proposal.content : planned.content)
  if (!row || !person) return []
  const names = new Set(proposal.records.map(({ file }) => file))
  return [{ ...person, partnerId: row.id, sources: files.filter(({ name }) => names.has(name)) }]
}

/** The row after the change; undefined when nothing changes, not even where it stands in the network. */
async function rowAfter(
  deps: PlanDeps,
  planned: PlannedChange,
  answers: NetworkAnswers,
  now: number,
): Promise<PartnerRow | undefined> {
  if (planned.action === 'new') return newRow(deps, planned.proposal, answers, now)
  const { row, known, content } = planned
  const network = networkColumns(row, content.kvk ?? null, answers, now)
  if (planned.action === 'same') return differsInNetwork(row, network) ? { ...row, ...network } : undefined
  // What comes from the books is as old as they are from now on.
  const taken = content.taken && { ...content.taken, importedAt: now }
  return {
    ...row,
    ...(await sealContent(deps, row.id, { ...content, ...(taken && { taken }) })),
    ...network,
    ...(namesAnother(known, content) ? { informDueAt: informBy(content, now) ?? null } : {}),
    ...(wasBookedSince(row, content) && { inactiveSaidAt: null }),
    updatedAt: now,
  }
}

/** Somebody said that it is inactive, and it was dealt with after that day. */
const wasBookedSince = ({ inactiveSaidAt }: PartnerRow, { books }: PartnerContent): boolean =>
  inactiveSaidAt !== null && (books.evidence?.last ?? '') > dayOfTime(inactiveSaidAt)

const dayOfTime = (at: number): string => new Date(at).toISOString().slice(0, 10)

async function newRow(
  deps: PlanDeps,
  { key, content }: Proposal,
  answers: NetworkAnswers,
  now: number,
): Promise<PartnerRow> {
  const id = newId()
  return {
    id,
    naturalKey: key,
    ...(await sealContent(deps, id, content)),
    ...networkColumns(null, content.kvk ?? null, answers, now),
    informDueAt: informBy(content, now) ?? null,
    inactiveSaidAt: null,
    createdAt: now,
    updatedAt: now,
  }
}
