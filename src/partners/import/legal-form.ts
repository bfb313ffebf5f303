/** What may stand behind the legal form: "(oud)", "in liquidatie". */
const TAIL = String.raw`(?:\s*\([^()]*\)|\s+(?:i\.l\.|in liquidatie))*\s*$`

/**
 * A Dutch legal form at the end of the name. Not after a comma or another initial: "Jansen, B.V." and
 * "Bakker J.B.V." are people. "CV" without dots is left out: it is also central heating.
 */
const ENDING = new RegExp(
  String.raw`(?<=[^\s,]\s+)(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|c\.v\.|u\.?a\.?|besloten vennootschap|naamloze vennootschap|vennootschap onder firma|maatschap)${TAIL}`,
  'i',
)
const BEGINNING =
  /^(?:stichting|vereniging|cooperatie|cooperatieve|onderlinge waarborgmaatschappij|maatschap|vof)\s+\S/i

/** Words of somebody in business for himself, or of a company that does not exist yet. */
const NATURAL = /\b(?:eenmanszaak|zzp(?:'?er)?|h\.?\s?o\.?\s?d\.?\s?n\b\.?|in oprichting|i\.\s?o\.)/i
const TITLE = /^(?:dhr|mevr|mevrouw|mw|de heer|heer|fam|familie)\b\.?\s/i

const FOREIGN =
  /\s(?:gmbh|ag|ug|kg|ohg|bv|bvba|nv|sprl|srl|sa|sas|sarl|ltd|limited|llc|llp|plc|inc|corp|oy|ab|aps|as|spa|se)\.?\s*$/i

const plain = (name: string): string => name.normalize('NFD').replace(/\p{M}/gu, '').trim()

/**
 * True when the name itself says that this is a Dutch legal entity or partnership, which has an RSIN of its own.
 * Doubt is a no: the answer decides whether a number that looks like a citizen's may be kept.
 */
export function namesLegalEntity(name: string): boolean {
  const text = plain(name)
  if (NATURAL.test(text) || TITLE.test(text)) return false
  return ENDING.test(text) || BEGINNING.test(text)
}

/** True when the name says that a natural person is in business under it: "Eenmanszaak Jansen". */
export const namesSoleTrader = (name: string): boolean => NATURAL.test(plain(name))

/** True when the name begins as a person's does: "Mevr. A. Verzonnen". */
export const namesPerson = (name: string): boolean => TITLE.test(plain(name))

/** True when the name carries a legal form, Dutch or foreign. */
export const namesCompany = (name: string): boolean => namesLegalEntity(name) || FOREIGN.test(plain(name))
