import { type Checked, checkBic, checkEmail, checkIban, checkKvk } from './checks.ts'
import { isoCountry } from './country.ts'
import { namesCompany, namesPerson } from './legal-form.ts'
import { limits } from './limits.ts'
import { type Field, isProblemCode, type Notice, type Problem } from './problem.ts'
import { cleanText, type ImportedRelation, type RawFields, type RawRelation, type Role } from './relation.ts'
import { judgeVat, maskBsn } from './vat.ts'

/** The record as a relation, or the problems that keep it apart. */
export type NormalisedRelation =
  | { readonly relation: ImportedRelation; readonly notices: readonly Notice[] }
  | { readonly problems: readonly Problem[]; readonly notices: readonly Notice[] }

/** Checks every value that is there and writes it in one way. Pure; a missing identifier is no problem. */
export function normaliseRelation(raw: RawRelation): NormalisedRelation {
  const problems: Problem[] = []
  const notices: Notice[] = []
  const text = (field: Field): string | undefined => cleanText(raw.fields[field])
  const check = (field: Field, checker: (text: string) => Checked): string | undefined => {
    const value = text(field)
    const checked = value === undefined ? undefined : checker(value)
    if (checked === undefined || 'value' in checked) return checked?.value
    if (isProblemCode(checked.code)) problems.push({ code: checked.code, field, ...paramsOf(checked) })
    return undefined
  }

  for (const [field, value] of Object.entries(raw.fields) as [Field, string | undefined][]) {
    if ((value?.length ?? 0) >= limits.value) problems.push({ code: 'field_too_long', field })
    else if (value?.includes('\uFFFD')) problems.push({ code: 'text_unreadable', field })
  }
  const name = text('name')
  if (name === undefined) problems.push({ code: 'name_missing', field: 'name' })
  const sourceId = text('sourceId')
  if (raw.source === 'xaf' && sourceId === undefined)
    problems.push({ code: 'source_id_missing', field: 'sourceId' })

  const vat = takeVat(text('vat'), name ?? '', raw.taxCountry, problems, notices)
  const country = takeCountry(text('country'), notices)
  const foreign = isForeign(vat?.prefix, raw.taxCountry, country)
  const kvk = foreign ? undefined : check('kvk', checkKvk)
  if (foreign && text('kvk') !== undefined) notices.push({ code: 'register_number_foreign', field: 'kvk' })
  const email = check('email', checkEmail)
  const iban = takeIban(raw, problems, notices)
  const bic = check('bic', checkBic)
  const website = takeWebsite(text('website'), notices)
  const type = takeType(text('type'), problems)

  if (problems.length > 0 || name === undefined) return { problems, notices }
  const relation: ImportedRelation = {
    source: raw.source,
    sourceId: sourceId ?? '',
    name,
    ...present({
      contact: text('contact'),
      email,
      phone: text('phone') ?? text('mobile'),
      website,
      kvk,
      vat: vat?.value,
      iban,
      bic,
      street: text('street'),
      postcode: text('postcode')
        ?.toUpperCase()
        .replace(/^(\d{4}) ?([A-Z]{2})$/, '$1$2'),
      city: text('city'),
      country,
    }),
    roles: type === undefined ? raw.roles : rolesOfType[type],
    isCompany:
      type !== 'O' &&
      !/^p/i.test(text('business') ?? '') &&
      (kvk !== undefined || vat !== undefined || (!namesPerson(name) && namesCompany(name))),
    ...(raw.line === undefined ? {} : { line: raw.line }),
  }
  return { relation, notices }
}

const rolesOfType: Readonly<Record<'B' | 'C' | 'S' | 'O', readonly Role[]>> = {
  B: ['customer', 'supplier'],
  C: ['customer'],
  S: ['supplier'],
  O: [],
}

/** The values of a record that is kept apart, without what may hold a BSN: fit to be shown and exported. */
export function showableFields(raw: RawRelation, notices: readonly Notice[]): RawFields {
  const hidden = notices.some((notice) => notice.code === 'vat_bsn_shaped')
  const entries = Object.entries(raw.fields).flatMap(([field, value]) => {
    const text = cleanText(value?.slice(0, limits.value))
    if (text === undefined || (hidden && field === 'vat')) return []
    return [[field, field === 'vat' || field === 'kvk' ? maskBsn(text) : text]]
  })
  return Object.fromEntries(entries)
}

function takeVat(
  text: string | undefined,
  name: string,
  taxCountry: string | undefined,
  problems: Problem[],
  notices: Notice[],
): { prefix: string; value?: string } | undefined {
  if (text === undefined) return undefined
  const verdict = judgeVat(text, name, isoCountry(taxCountry ?? ''))
  if (verdict.kind === 'ok') return { prefix: verdict.vat.slice(0, 2), value: verdict.vat }
  if (verdict.kind === 'bsn_shaped') {
    notices.push({ code: 'vat_bsn_shaped', field: 'vat', params: { masked: verdict.masked } })
    return { prefix: 'NL' }
  }
  problems.push({ code: verdict.code, field: 'vat' })
  return undefined
}

function takeCountry(text: string | undefined, notices: Notice[]): string | undefined {
  if (text === undefined) return undefined
  const country = isoCountry(text)
  if (country === undefined) notices.push({ code: 'country_unknown', field: 'country' })
  return country
}

/** Whose register the number is from: the VAT number says it best, then its registration, then the address. */
function isForeign(
  vatPrefix: string | undefined,
  taxCountry: string | undefined,
  country: string | undefined,
): boolean {
  return (vatPrefix ?? isoCountry(taxCountry ?? '') ?? country ?? 'NL') !== 'NL'
}

function takeIban(raw: RawRelation, problems: Problem[], notices: Notice[]): string | undefined {
  const found = [raw.fields.iban, ...(raw.moreIbans ?? [])]
    .map(cleanText)
    .filter((text) => text !== undefined)
  let first: string | undefined
  for (const text of found) {
    const checked = checkIban(text)
    if ('value' in checked) first ??= checked.value
    else if (raw.source === 'xaf' && /^[\d\s.]+$/.test(text))
      notices.push({ code: 'account_not_iban', field: 'iban' })
    else if (isProblemCode(checked.code)) problems.push({ code: checked.code, field: 'iban' })
  }
  return first
}

function takeWebsite(text: string | undefined, notices: Notice[]): string | undefined {
  if (text === undefined) return undefined
  const candidate = /^https?:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(candidate) ? new URL(candidate) : undefined
  if (url?.hostname.includes('.') && url.username === '') return url.href
  notices.push({ code: 'website_left_out', field: 'website' })
  return undefined
}

function takeType(text: string | undefined, problems: Problem[]): 'B' | 'C' | 'S' | 'O' | undefined {
  const type = text?.toUpperCase()
  if (type === undefined || type === 'B' || type === 'C' || type === 'S' || type === 'O') return type
  problems.push({ code: 'type_unknown', field: 'type' })
  return undefined
}

const paramsOf = ({ params }: { params?: Problem['params'] }) => (params ? { params } : {})

function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
