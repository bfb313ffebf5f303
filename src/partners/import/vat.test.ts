import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { passesElevenTest, passesMod97 } from './checks.ts'
import { inRsinRange, judgeVat, maskBsn } from './vat.ts'

const ok = (vat: string) => ({ kind: 'ok', vat })
const masked = (text: string) => ({ kind: 'bsn_shaped', masked: text })
const format = { kind: 'invalid', code: 'vat_format' }
const check = { kind: 'invalid', code: 'vat_check' }

describe('a VAT number is kept, masked or refused', () => {
  test.each([
    // Range of the RSIN: kept whatever the name says.
    ['NL899102256B01', 'Bakkerij', undefined, ok('NL899102256B01')],
    ['NL004495445B01', 'Voorbeeld', undefined, ok('NL004495445B01')],
    ['899102256B01', 'Bakkerij', 'NL', ok('NL899102256B01')],
    ['nl 8991.02.256.b.01', 'Bakkerij', undefined, ok('NL899102256B01')],
    ['NL899373458B02', 'Cooperatie Zonnepluk UA', undefined, ok('NL899373458B02')],
    // Sole trader since 2020: mod 97.
    ['NL888406888B66', 'Kapsalon Knipoog', undefined, ok('NL888406888B66')],
    ['NL150902064B31', 'Poetsbedrijf Glimmer', undefined, ok('NL150902064B31')],
    // Sole trader before 2020: the eleven-test only, no legal form.
    ['NL999991486B01', 'Schildersbedrijf Kwastema', undefined, masked('NL*******86B01')],
    ['NL999991486B02', 'Schildersbedrijf Kwastema', undefined, masked('NL*******86B02')],
    ['999991486B01', 'Schildersbedrijf Kwastema', undefined, masked('NL*******86B01')],
    ['nl 9999.91.486.b.01', '', 'NL', masked('NL*******86B01')],
    ['NL999991486B01', '', undefined, masked('NL*******86B01')],
    ['999991486B01', 'Kwastema', 'BE', masked('NL*******86B01')],
    // The legal form in the name decides outside the ranges.
    ['NL123456782B01', 'Kwastema B.V.', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'kwastema bv', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Kwast & Zn. V.O.F.', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Kwast N.V.', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Stichting Kwast', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Coöperatie Kwast', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Cooperatie Kwast UA', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Kwast B.V. (oud)', undefined, ok('NL123456782B01')],
    ['NL123456782B01', 'Kwast B.V. in liquidatie', undefined, ok('NL123456782B01')],
    // What only looks like a legal form does not.
    ['NL123456782B01', 'B.V. Jansen', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Jansen, B.V.', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Bakker J.B.V.', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Kwekerij B.v.d. Berg', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Loodgieter Jansen CV', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Stichtingsadvies Jansen', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Kwast B.V. i.o.', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Kwast B.V. in oprichting', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Jansen h.o.d.n. Kwast B.V.', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Mevr. A. Kwast B.V.', undefined, masked('NL*******82B01')],
    ['NL123456782B01', 'Eenmanszaak Kwast B.V.', undefined, masked('NL*******82B01')],
    // Wrong digits or another shape.
    ['NL899555928B01', 'Slagerij De Gehaktbal B.V.', undefined, check],
    ['NL000000000B01', 'Nul B.V.', undefined, check],
    ['NL999991486', 'Kwastema', undefined, format],
    ['999991486', 'Kwastema', 'NL', format],
    ['NL89910225B01', 'Bakkerij B.V.', undefined, format],
    ['n.v.t.', 'Bakkerij B.V.', undefined, format],
    ['-', 'Bakkerij B.V.', undefined, format],
    // Belgium and Germany have checks, others only a shape.
    ['BE0999645970', 'Frietkot', undefined, ok('BE0999645970')],
    ['0999.645.970', 'Frietkot', 'BE', ok('BE0999645970')],
    ['BE0999645971', 'Frietkot', undefined, check],
    ['DE997344521', 'Schraubenfabrik', undefined, ok('DE997344521')],
    ['DE997344522', 'Schraubenfabrik', undefined, check],
    ['ATU12345678', 'Schnitzel', undefined, ok('ATU12345678')],
    ['CHE-123.456.789 MWST', 'Uhr', undefined, ok('CHE123456789MWST')],
  ])('%s of "%s" (%s)', (vat, name, country, expected) => {
    expect(judgeVat(vat, name, country)).toEqual(expected)
  })
})

test('check digits 01 that pass mod 97 by accident do not uncover a citizen number', () => {
  const accident = findNumber((digits) => passesElevenTest(digits) && passesMod97(`NL${digits}B01`))
  expect(judgeVat(`NL${accident}B01`, 'Kwastema')).toEqual(masked(`NL*******${accident.slice(7)}B01`))
})

test('no nine digits that pass the eleven-test survive without a legal form, an RSIN range or mod 97', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_000_000, max: 799_999_999 }),
      fc.integer({ min: 0, max: 99 }),
      (n, suffix) => {
        const digits = String(n).padStart(9, '0')
        const vat = `NL${digits}B${String(suffix).padStart(2, '0')}`
        fc.pre(passesElevenTest(digits) && !passesMod97(vat) && !inRsinRange(digits))
        expect(JSON.stringify(judgeVat(vat, 'Kwastema'))).not.toContain(digits.slice(0, 7))
        expect(maskBsn(`x;${vat};y`)).not.toContain(digits.slice(0, 7))
      },
    ),
    { numRuns: 500 },
  )
})

describe('free text loses what may be a citizen number and nothing else', () => {
  test.each([
    ['D1;NL999991486B01;x', 'D1;NL*******86B01;x'],
    ['D1;nl 9999.91.486.b.01;x', 'D1;nl *******86.b.01;x'],
    ['999991486', '*******86'],
    ['BSN 999 991 486.', 'BSN *******86.'],
    ['NL999991486', 'NL*******86'],
    ['NL899102256B01', 'NL899102256B01'],
    ['NL888406888B66', 'NL888406888B66'],
    ['076-0479876', '076-0479876'],
    ['NL70TSTN0937876771', 'NL70TSTN0937876771'],
    ['48245915', '48245915'],
  ])('%s', (text, expected) => {
    expect(maskBsn(text)).toBe(expected)
  })
})

function findNumber(wanted: (digits: string) => boolean): string {
  for (let n = 100_000_000; n < 200_000_000; n++) if (wanted(String(n))) return String(n)
  throw new Error('no such number')
}
