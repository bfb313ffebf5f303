import type { Language } from './hints.ts'
import { oneLine, words } from './text.ts'

interface InputError {
  readonly code: string
  readonly expected?: string
}

type Pair = readonly [en: string, nl: string]

const wanted: Readonly<Record<string, Pair>> = {
  string: ['text is expected', 'hier hoort tekst'],
  number: ['a number is expected', 'hier hoort een getal'],
  int: ['a whole number is expected', 'hier hoort een geheel getal'],
  boolean: ['yes or no is expected', 'hier hoort ja of nee'],
  array: ['a list is expected', 'hier hoort een lijst'],
  object: ['an object with members is expected', 'hier horen onderdelen, met een punt in de optie'],
  date: ['write a day as 2026-12-31', 'schrijf een dag als 2026-12-31'],
  datetime: ['write a moment as 2026-12-31T12:00:00Z', 'schrijf een moment als 2026-12-31T12:00:00Z'],
  email: ['write an e-mail address as name@example.nl', 'schrijf een e-mailadres als naam@voorbeeld.nl'],
  url: ['write an address as https://www.example.nl', 'schrijf een adres als https://www.voorbeeld.nl'],
  uuid: ['an id is expected', 'hier hoort een id'],
}

/** What authors of operations say of their input, in Dutch. */
const authors: Readonly<Record<string, string>> = {
  'a time such as P30D, P6M or P1Y': 'een duur zoals P30D, P6M of P1Y',
  'a DID': 'een DID',
  'a language twice': 'een taal staat er dubbel',
  'a country code such as NL': 'een landcode zoals NL',
  'lower case letters, digits and _': 'kleine letters, cijfers en _',
  'lower case letters, digits and -': 'kleine letters, cijfers en -',
  'lower case letters, digits, - and _': 'kleine letters, cijfers, - en _',
  'a month such as 2026-11': 'een maand zoals 2026-11',
  '8 digits': '8 cijfers',
  'one line': 'één regel',
  'without blanks or dots': 'zonder spaties of punten',
  'name a field or a claim': 'noem een veld of een gegeven',
  'a value goes with a field': 'een waarde hoort bij een veld',
}

const codes: Readonly<Record<string, Pair>> = {
  missing: ['is needed', 'ontbreekt'],
  unknown_member: ['is not known here', 'is hier niet bekend'],
  invalid_union: ['is in none of the forms it may have', 'heeft geen van de vormen die hier mogen'],
  invalid_format: ['is not written as it should be', 'is niet geschreven zoals het hoort'],
  custom: ['is not right', 'klopt niet'],
}

const params: Readonly<Record<string, string>> = {
  allow: 'mag',
  candidates: 'kies uit',
  check: 'controle',
  claim: 'gegeven',
  claims: 'gegevens',
  codes: 'redenen',
  columns: 'kolommen',
  count: 'aantal',
  expected: 'hier hoort',
  fields: 'velden',
  file: 'bestand',
  files: 'bestanden',
  grants: 'machtigingen',
  issuer: 'uitgever',
  known: 'te kiezen',
  kind: 'soort',
  least: 'ten minste',
  limit: 'ten hoogste',
  line: 'regel',
  max_bytes: 'ten hoogste (bytes)',
  members: 'onderdelen',
  missing: 'ontbreekt',
  most: 'ten hoogste',
  most_bytes: 'ten hoogste (bytes)',
  needs: 'nodig',
  path: 'bestand',
  port: 'poort',
  reason: 'reden',
  retry_after_s: 'wacht (seconden)',
  roles: 'rollen',
  state: 'stand',
  status: 'status',
  subject: 'het gaat om',
  type: 'soort',
  unknown: 'onbekend',
  usual: 'gewoon',
  version: 'versie',
}

/** What a fact of a problem is called. */
export const paramName = (name: string, language: Language): string =>
  (language === 'nl' && Object.hasOwn(params, name) && params[name]) || name.replaceAll('_', ' ')

/** What is wrong with one member of the input, and what is expected there. */
export function inputErrorText({ code, expected }: InputError, language: Language): string {
  const at = language === 'nl' ? 1 : 0
  const known = codes[code]?.[at]
  if (code === 'missing') return known ?? code
  if (expected === undefined) return known ?? oneLine(words(code))
  if (code === 'invalid_value')
    return `${at ? 'kies uit' : 'one of'}: ${oneLine(expected).replaceAll(' | ', ', ')}`
  const bound = /^([<>]=?) (\S+?)( characters| items)?$/.exec(expected)
  if (bound) return boundText(bound, language)
  const form = Object.hasOwn(wanted, expected) ? wanted[expected]?.[at] : undefined
  return form ?? oneLine((at && authors[expected]) || expected)
}

function boundText([, sign = '', value = '', unit = '']: readonly string[], language: Language): string {
  const isNl = language === 'nl'
  const units: Readonly<Record<string, Pair>> = {
    ' characters': [' characters', ' tekens'],
    ' items': [' of them', ' stuks'],
  }
  const what = units[unit]?.[isNl ? 1 : 0] ?? ''
  const least = isNl ? 'ten minste' : 'at least'
  const most = isNl ? 'ten hoogste' : 'at most'
  const strictly = isNl
    ? sign === '>'
      ? 'meer dan'
      : 'minder dan'
    : sign === '>'
      ? 'more than'
      : 'less than'
  return `${sign === '>=' ? least : sign === '<=' ? most : strictly} ${value}${what}`
}
