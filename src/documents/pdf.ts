import { join } from 'node:path'
import type { DocumentLanguage } from './page.ts'

/**
 * DejaVu Sans lies beside the code: the fonts every PDF reader has know the letters of Western Europe only, and write
 * neither `ő` nor `č`. What it has no sign for either (Chinese, say) is shown as an empty box.
 */
export const PDF_FONT = join(import.meta.dirname, '..', '..', 'fonts', 'DejaVuSans.ttf')
export const PDF_MARGIN = 56
const LOCALES = { nl: 'nl-NL', en: 'en-GB' } as const

export interface PdfHead {
  readonly title: string
  readonly language: DocumentLanguage
  /** Now, unless given. */
  readonly madeAt?: Date
  /** Pages stay open until the end: for what is known only then, such as how many there are. */
  readonly bufferPages?: boolean
}

/** A PDF that is being written. */
export interface Pdf {
  readonly document: PDFKit.PDFDocument
  /** @param tag what it is to who listens: `H1`, `P`; @param gap points below each paragraph */
  write(tag: string, text: string, size: number, gap?: number): void
  end(): Promise<Buffer>
}

/** Begins a tagged PDF (A4) with a title and a language: it reads on paper and aloud. */
export async function openPdf({ title, language, madeAt, bufferPages = false }: PdfHead): Promise<Pdf> {
  // Tens of megabytes, for what few nodes ever do.
  const { default: PDFDocument } = await import('pdfkit')
  const document = new PDFDocument({
    ...{ size: 'A4', margin: PDF_MARGIN, pdfVersion: '1.7', tagged: true, displayTitle: true, bufferPages },
    lang: LOCALES[language],
    info: { Title: title, ...(madeAt && { CreationDate: madeAt }) },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  return {
    document,
    write: (tag, text, size, gap = 6) => {
      const struct = document.struct(tag, {}, () => {
        document.font(PDF_FONT).fontSize(size).text(text, { paragraphGap: gap })
      })
      document.addStructure(struct)
    },
    end: () => {
      document.end()
      return done
    },
  }
}
