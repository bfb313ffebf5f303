// What partners write must not move the cursor, recolour or reorder what is on the screen.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text from elsewhere, fit for a terminal. Tabs and line ends stay. */
export const printable = (text: string): string => text.replaceAll(CONTROL, '�')

/** The same on one line. */
export const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ').trim()

/** `legal_basis`, `legalBasis` → `legal-basis`. */
export const kebab = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()

/** `legal_basis`, `legalBasis` → `legal basis`. */
export const words = (name: string): string => kebab(name).replaceAll('-', ' ')

/** JSON for people and programs; what a terminal would obey is escaped. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value ?? null, null, 2).replaceAll(
    /[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
