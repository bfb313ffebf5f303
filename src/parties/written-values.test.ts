import { expect, test } from 'vitest'
import { asWritten, ibanFrom, phoneNumberFrom, websiteFrom } from './written-values.ts'

test.each([
  ['06-12345678', '+31612345678'],
  ['06 12 34 56 78', '+31612345678'],
  ['+31 6 12345678', '+31612345678'],
  ['+31 (0)6-12345678', '+31612345678'],
  ['0031 6 12345678', '+31612345678'],
  ['(010) 204 12 34', '+31102041234'],
  ['+32 2 123 45 67', '+3221234567'],
])('the telephone number %s is %s', (written, number) => {
  expect(phoneNumberFrom(written)).toBe(number)
})

test.each([
  '010-0412',
  '06-1234567',
  '+31 6 1234567',
  'bel mij',
  '',
  '112',
  '+0612345678',
  '06-12345678 of 9',
])('"%s" is no telephone number, and the form is said', (written) => {
  expect(() => phoneNumberFrom(written)).toThrow(/written as 06-12345678/)
})

test('an IBAN may have blanks, and must hold', () => {
  expect(ibanFrom('nl91 ABNA 0417 1643 00')).toBe('NL91ABNA0417164300')
  expect(() => ibanFrom('NL91 ABNA 0417 1643 01')).toThrow(/written as NL02/)
})

test('a website gets its scheme', () => {
  expect(websiteFrom('gouden-nietmachine.example')).toBe('https://gouden-nietmachine.example')
  expect(websiteFrom('http://x.example/a?b')).toBe('http://x.example/a?b')
  for (const none of ['ftp://x.example', 'javascript:alert(1)', 'geen website', 'x'])
    expect(() => websiteFrom(none)).toThrow(/written as https/)
})

test('what has no form of its own stays as it is', () => {
  expect(asWritten({ name: '06-12345678', phone_number: '06-12345678', address: { country: 'NL' } })).toEqual(
    {
      name: '06-12345678',
      phone_number: '+31612345678',
      address: { country: 'NL' },
    },
  )
  expect(() => asWritten({ email: 'anna' })).toThrow(/written as name@/)
})
