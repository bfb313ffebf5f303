import { diffLines } from 'diff'
import type { Terms } from './terms.ts'

/** A piece of text that is in both versions, or only in the older or the newer. */
export interface Piece {
  readonly change: 'same' | 'added' | 'removed'
  readonly text: string
}

/** What differs between two versions, line by line: the text, and what is agreed beside it. */
export const differences = (before: Terms, after: Terms): Piece[] =>
  diffLines(asText(before), asText(after)).map(({ added, removed, value }) => ({
    change: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }))

/** Everything that is signed and that people decide about; also what stands in no clause. */
const asText = (terms: Terms): string =>
  [
    `title: ${terms.title}`,
    `starts_on: ${terms.starts_on}`,
    `ends_on: ${terms.ends_on ?? '-'}`,
    `notice: ${terms.notice}`,
    `renewal: ${terms.renewal ?? '-'}`,
    `surviving: ${terms.surviving.join(' · ') || '-'}`,
    `trade_secrets: ${terms.trade_secrets ? 'yes' : 'no'}`,
    '',
    terms.body,
    '',
  ].join('\n')
