import { Refusal } from '../../core/index.ts'
import type { Field } from './problem.ts'

/** Which column holds which field, by the column's heading in the file. */
export type ColumnMapping = { readonly [field in Field]?: string }

/** Layouts that are recognised by their headings. */
const layouts = {
  snelstart: {
    sourceId: 'Relatiecode',
    name: 'Naam',
    contact: 'Contactpersoon',
    street: 'Adres',
    postcode: 'Postcode',
    city: 'Plaats',
    country: 'LandID',
    phone: 'Telefoonnummer',
    mobile: 'Mobielnummer',
    email: 'Emailadres',
    vat: 'BTW nummer',
    kvk: 'Nummer kvk',
    iban: 'IBAN',
    bic: 'BIC',
  },
  'e-boekhouden': {
    sourceId: 'Code',
    name: 'Bedrijf',
    contact: 'Contactpersoon',
    street: 'Adres',
    postcode: 'Postcode',
    city: 'Plaats',
    country: 'Land',
    phone: 'Telefoon',
    mobile: 'GSM',
    email: 'Email',
    vat: 'BTWNummer',
    iban: 'IBAN',
    bic: 'BIC',
    business: 'BP',
  },
  /** What {@link writeErrorsCsv} writes, so that a mended file can be read again. */
  errors: {
    sourceId: 'Code',
    name: 'Naam',
    contact: 'Contactpersoon',
    email: 'E-mailadres',
    phone: 'Telefoon',
    mobile: 'Mobiel',
    website: 'Website',
    kvk: 'KVK-nummer',
    vat: 'Btw-nummer',
    iban: 'IBAN',
    bic: 'BIC',
    street: 'Adres',
    postcode: 'Postcode',
    city: 'Plaats',
    country: 'Land',
    type: 'Soort',
    business: 'Bedrijf of particulier',
  },
} as const satisfies Record<string, ColumnMapping>

export type CsvLayout = keyof typeof layouts | 'mapped'

export const errorsLayout: Readonly<Record<Field, string>> = layouts.errors

/** Headings that must be there before a layout is recognised; the others may be absent. */
const signs: Readonly<Record<keyof typeof layouts, readonly Field[]>> = {
  errors: ['sourceId', 'name', 'kvk', 'vat', 'type'],
  snelstart: ['sourceId', 'name', 'country', 'kvk'],
  'e-boekhouden': ['sourceId', 'name', 'vat', 'business'],
}

/** Where each field stands in a record. */
export interface Columns {
  readonly layout: CsvLayout
  readonly count: number
  readonly at: { readonly [field in Field]?: number }
}

/** The layout whose headings these are, or undefined. */
export function recogniseLayout(headings: readonly string[]): keyof typeof layouts | undefined {
  const present = new Set(headings.map(plainHeading))
  const names = Object.keys(signs) as (keyof typeof layouts)[]
  return names.find((name) => {
    if (name === 'errors' && !present.has('foutcode')) return false
    const layout: ColumnMapping = layouts[name]
    return signs[name].every((field) => present.has(plainHeading(layout[field] ?? '')))
  })
}

/**
 * Finds the columns by the mapping given, else by a layout that is recognised.
 * @throws Refusal `csv_columns_unknown` (give a mapping), `csv_mapping_incomplete` (no name),
 * `csv_mapping_column_missing` (`params.fields`)
 */
export function findColumns(headings: readonly string[], mapping?: ColumnMapping): Columns {
  const layout = mapping ? 'mapped' : recogniseLayout(headings)
  if (layout === undefined)
    throw new Refusal(
      'unprocessable',
      'csv_columns_unknown',
      'these columns are not known; say which column holds the name, the KVK number and so on',
      { params: { columns: headings.length } },
    )
  const wanted: ColumnMapping = layout === 'mapped' ? (mapping ?? {}) : layouts[layout]
  if (wanted.name === undefined)
    throw new Refusal('invalid', 'csv_mapping_incomplete', 'say at least which column holds the name')
  const plain = headings.map(plainHeading)
  const at = Object.fromEntries(
    Object.entries(wanted)
      .map(([field, heading]) => [field, plain.indexOf(plainHeading(heading))] as const)
      .filter(([, index]) => index >= 0),
  )
  const missing = mapping ? Object.keys(mapping).filter((field) => at[field] === undefined) : []
  if (missing.length > 0)
    throw new Refusal(
      'invalid',
      'csv_mapping_column_missing',
      'the file lacks columns that the mapping names',
      { params: { fields: missing } },
    )
  return { layout, count: headings.length, at }
}

/** @throws Refusal `csv_mapping_incomplete`, `csv_mapping_column_missing`, as {@link findColumns} */
export function requireColumns(headings: readonly string[], mapping: ColumnMapping): void {
  findColumns(headings, mapping)
}

/** Headings are compared by their letters and digits: "E-mail adres" is "emailadres". */
function plainHeading(heading: string): string {
  return heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
