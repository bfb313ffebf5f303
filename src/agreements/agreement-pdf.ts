import { openPdf, timeInWords } from '../documents/index.ts'
import type { Terms } from './terms.ts'

/** Who signed for one party, and when. */
export interface Signed {
  readonly organisation: string
  /** Milliseconds since the epoch; null where that party did not sign. */
  readonly at: number | null
  /** The DID of the signatory. */
  readonly person: string | null
}

export interface AgreementPaper {
  readonly terms: Terms
  readonly digest: string
  readonly version: number
  readonly signed: readonly Signed[]
  /** Milliseconds since the epoch: when the trust anchor took the digest. */
  readonly depositedAt: number | null
}

const words = {
  nl: {
    ...{ signatures: 'Ondertekening', digest: 'Kenmerk van de ondertekende tekst', version: 'Versie' },
    ...{ signed: 'ondertekend op', unsigned: 'niet ondertekend', by: 'met de sleutel van' },
    ...{ deposited: 'Gedeponeerd bij de vertrouwde derde op', undeposited: 'Nog niet gedeponeerd' },
    note: 'Wat bindt zijn de digitale handtekeningen onder dit kenmerk; dit blad is er om te lezen.',
  },
  en: {
    ...{ signatures: 'Signatures', digest: 'Digest of the text that was signed', version: 'Version' },
    ...{ signed: 'signed on', unsigned: 'not signed', by: 'with the key of' },
    ...{ deposited: 'Deposited with the trust anchor on', undeposited: 'Not deposited yet' },
    note: 'What binds are the digital signatures under this digest; this sheet is there to be read.',
  },
} as const

/** The agreement as a tagged PDF for people: its text, and a page of who signed it. */
export async function writeAgreementPdf({
  terms,
  digest,
  version,
  signed,
  depositedAt,
}: AgreementPaper): Promise<Buffer> {
  const { language, title } = terms
  const say = words[language]
  const { document, write, end } = await openPdf({ title, language })
  write('H1', title, 18)
  for (const block of terms.body.split(/\n{2,}/).filter((text) => text.trim() !== '')) {
    const [, marks, heading] = /^(#{1,6}) +(.+)$/.exec(block.trim()) ?? []
    if (marks && heading) write(marks.length === 1 ? 'H2' : 'H3', heading, 13)
    else write('P', block.trim(), 10)
  }
  document.addPage()
  write('H2', say.signatures, 13)
  write('P', `${say.version} ${version}\n${say.digest}: ${digest}`, 9)
  for (const { organisation, at, person } of signed)
    write(
      'P',
      at === null
        ? `${organisation}: ${say.unsigned}`
        : `${organisation}: ${say.signed} ${timeInWords(at, language)}, ${say.by} ${person}`,
      9,
    )
  write(
    'P',
    depositedAt === null ? say.undeposited : `${say.deposited} ${timeInWords(depositedAt, language)}`,
    9,
  )
  write('P', say.note, 9)
  return end()
}
