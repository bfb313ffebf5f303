type Both<T> = { readonly nl: T; readonly en: T }

/** Titles and columns of the tables. */
export const headings = {
  person: {
    title: { nl: 'Wie u bent', en: 'Who you are' },
    columns: { nl: ['Gegeven', 'Waarde'], en: ['What', 'Value'] },
  },
  credentials: {
    title: { nl: 'Uw gegevens, en wie ze bevestigt', en: 'Your data, and who says so' },
    columns: {
      nl: ['Soort', 'Gegeven', 'Waarde', 'Volgens', 'Sinds', 'Stand'],
      en: ['Type', 'What', 'Value', 'According to', 'Since', 'State'],
    },
  },
  grants: {
    title: { nl: 'Wie u toegang gaf', en: 'Whom you gave access' },
    columns: {
      nl: ['Wie', 'Gegevens', 'Waarvoor', 'Grondslag', 'Vanaf', 'Tot en met', 'Ingetrokken'],
      en: ['Who', 'Data', 'What for', 'Legal basis', 'From', 'Until', 'Revoked'],
    },
  },
  recipients: {
    title: { nl: 'Wie uw gegevens kreeg', en: 'Who got your data' },
    columns: {
      nl: ['Wie', 'Gegevens', 'Waarvoor', 'Keren', 'Laatst'],
      en: ['Who', 'Data', 'What for', 'Times', 'Last'],
    },
  },
  sources: {
    title: { nl: 'Waar uw gegevens vandaan komen', en: 'Where your data come from' },
    columns: { nl: ['Bron', 'Wat', 'Sinds'], en: ['Source', 'What', 'Since'] },
  },
  access_log: {
    title: { nl: 'Wie keek', en: 'Who looked' },
    columns: {
      nl: ['Wanneer', 'Bedrijf', 'Wie', 'Gegevens', 'Waarvoor', 'Uitkomst'],
      en: ['When', 'Company', 'Who', 'Data', 'What for', 'Outcome'],
    },
  },
  requests_for_data: {
    title: { nl: 'Wie om uw gegevens vroeg', en: 'Who asked for your data' },
    columns: {
      nl: ['Wanneer', 'Bedrijf', 'Wie', 'Gegevens', 'Waarvoor', 'Reden', 'Stand'],
      en: ['When', 'Company', 'Who', 'Data', 'What for', 'Reason', 'State'],
    },
  },
  notices: {
    title: { nl: 'Wat anderen over u is verteld', en: 'What others were told about you' },
    columns: {
      nl: ['Wanneer', 'Aan wie', 'Wat', 'Gegevens', 'Stand'],
      en: ['When', 'Whom', 'What', 'Data', 'State'],
    },
  },
  messages: {
    title: { nl: 'Berichten aan u en van u', en: 'Messages to you and from you' },
    columns: {
      nl: ['Wanneer', 'Met wie', 'Richting', 'Soort', 'Onderwerp', 'Bericht', 'Keuze', 'Stand'],
      en: ['When', 'With whom', 'Direction', 'Kind', 'Subject', 'Message', 'Choice', 'State'],
    },
  },
  corrections: {
    title: { nl: 'Verbeteringen die anderen u voorstelden', en: 'Corrections that others proposed to you' },
    columns: {
      nl: ['Wanneer', 'Van wie', 'Gegeven', 'Voorstel', 'Reden', 'Stand'],
      en: ['When', 'From whom', 'What', 'Proposal', 'Reason', 'State'],
    },
  },
  cases: {
    title: { nl: 'Zaken waarvoor uw gegevens nodig waren', en: 'Cases that needed your data' },
    columns: {
      nl: ['Geopend', 'Gesloten', 'Met wie', 'Vraag', 'Waarover', 'Stand'],
      en: ['Opened', 'Closed', 'With whom', 'Question', 'About', 'State'],
    },
  },
  ratings: {
    title: { nl: 'Wat volgens u uitkwam', en: 'What you said came true' },
    columns: {
      nl: ['Wanneer', 'Machtiging', 'Wie', 'Kwam uit', 'Uw notitie'],
      en: ['When', 'Grant', 'Who', 'Came true', 'Your note'],
    },
  },
  consent_records: {
    title: { nl: 'Bewijs van uw toestemming', en: 'Records of your consent' },
    columns: { nl: ['Machtiging', 'Bewijs'], en: ['Grant', 'Record'] },
  },
  intermediaries: {
    title: {
      nl: 'Tussenpersonen die onder uw machtigingen lezen',
      en: 'Intermediaries that read under your grants',
    },
    columns: {
      nl: ['Wie', 'Namens', 'Gegevens', 'Waarvoor', 'Vanaf', 'Tot en met'],
      en: ['Who', 'On behalf of', 'Data', 'What for', 'From', 'Until'],
    },
  },
  processing: {
    title: { nl: 'Wat wij met uw gegevens doen', en: 'What we do with your data' },
    columns: {
      nl: ['Wat', 'Doelen', 'Grondslag', 'Bewaartermijn', 'Ontvangers', 'Buiten de EER'],
      en: ['What', 'Purposes', 'Legal basis', 'Kept', 'Recipients', 'Outside the EEA'],
    },
  },
  shown_to: {
    title: {
      nl: 'Wie uw naam en functie zag, doordat u vroeg of keek',
      en: 'Who saw your name and function, since you asked or looked',
    },
    columns: { nl: ['Wie', 'Keren', 'Laatst'], en: ['Who', 'Times', 'Last'] },
  },
  asked: {
    title: { nl: 'Wat u aan anderen vroeg', en: 'What you asked of others' },
    columns: {
      nl: ['Wanneer', 'Aan wie', 'Gegevens', 'Waarvoor', 'Grondslag', 'Reden', 'Stand'],
      en: ['When', 'Whom', 'Data', 'What for', 'Legal basis', 'Reason', 'State'],
    },
  },
  looks: {
    title: { nl: 'Wat u van anderen inzag', en: 'What you looked at of others' },
    columns: { nl: ['Wanneer', 'Van wie', 'Gegevens', 'Hoe'], en: ['When', 'Whose', 'Data', 'How'] },
  },
  wallet_offers: {
    title: { nl: 'Bewijzen die uitgevers u aanboden', en: 'Credentials that issuers offered you' },
    columns: {
      nl: ['Wanneer', 'Wie', 'Wat', 'Stand', 'Besloten'],
      en: ['When', 'Who', 'What', 'State', 'Decided'],
    },
  },
  approvals: {
    title: {
      nl: 'Wat u vooraf goedkeurde, en uw sjablonen',
      en: 'What you approved beforehand, and your templates',
    },
    columns: {
      nl: ['Wat', 'Voor wie', 'Gegevens', 'Waarvoor', 'Sinds', 'Tot'],
      en: ['What', 'For whom', 'Data', 'What for', 'Since', 'Until'],
    },
  },
  acceptances: {
    title: { nl: 'Beleid dat u tekende', en: 'Policies you signed' },
    columns: { nl: ['Wanneer', 'Versie'], en: ['When', 'Version'] },
  },
  training_attempts: {
    title: { nl: 'Toetsen die u maakte', en: 'Quizzes you took' },
    columns: {
      nl: ['Wanneer', 'Cursus', 'Stand', 'Goed', 'Van'],
      en: ['When', 'Course', 'State', 'Right', 'Of'],
    },
  },
  training_certificates: {
    title: { nl: 'Cursussen waarvoor u slaagde', en: 'Courses you passed' },
    columns: { nl: ['Wanneer', 'Cursus', 'Geldig tot'], en: ['When', 'Course', 'Valid until'] },
  },
  acts: {
    title: { nl: 'Wat u in dit systeem deed', en: 'What you did in this system' },
    columns: { nl: ['Wanneer', 'Wat'], en: ['When', 'What'] },
  },
  rights_requests: {
    title: { nl: 'Uw verzoeken over uw gegevens', en: 'Your requests about your data' },
    columns: {
      nl: ['Ontvangen', 'Verzoek', 'Stand', 'Antwoord vóór', 'In uw woorden', 'Antwoord'],
      en: ['Received', 'Request', 'State', 'Answer by', 'In your words', 'Answer'],
    },
  },
  directory: {
    title: { nl: 'U in onze lijst van relaties', en: 'You in our list of relations' },
    columns: {
      nl: ['Relatie', 'Naam', 'E-mail', 'Telefoon', 'Adres', 'IBAN', 'Sinds'],
      en: ['Relation', 'Name', 'E-mail', 'Telephone', 'Address', 'IBAN', 'Since'],
    },
  },
} as const satisfies Readonly<
  Record<string, { readonly title: Both<string>; readonly columns: Both<readonly string[]> }>
