import { z } from 'zod'
import { type AnyOperation, isoTime, isoTimeOrNull, operation, pageInput, pageOf } from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import { type Figures, figureClaims, groupings } from './figures.ts'
import type { ListName, Lists, PublishedList } from './lists.ts'
import { PERIOD } from './period.ts'
import type { ReceivedStatements } from './received-statements.ts'
import type { PeerFigureRow } from './sharing-tables.ts'
import type { OpenStatement, Statements } from './statements.ts'

export interface SharingOperationsDeps {
  readonly lists: Lists
  readonly statements: Statements
  readonly received: ReceivedStatements
  readonly figures: Figures
}

const time = z.iso.datetime()
const text = (max: number) => z.string().trim().min(1).max(max)
const period = z.string().regex(PERIOD).describe('2026, 2026-Q3 or 2026-10')
const senders = ['account_manager', 'coordinator', 'administrator'] as const

const listOutput = z.object({
  id: z.string().describe('the credential'),
  list: z.enum(['products', 'prices', 'figures']),
  claims: z.record(z.string(), z.unknown()),
  published_at: time,
  until: time.nullable(),
})

const describeList = (list: ListName, { row, claims }: PublishedList): z.input<typeof listOutput> => ({
  id: row.id,
  list,
  claims: { ...claims },
  published_at: isoTime(row.issuedAt),
  until: isoTimeOrNull(row.expiresAt),
})

const product = z.strictObject({
  sku: text(50),
  gtin: text(14).optional(),
  name: text(150),
  description: text(300).optional(),
  brand: text(70).optional(),
  category: text(70).optional(),
  kind: z.enum(['product', 'service']).optional(),
})

const price = z.strictObject({
  sku: text(50),
  price: text(14),
  unit_code: text(3).optional(),
  min_quantity: z.int().optional(),
})

const statementOutput = z.object({
  id: z.string(),
  customer: z.object({ did: z.string(), name: z.string() }),
  claims: z.record(z.string(), z.unknown()),
  state: z.enum(['current', 'replaced', 'withdrawn']),
  offer: z.string().describe('see offers.list: whether the customer took it'),
  at: time,
  ended_at: time.nullable(),
})

const describeStatement = ({ row, claims }: OpenStatement): z.input<typeof statementOutput> => ({
  id: row.id,
  customer: { did: row.customer, name: row.customerName },
  claims: { ...claims },
  state: row.state,
  offer: row.offerId,
  at: isoTime(row.createdAt),
  ended_at: isoTimeOrNull(row.endedAt),
})

const rulesOutput = z.object({ min_group: z.int(), max_share: z.number().describe('per cent') })

/** What the organisation shares back: lists that partners read under grants, and statements to single customers. */
export function sharingOperations(deps: SharingOperationsDeps): AnyOperation[] {
  return [...listOperations(deps), ...statementOperations(deps), ...figureOperations(deps)]
}

function listOperations({ lists }: SharingOperationsDeps): AnyOperation[] {
  const set = async (list: ListName, claims: Claims, caller: Parameters<Lists['set']>[0]) =>
    describeList(list, await lists.set(caller, list, claims))
  return [
    operation({
      name: 'products.set',
      summary: 'Say which products and services we have: the whole list, signed',
      method: 'POST',
      path: '/sharing/products',
      input: z.strictObject({ products: z.array(product).min(1).max(200).describe('a JSON list') }),
      output: listOutput,
      status: 201,
      allow: { users: ['coordinator', 'administrator'] },
      run: (input, { caller }) => set('products', input, caller),
    }),
    operation({
      name: 'prices.set',
      summary: 'Say what our products and services cost: the whole list, signed',
      method: 'POST',
      path: '/sharing/prices',
      input: z.strictObject({
        price_currency: text(3).default('EUR').describe('ISO 4217'),
        valid_from: z.iso.date().optional(),
        valid_through: z.iso.date().optional(),
        prices: z.array(price).min(1).max(500).describe('a JSON list; price without VAT, such as 19.95'),
      }),
      output: listOutput,
      status: 201,
      allow: { users: ['coordinator', 'administrator'] },
      run: (input, { caller }) => set('prices', input, caller),
    }),
    operation({
      name: 'lists.show',
      summary: 'A list of ours as partners read it under a grant',
      method: 'GET',
      path: '/sharing/lists/:list',
      positional: ['list'],
      input: z.strictObject({ list: z.enum(['products', 'prices', 'figures']) }),
      output: listOutput,
      allow: { users: ['signed_in'] },
      run: async ({ list }) => describeList(list, await lists.require(list)),
    }),
    operation({
      name: 'lists.withdraw',
      summary: 'Take a list back: it is revoked, and opens nothing any more',
      method: 'POST',
      path: '/sharing/lists/:list/withdrawal',
      positional: ['list'],
      input: z.strictObject({ list: z.enum(['products', 'prices', 'figures']) }),
      output: z.object({ list: z.string(), state: z.literal('withdrawn') }),
      allow: { users: ['coordinator', 'administrator'] },
      run: async ({ list }, { caller }) => {
        await lists.withdraw(caller, list)
        return { list, state: 'withdrawn' as const }
      },
    }),
  ]
}

