// What moves a cursor, recolours a screen or turns the order of letters round is no text.
const UNFIT = /[\p{Cc}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Whether a text is only text: its letters and line ends, nothing that a screen obeys. Markup counts as letters. */
export const isPlainText = (text: string): boolean => !UNFIT.test(text.replaceAll(/[\t\n]/g, ''))

/** Bytes of a text in UTF-8. */
export const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8')
