import type { View } from './view.ts'

/** Cents as an amount in the reader's language. As the node writes it; the command line loads nothing of the node. */
export const euros = (cents: number, language: View['language']): string =>
  new Intl.NumberFormat(language === 'nl' ? 'nl-NL' : 'en-IE', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(cents / 100)
