import type { Language } from './language.ts'

/**
 * Titles of problems: of those this door makes itself in both languages, of those people meet elsewhere in Dutch.
 * Where one is not here the refusal's own sentence serves, in English.
 */
const titles: Readonly<Record<string, { readonly en?: string; readonly nl: string }>> = {
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
  token_invalid: {
    en: 'The token is not known here, or has ended',
    nl: 'Het token is hier niet bekend of is verlopen',
  },
  authorization_malformed: {
    en: 'Send the token as: Authorization: Bearer …',
    nl: 'Stuur het token als: Authorization: Bearer …',
  },
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
  grant_revoked: { nl: 'De machtiging is ingetrokken' },
  grant_expired: { nl: 'De machtiging is verlopen' },
  grant_unknown: { nl: 'Deze machtiging is hier niet bekend' },
  no_grant: { nl: 'Deze partner heeft niets opengesteld van wat u wilt zien' },
  nothing_to_grant: { nl: 'Er is niets om open te stellen' },
  claim_not_held: { nl: 'Dit gegeven is er niet' },
  claim_not_requested: { nl: 'Om dit gegeven is niet gevraagd' },
  unknown_claim: { nl: 'Dit gegeven bestaat niet' },
  unknown_credential_type: { nl: 'Dit soort bewijs bestaat niet' },
  unknown_purpose: { nl: 'Dit doel staat niet in de lijst' },
  unknown_legal_basis: { nl: 'Deze grondslag staat niet in de lijst' },
  request_unknown: { nl: 'Dit verzoek is hier niet bekend' },
  request_decided: { nl: 'Over dit verzoek is al beslist' },
  partner_unknown: { nl: 'Deze partner is niet bekend' },
  partner_ambiguous: { nl: 'Meer dan één partner past hierbij' },
  partner_not_in_network: { nl: 'Deze partner zit niet in het vertrouwensnetwerk' },
  employee_role_missing: { nl: 'U hebt geen geldige medewerkersrol' },
  attestation_missing: { nl: 'De organisatie heeft de TTP-policy nog niet aanvaard' },
  organisation_not_registered: { nl: 'De organisatie is nog niet geregistreerd' },
  organisation_suspended: { nl: 'De organisatie is geschorst' },
  policy_not_accepted: { nl: 'Lees en aanvaard eerst de TTP-policy' },
  policy_version_not_current: { nl: 'Deze versie van de TTP-policy geldt niet meer' },
  already_registered: { nl: 'De organisatie is al geregistreerd' },
  registration_unknown: { nl: 'Deze aanmelding is hier niet bekend' },
  registration_already_decided: { nl: 'Over deze aanmelding is al beslist' },
  not_representative: { nl: 'Alleen de wettelijk vertegenwoordiger kan dit' },
  account_taken: { nl: 'Dit account bestaat al' },
  changed_meanwhile: { nl: 'Iemand heeft dit intussen gewijzigd' },
  credential_not_held: { nl: 'U hebt zo’n bewijs niet' },
  invalid_date: { nl: 'Een datum schrijft u als JJJJ-MM-DD' },
  invalid_cursor: { nl: 'Deze verwijzing naar een volgende pagina klopt niet' },
  import_unknown: { nl: 'Deze import is hier niet bekend' },
  import_applied: { nl: 'Deze import is al uitgevoerd' },
  import_expired: { nl: 'Deze import is verlopen: stuur de bestanden opnieuw' },
  import_nothing_picked: { nl: 'Er is niets gekozen om te importeren' },
  trust_anchor_unreachable: { nl: 'Het vertrouwensanker antwoordt niet' },
  egress_unreachable: { nl: 'De andere kant is niet bereikbaar' },
  egress_timeout: { nl: 'De andere kant antwoordt niet op tijd' },
  chain_unreachable: { nl: 'De blockchain is niet bereikbaar' },
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
