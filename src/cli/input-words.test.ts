import { expect, test } from 'vitest'
import { inputErrorText, paramName } from './input-words.ts'

test.each([
  ['missing', undefined, 'is needed', 'ontbreekt'],
  ['unknown_member', undefined, 'is not known here', 'is hier niet bekend'],
  ['invalid_format', 'date', 'write a day as 2026-12-31', 'schrijf een dag als 2026-12-31'],
  ['invalid_format', undefined, 'is not written as it should be', 'is niet geschreven zoals het hoort'],
  ['invalid_format', 'a country code such as NL', 'a country code such as NL', 'een landcode zoals NL'],
  ['too_small', '>= 12 characters', 'at least 12 characters', 'ten minste 12 tekens'],
  ['too_big', '<= 50', 'at most 50', 'ten hoogste 50'],
  ['too_small', '> 0', 'more than 0', 'meer dan 0'],
  ['invalid_value', 'a | b', 'one of: a, b', 'kies uit: a, b'],
  ['invalid_union', undefined, 'is in none of the forms', 'heeft geen van de vormen'],
  ['custom', undefined, 'is not right', 'klopt niet'],
  ['custom', 'name a field or a claim', 'name a field or a claim', 'noem een veld of een gegeven'],
])('%s, expected %s', (code, expected, en, nl) => {
  const error = { code, ...(expected !== undefined && { expected }) }
  expect(inputErrorText(error, 'en')).toContain(en)
  expect(inputErrorText(error, 'nl')).toContain(nl)
})

test('a fact of a problem has a name in the reader’s language', () => {
  expect([paramName('needs', 'nl'), paramName('needs', 'en')]).toEqual(['nodig', 'needs'])
  expect([paramName('max_bytes', 'en'), paramName('constructor', 'nl')]).toEqual(['max bytes', 'constructor'])
})
