import { type DocumentLanguage, openPdf, PDF_FONT, PDF_MARGIN, timeInWords } from '../documents/index.ts'
import { words } from './export-words.ts'
import type { PersonalData } from './personal-data.ts'
import type { Section } from './sections.ts'

/** The export as a tagged PDF with a title and a language: a record of each row, which reads on paper and aloud. */
export async function writePdf(
  data: PersonalData,
  sections: readonly Section[],
  language: DocumentLanguage,
): Promise<Buffer> {
  const say = (code: string) => words[code]?.[language] ?? ''
  const title = [say('title'), data.person.name].filter(Boolean).join(': ')
  const madeAt = new Date(data.made_at)
  const { document, write, end } = await openPdf({ title, language, madeAt, bufferPages: true })
  write('H1', title, 20, 6)
  write('P', `${say('made')} ${timeInWords(Date.parse(data.made_at), language)}`, 9, 8)
  write('P', say('intro'), 10, 10)
  for (const { title, columns, rows } of sections) {
    if (document.y > document.page.height - 140) document.addPage()
    write('H2', title, 13, 4)
    if (rows.length === 0) write('P', say('nothing'), 10, 8)
    for (const row of rows) {
      const text = recordText(columns, row)
      // A record that fits a page is not split over two.
      const height = document.font(PDF_FONT).fontSize(9.5).heightOfString(text, { paragraphGap: 7 })
      const bottom = document.page.height - document.page.margins.bottom
      if (document.y + height > bottom && height < bottom - document.page.margins.top) document.addPage()
      write('P', text, 9.5, 7)
    }
  }
  numberPages(document, say('page'))
  return end()
}

/** `Bladzijde 2 / 5` at the foot of each page: of no use aloud, so an artifact of the page. */
function numberPages(document: PDFKit.PDFDocument, word: string): void {
  const { count } = document.bufferedPageRange()
  for (let at = 0; at < count; at += 1) {
    document.switchToPage(at)
    const { page } = document
    const { bottom } = page.margins
    // Text below the margin would begin a page of its own.
    page.margins.bottom = 0
    document.markContent('Artifact', { type: 'Pagination' })
    document
      .font(PDF_FONT)
      .fontSize(8)
      .text(`${word} ${at + 1} / ${count}`, PDF_MARGIN, page.height - 40, {
        width: page.width - 112,
        align: 'right',
        lineBreak: false,
      })
    document.endMarkedContent()
    page.margins.bottom = bottom
  }
}

/** A row as lines of name and value: a table of seven columns does not fit a page. */
const recordText = (columns: readonly string[], row: readonly string[]): string =>
  columns.length === 2
    ? `${row[0]}: ${row[1]}`
    : columns.flatMap((column, at) => (row[at] ? [`${column}: ${row[at]}`] : [])).join('\n')
