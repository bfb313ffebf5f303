import type { FileHead } from './checked-file.ts'
import type { PlannedChange } from './import-plan.ts'

export const countNames = [
  'records',
  'relations',
  'rejected',
  'rows',
  'organisations',
  'proposed',
  'new',
  'changed',
  'same',
  'active',
  'dormant',
  'inactive',
  'unknown',
  'without_email',
  'bsn_shaped',
] as const

/** How many of what an import would bring are what. */
export type PreviewCounts = Record<(typeof countNames)[number], number>

/** What the files say of themselves; of what comes of them nothing is counted yet. */
export function countFiles(heads: readonly FileHead[]): PreviewCounts {
  const counts = Object.fromEntries(countNames.map((name) => [name, 0])) as PreviewCounts
  for (const { relations, rejected } of heads) {
    counts.records += relations + rejected
    counts.relations += relations
    counts.rejected += rejected
  }
  return counts
}

/** Counts one in. */
export function countIn(counts: PreviewCounts, { action, proposal }: PlannedChange): void {
  const { kind, content, proposed, notices } = proposal
  counts.rows += 1
  if (kind === 'organisation') counts.organisations += 1
  if (kind !== 'collective_account') counts[action] += 1
  if (proposed) counts.proposed += 1
  counts[content.books.activity] += 1
  if (content.details.email === undefined) counts.without_email += 1
  if (notices.includes('vat_bsn_shaped')) counts.bsn_shaped += 1
}
