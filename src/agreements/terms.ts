import canonicalize from 'canonicalize'
import { z } from 'zod'
import { byteLength, isDid, isPlainText, Refusal } from '../core/index.ts'
import { sha256 } from '../trust/index.ts'

export const digestText = z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)
const day = z.iso.date()
const period = z
  .string()
  .max(12)
  .regex(/^P(?:\d{1,3}[YMWD])+$/, 'a period such as P1M or P30D')
const line = (max: number) => z.string().trim().min(1).max(max).refine(isPlainText)

/** What is agreed: the whole of what both sign, in the form both nodes know. */
export const termsSchema = z.strictObject({
  /** What both nodes call the agreement: the same text in another agreement is another thing signed. */
  agreement: z.uuid(),
  /** Who began it, and the other. */
  parties: z.tuple([z.string().max(2048).refine(isDid), z.string().max(2048).refine(isDid)]),
  language: z.enum(['nl', 'en']),
  title: line(200),
  /** Markdown. */
  body: z.string().min(1).refine(isPlainText),
  starts_on: day,
  /** The last day; none where it runs on until somebody ends it. */
  ends_on: day.optional(),
  /** How long before its end either party says so. */
  notice: period,
  /** For how long it goes on after `ends_on`, each time nobody gave notice. */
  renewal: period.optional(),
  /** Headings of the clauses that outlive it. */
  surviving: z.array(line(200)).max(50),
  /** Whether it lets trade secrets be shown (Wbb, article 1: reasonable measures). */
  trade_secrets: z.boolean(),
  template: z
    .strictObject({ id: z.string().max(64), version: z.int().min(1), digest: digestText })
    .optional(),
})
export type Terms = z.output<typeof termsSchema>

/** A Tell holds the whole text, and is read whole: about fifteen pages. */
export const MAX_TERMS_BYTES = 40_000

/** Bytes that both sign the digest of: JSON Canonicalization Scheme (RFC 8785). */
export const canonicalTerms = (terms: Terms): string => canonicalize(terms) ?? ''

/** SHA-256 of {@link canonicalTerms}, `sha-256:…`. */
export const digestOf = (terms: Terms): string => sha256(canonicalTerms(terms))

/** @throws Refusal `agreement_too_long`, `agreement_dates_wrong` */
export function requireSoundTerms(terms: Terms): Terms {
  if (byteLength(canonicalTerms(terms)) > MAX_TERMS_BYTES)
    throw new Refusal('too_large', 'agreement_too_long', 'the text of an agreement has at most 40 kB')
  if (terms.ends_on !== undefined && terms.ends_on < terms.starts_on)
    throw new Refusal('invalid', 'agreement_dates_wrong', 'an agreement does not end before it begins')
  if (terms.renewal !== undefined && terms.ends_on === undefined)
    throw new Refusal('invalid', 'agreement_dates_wrong', 'what has no last day is not renewed')
  return terms
}
