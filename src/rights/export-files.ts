import { type DocumentLanguage, html, page, timeInWords, writeCsv } from '../documents/index.ts'
import type { ExportTerms } from './export-terms.ts'
import { words } from './export-words.ts'
import type { PersonalData } from './personal-data.ts'
import { type Section, sectionsOf } from './sections.ts'

export const exportFormats = ['json', 'csv', 'html', 'pdf'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** A file as it is handed over; a PDF as base64. */
export interface ExportFile {
  readonly name: string
  readonly mediaType: string
  readonly encoding: 'utf8' | 'base64'
  readonly content: string
}

/** The files of an export: one, or one for each table where it is CSV. */
export async function exportFiles(
  data: PersonalData,
  format: ExportFormat,
  language: DocumentLanguage,
  terms: ExportTerms,
): Promise<ExportFile[]> {
  const text = (name: string, mediaType: string, content: string): ExportFile => ({
    ...{ name, mediaType, content },
    encoding: 'utf8',
  })
  if (format === 'json')
    return [text('personal-data.json', 'application/json', `${JSON.stringify(data, null, 2)}\n`)]
  const sections = sectionsOf(data, language, terms)
  if (format === 'csv')
    return sections.map(({ name, columns, rows }) =>
      text(`${name}.csv`, 'text/csv; charset=utf-8', writeCsv([columns, ...rows])),
    )
  if (format === 'html')
    return [text('personal-data.html', 'text/html; charset=utf-8', writeHtml(data, sections, language))]
  // The PDF writer is 25 MiB that most nodes use once a month: who asks for one waits for it.
  const { writePdf } = await import('./personal-data-pdf.ts')
  const pdf = await writePdf(data, sections, language)
  return [
    {
      name: 'personal-data.pdf',
      mediaType: 'application/pdf',
      encoding: 'base64',
      content: pdf.toString('base64'),
    },
  ]
}

function writeHtml(data: PersonalData, sections: readonly Section[], language: DocumentLanguage): string {
  const say = (code: string) => words[code]?.[language] ?? ''
  const title = [say('title'), data.person.name].filter(Boolean).join(': ')
  const body = html`<h1>${title}</h1>
<p class="soft">${say('made')} ${timeInWords(Date.parse(data.made_at), language)}. ${sentence(`${say('controller')}: ${data.controller.name ?? ''}`)}</p>
<p>${say('intro')}</p>
${sections.map(({ title, columns, rows }) =>
  rows.length === 0
    ? html`<h2>${title}</h2><p class="soft">${say('nothing')}</p>`
    : html`<h2>${title}</h2><div class="wide"><table${columns.length > 2 ? html` class="stack"` : null}><thead><tr>${columns.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => cellOf(columns[at] ?? '', cell))}</tr>`)}</tbody></table></div>`,
)}`
  return page({ language, title, body })
}

/** A cell that says, where rows are stacked, of which column it is. */
const cellOf = (column: string, text: string) => {
  const kind = text === '' ? html` class="none"` : text.startsWith('did:') ? html` class="code"` : null
  return html`<td data-column="${column}"${kind}>${linesOf(text)}</td>`
}

const linesOf = (text: string) => text.split('\n').map((line, at) => (at === 0 ? line : html`<br>${line}`))

/** A name such as `B.V.` brings its own full stop. */
const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`)
