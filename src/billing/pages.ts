import { dayOf, euros } from '../core/index.ts'
import { type DocumentLanguage, dayInWords, type Html, html, page, writeCsv } from '../documents/index.ts'
import type { Totals } from './money.ts'
import type { Invoice, Item, Statement } from './shapes.ts'
import { fill, percent, words } from './words.ts'

/** An invoice or credit note as a page, which prints on paper. */
export function invoicePage(invoice: Invoice, language: DocumentLanguage): string {
  const say = words[language]
  const title = `${say[invoice.kind]} ${invoice.number}`
  const day = (at: string) => dayInWords(Date.parse(at), language)
  return page({
    language,
    title,
    body: html`<h1>${title}</h1>
<dl>
<dt>${say.from}</dt><dd>${partyText(invoice.seller, language)}</dd>
<dt>${say.to}</dt><dd>${partyText(invoice.buyer, language)}</dd>
<dt>${say.period}</dt><dd>${invoice.period}</dd>
<dt>${say.issued}</dt><dd>${day(invoice.issued_at)}</dd>
${invoice.credits && html`<dt>${say.credits}</dt><dd>${invoice.credits}</dd>`}
${invoice.total_cents > 0 ? html`<dt>${say.due}</dt><dd>${day(invoice.due_at)}</dd>` : null}
</dl>
${linesTable(invoice.lines, language)}
${totalsList(invoice, language)}`,
  })
}

/** What an organisation is charged in a month, as a page. */
export function statementPage(statement: Statement, name: string, language: DocumentLanguage): string {
  const say = words[language]
  const title = `${say.statement} ${statement.period}: ${name}`
  return page({
    language,
    title,
    body: html`<h1>${title}</h1>
${statement.state === 'open' ? html`<p class="open">${say.open}</p>` : null}
${statement.lines.length === 0 ? html`<p>${say.nothing}</p>` : linesTable(statement.lines, language)}
${totalsList(statement, language)}
${
  statement.invoices.length === 0
    ? null
    : html`<h2>${say.invoices}</h2><ul>${statement.invoices.map(
        (one) => html`<li>${say[one.kind]} ${one.number}: € ${euros(one.total_cents, language)}</li>`,
      )}</ul>`
}`,
  })
}

/** Lines as a table for spreadsheets: amounts with a decimal comma or point, as the language has it. */
export function linesCsv(lines: readonly Item[], language: DocumentLanguage): string {
  const say = words[language]
  const number = (cents: number) => euros(cents, language).replaceAll(language === 'nl' ? '.' : ',', '')
  return writeCsv([
    [
      ...[say.day, say.period, say.what, say.reference, say.organisation, say.payer],
      ...[say.list, say.amount, say.free_mark],
    ],
    ...lines.map((line) => [
      ...[dayOf(Date.parse(line.at)), line.period, describe(line, language), line.reference],
      ...[line.organisation, line.payer, number(line.list_cents), number(line.cents)],
      line.free ? say.free_mark : '',
    ]),
  ])
}

function describe({ kind, label, reason }: Item, language: DocumentLanguage): string {
  if (kind === 'charge') return label[language]
  const text = fill(words[language].correction, { label: label[language] })
  return reason ? `${text} (${reason})` : text
}

function linesTable(lines: readonly Item[], language: DocumentLanguage): Html {
  const say = words[language]
  return html`<div class="wide"><table class="stack">
<thead><tr><th>${say.day}</th><th>${say.what}</th><th>${say.reference}</th><th>${say.amount}</th></tr></thead>
<tbody>${lines.map(
    (line) => html`<tr><td data-column="${say.day}">${dayOf(Date.parse(line.at))}</td>
<td data-column="${say.what}">${describe(line, language)}${
      line.free
        ? html`<br><small>${fill(say.free, { amount: euros(line.list_cents, language) })}</small>`
        : null
    }</td>
<td data-column="${say.reference}" class="code">${line.reference}</td>
<td data-column="${say.amount}">${euros(line.cents, language)}</td></tr>`,
  )}</tbody></table></div>`
}

function totalsList(totals: Totals, language: DocumentLanguage) {
  const say = words[language]
  return html`<dl>
<dt>${say.net}</dt><dd>€ ${euros(totals.net_cents, language)}</dd>
${totals.vats.map((line) => {
  const text = fill(say.vat, {
    rate: percent(line.basis_points, language),
    amount: euros(line.net_cents, language),
  })
  return html`<dt>${text}</dt><dd>€ ${euros(line.vat_cents, language)}</dd>`
})}
<dt>${say.total}</dt><dd><strong>€ ${euros(totals.total_cents, language)}</strong></dd>
${totals.saved_cents > 0 ? html`<dt>${say.saved}</dt><dd>€ ${euros(totals.saved_cents, language)}</dd>` : null}
</dl>`
}

function partyText(party: Invoice['seller'], language: DocumentLanguage): Html {
  const say = words[language]
  return html`${party.name}${party.address && html`<br>${party.address}`}${
    party.kvk_number && html`<br>${say.kvk} ${party.kvk_number}`
  }${party.vat_number && html`<br>${say.vat_number} ${party.vat_number}`}`
}
