import { z } from 'zod'
import {
  type AnyOperation,
  type Clock,
  type Did,
  isoTime,
  operation,
  pageInput,
  pageOf,
  Refusal,
  requireUser,
} from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { burn } from '../registration/index.ts'
import type { Store } from '../store/index.ts'
import type { Books } from './books.ts'
import { summaryOf } from './books.ts'
import type { Closing } from './closing.ts'
import type { Corrections } from './corrections.ts'
import { content, documentInput } from './member-operations.ts'
import { verifyOwnRequest } from './own-request.ts'
import { invoicePage, linesCsv, statementPage } from './pages.ts'
import type { Members } from './ports.ts'
import {
  did,
  invoiceShape,
  invoiceSummary,
  itemShape,
  period,
  statementShape,
  tariffShape,
} from './shapes.ts'
import { type Tariff, tariffAt } from './tariff.ts'

export interface AnchorBillingDeps {
  readonly url: string
  readonly store: Store
  readonly clock: Clock
  readonly books: Books
  readonly closing: Closing
  readonly corrections: Corrections
  readonly members: Members
  readonly tariffs: readonly Tariff[]
  readonly requireKey: (kid: string, purpose: 'authentication') => Promise<PublicJwk>
  /** Who is or was in the registry may see what it is charged. */
  readonly isRegistered: (did: Did) => Promise<boolean>
}

const read = { users: ['servicedesk', 'auditor'] } as const
const write = { users: ['servicedesk'] } as const
const periodRow = z.object({ period: z.string(), closed_at: z.iso.datetime(), invoices: z.int() })

/** What the trust anchor's node offers besides: its tariff, its books, and each organisation's own statement. */
export function anchorBillingOperations(deps: AnchorBillingDeps): AnyOperation[] {
  return [...openOperations(deps), ...readingOperations(deps), ...changingOperations(deps)]
}

function openOperations(deps: AnchorBillingDeps): AnyOperation[] {
  const { store, clock, books, tariffs, isRegistered } = deps
  return [
    operation({
      name: 'billing.tariff',
      summary: 'What the trust anchor charges now',
      method: 'GET',
      path: '/billing/tariff',
      input: z.strictObject({}),
      output: tariffShape,
      allow: { anyone: 'who wonders whether to join should know what it costs' },
      run: async () => {
        const tariff = tariffAt(tariffs, clock.now())
        if (!tariff) throw new Refusal('unavailable', 'tariff_not_in_force', 'no tariff is in force yet')
        return showTariff(tariff)
      },
    }),
    operation({
      name: 'billing.ask',
      summary: 'An organisation’s own statement, for who signs with its key',
      method: 'POST',
      path: '/billing/statements',
      input: z.strictObject({ request: z.string().min(1).max(8_192) }),
      output: statementShape,
      secret: true,
      allow: { anyone: 'the question proves itself by its signature' },
      run: async ({ request }) => {
        const asked = await verifyOwnRequest(request, deps)
        await store.transact((tx) => burn(tx, clock, asked))
        if (!(await isRegistered(asked.iss)))
          throw new Refusal(
            'not_found',
            'organisation_not_registered',
            'that organisation is not in the network yet',
          )
        return books.statement(asked.iss, asked.period)
      },
    }),
  ]
}

