import { z } from 'zod'
import { type AnyOperation, isoTime, operation } from '../core/index.ts'
import { subjectsOf } from './may-decide.ts'
import { type AccessOperationsDeps, lastMoment, refOf, time, untilInput } from './operation-values.ts'

const id = z.string().max(100)
const settingsOutput = z.object({
  expiring_days: z.int().describe('a grant that ends within so many days is announced'),
  waiting_days: z.int().describe('a request that waits so many days is announced, and again after as many'),
})
const days = z.coerce.number().int().min(1)

const expiringOutput = z.object({
  grant: z.string(),
  side: z.enum(['given', 'held']),
  partner: z.object({ did: z.string(), name: z.string() }),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  until: time,
  next: z.enum(['access.renew']).nullable().describe('what can be done about one we hold'),
})

/** What waits and what ends: put off, asked after, announced. */
export function reminderOperations({
  clock,
  parties,
  reminders,
  types,
}: AccessOperationsDeps): AnyOperation[] {
  const show = ({ expiringDays, waitingDays }: Awaited<ReturnType<typeof reminders.settings>>) => ({
    expiring_days: expiringDays,
    waiting_days: waitingDays,
  })
  return [
    operation({
      name: 'access.defer',
      summary: 'Put a request off until a day; who asked is told nothing but that it waits',
      method: 'POST',
      path: '/access/requests/:id/deferral',
      positional: ['id'],
      input: z.strictObject({ id, until: untilInput }),
      output: z.object({ id: z.string(), deferred_until: time }),
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const { until } = await reminders.defer(caller, input.id, lastMoment(input.until, clock))
        return { id: input.id, deferred_until: isoTime(until) }
      },
    }),
    operation({
      name: 'access.nudge',
      summary: 'Ask a partner after a request of ours that waits: once a week, three times at most',
      method: 'POST',
      path: '/access/requests/sent/:id/nudge',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: z.object({ id: z.string(), state: z.string() }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'] },
      run: async (input, { caller }) => {
        const { id, state } = await reminders.nudge(caller, input.id)
        return { id, state }
      },
    }),
    operation({
      name: 'access.expiring',
      summary: 'Grants that end soon: those you gave, and those we hold and can ask to renew',
      method: 'GET',
      path: '/access/grants/expiring',
      input: z.strictObject({}),
      output: z.object({ items: z.array(expiringOutput) }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const mayRenew =
          caller.kind === 'user' &&
          caller.roles.some((role) => ['account_manager', 'coordinator', 'administrator'].includes(role))
        const { given, held } = await reminders.expiring(await subjectsOf(parties, caller))
        const items = [
          ...given.map((grant) => ({
            ...grant,
            side: 'given' as const,
            partner: { did: grant.grantee, name: grant.granteeName },
            claims: grant.tuples,
            next: null,
          })),
          // Whoever may not read them has no business with them here either.
          ...(mayRenew ? held : []).map((grant) => ({
            ...grant,
            side: 'held' as const,
            partner: { did: grant.partner, name: grant.partnerName },
            next: 'access.renew' as const,
          })),
        ]
        return {
          items: items.map(({ id, side, partner, claims, purpose, expiresAt, next }) => ({
            grant: id,
            ...{ side, partner, next },
            claims: claims.map((claim) => refOf(types, claim)),
            purpose: [...purpose],
            until: isoTime(expiresAt),
          })),
        }
      },
    }),
    operation({
      name: 'reminders.show',
      summary: 'When requests that wait and grants that end are announced',
      method: 'GET',
      path: '/reminders',
      input: z.strictObject({}),
      output: settingsOutput,
      allow: { users: ['signed_in'] },
      run: async () => show(await reminders.settings()),
    }),
    operation({
      name: 'reminders.set',
      summary:
        'Say how many days before its end a grant is announced, and after how many a request that waits',
      method: 'POST',
      path: '/reminders',
      input: z.strictObject({
        expiring_days: days.max(365).optional(),
        waiting_days: days.max(60).optional(),
      }),
      output: settingsOutput,
      allow: { users: ['administrator'] },
      run: async ({ expiring_days, waiting_days }, { caller }) =>
        show(
          await reminders.set(caller, {
            ...(expiring_days !== undefined && { expiringDays: expiring_days }),
            ...(waiting_days !== undefined && { waitingDays: waiting_days }),
          }),
        ),
    }),
  ]
}
