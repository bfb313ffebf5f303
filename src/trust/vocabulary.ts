import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import { parseJsonStrict } from '../jose/index.ts'

/** A term that people pick by code and that travels as an IRI. */
export interface Term {
  /** Short, for the command line: `order-management`. */
  readonly code: string
  readonly iri: string
  readonly label: { readonly nl: string; readonly en: string }
}

/** What data are asked for: a purpose of the Data Privacy Vocabulary (DPV 2). */
export type Purpose = Term

/** A legal basis of the GDPR, as DPV's GDPR extension names it. */
export interface LegalBasis extends Term {
  /** Where it is in the GDPR: `6(1)(b)`. */
  readonly article: string
}

const text = z.string().min(1).max(100)
const term = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  iri: z.string().regex(/^https:\/\/w3id\.org\/dpv#[A-Z][A-Za-z]+$/),
  label: z.strictObject({ nl: text, en: text }),
})
const legalBasis = term.extend({
  iri: z.string().regex(/^https:\/\/w3id\.org\/dpv\/legal\/eu\/gdpr#A[A-Za-z0-9-]+$/),
  article: text,
})

/** The purposes and legal bases a node accepts in a request. Anything else is refused: default deny. */
export class Vocabulary {
  readonly purposes: readonly Purpose[]
  readonly legalBases: readonly LegalBasis[]

  constructor(purposes: readonly Purpose[], legalBases: readonly LegalBasis[]) {
    this.purposes = purposes
    this.legalBases = legalBases
  }

  /** By code or IRI. @throws Refusal `unknown_purpose`, with the known codes in its params */
  requirePurpose(codeOrIri: string): Purpose {
    const found = find(this.purposes, codeOrIri)
    if (found) return found
    throw unknown('unknown_purpose', 'that purpose is not in the vocabulary of this network', this.purposes)
  }

  /** What people are told of a purpose; one that left the vocabulary since keeps its IRI. */
  purposeLabel(iri: string): Purpose['label'] {
    return find(this.purposes, iri)?.label ?? { nl: iri, en: iri }
  }

  /** By code or IRI. @throws Refusal `unknown_legal_basis`, with the known codes in its params */
  requireLegalBasis(codeOrIri: string): LegalBasis {
    const found = find(this.legalBases, codeOrIri)
    if (found) return found
    throw unknown('unknown_legal_basis', 'that legal basis is not one of the GDPR', this.legalBases)
  }
}

/**
 * Reads `purposes.json` and `legal-bases.json`.
 * @throws Refusal `vocabulary_invalid`, with `file` in its params
 */
export const loadVocabulary = (dir: string): Vocabulary =>
  new Vocabulary(readTerms(dir, 'purposes.json', term), readTerms(dir, 'legal-bases.json', legalBasis))

function readTerms<T extends Term>(dir: string, file: string, shape: z.ZodType<T>): readonly T[] {
  try {
    const terms = z
      .array(shape)
      .min(1)
      .max(200)
      .parse(parseJsonStrict(readFileSync(join(dir, file))))
    const names = terms.flatMap(({ code, iri }) => [code, iri])
    if (new Set(names).size === names.length) return terms
  } catch (cause) {
    throw invalid(file, cause)
  }
  throw invalid(file)
}

const find = <T extends Term>(terms: readonly T[], codeOrIri: string): T | undefined =>
  terms.find(({ code, iri }) => code === codeOrIri || iri === codeOrIri)

const unknown = (code: string, message: string, terms: readonly Term[]): Refusal =>
  new Refusal('invalid', code, message, { params: { known: terms.map((known) => known.code) } })

const invalid = (file: string, cause?: unknown): Refusal =>
  new Refusal('invalid', 'vocabulary_invalid', `the vocabulary file ${file} cannot be used`, {
    params: { file },
    cause,
  })
