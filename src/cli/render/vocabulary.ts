import { oneLine } from '../text.ts'
import { parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Term {
  readonly code: string
  readonly label: { readonly en: string; readonly nl: string }
  readonly article?: string
}

/** What to name in a request: the codes, and what they mean. */
export const renderVocabulary: Renderer = (value, view) => {
  const { purposes, legal_bases: bases } = value as Record<'purposes' | 'legal_bases', readonly Term[]>
  return parts(
    `${say(view, 'Purposes')} (--purpose):`,
    termsText(purposes, view),
    `${say(view, 'Legal bases')} (--basis):`,
    termsText(bases, view),
  )
}

function termsText(terms: readonly Term[], view: View): string {
  const head = sayAll(view, 'code', 'meaning', 'article')
  const rows = terms.map(({ code, label, article }) => [
    oneLine(code),
    oneLine(label[view.language]),
    cell(article),
  ])
  return tableText({ head, rows }, view)
}
