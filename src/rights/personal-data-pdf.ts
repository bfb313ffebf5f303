import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import { type DocumentLanguage, timeInWords } from '../documents/index.ts'
import { words } from './export-words.ts'
import type { PersonalData } from './personal-data.ts'
import type { Section } from './sections.ts'

/**
 * DejaVu Sans lies beside the code: the fonts every PDF reader has know the letters of Western Europe only, and write
 * neither `ő` nor `č`. What it has no sign for either (Chinese, say) is shown as an empty box; the JSON has it.
 */
const FONT = join(import.meta.dirname, '..', '..', 'fonts', 'DejaVuSans.ttf')
const LOCALES = { nl: 'nl-NL', en: 'en-GB' } as const

/** The export as a tagged PDF with a title and a language: a record of each row, which reads on paper and aloud. */
export function writePdf(
  data: PersonalData,
  sections: readonly Section[],
  language: DocumentLanguage,
): Promise<Buffer> {
  const say = (code: string) => words[code]?.[language] ?? ''
  const title = [say('title'), data.person.name].filter(Boolean).join(': ')
  const document = new PDFDocument({
    size: 'A4',
    margin: 56,
    pdfVersion: '1.7',
    tagged: true,
    lang: LOCALES[language],
    displayTitle: true,
    // The number of pages is known when the last is written.
    bufferPages: true,
    info: { Title: title, CreationDate: new Date(data.made_at) },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  const write = (tag: string, text: string, size: number, gap: number) =>
    document.addStructure(
      document.struct(tag, {}, () => {
        document.font(FONT).fontSize(size).text(text, { paragraphGap: gap })
      }),
    )
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
      const height = document.font(FONT).fontSize(9.5).heightOfString(text, { paragraphGap: 7 })
      const bottom = document.page.height - document.page.margins.bottom
      if (document.y + height > bottom && height < bottom - document.page.margins.top) document.addPage()
      write('P', text, 9.5, 7)
    }
  }
  numberPages(document, say('page'))
  document.end()
  return done
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
      .font(FONT)
      .fontSize(8)
      .text(`${word} ${at + 1} / ${count}`, 56, page.height - 40, {
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