function statementOperations({ statements, received }: SharingOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'statements.set',
      summary:
        'State something of a period to one customer, signed; what was stated of the same period is revoked',
      method: 'POST',
      path: '/statements',
      input: z.strictObject({
        partner: text(300).describe('DID, KVK number or name'),
        period,
        customer_number: text(50).optional(),
        customer_since: z.iso.date().optional(),
        discount_percentage: z.number().min(0).max(100).optional(),
        payment_term_days: z.int().min(0).max(365).optional(),
        order_count: z.int().min(0).max(1e9).optional(),
        order_value: z.number().min(0).max(1e12).optional().describe('in euro'),
        remark: text(1000).optional(),
      }),
      output: statementOutput,
      status: 201,
      allow: { users: senders },
      run: async ({ partner, ...claims }, { caller }) =>
        describeStatement(await statements.set(caller, partner, claims)),
    }),
    operation({
      name: 'statements.list',
      summary: 'What we stated to customers, newest first',
      method: 'GET',
      path: '/statements',
      input: z.strictObject(pageInput),
      output: pageOf(statementOutput),
      allow: { users: senders },
      run: async (page) => {
        const found = await statements.list(page)
        const next = found.length === page.limit ? (found.at(-1)?.row.id ?? null) : null
        return { items: found.map(describeStatement), next }
      },
    }),
    operation({
      name: 'statements.withdraw',
      summary: 'Take a statement back: it is revoked',
      method: 'POST',
      path: '/statements/:id/withdrawal',
      positional: ['id'],
      input: z.strictObject({ id: z.string().max(100) }),
      output: statementOutput,
      allow: { users: senders },
      run: async ({ id }, { caller }) => describeStatement(await statements.withdraw(caller, id)),
    }),
    operation({
      name: 'statements.received',
      summary: 'What partners state to us, and whether they still stand by it',
      method: 'GET',
      path: '/statements/received',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            partner: z.object({ did: z.string(), name: z.string().nullable() }),
            valid: z.boolean(),
            reason: z.string().nullable().describe('why it is not valid'),
            claims: z.record(z.string(), z.unknown()),
            issued_at: time,
            until: time.nullable(),
            checked_at: time.nullable(),
          }),
        ),
      }),
      allow: { users: senders },
      run: async () => ({
        items: (await received.list()).map((one) => ({
          id: one.id,
          partner: { did: one.issuer, name: one.issuerName },
          valid: one.valid,
          reason: one.code,
          claims: { ...one.claims },
          issued_at: isoTime(one.issuedAt),
          until: isoTimeOrNull(one.validUntil),
          checked_at: isoTimeOrNull(one.checkedAt),
        })),
      }),
    }),
  ]
}

function figureOperations({ figures }: SharingOperationsDeps): AnyOperation[] {
  const claim = z.enum(figureClaims).describe('of what we state to customers')
  const grouping = z.enum(groupings).describe('role: what they are to us; region: where their postcode is')
  const publishedOutput = z.object({
    claim,
    period: z.string(),
    grouping,
    figures: z.array(
      z.object({
        group: z.string(),
        customers: z.int().describe('rounded down to a multiple of five'),
        mean: z.number(),
        median: z.number(),
        sum: z.number(),
      }),
    ),
    withheld: z
      .array(z.object({ group: z.string(), code: z.string() }))
      .describe('groups that are too small, or are mostly one customer'),
    published_at: time,
  })
  const describe = (row: PeerFigureRow): z.input<typeof publishedOutput> => ({
    claim: row.claim as z.input<typeof claim>,
    period: row.period,
    grouping: row.grouping,
    figures: row.figures as z.input<typeof publishedOutput>['figures'],
    withheld: row.withheld as z.input<typeof publishedOutput>['withheld'],
    published_at: isoTime(row.publishedAt),
  })
  return [
    operation({
      name: 'figures.publish',
      summary: 'Publish figures about groups of customers over a period that is over; once',
      method: 'POST',
      path: '/figures',
      input: z.strictObject({ claim, period, grouping }),
      output: publishedOutput,
      status: 201,
      allow: { users: ['coordinator', 'administrator'] },
      run: async (input, { caller }) => describe(await figures.publish(caller, input)),
    }),
    operation({
      name: 'figures.list',
      summary: 'Figures we published about groups of customers, newest first',
      method: 'GET',
      path: '/figures',
      input: z.strictObject({}),
      output: z.object({ rules: rulesOutput, items: z.array(publishedOutput) }),
      allow: { users: senders },
      run: async () => {
        const { minGroup, maxShare } = await figures.rules()
        const items = (await figures.list()).map(describe)
        return { rules: { min_group: minGroup, max_share: Math.round(maxShare * 100) }, items }
      },
    }),
    operation({
      name: 'figures.rules',
      summary:
        'Ask larger groups, or a smaller largest part, before anything is published: never the reverse',
      method: 'POST',
      path: '/figures/rules',
      input: z.strictObject({
        min_group: z.int().min(5).max(1000).describe('customers in a group, at least'),
        max_share: z.int().min(1).max(100).describe('of a group, one customer at most so many per cent'),
      }),
      output: rulesOutput,
      allow: { users: ['administrator'] },
      run: async ({ min_group, max_share }, { caller }) => {
        const { minGroup, maxShare } = await figures.tighten(caller, min_group, max_share)
        return { min_group: minGroup, max_share: Math.round(maxShare * 100) }
      },
    }),
  ]
}
