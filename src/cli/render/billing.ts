import { oneLine, printable } from '../text.ts'
import { commandsText, type Fact, factsText, parts } from './facts.ts'
import { euros } from './money.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Line {
  readonly id: string
  readonly kind: 'charge' | 'correction'
  readonly at: string
  readonly label: { readonly nl: string; readonly en: string }
  readonly reference: string
  readonly list_cents: number
  readonly cents: number
  readonly free: boolean
  readonly reason: string | null
}

interface Totals {
  readonly net_cents: number
  readonly vat_cents: number
  readonly total_cents: number
  readonly saved_cents: number
}

interface Invoice extends Totals {
  readonly number: string
  readonly kind: string
  readonly payer_name: string
  readonly period: string
  readonly credits: string | null
  readonly issued_at: string
  readonly due_at: string
}

interface Statement extends Totals {
  readonly period: string
  readonly state: string
  readonly lines: readonly Line[]
  readonly invoices: readonly Invoice[]
}

const renderTariff: Renderer = (value, view) => {
  const tariff = value as {
    readonly version: number
    readonly effective: string
    readonly items: readonly (Pick<Line, 'label'> & {
      readonly per: string
      readonly amount_cents: number
      readonly free_first: number | null
    })[]
  }
  const rows = tariff.items.map(({ label, per, amount_cents, free_first }) => [
    oneLine(label[view.language]),
    euros(amount_cents, view.language),
    say(view, per === 'month' ? 'each month' : 'each time'),
    free_first === null ? '' : say(view, 'first {count} free for who invites', { count: free_first }),
  ])
  return parts(
    say(view, 'Tariff {version}, from {day}.', {
      version: tariff.version,
      day: cell(tariff.effective, view),
    }),
    tableText({ head: [...sayAll(view, 'what was charged', 'price (€)'), '', ''], rows }, view),
  )
}

const renderItems: Renderer = (value, view) => {
  const { items, content } = value as { items: readonly Line[]; content: string | null }
  if (content !== null) return printable(content)
  return linesText(items, view)
}

const renderStatement: Renderer = (value, view) => {
  const { statement, content } = value as { statement: Statement; content: string | null }
  if (content !== null) return printable(content)
  return parts(
    `${say(view, 'month')}: ${oneLine(statement.period)}`,
    linesText(statement.lines, view),
    totalsText(statement, view),
    statement.state === 'open' && say(view, 'The month is open: more may be added.'),
    statement.invoices.length > 0 && invoicesText(statement.invoices, view),
  )
}

const renderInvoices: Renderer = (value, view) =>
  invoicesText((value as { items: readonly Invoice[] }).items, view)

const renderInvoice: Renderer = (value, view) => {
  const { invoice, content } = value as {
    invoice: Invoice & { readonly lines: readonly Line[] }
    content: string | null
  }
  if (content !== null) return printable(content)
  return parts(
    factsText(invoiceFacts(invoice, view), view, ''),
    linesText(invoice.lines, view),
    totalsText(invoice, view),
    commandsText([
      [say(view, 'as a page'), `${view.regie} billing invoice ${oneLine(invoice.number)} --format html`],
    ]),
  )
}

const renderPeriods: Renderer = (value, view) => {
  const { items } = value as { items: readonly { period: string; closed_at: string; invoices: number }[] }
  if (items.length === 0) return say(view, '(no month is closed)')
  const rows = items.map((one) => [oneLine(one.period), cell(one.closed_at, view), cell(one.invoices)])
  return tableText({ head: sayAll(view, 'month', 'closed on', 'invoice'), rows }, view)
}

const renderClosed: Renderer = (value, view) => {
  const { period, invoices } = value as { period: string; invoices: number }
  if (typeof period !== 'string') throw new TypeError('not a month')
  return parts(
    say(view, '{period} is closed, with {count} invoices.', { period: oneLine(period), count: invoices }),
    commandsText([[say(view, 'see them'), `${view.regie} billing invoices --period ${oneLine(period)}`]]),
  )
}

const renderCorrected: Renderer = (value, view) => {
  const { correction, invoice } = value as { correction: Line; invoice: Invoice | null }
  return parts(
    linesText([correction], view),
    say(view, 'The charge itself stays as it was; this stands beside it.'),
    invoice && factsText(invoiceFacts(invoice, view), view, ''),
  )
}

export const billingRenderers: Readonly<Record<string, Renderer>> = {
  'billing.close': renderClosed,
  'billing.correct': renderCorrected,
  'billing.invoice': renderInvoice,
  'billing.invoices': renderInvoices,
  'billing.items': renderItems,
  'billing.mine': renderStatement,
  'billing.periods': renderPeriods,
  'billing.statement': renderStatement,
  'billing.tariff': renderTariff,
}

function linesText(lines: readonly Line[], view: View): string {
  if (lines.length === 0) return say(view, '(nothing was charged)')
  const rows = lines.map((line) => [
    oneLine(line.id),
    cell(line.at, view),
    lineText(line, view),
    euros(line.cents, view.language),
  ])
  return tableText({ head: sayAll(view, 'id', 'when', 'what was charged', 'amount (€)'), rows, id: 0 }, view)
}

function lineText({ kind, label, free, list_cents, reason }: Line, view: View): string {
  const name = oneLine(label[view.language])
  if (kind === 'correction')
    return [say(view, 'correction: {label}', { label: name }), reason && oneLine(reason)]
      .filter(Boolean)
      .join('\n')
  if (!free) return name
  return `${name}\n${say(view, 'free, saved € {amount}', { amount: euros(list_cents, view.language) })}`
}

function totalsText(totals: Totals, view: View): string {
  const money = (cents: number) => `€ ${euros(cents, view.language)}`
  const facts: Fact[] = [
    [say(view, 'without VAT'), money(totals.net_cents)],
    [say(view, 'VAT'), money(totals.vat_cents)],
    [say(view, 'with VAT'), money(totals.total_cents)],
    [say(view, 'saved, without VAT'), totals.saved_cents > 0 ? money(totals.saved_cents) : ''],
  ]
  return factsText(facts, view, '')
}

const invoiceFacts = (one: Invoice, view: View): Fact[] => [
  [meaning(view, one.kind), oneLine(one.number)],
  [say(view, 'who pays'), oneLine(one.payer_name)],
  [say(view, 'month'), oneLine(one.period)],
  [say(view, 'issued'), cell(one.issued_at, view)],
  [say(view, 'corrects invoice'), one.credits && oneLine(one.credits)],
  [say(view, 'to be paid by'), one.total_cents > 0 ? cell(one.due_at, view) : ''],
  [say(view, 'with VAT'), `€ ${euros(one.total_cents, view.language)}`],
]

function invoicesText(invoices: readonly Invoice[], view: View): string {
  if (invoices.length === 0) return say(view, '(no invoices)')
  const rows = invoices.map((one) => [
    oneLine(one.number),
    meaning(view, one.kind),
    oneLine(one.payer_name),
    oneLine(one.period),
    euros(one.total_cents, view.language),
  ])
  const head = [say(view, 'no.'), '', ...sayAll(view, 'who pays', 'month', 'with VAT')]
  return tableText({ head, rows, id: 0 }, view)
}
