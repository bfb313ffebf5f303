/** Languages a problem's title is written in. */
export type Language = 'en' | 'nl'

/**
 * Titles of the problems this door makes itself, and of those every caller meets. Codes that are not here get the
 * refusal's own sentence, in English.
 */
const titles: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  internal_error: {
    en: 'Something went wrong on our side',
    nl: 'Er ging bij ons iets mis',
  },
  route_not_found: { en: 'There is nothing at this address', nl: 'Op dit adres is niets te vinden' },
  method_not_allowed: {
    en: 'This address does not take this method',
    nl: 'Dit adres kent deze methode niet',
  },
  authentication_required: {
    en: 'Sign in, or send a token, to do this',
    nl: 'Meld u aan of stuur een token mee om dit te doen',
  },
  invalid_token: { en: 'The token is not valid', nl: 'Het token is niet geldig' },
  not_allowed: { en: 'Your role does not allow this', nl: 'Uw rol staat dit niet toe' },
  person_required: {
    en: 'Only a person can do this, not a system',
    nl: 'Alleen een persoon kan dit doen, geen systeem',
  },
  not_data_subject: {
    en: 'Only the person the data is about can decide this',
    nl: 'Alleen degene over wie de gegevens gaan kan dit beslissen',
  },
  invalid_input: { en: 'The input is not right', nl: 'De invoer klopt niet' },
  duplicate_member: { en: 'A member was given twice', nl: 'Een gegeven is dubbel opgegeven' },
  unexpected_body: { en: 'This request takes no body', nl: 'Dit verzoek heeft geen inhoud' },
  unsupported_media_type: {
    en: 'This kind of content is not accepted here',
    nl: 'Dit soort inhoud wordt hier niet aangenomen',
  },
  body_too_large: { en: 'The body is too large', nl: 'De inhoud is te groot' },
  body_stalled: { en: 'The body stopped coming in', nl: 'De inhoud kwam niet verder binnen' },
  request_aborted: { en: 'The request was broken off', nl: 'Het verzoek werd afgebroken' },
  json_invalid: { en: 'This is not valid JSON', nl: 'Dit is geen geldige JSON' },
  json_not_object: { en: 'This must be a JSON object', nl: 'Dit moet een JSON-object zijn' },
  json_duplicate_member: {
    en: 'A member occurs twice in one JSON object',
    nl: 'Een gegeven staat twee keer in een JSON-object',
  },
  json_too_deep: { en: 'This JSON is nested too deep', nl: 'Deze JSON is te diep genest' },
  malformed_url: { en: 'This address is not well-formed', nl: 'Dit adres is niet goed gevormd' },
  invalid_if_match: {
    en: 'If-Match takes the ETag of one answer, such as "3"',
    nl: 'If-Match neemt de ETag van één antwoord, zoals "3"',
  },
  invalid_idempotency_key: {
    en: 'Idempotency-Key is 1 to 200 visible characters',
    nl: 'Idempotency-Key is 1 tot 200 zichtbare tekens',
  },
  idempotency_not_supported: {
    en: 'Idempotency-Key does not go with this request',
    nl: 'Idempotency-Key past niet bij dit verzoek',
  },
  idempotency_key_reused: {
    en: 'This key was used for another request',
    nl: 'Deze sleutel is voor een ander verzoek gebruikt',
  },
  request_in_progress: {
    en: 'The first request with this key is still at work',
    nl: 'Het eerste verzoek met deze sleutel is nog bezig',
  },
  outcome_unknown: {
    en: 'The first request with this key broke off; look whether it was done',
    nl: 'Het eerste verzoek met deze sleutel brak af; kijk of het is uitgevoerd',
  },
  rate_limited: { en: 'Too many requests; wait a moment', nl: 'Te veel verzoeken; wacht even' },
  grant_revoked: { en: 'The grant was revoked', nl: 'De machtiging is ingetrokken' },
  grant_expired: { en: 'The grant has ended', nl: 'De machtiging is verlopen' },
  disk_full: {
    en: 'There is no room left on the disk: nothing was changed',
    nl: 'De schijf is vol: er is niets gewijzigd',
  },
  database_unavailable: { en: 'The database does not answer', nl: 'De database antwoordt niet' },
  node_stopping: { en: 'The node is stopping', nl: 'De node wordt gestopt' },
}

/** The title for people; the refusal's own sentence where the catalogue has none. */
export const titleOf = (code: string, language: Language, fallback: string): string =>
  titles[code]?.[language] ?? fallback

/** Codes the catalogue knows, for the test that both languages are complete. */
export const titledCodes = (): readonly string[] => Object.keys(titles)

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
