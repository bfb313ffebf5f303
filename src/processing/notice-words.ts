import type { DocumentLanguage } from '../documents/index.ts'
import type { DataKind, SourceFile } from './ports.ts'

interface Words {
  readonly subject: (name: string) => string
  readonly greeting: (name: string) => string
  readonly opening: (facts: {
    readonly sender: { readonly name: string }
    readonly person: { readonly company: string | null }
  }) => string
  readonly from: (day: string) => string
  readonly anchor: string
  readonly closing: (name: string) => string
  readonly kinds: Readonly<Record<DataKind, string>>
  readonly formats: Readonly<Record<SourceFile['format'], string>>
  readonly rightsList: readonly string[]
  readonly who: string
  readonly questions: string
  readonly officer: string
  readonly which: string
  readonly where: string
  readonly why: string
  readonly basis: string
  readonly avg: string
  readonly interest: string
  readonly recipients: string
  readonly retention: string
  readonly rights: string
  readonly rightsLine: string
  readonly withdraw: string
  readonly complaint: string
  readonly authority: string
  readonly open: string
}

/** What every letter says, around what is said of her. */
export const words: Readonly<Record<DocumentLanguage, Words>> = {
  nl: {
    subject: (name) => `Uw gegevens bij ${name}`,
    greeting: (name) => `Geachte ${name},`,
    opening: ({ sender, person }) =>
      person.company === null
        ? `${sender.name} heeft gegevens van u in de administratie. U hebt ze niet zelf aan ons in dit netwerk gegeven; daarom leest u hier waar ze vandaan komen, waarvoor wij ze gebruiken en wat uw rechten zijn.`
        : `${sender.name} heeft u in de administratie als contactpersoon van ${person.company}, met gegevens die u ons in dit netwerk niet zelf hebt gegeven. Daarom leest u hier waar ze vandaan komen, waarvoor wij ze gebruiken en wat uw rechten zijn.`,
    from: (day) => `Op ${day} zijn deze gegevens overgenomen uit onze eigen administratie:`,
    anchor:
      'Is er een KVK-nummer bekend, dan vragen wij het vertrouwensanker (MYOBI) of dat nummer in het vertrouwensnetwerk is ingeschreven.',
    closing: (name) => `Met vriendelijke groet,\n${name}`,
    who: 'Wie wij zijn',
    questions: 'Vragen over uw gegevens stelt u aan:',
    officer: 'Onze functionaris gegevensbescherming:',
    which: 'Welke gegevens',
    where: 'Waar ze vandaan komen',
    why: 'Waarvoor wij ze gebruiken',
    basis: 'Grondslag:',
    avg: 'AVG artikel',
    interest: 'Ons belang:',
    recipients: 'Wie ze krijgen',
    retention: 'Hoe lang wij ze bewaren',
    rights: 'Uw rechten',
    rightsLine: 'U kunt ons vragen om, en wij antwoorden binnen een maand:',
    rightsList: [
      'inzage in uw gegevens en een kopie ervan',
      'verbetering van wat niet klopt',
      'wissen van uw gegevens',
      'beperking van het gebruik',
      'overdracht van uw gegevens, waar de grondslag toestemming of een overeenkomst is',
      'stoppen met het gebruik, omdat u er bezwaar tegen hebt; bij direct marketing altijd en meteen',
    ],
    withdraw: 'intrekken van uw toestemming, wanneer u wilt',
    complaint: 'Een klacht',
    authority:
      'Bent u het niet eens met hoe wij met uw gegevens omgaan, dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens: autoriteitpersoonsgegevens.nl.',
    open: '[nog in te vullen]',
    kinds: {
      name: 'uw naam',
      company: 'het bedrijf waarvoor u contactpersoon bent',
      email: 'uw e-mailadres',
      phone: 'uw telefoonnummer',
      address: 'uw adres',
      website: 'uw website',
      bank_account: 'uw bankrekeningnummer',
      vat_number: 'uw btw-identificatienummer',
      kvk_number: 'uw KVK-nummer',
      dealings: 'wat er in onze boeken staat over onze zaken met u',
    },
    formats: { xaf: 'auditfile van onze boekhouding', csv: 'relatielijst', vcf: 'visitekaartje (vCard)' },
  },
  en: {
    subject: (name) => `Your data at ${name}`,
    greeting: (name) => `Dear ${name},`,
    opening: ({ sender, person }) =>
      person.company === null
        ? `${sender.name} keeps data about you in its records. You did not give them to us in this network yourself; so here you read where they came from, what we use them for and what your rights are.`
        : `${sender.name} has you in its records as a contact person of ${person.company}, with data that you did not give us in this network yourself. So here you read where they came from, what we use them for and what your rights are.`,
    from: (day) => `On ${day} these data were taken over from our own records:`,
    anchor:
      'Where a KVK number is known, we ask the trust anchor (MYOBI) whether that number is registered in the trust network.',
    closing: (name) => `Kind regards,\n${name}`,
    who: 'Who we are',
    questions: 'Put questions about your data to:',
    officer: 'Our data protection officer:',
    which: 'Which data',
    where: 'Where they came from',
    why: 'What we use them for',
    basis: 'Legal basis:',
    avg: 'GDPR article',
    interest: 'Our interest:',
    recipients: 'Who gets them',
    retention: 'How long we keep them',
    rights: 'Your rights',
    rightsLine: 'You can ask us for the following, and we answer within a month:',
    rightsList: [
      'to see your data and to get a copy',
      'to correct what is not right',
      'to erase your data',
      'to restrict their use',
      'to take your data along, where the basis is consent or a contract',
      'to stop using them, because you object; with direct marketing always and at once',
    ],
    withdraw: 'to take back your consent, whenever you like',
    complaint: 'A complaint',
    authority:
      'If you do not agree with how we handle your data, you can complain to the Dutch data protection authority, the Autoriteit Persoonsgegevens: autoriteitpersoonsgegevens.nl.',
    open: '[to be filled in]',
    kinds: {
      name: 'your name',
      company: 'the company you are a contact person of',
      email: 'your e-mail address',
      phone: 'your telephone number',
      address: 'your address',
      website: 'your website',
      bank_account: 'your bank account number',
      vat_number: 'your VAT number',
      kvk_number: 'your KVK number',
      dealings: 'what our books say of our dealings with you',
    },
    formats: { xaf: 'audit file of our bookkeeping', csv: 'list of relations', vcf: 'contact card (vCard)' },
  },
}
