import { words } from './words'

/** What is said beforehand about requests, in answers that are kept and in the list of what is always yes. */
export const standingWords = words({
  nl: {
    whose: 'Over wie gaat het?',
    me: 'over mij',
    organisation: 'over het bedrijf',
    purpose: 'Voor welk doel?',
    any_purpose: 'elk doel',
    claims: 'Welke gegevens hoogstens?',
    claims_none: 'Kiest u niets, dan gaat het over alles wat wordt gevraagd.',
    all_claims: 'alles wat wordt gevraagd',
    length: 'Hoe lang hoogstens?',
    at_most: 'hoogstens {length}',
  },
  en: {
    whose: 'Whom is it about?',
    me: 'about me',
    organisation: 'about the company',
    purpose: 'For which purpose?',
    any_purpose: 'any purpose',
    claims: 'Which data at most?',
    claims_none: 'If you choose nothing, it is about all that is asked for.',
    all_claims: 'all that is asked for',
    length: 'For how long at most?',
    at_most: 'at most {length}',
  },
})