function readingOperations({ books, closing, members }: AnchorBillingDeps): AnyOperation[] {
  const filter = {
    organisation: did.optional().describe('DID of who pays'),
    period: period.optional().describe('a month, as 2026-11'),
  }
  const of = (input: { organisation?: Did | undefined; period?: string | undefined }) => ({
    payer: input.organisation,
    period: input.period,
  })
  return [
    operation({
      name: 'billing.items',
      summary: 'What was charged and corrected, newest first',
      method: 'GET',
      path: '/billing/items',
      input: z.strictObject({ ...pageInput, ...filter, ...documentInput }),
      output: pageOf(itemShape).extend({ content: z.string().nullable() }),
      allow: read,
      run: async (input) => {
        const { items, next } = await books.items(of(input), input)
        return { items, next, content: input.format === 'csv' ? linesCsv(items, input.language) : null }
      },
    }),
    operation({
      name: 'billing.statement',
      summary: 'What one organisation is charged in a month, as data, table or page',
      method: 'GET',
      path: '/billing/statement',
      input: z.strictObject({ ...filter, organisation: did.describe('DID of who pays'), ...documentInput }),
      output: z.object({ statement: statementShape, content }),
      allow: read,
      run: async ({ organisation, period: month, format, language }) => {
        const statement = await books.statement(organisation, month)
        const name = (await members.named([organisation])).get(organisation)?.name ?? organisation
        return {
          statement,
          content: {
            json: () => null,
            csv: () => linesCsv(statement.lines, language),
            html: () => statementPage(statement, name, language),
          }[format](),
        }
      },
    }),
    operation({
      name: 'billing.invoices',
      summary: 'Invoices and credit notes, newest first',
      method: 'GET',
      path: '/billing/invoices',
      input: z.strictObject({ ...pageInput, ...filter }),
      output: pageOf(invoiceSummary),
      allow: read,
      run: async (input) => books.invoices(of(input), input),
    }),
    operation({
      name: 'billing.invoice',
      summary: 'One invoice or credit note, as data, table or page',
      method: 'GET',
      path: '/billing/invoices/:number',
      positional: ['number'],
      input: z.strictObject({ number: z.string().max(40), ...documentInput }),
      output: z.object({ invoice: invoiceShape, content }),
      allow: read,
      run: async ({ number, format, language }) => {
        const invoice = await books.invoice(number)
        return {
          invoice,
          content: {
            json: () => null,
            csv: () => linesCsv(invoice.lines, language),
            html: () => invoicePage(invoice, language),
          }[format](),
        }
      },
    }),
    operation({
      name: 'billing.periods',
      summary: 'Months that are closed, newest first',
      method: 'GET',
      path: '/billing/periods',
      input: z.strictObject({}),
      output: z.object({ items: z.array(periodRow) }),
      allow: read,
      run: async () => ({ items: (await closing.periods()).map(showPeriod) }),
    }),
  ]
}

function changingOperations({ books, closing, corrections }: AnchorBillingDeps): AnyOperation[] {
  return [
    operation({
      name: 'billing.close',
      summary: 'Close a month that is over: charge members for it, and invoice everybody what is in it',
      method: 'POST',
      path: '/billing/periods/:period/close',
      positional: ['period'],
      input: z.strictObject({ period }),
      output: periodRow,
      allow: write,
      run: async (input, { caller }) => showPeriod(await closing.close(caller, input.period)),
    }),
    operation({
      name: 'billing.correct',
      summary: 'Say what a charge should have been; of one that was invoiced a credit note follows',
      method: 'POST',
      path: '/billing/items/:id/corrections',
      positional: ['id'],
      input: z.strictObject({
        id: z.uuid(),
        to_cents: z.coerce
          .number()
          .int()
          .min(0)
          .max(100_000_000)
          .describe('in all, whole euro cents without VAT'),
        reason: z.string().trim().min(1).max(500).describe('stands on the statement'),
      }),
      output: z.object({ correction: itemShape, invoice: invoiceSummary.nullable() }),
      status: 201,
      allow: write,
      run: async ({ id, to_cents: to, reason }, { caller }) => {
        const { item, invoice } = await corrections.correct(requireUser(caller), id, { to, reason })
        return { correction: await books.line(item), invoice: invoice && summaryOf(invoice) }
      },
    }),
  ]
}

const showPeriod = ({
  period,
  closedAt,
  invoices,
}: {
  period: string
  closedAt: number
  invoices: number
}) => ({
  period,
  closed_at: isoTime(closedAt),
  invoices,
})

const showTariff = (tariff: Tariff): z.input<typeof tariffShape> => ({
  ...{
    version: tariff.version,
    effective: tariff.effective,
    currency: tariff.currency,
    digest: tariff.digest,
  },
  ...{ vat_basis_points: tariff.vat_basis_points, payment_days: tariff.payment_days },
  items: tariff.items.map((item) => ({
    ...{ code: item.code, per: item.per, amount_cents: item.amount_cents, label: item.label },
    event: item.per === 'event' ? item.event : null,
    free_first: (item.per === 'event' && item.free_first) || null,
  })),
})
