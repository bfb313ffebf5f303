import { createHash } from 'node:crypto'
import type { Field } from './problem.ts'

export type Role = 'customer' | 'supplier'

/** A relation of a bookkeeping file, checked and written in one way. Absent is undefined, never empty. */
export interface ImportedRelation {
  readonly source: 'xaf' | 'csv'
  /** The number the file gives it, as text; empty when a CSV has no such column. */
  readonly sourceId: string
  readonly name: string
  readonly contact?: string
  readonly email?: string
  readonly phone?: string
  /** An absolute http or https address. */
  readonly website?: string
  /** Eight digits; only of the Dutch register. */
  readonly kvk?: string
  /** With country prefix. Never a number that may hold a BSN. */
  readonly vat?: string
  readonly iban?: string
  readonly bic?: string
  readonly street?: string
  /** Dutch ones without the blank: `9401DT`. */
  readonly postcode?: string
  readonly city?: string
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly roles: readonly Role[]
  /** False for collective accounts and for whoever shows no sign of being in business. */
  readonly isCompany: boolean
  /** Line of the file on which the record begins, from 1. */
  readonly line?: number
}

/** The values of a record as the file gives them. */
export type RawFields = { readonly [field in Field]?: string }

export interface RawRelation {
  readonly source: 'xaf' | 'csv'
  readonly fields: RawFields
  /** Further accounts of the relation; checked like the first, not kept. */
  readonly moreIbans?: readonly string[]
  /** Country that registered the VAT number, where the file says so. */
  readonly taxCountry?: string
  /** Roles when the file does not say: what kind of list it is, or in which journals the relation occurs. */
  readonly roles: readonly Role[]
  readonly line?: number
}

/**
 * What makes the relation the same one when it is imported again: KVK number, else VAT number, else a digest of where
 * it comes from (hashed, since what stands there may be a person's name).
 * @param scope the administration the file comes from, or the layout of a list
 */
export function naturalKeyOf(relation: ImportedRelation, scope: string): string {
  if (relation.kvk) return `kvk:${relation.kvk}`
  if (relation.vat) return `vat:${relation.vat}`
  // A list does not say whose it is: two lists may give the same number to different people.
  const own = relation.source === 'xaf' ? [] : [plainName(relation.name)]
  const place = relation.sourceId || (relation.postcode ?? '')
  const digest = createHash('sha256')
    .update(JSON.stringify([scope, place, ...own]))
    .digest('base64url')
  return `${relation.source}:${digest.slice(0, 22)}`
}

/** A name without what differs from one package to the next: accents, punctuation, "en", the legal form. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\b(?:b\.?v|n\.?v|v\.?o\.?f|u\.?a)\b\.?/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(?:en|and|und|et)\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
}

/** One line without control, direction-changing or doubled blank characters; undefined when nothing is left. */
export function cleanText(value: string | undefined): string | undefined {
  const text = value
    ?.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim()
    .normalize('NFC')
  return text ? text : undefined
}
