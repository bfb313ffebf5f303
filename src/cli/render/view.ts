/** How an answer is shown: what every renderer is given beside the answer itself. */
export interface View {
  /** Columns of the terminal, when there is one; without it nothing is folded. */
  readonly width?: number
  readonly language: 'en' | 'nl'
  /** How the caller called us, so that the lines we show can be copied: `regie --as bram`. */
  readonly regie: string
  /** Label of a purpose or legal basis, in the reader's language. */
  readonly termOf: (iri: string) => string
}

/** `https://w3id.org/dpv#CreditChecking` → `CreditChecking`. */
export const lastPart = (iri: string): string => iri.replace(/^.*[#/](?=.)/, '')

export const plainView: View = { language: 'en', regie: 'regie', termOf: lastPart }

/** Texts of many lines are not read across a whole wide screen. */
const READING_WIDTH = 110

export const readingWidth = ({ width }: View): number | undefined => width && Math.min(width, READING_WIDTH)

/** The same view, for what stands `indent` columns to the right. */
export const narrower = (view: View, indent: number): View =>
  view.width === undefined ? view : { ...view, width: Math.max(20, view.width - indent) }
