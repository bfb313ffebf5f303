import { z } from 'zod'
import { type AnyOperation, type Caller, isoTime, operation, rankedPageInput } from '../core/index.ts'
import {
  type Partner,
  type Partners,
  qualityCodes,
  qualityReasonOutput,
  type ShownData,
  shownInList,
} from '../partners/index.ts'
import { type Bounces, bouncingFields, type NewBounce } from './bounces.ts'
import type { Duplicates } from './duplicates.ts'
import type { QualityOverview } from './overview.ts'

export interface QualityOperationsDeps {
  readonly overview: QualityOverview
  readonly bounces: Bounces
  readonly duplicates: Duplicates
  readonly partners: Pick<Partners, 'byIds'>
  /** Writes down that data of persons is shown, before it is. */
  readonly whenShown: (caller: Caller, shown: readonly ShownData[]) => Promise<void>
  /** Judges what changed since. */
  readonly catchUp: () => Promise<unknown>
}

const users = ['account_manager', 'coordinator', 'administrator'] as const
const time = z.iso.datetime()
const partnerRef = z.object({ id: z.string(), name: z.string(), did: z.string().nullable() })
const refOf = ({ row, content }: Partner) => ({ id: row.id, name: content.name, did: row.did })
const keyKinds = z.enum(['kvk', 'vat', 'iban', 'name_postcode'])

/** How good what we have of partners is, and what can be done about it. */
export function qualityOperations(deps: QualityOperationsDeps): AnyOperation[] {
  const { overview, bounces, duplicates, partners } = deps
  return [
    operation({
      name: 'partners.quality',
      summary: 'Of which partners our data may not be right, the worst first, and why',
      method: 'GET',
      path: '/partners/quality',
      input: z.strictObject({
        reason: z.enum(qualityCodes).optional().describe('only those with this reason'),
        activity: z.enum(['active', 'dormant', 'inactive', 'unknown']).optional(),
        ...rankedPageInput,
      }),
      output: z.object({
        items: z.array(
          z.object({
            partner: partnerRef,
            points: z.int().describe('the sum of the reasons'),
            reasons: z.array(qualityReasonOutput),
          }),
        ),
        next: z.string().nullable(),
        waiting: z.boolean().describe('some partners are still to be looked at: ask again in a minute'),
      }),
      allow: { users, clients: 'partners:read' },
      run: async ({ reason, activity, ...page }, { caller }) => {
        const filter = { ...(reason && { reason }), ...(activity && { activity }) }
        const { items, next, waiting } = await overview.list(caller, filter, page)
        await deps.whenShown(
          caller,
          items.flatMap(({ partner }) => shownInList(partner)),
        )
        return {
          items: items.map(({ partner, points, reasons }) => ({
            ...{ partner: refOf(partner), points, reasons: [...reasons] },
          })),
          ...{ next, waiting },
        }
      },
    }),
    operation({
      name: 'partners.bounced',
      summary: 'Report that what was sent to a partner came back: mail, post, or a call that found nobody',
      method: 'POST',
      path: '/partners/bounces',
      input: z
        .strictObject({
          partner: z.string().min(1).max(300).describe('its id, DID, KVK number or name'),
          field: z.enum(bouncingFields).optional().describe('what of our own copy'),
          value: z
            .string()
            .min(1)
            .max(300)
            .optional()
            .describe('with a field: what it was sent to, if you know'),
          claim: z
            .string()
            .max(200)
            .optional()
            .describe('or a claim it lets us see, such as contact-person.email'),
          subject: z
            .string()
            .max(2048)
            .optional()
            .describe('with a claim: whose it is, where several people have it'),
          kind: z.enum(['hard', 'soft']).describe('hard: for good; soft: for now'),
          at: time.optional().describe('when; now unless told'),
        })
        .refine(
          ({ field, claim }) => (field === undefined) !== (claim === undefined),
          'name a field or a claim',
        )
        .refine(
          ({ field, value }) => value === undefined || field !== undefined,
          'a value goes with a field',
        ),
      output: z.object({
        id: z.string(),
        partner: z.string(),
        what: z.string(),
        kind: z.enum(['hard', 'soft']),
        count: z.int().describe('how often; the same within an hour counts once'),
        first_at: time,
        last_at: time,
      }),
      status: 201,
      allow: { users, clients: 'partners:report' },
      run: async (input, { caller }) => {
        const row = await bounces.report(caller, bounceOf(input))
        return {
          ...{ id: row.id, partner: row.partnerId, what: row.what, kind: row.kind, count: row.count },
          first_at: isoTime(row.firstAt),
          last_at: isoTime(row.lastAt),
        }
      },
    }),
    operation({
      name: 'partners.duplicates',
      summary: 'Partners that seem to be the same one, the likeliest first',
      method: 'GET',
      path: '/partners/duplicates',
      input: z.strictObject(rankedPageInput),
      output: z.object({
        items: z.array(
          z.object({
            partners: z.array(partnerRef).length(2),
            on: z.array(keyKinds).describe('what they have in common'),
            score: z.int().describe('KVK 100, VAT 60, IBAN 50, name and postcode 40; together at most 100'),
          }),
        ),
        next: z.string().nullable(),
      }),
      allow: { users, clients: 'partners:read' },
      run: async (page, { caller }) => {
        await deps.catchUp()
        const { items, next } = await duplicates.list(page)
        const ids = [...new Set(items.flatMap(({ a, b }) => [a, b]))]
        const found = await partners.byIds(ids)
        await deps.whenShown(caller, found.flatMap(shownInList))
        const opened = new Map(found.map((one) => [one.row.id, refOf(one)]))
        return {
          items: items.flatMap(({ a, b, on, score }) => {
            const both = [a, b].flatMap((id) => opened.get(id) ?? [])
            return both.length === 2 ? [{ partners: both, on: [...on], score }] : []
          }),
          next,
        }
      },
    }),
    operation({
      name: 'partners.different',
      summary: 'Say that two partners are not the same one, however much alike they are',
      method: 'POST',
      path: '/partners/duplicates/different',
      positional: ['one', 'other'],
      input: z.strictObject({ one: z.string().max(100), other: z.string().max(100) }),
      output: z.object({ one: z.string(), other: z.string() }),
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ one, other }, { caller }) => {
        await duplicates.sayDifferent(caller, one, other)
        return { one, other }
      },
    }),
  ]
}

interface BounceInput {
  readonly partner: string
  readonly field?: (typeof bouncingFields)[number] | undefined
  readonly value?: string | undefined
  readonly claim?: string | undefined
  readonly subject?: string | undefined
  readonly kind: 'hard' | 'soft'
  readonly at?: string | undefined
}

const bounceOf = ({ partner, field, value, claim = '', subject, kind, at }: BounceInput): NewBounce => ({
  ...{ partner, kind },
  of: field
    ? { field, ...(value !== undefined && { value }) }
    : { claim, ...(subject !== undefined && { subject }) },
  ...(at !== undefined && { at: Date.parse(at) }),
})
