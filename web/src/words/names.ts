import { type Language, useLanguage } from './words'

/** Codes of the node, as people read them. */
const names: Readonly<Record<string, readonly [nl: string, en: string]>> = {
  administrator: ['beheerder', 'administrator'],
  coordinator: ['coördinator', 'coordinator'],
  account_manager: ['accountmanager', 'account manager'],
  contact_person: ['contactpersoon', 'contact person'],
  servicedesk: ['servicedesk', 'servicedesk'],
  reputation_manager: ['reputatiemanager', 'reputation manager'],
  auditor: ['auditor', 'auditor'],
  contract_author: ['contractauteur', 'contract author'],
  contract_reviewer: ['contractbeoordelaar', 'contract reviewer'],
  contract_authority: ['contractautoriteit', 'contract authority'],
  contract_signatory: ['contractondertekenaar', 'contract signatory'],
  pending: ['wacht op u', 'waits for you'],
  approved: ['gedeeld', 'shared'],
  denied: ['niet gedeeld', 'not shared'],
  open: ['open', 'open'],
  waiting: ['wacht op wat u terugkrijgt', 'waits for what you get in return'],
  revoked: ['ingetrokken', 'revoked'],
  expired: ['verlopen', 'expired'],
  live: ['geldig', 'valid'],
  granted: ['gekregen', 'granted'],
  queued: ['wordt verzonden', 'being sent'],
  sending: ['wordt verzonden', 'being sent'],
  refused: ['geweigerd', 'refused'],
  withdrawn: ['ingetrokken', 'withdrawn'],
  closed: ['gesloten', 'closed'],
  permit: ['gezien', 'seen'],
  deny: ['geweigerd', 'refused'],
  asked: ['gevraagd', 'asked'],
  customer: ['klant', 'customer'],
  supplier: ['leverancier', 'supplier'],
  debtor: ['debiteur', 'debtor'],
  creditor: ['crediteur', 'creditor'],
  in_network: ['in het netwerk', 'in the network'],
  not_in_network: ['nog niet in het netwerk', 'not in the network yet'],
  unknown: ['onbekend', 'unknown'],
}

const claimParts: Readonly<Record<string, readonly [nl: string, en: string]>> = {
  'company-registration': ['inschrijving', 'registration'],
  'company-profile': ['bedrijfsprofiel', 'company profile'],
  'contact-person': ['contactpersoon', 'contact person'],
  'employee-role': ['functie', 'role'],
  email: ['e-mailadres', 'e-mail address'],
  phone: ['telefoonnummer', 'telephone number'],
  phone_number: ['telefoonnummer', 'telephone number'],
  invoice_email: ['e-mailadres voor facturen', 'e-mail address for invoices'],
  description: ['omschrijving', 'description'],
  trade_names: ['handelsnamen', 'trade names'],
  sectors: ['branches', 'sectors'],
  mobile: ['mobiel nummer', 'mobile number'],
  iban: ['IBAN', 'IBAN'],
  name: ['naam', 'name'],
  legal_name: ['statutaire naam', 'legal name'],
  trade_name: ['handelsnaam', 'trade name'],
  kvk_number: ['KVK-nummer', 'KVK number'],
  vat_number: ['btw-nummer', 'VAT number'],
  given_name: ['voornaam', 'first name'],
  family_name: ['achternaam', 'last name'],
  website: ['website', 'website'],
  address: ['adres', 'address'],
  visiting_address: ['bezoekadres', 'visiting address'],
  postal_address: ['postadres', 'postal address'],
  street: ['straat', 'street'],
  street_address: ['straat en huisnummer', 'street and number'],
  locality: ['plaats', 'city'],
  postal_code: ['postcode', 'postal code'],
  city: ['plaats', 'city'],
  country: ['land', 'country'],
  job_title: ['functie', 'job title'],
  department: ['afdeling', 'department'],
  language: ['taal', 'language'],
}

const inWords = (code: string): string => code.replaceAll(/[_-]/g, ' ')

const pick = (pair: readonly [string, string] | undefined, language: Language): string | undefined =>
  pair?.[language === 'nl' ? 0 : 1]

/** Says a code of the node; one nobody named is said in its own words. */
export function useNames() {
  const { language } = useLanguage()
  return {
    code: (code: string) => pick(names[code], language) ?? inWords(code),
    /** A claim such as `contact-person.email`: what it is, and of what. */
    claim: (reference: string) => {
      const at = reference.indexOf('.')
      const [type, path] = at < 0 ? ['', reference] : [reference.slice(0, at), reference.slice(at + 1)]
      const what = path
        .split('.')
        .map((part) => pick(claimParts[part], language) ?? inWords(part))
        .join(' · ')
      const of = pick(claimParts[type], language) ?? inWords(type)
      return { what: what.charAt(0).toUpperCase() + what.slice(1), of }
    },
  }
}
