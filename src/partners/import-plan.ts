import { Refusal } from '../core/index.ts'
import { In, type Store } from '../store/index.ts'
import { contactMark, erasedKey, namedIn, withoutPerson } from './contact.ts'
import { contactKey, marksOf } from './contacts.ts'
import { mergeContent } from './merge-content.ts'
import { goneInto } from './merged-keys.ts'
import { contentKey, type PartnerContent } from './partner.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'
import type { Proposal } from './proposal.ts'
import type { ProposalLine } from './proposal-index.ts'
import { openContent, type SealedPartnerDeps } from './sealed-partner.ts'

export interface PlanDeps extends SealedPartnerDeps {
  readonly store: Store
}

/** What the coordinator wants to have: the active companies, all companies, or relations by key. */
export type Choice = 'active' | 'all' | readonly string[]

/** The lines of what is chosen. @throws Refusal `import_nothing_picked`, `import_key_unknown`, `import_row_not_a_partner` */
export function pickProposals(lines: readonly ProposalLine[], choice: Choice): ProposalLine[] {
  const picked = typeof choice === 'string' ? pickCompanies(lines, choice) : pickKeys(lines, choice)
  if (picked.length > 0) return picked
  throw new Refusal(
    'unprocessable',
    'import_nothing_picked',
    'nothing is picked: without an audit file nobody can tell which companies are active',
  )
}

const pickCompanies = (lines: readonly ProposalLine[], choice: 'active' | 'all'): ProposalLine[] =>
  lines.filter(({ kind, proposed }) => proposed || (choice === 'all' && kind === 'organisation'))

function pickKeys(lines: readonly ProposalLine[], keys: readonly string[]): ProposalLine[] {
  const wanted = new Set(keys)
  const picked = lines.filter(({ key }) => wanted.has(key))
  if (picked.length < wanted.size)
    throw new Refusal('unprocessable', 'import_key_unknown', 'some keys are not in this import', {
      params: { unknown: wanted.size - picked.length },
    })
  if (picked.some(({ kind }) => kind === 'collective_account'))
    throw new Refusal(
      'unprocessable',
      'import_row_not_a_partner',
      'a collective account is nobody and cannot become a partner',
    )
  return picked
}

/** What importing a relation does to the list of partners. */
export type PlannedChange = { readonly proposal: Proposal } & (
  | { readonly action: 'new' }
  | {
      readonly action: 'changed' | 'same'
      readonly row: PartnerRow
      readonly known: PartnerContent
      /** What will be known after. */
      readonly content: PartnerContent
    }
)

/** `none`: a collective account, which can be no partner. */
export const plannedActions = ['new', 'changed', 'same', 'none'] as const
export type PlannedAction = (typeof plannedActions)[number]

export const actionOf = ({ action, proposal }: PlannedChange): PlannedAction =>
  proposal.kind === 'collective_account' ? 'none' : action

const AT_A_TIME = 200

/** Holds proposals against the partners there are. */
export async function planChanges(deps: PlanDeps, proposals: readonly Proposal[]): Promise<PlannedChange[]> {
  const planned: PlannedChange[] = []
  const key = contactKey(deps)
  for (let at = 0; at < proposals.length; at += AT_A_TIME) {
    const some = proposals.slice(at, at + AT_A_TIME)
    const found = await deps.store.reader.findBy(partnerTable, {
      naturalKey: In(some.flatMap((one) => [one.key, erasedKey(key, one.key)])),
    })
    const rowOf = new Map(found.map((row) => [row.naturalKey, row]))
    const foundIds = found.map(({ id }) => id)
    const goneIds = await goneInto(deps.store.reader, foundIds)
    const marks = await marksOf(deps.store.reader, [...foundIds, ...[...goneIds.values()].flat()])
    const erased = new Set(marks.flatMap(({ erasedAt, id }) => (erasedAt === null ? [] : [id])))
    for (const proposal of some) {
      const row = rowOf.get(proposal.key) ?? rowOf.get(erasedKey(key, proposal.key))
      const isErased = (name: string) =>
        row !== undefined &&
        [row.id, ...(goneIds.get(row.id) ?? [])].some((id) =>
          erased.has(`${id} ${contactMark(key, id, name)}`),
        )
      planned.push(await planOne(deps, withoutErased(proposal, isErased), row))
    }
  }
  return planned
}

/** Whoever had herself erased does not come back with the next import of the same books. */
function withoutErased(proposal: Proposal, isErased: (name: string) => boolean): Proposal {
  const name = namedIn(proposal.content)
  if (name === null || !isErased(name)) return proposal
  return { ...proposal, content: withoutPerson(proposal.content) }
}

async function planOne(
  deps: PlanDeps,
  proposal: Proposal,
  row: PartnerRow | undefined,
): Promise<PlannedChange> {
  if (!row) return { action: 'new', proposal }
  const known = await openContent(deps, row)
  const content = mergeContent(known, proposal.content)
  const action = contentKey(known) === contentKey(content) ? 'same' : 'changed'
  return { action, proposal, row, known, content }
}
