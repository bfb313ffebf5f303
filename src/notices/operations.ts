import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  type Clock,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
} from '../core/index.ts'
import type { NoticeRow } from './notice-table.ts'
import { isUnanswered, type Notices } from './notices.ts'

export interface NoticesOperationsDeps {
  readonly notices: Notices
  readonly clock: Clock
  /** The parties whose data this caller decides about. */
  readonly subjectsOf: (caller: Caller) => Promise<readonly string[]>
  /** A claim as people write it, such as `company-profile.email`. */
  readonly claimName: (claim: NoticeRow['claims'][number]) => string
  /** When the recipient last looked under this grant since it was told; null when it did not. */
  readonly readSince: (notice: NoticeRow) => Promise<number | null>
}

const time = z.iso.datetime()
const states = z.enum(['waiting', 'told', 'acknowledged', 'impossible'])

const noticeOutput = z.object({
  id: z.string(),
  kind: z.enum(['corrected', 'ended']),
  recipient: z.object({ did: z.string(), name: z.string() }),
  grant: z.string(),
  claims: z.array(z.string()),
  state: states,
  reason: z.string().nullable().describe('why the grant ended'),
  outcome: z.string().nullable().describe('why the recipient could do nothing with it'),
  tries: z.number().int(),
  last_error: z.string().nullable(),
  made_at: time,
  told_at: time.nullable(),
  read_at: time.nullable().describe('when the recipient looked under the grant since'),
  settled_at: time.nullable(),
  unanswered: z.boolean().describe('told, and silent for three days: tell it again, or call'),
})

export function noticesOperations(deps: NoticesOperationsDeps): AnyOperation[] {
  const { notices, subjectsOf } = deps
  const describe = async (row: NoticeRow) => ({
    id: row.id,
    kind: row.kind,
    recipient: { did: row.recipient, name: row.recipientName },
    grant: row.grantId,
    claims: row.claims.map(deps.claimName),
    state: row.state,
    reason: row.reason,
    outcome: row.outcomeCode,
    tries: row.attempts,
    last_error: row.lastError,
    made_at: isoTime(row.createdAt),
    told_at: isoTimeOrNull(row.toldAt),
    read_at: isoTimeOrNull(await deps.readSince(row)),
    settled_at: isoTimeOrNull(row.settledAt),
    unanswered: isUnanswered(row, deps.clock.now()),
  })
  return [
    operation({
      name: 'notices.list',
      summary: 'Who was told of your corrections and of grants that ended, and what each made of it',
      method: 'GET',
      path: '/notices',
      input: z.strictObject({
        ...pageInput,
        grant: z.string().max(100).optional(),
        state: states.optional(),
        unanswered: z.boolean().optional().describe('only who was told and stays silent'),
      }),
      output: pageOf(noticeOutput),
      allow: { users: ['signed_in'] },
      run: async ({ grant, state, unanswered, ...page }, { caller }) => {
        const filter = {
          ...(grant && { grant }),
          ...(state && { state }),
          ...(unanswered && { unanswered }),
        }
        const found = await notices.list(await subjectsOf(caller), page, filter)
        const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null
        return { items: await Promise.all(found.map(describe)), next }
      },
    }),
    operation({
      name: 'notices.resend',
      summary: 'Tell a recipient once more what did not arrive, or what it could do nothing with',
      method: 'POST',
      path: '/notices/:id/resend',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: noticeOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id }, { caller }) => describe(await notices.resend(await subjectsOf(caller), id, caller)),
    }),
  ]
}
