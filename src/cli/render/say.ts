import { oneLine, words } from '../text.ts'
import { codes } from './codes.ts'
import { dutch, type Phrase } from './dutch.ts'
import type { View } from './view.ts'

/** A phrase in the reader's language, `{name}` filled in. */
export function say(
  view: Pick<View, 'language'>,
  phrase: Phrase,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const text = view.language === 'nl' ? dutch[phrase] : phrase
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''))
}

/** Several phrases, such as the head of a table. */
export const sayAll = (view: Pick<View, 'language'>, ...phrases: readonly Phrase[]): string[] =>
  phrases.map((phrase) => say(view, phrase))

/** A code in words: a state, a role, a reason. One we have no words for reads as itself. */
export function meaning(view: Pick<View, 'language'>, code: string): string {
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined
  return known ? known[view.language === 'nl' ? 1 : 0] : oneLine(words(code))
}

/** A member's name for people; names may come from elsewhere too. */
export function label(view: Pick<View, 'language'>, name: string): string {
  const english = oneLine(words(name)).replaceAll(/\b(did|kvk|vat|iban|bic|url)\b/g, (one) =>
    one.toUpperCase(),
  )
  return view.language === 'nl' && Object.hasOwn(dutch, english) ? dutch[english as Phrase] : english
}
