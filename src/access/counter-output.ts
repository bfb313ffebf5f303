import { z } from 'zod'
import { isoTime } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { CounterOfferRow } from './counter-table.ts'
import { refOf, time } from './operation-values.ts'

/** The exchange that a request is part of, on either side of it. */
export const counterOutput = z
  .object({
    id: z.string().describe('what both sides call it'),
    made_by: z.enum(['us', 'partner']),
    state: z
      .enum(['open', 'in_force', 'ended'])
      .describe(
        'open: not both gave yet, and neither can read; in_force: both did; ended: the one with the other',
      ),
    ended: z.string().nullable().describe('why it ended'),
    their_request: z.string().describe('the partner’s request, as access.list has it'),
    our_request: z.string().describe('our request, as access.sent has it'),
    in_return: z.array(z.string()).describe('what whoever made it opens in return'),
    in_return_until: time,
    answer_by: time,
  })
  .nullable()
  .describe('yes, if I may see yours: what is asked or given in return')

export const asCounter = (
  types: CredentialTypes,
  row: CounterOfferRow | undefined,
): z.output<typeof counterOutput> =>
  row
    ? {
        id: row.exchange,
        made_by: row.side === 'made' ? 'us' : 'partner',
        state: row.state,
        ended: row.endedCode,
        their_request: row.receivedRequestId,
        our_request: row.sentRequestId,
        in_return: row.offered.claims.map((claim) => refOf(types, claim)),
        in_return_until: isoTime(row.offered.until),
        answer_by: isoTime(row.expiresAt),
      }
    : null
