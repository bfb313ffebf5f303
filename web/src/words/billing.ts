import { useLanguage, useWords, words } from './words'

/** Amounts and what they are for. */
export const billingWords = words({
  nl: {
    month: 'Maand',
    net: 'Zonder btw',
    vat: 'Btw',
    total: 'Te betalen',
    saved: 'Bespaard',
    what: 'Wat',
    at: 'Wanneer',
    amount: 'Bedrag',
    free: 'gratis (anders {amount})',
    charge: 'post',
    correction: 'correctie',
    corrected: 'is gecorrigeerd',
    invoice: 'Factuur',
    credit_note: 'Creditnota',
    issued: 'van {day}',
    due: 'te betalen voor {day}',
    lines: 'Posten',
    table: 'Tabel van de posten',
    invoices: 'Facturen',
    no_lines: 'In deze maand is niets in rekening gebracht.',
    no_invoices: 'Er zijn nog geen facturen.',
    open: 'loopt nog',
    closed: 'afgesloten',
    as_table: 'Opslaan als tabel',
    as_table_of: 'Opslaan als tabel: {number}',
    as_page: 'Opslaan als pagina',
    as_page_of: 'Opslaan als pagina: {number}',
    nothing_saved: 'Er viel niets op te slaan.',
  },
  en: {
    month: 'Month',
    net: 'Without VAT',
    vat: 'VAT',
    total: 'To be paid',
    saved: 'Saved',
    what: 'What',
    at: 'When',
    amount: 'Amount',
    free: 'free (otherwise {amount})',
    charge: 'item',
    correction: 'correction',
    corrected: 'was corrected',
    invoice: 'Invoice',
    credit_note: 'Credit note',
    issued: 'of {day}',
    due: 'to be paid by {day}',
    lines: 'Items',
    table: 'Table of the items',
    invoices: 'Invoices',
    no_lines: 'Nothing was charged in this month.',
    no_invoices: 'There are no invoices yet.',
    open: 'still running',
    closed: 'closed',
    as_table: 'Save as a table',
    as_table_of: 'Save as a table: {number}',
    as_page: 'Save as a page',
    as_page_of: 'Save as a page: {number}',
    nothing_saved: 'There was nothing to save.',
  },
})

/** Euros as the reader writes them, and months by their name. */
export function useMoney() {
  const { language } = useLanguage()
  const say = useWords(billingWords)
  const locale = language === 'nl' ? 'nl-NL' : 'en-GB'
  const euros = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' })
  const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const euro = (cents: number) => euros.format(cents / 100)
  return {
    language,
    euro,
    /** @param period `YYYY-MM` */
    month: (period: string) => months.format(new Date(`${period}-01T00:00:00Z`)),
    /** What a line comes to, and what it would have. */
    line: ({ free, cents, list_cents }: { free: boolean; cents: number; list_cents: number }) =>
      free ? say('free', { amount: euro(list_cents) }) : euro(cents),
  }
}
