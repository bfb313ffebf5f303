import { z } from 'zod'
import {
  type AnyOperation,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  requireUser,
} from '../../core/index.ts'
import type { Rechecks, ShownRecheck } from './rechecks.ts'

const recheckView = z.object({
  id: z.string(),
  case: z.string(),
  organisation: z.string(),
  at: z.iso.datetime(),
  outcome: z.enum(['same', 'different', 'failed']),
  fields: z.array(z.string()).describe('what differs; the values are in the case'),
  state: z.enum(['open', 'closed']),
  verdict: z.string().nullable(),
  closed_at: z.iso.datetime().nullable(),
})

/** What the yearly look at registered organisations found, for the reputation manager. */
export function recheckOperations({ rechecks }: { readonly rechecks: Rechecks }): AnyOperation[] {
  return [
    operation({
      name: 'registrations.rechecks.list',
      summary: 'Registered organisations of which the trade register says something else than a year ago',
      method: 'GET',
      path: '/registrations/rechecks',
      input: z.strictObject({ ...pageInput, state: z.enum(['open', 'closed']).optional() }),
      output: pageOf(recheckView),
      allow: { users: ['reputation_manager', 'servicedesk'] },
      run: async (input) => {
        const { items, next } = await rechecks.list(input)
        return { items: items.map(show), next }
      },
    }),
    operation({
      name: 'registrations.rechecks.close',
      summary: 'Say what a difference means, and close it',
      method: 'POST',
      path: '/registrations/rechecks/:id/close',
      input: z.strictObject({ id: z.uuid(), verdict: z.string().trim().min(1).max(2_000) }),
      output: recheckView,
      allow: { users: ['reputation_manager'] },
      positional: ['id'],
      run: async (input, { caller }) =>
        show(await rechecks.close(requireUser(caller), input.id, input.verdict)),
    }),
  ]
}

const show = (row: ShownRecheck): z.input<typeof recheckView> => ({
  ...{ id: row.id, case: row.caseId, organisation: row.organisation, at: isoTime(row.at) },
  ...{ outcome: row.outcome, fields: [...row.fields], state: row.state, verdict: row.verdict },
  closed_at: isoTimeOrNull(row.closedAt),
})
