import type { z } from 'zod'
import { isoTime } from '../core/index.ts'
import { agedSince } from './merge-content.ts'
import { comparable, ownFieldOf, ownValues } from './own-fields.ts'
import type { PartnerContent } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'
import type { differenceOutput, SharedValue } from './shared-values.ts'

type Difference = z.input<typeof differenceOutput>

/**
 * Where what we imported is not what the partner itself lets us see: which fields, and how old both are. What the caller
 * may not see is not compared: by changing our copy one could guess at it.
 */
export function differencesOf(
  { row, content }: { readonly row: PartnerRow; readonly content: PartnerContent },
  shared: readonly Pick<SharedValue, 'claim' | 'subject' | 'value' | 'asOf' | 'grantId'>[],
): Difference[] {
  return shared.flatMap(({ claim, subject, value, asOf, grantId }) => {
    const field = ownFieldOf(claim)
    if (field === undefined || subject !== row.did || value === null || grantId === null) return []
    const ours = ownValues(content)[field]
    const theirs = comparable(field, value)
    if (ours === undefined || theirs === undefined || comparable(field, ours) === theirs) return []
    const ages = { ours_as_of: isoTime(agedSince(row, content, field)), theirs_as_of: isoTime(asOf) }
    return [{ field, claim, grant: grantId, ...ages }]
  })
}
