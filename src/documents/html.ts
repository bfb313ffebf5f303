/** Markup in which everything that came from outside is escaped. Made by {@link html} only. */
export class Html {
  readonly #markup: string

  private constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }

  /** Joins written markup with values of others. */
  static of(written: readonly string[], values: readonly Part[]): Html {
    return new Html(
      written.map((text, at) => text + (at < values.length ? markupOf(values[at]) : '')).join(''),
    )
  }
}

export type Part = Html | string | number | null | undefined | readonly Part[]

/**
 * Markup as a template: what is written in it is taken as it is, what is put in (`${…}`) is escaped, unless it is
 * {@link Html} itself; lists are joined, and nothing stands for null. An attribute's value needs its quotes.
 */
export const html = (written: TemplateStringsArray, ...values: readonly Part[]): Html =>
  Html.of(written, values)

function markupOf(part: Part): string {
  if (part === null || part === undefined) return ''
  if (part instanceof Html) return part.toString()
  if (typeof part === 'object') return part.map(markupOf).join('')
  return escapeText(String(part))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Signs that change in which direction text reads: with them a name can make other text look like its own. */
const DIRECTION = /[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what HTML does not allow
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g

const escapeText = (text: string): string =>
  text
    .replace(DIRECTION, '')
    .replace(CONTROL, '\uFFFD')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
