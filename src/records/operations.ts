import { z } from 'zod'
import { type AnyOperation, type Did, isoTime, operation } from '../core/index.ts'
import type { ChangeFeed } from './change-feed.ts'

export interface RecordsOperationsDeps {
  readonly feed: ChangeFeed
  /** Our own ids of partners by their DIDs; those we have none of are left out. */
  readonly partnerIds: (dids: readonly Did[]) => Promise<ReadonlyMap<string, string>>
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: string) => Promise<string | null>
}

const changeOutput = z.object({
  seq: z.int().describe('its place in the order in which changes were made'),
  at: z.iso.datetime(),
  partner: z.object({ did: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  grant: z.string(),
  kind: z
    .enum(['value_read', 'value_changed', 'value_withdrawn', 'outdated'])
    .describe('outdated: the partner says it changed, and it was not read again yet'),
  claims: z.array(z.string()).describe('names, never values'),
})

export function recordsOperations({
  feed,
  partnerIds,
  organisationName,
}: RecordsOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'partners.changes',
      summary:
        'What changed in what partners let us see, oldest first: to keep other systems up to date. Kept for some ' +
        'months: who asks for older changes hears changes_too_old, reads the partners anew, and goes on after resume_after',
      method: 'GET',
      path: '/partners/changes',
      input: z.strictObject({
        after: z
          .string()
          .regex(/^\d{1,15}$/)
          .default('0')
          .describe('where you were: the cursor of the last answer'),
        limit: z.coerce.number().int().min(1).max(1_000).default(200).describe('changes an answer'),
      }),
      output: z.object({
        items: z.array(changeOutput),
        cursor: z.string().describe('where to go on from, also when nothing changed yet'),
        more: z.boolean().describe('whether more waits there already'),
      }),
      allow: { users: ['account_manager', 'coordinator', 'administrator'], clients: 'partners:read' },
      run: async ({ after, limit }) => {
        const found = await feed.list(Number(after), limit + 1)
        const items = found.slice(0, limit)
        const dids = [...new Set(items.map(({ partner }) => partner))]
        const ids = await partnerIds(dids)
        const names = new Map(
          await Promise.all(dids.map(async (did) => [did, await organisationName(did)] as const)),
        )
        return {
          items: items.map(({ seq, at, partner, grantId, kind, claims }) => ({
            seq,
            at: isoTime(at),
            partner: { did: partner, id: ids.get(partner) ?? null, name: names.get(partner) ?? null },
            grant: grantId,
            kind,
            claims: [...claims],
          })),
          cursor: String(items.at(-1)?.seq ?? Number(after)),
          more: found.length > limit,
        }
      },
    }),
  ]
}
