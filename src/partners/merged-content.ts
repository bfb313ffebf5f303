import { addEvidence, later, mostActive } from './import/index.ts'
import { mergeContent } from './merge-content.ts'
import type { PartnerBooks, PartnerContent } from './partner.ts'

/** Two partners that are one: what the one that stays says counts, the other fills its gaps. */
export function mergedContent(stays: PartnerContent, goes: PartnerContent): PartnerContent {
  const { taken, ...own } = stays
  const { taken: _others, ...other } = goes
  const merged = mergeContent(other, own)
  return { ...merged, books: mergedBooks(own.books, other.books), ...(taken && { taken }) }
}

/** They were two accounts in the books: what was booked on both is added up. */
function mergedBooks(stays: PartnerBooks, goes: PartnerBooks): PartnerBooks {
  const evidence =
    stays.evidence && goes.evidence
      ? addEvidence(stays.evidence, goes.evidence)
      : (stays.evidence ?? goes.evidence)
  const until = later(stays.until, goes.until)
  return {
    activity: mostActive([stays.activity, goes.activity]),
    ...(evidence && { evidence }),
    ...(until !== undefined && { until }),
  }
}
