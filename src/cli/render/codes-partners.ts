/** Codes of contact cards, as people read them: English, Dutch. */
export const codesPartners: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  card_added: ['added', 'toegevoegd'],
  card_changed: ['changed', 'gewijzigd'],
  card_same: ['as it was', 'ongewijzigd'],
  card_erased_before: ['had herself erased', 'liet zich wissen'],
  card_asked: ['not clear whose', 'niet duidelijk van wie'],
  card_name_missing: ['has no name', 'heeft geen naam'],
  card_version_unknown: ['not a vCard 3.0 or 4.0', 'geen vCard 3.0 of 4.0'],
  card_unfinished: ['breaks off', 'breekt af'],
  card_email_unreadable: ['no e-mail address', 'geen e-mailadres'],
}
