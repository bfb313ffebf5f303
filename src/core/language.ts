/** Languages that problems, pages and mails are written in. */
export const languages = ['nl', 'en'] as const
export type Language = (typeof languages)[number]

/** The language a reader prefers (RFC 9110, section 12.5.4); English when neither is asked for. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '').split(',').map((range, at) => {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const q = parameters.map((one) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(one)?.[1]).find(Boolean)
    return { language: tag.split('-')[0] ?? '', q: q === undefined ? 1 : Number(q), at }
  })
  const known = ranges.filter(({ language, q }) => q > 0 && (language === 'en' || language === 'nl'))
  const best = known.sort((a, b) => b.q - a.q || a.at - b.at)[0]
  return best?.language === 'nl' ? 'nl' : 'en'
}
