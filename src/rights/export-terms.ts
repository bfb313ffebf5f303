import type { DocumentLanguage } from '../documents/index.ts'
import type { PersonalData } from './personal-data.ts'

type Texts = Readonly<Record<DocumentLanguage, string>>

/** What codes are called: the vocabulary, the credential types and the refusals answer. */
export interface ExportTerms {
  readonly purpose: (codeOrIri: string) => { readonly label: Texts }
  readonly basis: (codeOrIri: string) => { readonly label: Texts; readonly article: string }
  /** A claim such as `contact-person.email`, with its type. */
  readonly claim: (ref: string) => { readonly label: Texts }
  readonly type: (name: string) => Texts
  /** A member of a type, or of a member of it, by itself: `address`, `address.locality`. */
  readonly label: (type: string, path: string) => Texts
  /** Why something was refused. */
  readonly code: (code: string, language: DocumentLanguage) => string
}

interface Shown {
  readonly value: unknown
  /** The claim it is of. */
  readonly of: string
  readonly data: PersonalData
  readonly language: DocumentLanguage
  readonly terms: ExportTerms
}

const truth = { nl: ['nee', 'ja'], en: ['no', 'yes'] } as const

/** A value as people read it: a party by its name, an address as it is written, the rest by its members. */
export function plainValue(shown: Shown): string {
  const { value, data, language } = shown
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return truth[language][Number(value)] ?? ''
  if (typeof value === 'string') return nameOf(value, data, language) ?? value
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.map((one) => plainValue({ ...shown, value: one })).join(', ')
  const members = value as Readonly<Record<string, unknown>>
  const { did, street_address: street, postal_code: postcode, locality } = members
  if (typeof did === 'string' && Object.keys(members).length === 1) return nameOf(did, data, language) ?? did
  if (typeof did === 'string' && typeof members.name === 'string' && Object.keys(members).length === 2)
    return members.name
  if (street !== undefined || locality !== undefined) {
    const place = [postcode, locality].filter(Boolean).join(' ')
    return [street, place, members.country].filter(Boolean).join(', ')
  }
  return Object.entries(members)
    .map(([name, member]) => `${labelOf(shown, name)}: ${plainValue({ ...shown, value: member })}`)
    .join('; ')
}

function labelOf({ of, terms, language }: Shown, member: string): string {
  const [type = '', ...path] = of.split('.')
  return terms.label(type, [...path, member].join('.'))[language]
}

/** The one whose data it is, or a party that the export names elsewhere; null for any other text. */
function nameOf(text: string, data: PersonalData, language: DocumentLanguage): string | null {
  if (!text.startsWith('did:')) return null
  if (text === data.person.did) return language === 'nl' ? 'uzelf' : 'yourself'
  if (text === data.controller.did) return data.controller.name
  const named = [
    ...data.credentials.map(({ issuer }) => issuer),
    ...data.grants.map(({ recipient }) => recipient),
    ...data.requests_for_data.map(({ recipient }) => recipient),
    ...data.asked.map(({ partner }) => partner),
  ]
  return named.find(({ did, name }) => did === text && name !== null)?.name ?? null
}
