import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { asDid, euros } from '../core/index.ts'
import { totalsOf } from './money.ts'
import { invoicePage, linesCsv } from './pages.ts'
import { endOfPeriod, isPeriod, nextPeriod, periodOf } from './period.ts'
import type { Invoice, Item } from './shapes.ts'
import { loadTariffs, priceOf, tariffAt, tariffSchema } from './tariff.ts'

const [tariff] = loadTariffs('tariff')
const contract = tariff?.items.find(({ code }) => code === 'contract-concluded')

test.each([
  [true, 0, 0],
  [true, 2, 0],
  [true, 3, 1250],
  [false, 0, 1250],
])('a contract of who invited (%s) with %i free ones before it costs %i', (isInviter, freeUsed, cents) => {
  if (!contract) throw new Error('no price')
  expect(priceOf(contract, { isInviter, freeUsed })).toEqual({ cents, listCents: 1250, free: cents === 0 })
})

test('before its first day no tariff is in force', () => {
  const at = Date.parse('2025-12-31T22:59:59.999Z')
  expect(tariffAt([...loadTariffs('tariff')], at)).toBeNull()
  expect(tariffAt([...loadTariffs('tariff')], at + 1)?.version).toBe(1)
})

test('the JSON Schema beside the tariff is what the code takes', () => {
  const written = JSON.parse(readFileSync('tariff/tariff.schema.json', 'utf8'))
  expect(written).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(tariffSchema, { io: 'input' }))))
})

test.each([
  ['2026-11', '2026-12', '2026-11-30T22:59:59.999Z'],
  ['2026-12', '2027-01', '2026-12-31T22:59:59.999Z'],
  ['2028-02', '2028-03', '2028-02-29T22:59:59.999Z'],
  ['2026-07', '2026-08', '2026-07-31T21:59:59.999Z'],
])('%s is followed by %s and ends when Amsterdam says so', (period, next, end) => {
  expect(nextPeriod(period)).toBe(next)
  expect(endOfPeriod(period)).toBe(Date.parse(end))
  expect([periodOf(Date.parse(end)), periodOf(Date.parse(end) + 1)]).toEqual([period, next])
})

test.each(['2026-13', '2026-00', '26-11', '2026-11-01', ''])('%s is no month', (text) => {
  expect(isPeriod(text)).toBe(false)
})

test('a credit mirrors its charge to the cent, and VAT is at most half a cent off for each rate', () => {
  const amount = fc.record({
    cents: fc.integer({ min: -10_000_000, max: 10_000_000 }),
    vatBasisPoints: fc.constantFrom(0, 900, 2100),
  })
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 30 }), (all) => {
      const whole = all.map((one) => ({ ...one, listCents: one.cents, free: false }))
      const totals = totalsOf(whole)
      expect(totals.net_cents).toBe(all.reduce((sum, { cents }) => sum + cents, 0))
      expect(totals.total_cents).toBe(totals.net_cents + totals.vat_cents)
      const back = totalsOf(whole.map((one) => ({ ...one, cents: 0 - one.cents })))
      expect(back.total_cents + totals.total_cents).toBe(0)
      for (const { basis_points, net_cents, vat_cents } of totals.vats)
        expect(Math.abs(2 * (vat_cents * 10_000 - net_cents * basis_points))).toBeLessThanOrEqual(10_000)
    }),
  )
})

test.each([
  [123456, '1.234,56', '1,234.56'],
  [-5, '-0,05', '-0.05'],
  [100_000_000, '1.000.000,00', '1,000,000.00'],
])('%i cents read %s in Dutch and %s in English', (cents, nl, en) => {
  expect([euros(cents, 'nl'), euros(cents, 'en')]).toEqual([nl, en])
})

const line: Item = {
  ...{ id: '1', kind: 'correction', at: '2026-11-10T11:00:00.000Z', period: '2026-11', code: 'membership' },
  ...{ label: { nl: 'Deelname', en: 'Membership' }, tariff_version: 1, reference: '2026-11' },
  ...{ organisation: asDid('did:web:linde.example'), payer: asDid('did:web:linde.example') },
  ...{ list_cents: -123456, cents: -123456, free: false, corrects: '0', reason: '=1+1', corrected_by: 'p_1' },
}

test('the table takes no formula from a reason, and has its amounts as spreadsheets read them', () => {
  const text = linesCsv([line], 'nl')
  expect(text).toContain('"Correctie: Deelname (=1+1)"')
  expect(text).toContain('"\'-1234,56"')
})

test('an invoice is a page in which nothing that came from outside is markup', () => {
  const party = {
    name: '<b>Linde</b>',
    did: line.payer,
    kvk_number: '12345678',
    vat_number: null,
    address: null,
  }
  const invoice: Invoice = {
    ...{ number: '2026-00001', kind: 'credit_note', payer: line.payer, payer_name: party.name },
    ...{ period: '2026-11', credits: '2026-00000', issued_at: line.at, due_at: line.at },
    ...{ net_cents: -100, vat_cents: -21, total_cents: -121, saved_cents: 0, seller: party, buyer: party },
    ...{ vats: [{ basis_points: 2100, net_cents: -100, vat_cents: -21 }], lines: [line] },
  }
  const page = invoicePage(invoice, 'nl')
  expect(page).toContain('Creditnota 2026-00001')
  expect(page).toContain('Corrigeert factuur')
  expect(page).toContain('Btw 21 % over € -1,00')
  expect(page).not.toContain('<b>Linde')
})