>

export type Section = keyof typeof headings

/** Codes as people read them. */
export const words: Readonly<Record<string, Both<string>>> = {
  passed: { nl: 'geslaagd', en: 'passed' },
  failed: { nl: 'niet geslaagd', en: 'not passed' },
  lapsed: { nl: 'niet afgemaakt', en: 'not finished' },
  yourself: { nl: 'uzelf', en: 'yourself' },
  did: { nl: 'Uw kenmerk in het netwerk (DID)', en: 'Your identifier in the network (DID)' },
  gdpr: { nl: 'AVG artikel', en: 'GDPR article' },
  not_said: {
    nl: 'Nog niet vastgelegd: vraag het ons',
    en: 'Not written down yet: ask us',
  },
  processing_people: {
    nl: 'Uw account en identiteit in dit systeem',
    en: 'Your account and identity in this system',
  },
  processing_relations: { nl: 'U in onze lijst van relaties', en: 'You in our list of relations' },
  record_in_json: {
    nl: 'Het hele bewijs staat in het JSON-bestand van deze uitdraai',
    en: 'The whole record is in the JSON file of this export',
  },
  under_grant: { nl: 'onder een machtiging', en: 'under a grant' },
  in_own_list: { nl: 'in onze eigen lijst van relaties', en: 'in our own list of relations' },
  approval: { nl: 'goedkeuring vooraf', en: 'approval beforehand' },
  template: { nl: 'sjabloon', en: 'template' },
  anybody: { nl: 'iedereen', en: 'anybody' },
  all_claims: { nl: 'alles wat gevraagd wordt', en: 'all that is asked' },
  closed: { nl: 'vervallen', en: 'lapsed' },
  countered: { nl: 'u deed een tegenvraag', en: 'you made a counter-offer' },
  cancelled: { nl: 'geannuleerd', en: 'cancelled' },
  sent_queued: { nl: 'wacht op verzending', en: 'waits to be sent' },
  sent_sending: { nl: 'onderweg', en: 'on its way' },
  sent_pending: { nl: 'wacht op antwoord', en: 'waits for an answer' },
  sent_refused: { nl: 'geweigerd', en: 'refused' },
  sent_granted: { nl: 'gegeven', en: 'granted' },
  sent_denied: { nl: 'niet gedeeld', en: 'not shared' },
  sent_withdrawn: { nl: 'teruggenomen', en: 'withdrawn' },
  sent_closed: { nl: 'vervallen', en: 'lapsed' },
  role_administrator: { nl: 'bedrijfsbeheerder', en: 'administrator' },
  role_coordinator: { nl: 'bedrijfsprocescoördinator', en: 'business process coordinator' },
  role_account_manager: { nl: 'accountmanager', en: 'account manager' },
  role_contact_person: { nl: 'contactpersoon', en: 'contact person' },
  role_auditor: { nl: 'controleur', en: 'auditor' },
  role_legal_representative: { nl: 'wettelijk vertegenwoordiger', en: 'legal representative' },
  role_contract_author: { nl: 'contractauteur', en: 'contract author' },
  role_contract_reviewer: { nl: 'contractbeoordelaar', en: 'contract reviewer' },
  role_contract_authority: { nl: 'contractautoriteit', en: 'contract authority' },
  role_contract_signatory: { nl: 'contractondertekenaar', en: 'contract signatory' },
  role_servicedesk: { nl: 'servicedeskmedewerker', en: 'servicedesk agent' },
  role_buyer: { nl: 'inkoper', en: 'buyer' },
  role_director: { nl: 'directeur', en: 'director' },
  role_adviser: { nl: 'adviseur', en: 'adviser' },
  role_employee: { nl: 'medewerker', en: 'employee' },
  role_customer: { nl: 'klanten', en: 'customers' },
  role_supplier: { nl: 'leveranciers', en: 'suppliers' },
  role_substitute: { nl: 'invalkrachten', en: 'substitutes' },
  role_freelancer: { nl: 'zzp’ers', en: 'freelancers' },
  role_volunteer: { nl: 'vrijwilligers', en: 'volunteers' },
  role_intermediary: { nl: 'tussenpersonen', en: 'intermediaries' },
  name: { nl: 'Naam', en: 'Name' },
  email: { nl: 'E-mail', en: 'E-mail' },
  job_title: { nl: 'Functie', en: 'Function' },
  account: { nl: 'Account', en: 'Account' },
  roles: { nl: 'Rollen in dit systeem', en: 'Roles in this system' },
  controller: { nl: 'Wie dit bewaart', en: 'Who holds this' },
  current: { nl: 'geldt nu', en: 'current' },
  superseded: { nl: 'vervangen', en: 'replaced' },
  permit: { nl: 'toegelaten', en: 'let in' },
  deny: { nl: 'geweigerd', en: 'refused' },
  pending: { nl: 'wacht op antwoord', en: 'waits for an answer' },
  approved: { nl: 'gedeeld', en: 'shared' },
  denied: { nl: 'niet gedeeld', en: 'not shared' },
  withdrawn: { nl: 'teruggenomen', en: 'withdrawn' },
  corrected: { nl: 'een correctie', en: 'a correction' },
  ended: { nl: 'het einde van een machtiging', en: 'the end of a grant' },
  waiting: { nl: 'nog niet verteld', en: 'not told yet' },
  told: { nl: 'verteld', en: 'told' },
  acknowledged: { nl: 'verteld en verwerkt', en: 'told, and acted on' },
  impossible: { nl: 'verteld, niet verwerkt', en: 'told, not acted on' },
  received: { nl: 'ontvangen', en: 'received' },
  in_progress: { nl: 'in behandeling', en: 'being dealt with' },
  answered: { nl: 'beantwoord', en: 'answered' },
  refused: { nl: 'geweigerd', en: 'refused' },
  access: { nl: 'inzage', en: 'access' },
  portability: { nl: 'meenemen', en: 'portability' },
  rectification: { nl: 'verbeteren', en: 'rectification' },
  erasure: { nl: 'wissen', en: 'erasure' },
  restriction: { nl: 'beperken', en: 'restriction' },
  objection: { nl: 'bezwaar tegen marketing', en: 'objection to marketing' },
  imported: { nl: 'overgenomen uit een bestand van relaties', en: 'taken from a file of relations' },
  sent_by_you: { nl: 'van u', en: 'from you' },
  sent_to_you: { nl: 'aan u', en: 'to you' },
  product_news: { nl: 'productnieuws', en: 'product news' },
  call_up: { nl: 'een oproep', en: 'a call-up' },
  purchasing_question: { nl: 'een inkoopvraag', en: 'a purchasing question' },
  yes: { nl: 'ja', en: 'yes' },
  no: { nl: 'nee', en: 'no' },
  maybe: { nl: 'misschien', en: 'maybe' },
  partly: { nl: 'deels', en: 'partly' },
  wallet_offer_waiting: { nl: 'wacht op u', en: 'waits for you' },
  wallet_offer_authorizing: { nl: 'wacht op uw browser', en: 'waits for your browser' },
  wallet_offer_redeeming: { nl: 'wordt opgehaald', en: 'is being fetched' },
  wallet_offer_deferred: { nl: 'de uitgever heeft tijd nodig', en: 'the issuer needs time' },
  wallet_offer_received: { nl: 'ontvangen', en: 'received' },
  wallet_offer_declined: { nl: 'afgewezen', en: 'declined' },
  wallet_offer_failed: { nl: 'mislukt', en: 'failed' },
  wallet_offer_expired: { nl: 'verlopen', en: 'expired' },
  message_waiting: { nl: 'onderweg', en: 'on its way' },
  message_told: { nl: 'aangekomen', en: 'arrived' },
  message_received: { nl: 'ontvangen', en: 'received' },
  message_undeliverable: { nl: 'niet aangekomen', en: 'did not arrive' },
  proposal_open: { nl: 'wacht op u', en: 'waits for you' },
  proposal_accepted: { nl: 'gecorrigeerd', en: 'corrected' },
  proposal_declined: { nl: 'zo gelaten', en: 'left as it is' },
  case_open: { nl: 'open', en: 'open' },
  case_ended: { nl: 'de tijd is om', en: 'its time is over' },
  case_closed: { nl: 'gesloten', en: 'closed' },
  title: { nl: 'Uw persoonsgegevens', en: 'Your personal data' },
  made: { nl: 'Gemaakt op', en: 'Made on' },
  nothing: { nl: 'Hiervan is niets bewaard.', en: 'Nothing of this is held.' },
  intro: {
    nl: 'Dit is alles wat dit systeem van u bewaart (AVG, artikelen 15 en 20). Klopt iets niet, of wilt u dat het gewist wordt? Vraag het ons. U kunt ook een klacht indienen bij de Autoriteit Persoonsgegevens.',
    en: 'This is everything that this system holds of you (GDPR, articles 15 and 20). If something is wrong, or you want it erased, ask us. You can also lodge a complaint with the Autoriteit Persoonsgegevens.',
  },
  page: { nl: 'Bladzijde', en: 'Page' },
}
