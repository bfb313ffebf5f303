import { z } from 'zod'
import {
  type AnyOperation,
  type Clock,
  type Did,
  isoTime,
  isRefusal,
  operation,
  rankedPageInput,
} from '../core/index.ts'
import { type CredentialTypes, formatClaimRef } from '../credentials/index.ts'
import type { Partners } from '../partners/index.ts'
import type { Side } from './balance.ts'
import { type CountedGrant, DAY_MS, type Period, type Reciprocal, type Reciprocity } from './reciprocity.ts'

export interface ReciprocityOperationsDeps {
  readonly reciprocity: Reciprocity
  readonly partners: Pick<Partners, 'find' | 'idsByDid'>
  /** Whom a DID, KVK number or name means. @throws Refusal `partner_unknown` and others */
  readonly identify: (reference: string) => Promise<Did>
  readonly types: CredentialTypes
  readonly clock: Clock
  readonly threshold: number
}

const allow = { users: ['account_manager', 'coordinator', 'administrator'] } as const
const YEAR_DAYS = 365

const sideOutput = z.object({
  live_grants: z.int(),
  past_grants: z.int(),
  by_persons: z.int().describe('of these grants: given by people, for their own data'),
  claims: z.int().describe('different claims that are open now'),
  purposes: z.int(),
  looks: z.int().describe('times the other side looked, in the period'),
})
const balanceOutput = z.object({
  state: z
    .enum(['in_balance', 'we_get_more', 'they_get_more'])
    .describe(
      'out of balance from so many claims more on one side as the threshold says; looks do not decide',
    ),
  difference: z.int().describe('claims we see minus claims they see'),
  looks: z.int().describe('times we looked minus times they looked'),
  threshold: z.int(),
})
const periodOutput = z.object({ since: z.iso.date(), until: z.iso.date() })
const grantOutput = z.object({
  id: z.string(),
  claims: z.array(z.string()),
  purpose: z.array(z.string()),
  state: z.enum(['live', 'ended']),
  until: z.iso.datetime(),
})
const summary = {
  partner: z.object({ did: z.string(), id: z.string().nullable(), name: z.string() }),
  gave: sideOutput.describe('what we let them see'),
  got: sideOutput.describe('what they let us see'),
  balance: balanceOutput,
}
const periodInput = {
  since: z.iso.date().optional().describe('first day of which looks count; a year ago unless told'),
  until: z.iso.date().optional().describe('last day; today unless told'),
}

/** What we and partners give each other. Of people’s own grants only numbers are told. */
export function reciprocityOperations(deps: ReciprocityOperationsDeps): AnyOperation[] {
  const { reciprocity, partners, types, clock, threshold } = deps
  const describe = ({ partner, name, gave, got, balance }: Reciprocal, id: string | null) => ({
    partner: { did: partner, id, name },
    ...{ gave: asSide(gave), got: asSide(got) },
    balance: { ...balance, threshold },
  })
  const asGrant = ({ id, claims, purpose, isLive, expiresAt }: CountedGrant) => ({
    id,
    claims: claims.map(({ vct, path }) => formatClaimRef({ type: types.find(vct)?.name ?? vct, path })),
    purpose: [...purpose],
    state: isLive ? ('live' as const) : ('ended' as const),
    until: isoTime(expiresAt),
  })
  return [
    operation({
      name: 'partners.reciprocity',
      summary: 'What we and each partner let the other see: who is out of balance comes first',
      method: 'GET',
      path: '/partners/reciprocity',
      input: z.strictObject({
        ...periodInput,
        out_of_balance: z.boolean().default(false).describe('only those'),
        ...rankedPageInput,
      }),
      output: z.object({
        items: z.array(z.object(summary)),
        next: z.string().nullable(),
        period: periodOutput,
      }),
      allow,
      run: async ({ since, until, out_of_balance, ...page }) => {
        const period = periodOf(clock, since, until)
        const { items, next } = await reciprocity.list(period, page, out_of_balance)
        const ids = await partners.idsByDid(items.map(({ partner }) => partner))
        return {
          items: items.map((one) => describe(one, ids.get(one.partner) ?? null)),
          ...{ next, period: asPeriod(period) },
        }
      },
    }),
    operation({
      name: 'partners.balance',
      summary: 'What we and one partner let the other see, grant by grant, and how often each looked',
      method: 'GET',
      path: '/partners/:partner/balance',
      positional: ['partner'],
      input: z.strictObject({
        partner: z.string().min(1).max(300).describe('its id, DID, KVK number or name'),
        ...periodInput,
      }),
      output: z.object({
        ...summary,
        period: periodOutput,
        gave_grants: z.array(grantOutput).describe('the company’s own; people’s are counted only'),
        got_grants: z.array(grantOutput),
      }),
      allow,
      run: async ({ partner: reference, since, until }) => {
        const period = periodOf(clock, since, until)
        const { did, id, name } = await whom(deps, reference)
        const none = { gave: [], got: [] }
        const [found, grants] = await Promise.all([
          reciprocity.of(did ?? ('' as Did), period),
          did ? reciprocity.grants(did) : none,
        ])
        return {
          ...describe({ ...found, name: name || found.name }, id),
          period: asPeriod(period),
          gave_grants: grants.gave.map(asGrant),
          got_grants: grants.got.map(asGrant),
        }
      },
    }),
  ]
}

/** A partner of ours, or an organisation that is none. @throws Refusal `partner_unknown` and others */
async function whom(
  { partners, identify }: Pick<ReciprocityOperationsDeps, 'partners' | 'identify'>,
  reference: string,
) {
  const known = await partners.find(reference).catch((error: unknown) => {
    if (isRefusal(error, 'partner_unknown')) return null
    throw error
  })
  if (known) return { did: known.row.did, id: known.row.id, name: known.content.name }
  return { did: await identify(reference), id: null, name: '' }
}

const asSide = ({ live, past, byPersons, claims, purposes, looks }: Side): z.input<typeof sideOutput> => ({
  ...{ live_grants: live, past_grants: past, by_persons: byPersons },
  ...{ claims, purposes, looks },
})

function periodOf(clock: Clock, since: string | undefined, until: string | undefined): Period {
  const last = until === undefined ? Math.floor(clock.now() / DAY_MS) : Date.parse(until) / DAY_MS
  return { from: since === undefined ? last - YEAR_DAYS : Date.parse(since) / DAY_MS, until: last }
}

const dayOf = (day: number): string => isoTime(day * DAY_MS).slice(0, 10)
const asPeriod = ({ from, until }: Period) => ({ since: dayOf(from), until: dayOf(until) })
