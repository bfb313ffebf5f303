import { describe, expect, test } from 'vitest'
import {
  checkBic,
  checkEmail,
  checkEstablishment,
  checkIban,
  checkKvk,
  checkRsin,
  euidOf,
  isDutchEuid,
} from './checks.ts'

const digits = (count: number) => ({ code: 'kvk_digits', params: { digits: count } })

describe('KVK number', () => {
  test.each([
    ['48245915', { value: '48245915' }],
    ['00486173', { value: '00486173' }],
    ['KvK 48548060', { value: '48548060' }],
    ['K.v.K.-nr.: 48548060', { value: '48548060' }],
    ['kvknummer 48548060', { value: '48548060' }],
    ['48.54.80.60', { value: '48548060' }],
    ['48 75 90 93', { value: '48759093' }],
    ['4805167', digits(7)],
    ['000048335889', digits(12)],
    ['HRB 99999', { code: 'kvk_format' }],
    ['00000000', { code: 'kvk_format' }],
    ['-', { code: 'kvk_format' }],
    ['KvK', { code: 'kvk_format' }],
    ['٤٨٢٤٥٩١٥', { code: 'kvk_format' }],
  ])('%s', (text, expected) => {
    expect(checkKvk(text)).toEqual(expected)
  })
})

describe('other numbers', () => {
  test.each([
    [checkEstablishment, '000048335889', true],
    [checkEstablishment, '48335889', false],
    [checkRsin, '899102256', true],
    [checkRsin, '8991.02.256', true],
    [checkRsin, '899102257', false],
    [checkRsin, '000000000', false],
    [checkRsin, '89910225', false],
    [checkIban, 'NL91 ABNA 0417 1643 00', true],
    [checkIban, 'nl78tstn0755391012', true],
    [checkIban, 'BE38999307829772', true],
    [checkIban, 'NL36TSTN0866739394', false],
    [checkIban, 'NL91ABNA041716430', false],
    [checkIban, '417164300', false],
    [checkIban, 'XX91ABNA0417164300', false],
    [checkBic, 'TSTNNL2R', true],
    [checkBic, 'nirgdefFxxx', true],
    [checkBic, 'TSTNNL2', false],
  ])('%o of %s: %s', (check, text, good) => {
    expect('value' in check(text)).toBe(good)
  })

  test('EUID', () => {
    expect(euidOf('48245915')).toBe('NLNHR.48245915')
    expect(isDutchEuid('NLNHR.48245915')).toBe(true)
    expect(isDutchEuid('NLNHR.4824591')).toBe(false)
  })
})

describe('one e-mail address', () => {
  test.each([
    ['info@bakkerij.example', true],
    ["d'arc+x@sub.bakkerij.example", true],
    ['info@café.example', true],
    ['info@@bakkerij.example', false],
    ['a@b.example;c@d.example', false],
    ['a@b.example, c@d.example', false],
    ['Bram <bram@b.example>', false],
    ['praktijk(at)poot.example', false],
    ['geen', false],
    ['a@b', false],
    ['a..b@c.example', false],
    ['a@-b.example', false],
    ['a@b.example\nBcc: c@d.example', false],
    [`${'a'.repeat(250)}@b.example`, false],
  ])('%j: %s', (text, good) => {
    expect('value' in checkEmail(text)).toBe(good)
  })

  test('is judged in linear time', () => {
    const start = process.hrtime.bigint()
    checkEmail(`${'a.'.repeat(100)}@${'a-'.repeat(20)}`)
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1000)
  })
})
