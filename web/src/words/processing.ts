import { useNames } from './names'
import { useWords, words } from './words'

/** What a company says of how it processes data of persons; in the record and in letters each may be missing. */
const settingWords = words({
  nl: {
    role: 'de rol van de organisatie',
    data_protection_officer: 'de functionaris gegevensbescherming, of dat er geen is',
    transfers: 'doorgifte buiten de EER',
    people_retention: 'hoe lang accounts worden bewaard',
    people_basis: 'de grondslag voor accounts van eigen mensen',
    relation_purposes: 'waarvoor relaties worden bewaard',
    relation_basis: 'de grondslag voor het bewaren van relaties',
    relation_retention: 'hoe lang relaties worden bewaard',
    measures: 'maatregelen buiten het programma',
    privacy_contact: 'het contact over persoonsgegevens',
    joint_controllers: 'met wie, of namens wie',
    legal_bases: 'de grondslag',
    purposes: 'de doelen',
    retention: 'de bewaartermijn',
    representative: 'de vertegenwoordiger in de EU',
    relation_interest: 'het belang bij het bewaren van relaties',
    relation_recipients: 'wie gegevens van relaties krijgt',
    breach_hours: 'na hoeveel uur aan een datalek wordt herinnerd',
  },
  en: {
    role: 'the role of the organisation',
    data_protection_officer: 'the data protection officer, or that there is none',
    transfers: 'transfers outside the EEA',
    people_retention: 'how long accounts are kept',
    people_basis: 'the legal basis for accounts of own people',
    relation_purposes: 'what relations are kept for',
    relation_basis: 'the legal basis for keeping relations',
    relation_retention: 'how long relations are kept',
    measures: 'measures outside the program',
    privacy_contact: 'the contact about personal data',
    joint_controllers: 'with whom, or on whose behalf',
    legal_bases: 'the legal basis',
    purposes: 'the purposes',
    retention: 'how long it is kept',
    representative: 'the representative in the EU',
    relation_interest: 'the interest in keeping relations',
    relation_recipients: 'who gets data of relations',
    breach_hours: 'after how many hours of a breach people are reminded',
  },
})

export function useSettingNames() {
  const say = useWords(settingWords)
  const { code } = useNames()
  return (name: string) =>
    Object.hasOwn(settingWords.nl, name) ? say(name as keyof typeof settingWords.nl) : code(name)
}
