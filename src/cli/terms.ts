import { readFileSync } from 'node:fs'
import { lastPart } from './render/index.ts'

/** Purposes and legal bases by IRI, with their labels. */
export type Terms = ReadonlyMap<string, { readonly en: string; readonly nl: string }>

interface TermFile {
  readonly iri: string
  readonly label: { readonly en: string; readonly nl: string }
}

/** The vocabulary as it is installed beside the command line; a file that is not there leaves its terms without labels. */
export function loadTerms(folder: URL): Terms {
  const all = ['purposes.json', 'legal-bases.json'].flatMap((file) => {
    try {
      return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as TermFile[]
    } catch {
      return []
    }
  })
  return new Map(all.map(({ iri, label }) => [iri, label]))
}

/** The label of a term, and where there is none the last part of its IRI. */
export const termIn =
  (terms: Terms, language: 'en' | 'nl') =>
  (iri: string): string =>
    terms.get(iri)?.[language] ?? lastPart(iri)
