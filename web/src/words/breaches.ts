import { words } from './words'

/** Breaches of personal data: how a case stands, what is missing in it, and what was done. */
export const breachWords = words({
  nl: {
    open: 'open',
    closed: 'gesloten',
    late: 'te laat',
    hours_left: '{hours, plural, one {nog # uur} other {nog # uur}} om te besluiten en te melden',
    clock_done: 'op tijd afgehandeld bij de AP',
    authority_decision: 'besluiten of u het bij de AP meldt',
    persons_decision: 'besluiten of u de betrokkenen inlicht',
    report: 'melden bij de AP, en dat vastleggen',
    persons_told: 'de betrokkenen inlichten, en dat vastleggen',
    confidentiality: 'Iemand zag of kreeg gegevens',
    integrity: 'Gegevens zijn gewijzigd',
    availability: 'Gegevens zijn weg of onbereikbaar',
  },
  en: {
    open: 'open',
    closed: 'closed',
    late: 'late',
    hours_left: '{hours, plural, one {# hour} other {# hours}} left to decide and report',
    clock_done: 'settled with the AP',
    authority_decision: 'decide whether you report it to the AP',
    persons_decision: 'decide whether you tell the persons',
    report: 'report it to the AP, and write that down',
    persons_told: 'tell the persons, and write that down',
    confidentiality: 'Somebody saw or got data',
    integrity: 'Data were changed',
    availability: 'Data are gone or cannot be reached',
  },
})
