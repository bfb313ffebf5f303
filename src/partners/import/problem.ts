/** Fields a relation is read from; also the keys of a column mapping. */
export const fields = [
  'sourceId',
  'name',
  'contact',
  'email',
  'phone',
  'mobile',
  'website',
  'kvk',
  'vat',
  'iban',
  'bic',
  'street',
  'postcode',
  'city',
  'country',
  'type',
  'business',
] as const
export type Field = (typeof fields)[number]

/** A sentence per stable code: why a record cannot be taken as it is. */
const sentences = {
  name_missing: { en: 'the name is missing', nl: 'de naam ontbreekt' },
  source_id_missing: { en: 'the number of the relation is missing', nl: 'het relatienummer ontbreekt' },
  kvk_format: { en: 'the KVK number holds other characters', nl: 'het KVK-nummer bevat andere tekens' },
  kvk_digits: { en: 'a KVK number has 8 digits', nl: 'een KVK-nummer heeft 8 cijfers' },
  vat_format: { en: 'this is not a VAT number', nl: 'dit is geen btw-nummer' },
  vat_check: {
    en: 'the check digits of the VAT number are wrong',
    nl: 'het controlegetal van het btw-nummer klopt niet',
  },
  iban_format: { en: 'this is not an IBAN', nl: 'dit is geen IBAN' },
  iban_check: {
    en: 'the check digits of the IBAN are wrong',
    nl: 'het controlegetal van het IBAN klopt niet',
  },
  bic_format: { en: 'this is not a BIC', nl: 'dit is geen BIC' },
  email_not_one_address: {
    en: 'the e-mail field does not hold exactly one address',
    nl: 'het e-mailveld bevat niet precies één adres',
  },
  type_unknown: { en: 'the type is not C, S, B or O', nl: 'de soort is niet C, S, B of O' },
  field_too_long: { en: 'a value is too long', nl: 'een waarde is te lang' },
  text_unreadable: { en: 'the text holds unreadable characters', nl: 'de tekst bevat onleesbare tekens' },
  column_count: {
    en: 'the record does not have as many columns as the header',
    nl: 'het aantal kolommen is anders dan in de kopregel',
  },
  quote_in_field: {
    en: 'a quote stands inside a field',
    nl: 'er staat een aanhalingsteken midden in een veld',
  },
  quote_not_closed: {
    en: 'a quote is opened and never closed',
    nl: 'een aanhalingsteken wordt geopend en niet gesloten',
  },
  record_too_long: { en: 'the record is too long', nl: 'de regel is te lang' },
} as const

export type ProblemCode = keyof typeof sentences

/** Why a record is kept apart. `params` are counts; never a value of the record. */
export interface Problem {
  readonly code: ProblemCode
  readonly field?: Field
  readonly params?: Readonly<Record<string, string | number>>
}

/** What a reader should know about a record that is taken all the same. */
export interface Notice {
  readonly code: /** The VAT number may hold a BSN and is left out; `params.masked` may be shown. Ask for the btw-id. */
    | 'vat_bsn_shaped'
    /** The register number belongs to a foreign company and is left out. */
    | 'register_number_foreign'
    /** The bank account is an old domestic number and is left out. */
    | 'account_not_iban'
    /** The website is not a web address and is left out. */
    | 'website_left_out'
    /** The country was not recognised and is left out. */
    | 'country_unknown'
  readonly field: Field
  readonly params?: Readonly<Record<string, string>>
}

/** One sentence for people about a problem. */
export const describeProblem = (code: ProblemCode, language: 'en' | 'nl' = 'en'): string =>
  sentences[code][language]

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(sentences, code)
