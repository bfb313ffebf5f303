import type { Text } from './node-hints.ts'

const askAgain: Text = ['ask again: {regie} access request', 'vraag opnieuw toegang: {regie} access request']
const ask: Text = ['ask for it: {regie} access request', 'vraag erom: {regie} access request']
const vocabulary: Text = [
  'choose one of: {regie} vocabulary list',
  'kies er een uit: {regie} vocabulary list',
]
const requests: Text = ['see what waits: {regie} access list', 'zie wat er wacht: {regie} access list']
const partners: Text = ['see who there is: {regie} partners list', 'zie wie er zijn: {regie} partners list']
const cases: Text = [
  'see how it stands: {regie} registrations list',
  'zie hoe het staat: {regie} registrations list',
]
const types: Text = [
  'a claim is a type and a name, such as company-profile.email or contact-person.phone_number',
  'een gegeven is een soort en een naam, zoals company-profile.email of contact-person.phone_number',
]
const beginImport: Text = [
  'begin again: {regie} partners import <files>',
  'begin opnieuw: {regie} partners import <bestanden>',
]

/** About what people do with a node. */
export const peopleHints: Readonly<Record<string, Text>> = {
  // learning
  training_required: [
    'pass the course first: {regie} learning take {course}',
    'slaag eerst voor de cursus: {regie} learning take {course}',
  ],
  too_many_attempts: ['you can try again at {again_at}', 'u kunt het opnieuw proberen om {again_at}'],
  already_certified: [
    'see until when: {regie} learning courses',
    'kijk tot wanneer: {regie} learning courses',
  ],
  // who you are
  authentication_required: [
    'say who you are: --as <name>, or REGIE_TOKEN',
    'zeg wie u bent: --as <naam>, of REGIE_TOKEN',
  ],
  token_invalid: [
    'the token is of another node, or was replaced: check --as, --node and REGIE_TOKEN',
    'het token is van een andere node of vervangen: controleer --as, --node en REGIE_TOKEN',
  ],
  not_allowed: [
    'use --as with an account that has the role',
    'gebruik --as met een account dat de rol heeft',
  ],
  person_required: ['use --as with the account of a person', 'gebruik --as met het account van een persoon'],
  not_data_subject: [
    'only that person can: use --as with that person’s own account',
    'alleen die persoon kan dat: gebruik --as met het eigen account van die persoon',
  ],
  not_representative: [
    'use --as with the account of the legal representative',
    'gebruik --as met het account van de wettelijk vertegenwoordiger',
  ],
  activation_invalid: [
    'ask your administrator for a new code',
    'vraag uw bedrijfsbeheerder om een nieuwe code',
  ],
  identified_by_yourself: [
    'ask another administrator; add one when there is none: {regie} people add --roles administrator',
    'vraag een andere bedrijfsbeheerder; voeg er een toe als die er niet is: {regie} people add --roles administrator',
  ],
  consent_locked: [
    'unlock it with your secret: {regie} unlock',
    'ontgrendel hem met uw geheim: {regie} unlock',
  ],
  consent_not_activated: [
    'activate it with the code you were given: {regie} activate --code @<file>',
    'activeer het met de code die u kreeg: {regie} activate --code @<bestand>',
  ],
  consent_secret_wrong: [
    'try again, or set a new secret with a recovery code: {regie} consent recover',
    'probeer het opnieuw, of stel met een herstelcode een nieuw geheim in: {regie} consent recover',
  ],
  consent_malformed: ['unlock again: {regie} unlock', 'ontgrendel opnieuw: {regie} unlock'],
  system_name_taken: ['choose another name', 'kies een andere naam'],
  account_taken: ['choose another name for --account', 'kies een andere naam voor --account'],
  // signing in with a browser
  session_unknown: ['see where you are: {regie} sessions list', 'zie waar u bent: {regie} sessions list'],
  passkey_unknown: ['see which you have: {regie} passkeys list', 'zie welke u hebt: {regie} passkeys list'],
  passkeys_too_many: [
    'remove one first: {regie} passkeys remove <id>',
    'verwijder er eerst een: {regie} passkeys remove <id>',
  ],
  openid_name_taken: [
    'give who has it another name first: {regie} people login <id> <name>',
    'geef wie hem heeft eerst een andere naam: {regie} people login <id> <naam>',
  ],
  openid_unavailable: [
    'sign in by a link meanwhile: {regie} sessions link',
    'meld u zolang met een link aan: {regie} sessions link',
  ],
  sign_in_invalid: [
    'make another link: {regie} sessions link',
    'maak een nieuwe link: {regie} sessions link',
  ],
  // asking and granting
  no_grant: ask,
  consent_pending: [
    'wait until it is granted: {regie} access sent',
    'wacht tot het is opengesteld: {regie} access sent',
  ],
  grant_revoked: askAgain,
  grant_live: [
    'wait until it has ended, or take it back: {regie} access revoke',
    'wacht tot zij beëindigd is, of trek haar in: {regie} access revoke',
  ],
  not_consent: ['ask for it with --format odrl', 'vraag erom met --format odrl'],
  kept_reason_missing: ['say why with --kept-reason', 'zeg waarom met --kept-reason'],
  grant_expired: askAgain,
  purpose_not_granted: askAgain,
  claim_not_granted: askAgain,
  return_ended: [
    'both halves ended together: ask again, or propose a new exchange: {regie} access request',
    'beide helften zijn samen beëindigd: vraag opnieuw, of stel opnieuw een ruil voor: {regie} access request',
  ],
  key_lost: askAgain,
  basis_not_granted: askAgain,
  counter_withdrawn: askAgain,
  counter_refused: askAgain,
  counter_expired: askAgain,
  counter_undeliverable: askAgain,
  grant_awaits_return: [
    'it opens once the other half was given: {regie} access list',
    'het gaat open zodra de andere helft gegeven is: {regie} access list',
  ],
  grant_ended: ['see which there are: {regie} access held', 'zie welke er zijn: {regie} access held'],
  grant_not_yet_valid: [
    'wait until it begins: {regie} access held',
    'wacht tot zij ingaat: {regie} access held',
  ],
  claim_restricted: [
    'wait until the dispute about it is settled; nobody can read it meanwhile',
    'wacht tot het geschil erover is afgehandeld; zolang kan niemand het lezen',
  ],
  marketing_objected: [
    'do not use her data for marketing, and ask for it no more',
    'gebruik haar gegevens niet voor marketing, en vraag er niet meer om',
  ],
  delegation_cut: [
    'the owner decided that: ask the owner yourself, for a grant of your own',
    'dat besloot de eigenaar: vraag die zelf om een eigen machtiging',
  ],
  delegation_revoked: ['ask whom you read for', 'vraag het degene namens wie u leest'],
  delegation_expired: [
    'ask whom you read for to pass it on again',
    'vraag degene namens wie u leest het opnieuw door te geven',
  ],
  delegation_not_allowed: [
    'ask the owner for a grant that may be passed on: {regie} access request --pass-on',
    'vraag de eigenaar om een machtiging die mag worden doorgegeven: {regie} access request --pass-on',
  ],
  delegation_exceeds_grant: [
    'pass on no more than the grant opens: {regie} access held',
    'geef niet meer door dan de machtiging opent: {regie} access held',
  ],
  claim_not_delegated: ['ask whom you read for', 'vraag het degene namens wie u leest'],
  purpose_not_delegated: ['ask whom you read for', 'vraag het degene namens wie u leest'],
  role_not_delegated: ['ask whom you read for', 'vraag het degene namens wie u leest'],
  system_not_delegated: ['ask whom you read for', 'vraag het degene namens wie u leest'],
  system_not_granted: [
    'let an employee read, or ask again for a system: {regie} access request',
    'laat een medewerker lezen, of vraag het opnieuw voor een systeem: {regie} access request',
  ],
  role_not_granted: [
    'see for whom it was granted: {regie} access held',
    'zie voor wie het is opengesteld: {regie} access held',
  ],
  grant_unknown: [
    'see which there are: {regie} access grants, {regie} access held',
    'zie welke er zijn: {regie} access grants, {regie} access held',
  ],
  request_unknown: requests,
  request_decided: requests,
  claim_not_requested: requests,
  claim_not_held: [
    'add it first: {regie} me set or {regie} profile set, or leave it out with --only',
    'vul het eerst aan: {regie} me set of {regie} profile set, of laat het weg met --only',
  ],
  nothing_to_grant: [
    'add the data first: {regie} me set or {regie} profile set, or deny the request',
    'vul de gegevens eerst aan: {regie} me set of {regie} profile set, of wijs het verzoek af',
  ],
  invalid_until: [
    'choose a day from today on, and not after the one that was asked',
    'kies een dag vanaf vandaag, en niet na de dag die gevraagd is',
  ],
  invalid_defer_until: [
    'choose a day in the next three months, such as --until P7D',
    'kies een dag in de komende drie maanden, zoals --until P7D',
  ],
  invalid_answer_by: [
    'choose a moment that is to come: a day such as 2026-12-31, or P7D for a week from now',
    'kies een moment dat nog komt: een dag zoals 2026-12-31, of P7D voor over een week',
  ],
  invalid_kept_until: [
    'choose a day that is to come, such as 2033-12-31 or P7Y',
    'kies een dag die nog komt, zoals 2033-12-31 of P7Y',
  ],
  invalid_case_until: ['choose a day that is to come, such as P30D', 'kies een dag die nog komt, zoals P30D'],
  invalid_duration: [
    'write how long as P30D (30 days), P6M (6 months) or P1Y (a year)',
    'schrijf hoe lang als P30D (30 dagen), P6M (6 maanden) of P1Y (een jaar)',
  ],
  system_not_allowed: ['add --allow-system, or deny it', 'voeg --allow-system toe, of wijs het af'],
  too_many_pending_requests: [
    'wait until the partner has answered some: {regie} access sent',
    'wacht tot de partner er een paar heeft beantwoord: {regie} access sent',
  ],
  employee_role_missing: [
    'ask your administrator for a role: regie people add --role …',
    'vraag uw bedrijfsbeheerder om een rol: regie people add --role …',
  ],
  unknown_purpose: vocabulary,
  unknown_legal_basis: vocabulary,
  unknown_claim: types,
  unknown_credential_type: types,
  invalid_claim_ref: types,
  invalid_date: ['write it as 2026-12-31', 'schrijf hem als 2026-12-31'],
  partner_unknown: partners,
  partner_ambiguous: [
    'use its KVK number or DID: {regie} partners list',
    'gebruik het KVK-nummer of de DID: {regie} partners list',
  ],
  partner_not_in_network: [
    'invite it to join first; until then there is nothing to ask',
    'nodig deze eerst uit mee te doen; tot dan valt er niets te vragen',
  ],
  // correcting
  correction_unknown: [
    'see what is proposed: {regie} corrections list',
    'zie wat er is voorgesteld: {regie} corrections list',
  ],
  correction_decided: [
    'see what came of it: {regie} corrections list',
    'zie wat ervan kwam: {regie} corrections list',
  ],
  correction_empty: ['add --value or --bounce', 'voeg --value of --bounce toe'],
  correction_open: [
    'wait until the owner answers: {regie} corrections sent',
    'wacht tot de eigenaar antwoordt: {regie} corrections sent',
  ],
  too_many_corrections: ['try again tomorrow', 'probeer het morgen opnieuw'],
  correction_without_value: [
    'correct it yourself ({regie} profile set, {regie} me set), or decline',
    'corrigeer het zelf ({regie} profile set, {regie} me set), of wijs het af',
  ],
  attested_by_other: [
    'ask {issuer} to correct it, and decline this with --reason attested_by_other',
    'vraag {issuer} het te corrigeren, en wijs dit af met --reason attested_by_other',
  ],
  value_changed_meanwhile: [
    'see both: {regie} corrections list; then accept with --anyway, or decline',
    'zie beide: {regie} corrections list; neem dan over met --anyway, of wijs het af',
  ],
  partner_missing: ['name --partner or --grant', 'noem --partner of --grant'],
  grant_ambiguous: [
    'name one with --grant: {regie} access held',
    'noem er een met --grant: {regie} access held',
  ],
  // showing
  one_type_only: ['make a presentation for each type of credential', 'maak een presentatie per soort bewijs'],
  credential_not_held: [
    'see what you have: {regie} me show, {regie} profile show, {regie} registrations mine',
    'zie wat u hebt: {regie} me show, {regie} profile show, {regie} registrations mine',
  ],
  profile_empty: [
    'say something first: {regie} profile set, or {regie} me set',
    'zeg eerst iets: {regie} profile set, of {regie} me set',
  ],
  changed_meanwhile: ['look at it again, then decide', 'bekijk het opnieuw en beslis dan'],
  // joining
  policy_not_accepted: [
    'when you agree with it (regie policy show), add: --accept {version}',
    'als u ermee instemt (regie policy show), voeg dan toe: --accept {version}',
  ],
  policy_version_not_current: [
    'read the version in force: regie policy show, and accept that one',
    'lees de versie die geldt: regie policy show, en aanvaard die',
  ],
  policy_not_in_force: ['ask the trust anchor', 'vraag het vertrouwensanker'],
  organisation_not_registered: ['apply with: regie register', 'meld u aan met: regie register'],
  organisation_suspended: [
    'ask the trust anchor’s servicedesk why',
    'vraag de servicedesk van het vertrouwensanker waarom',
  ],
  organisation_incomplete: [
    'complete the company in agent.yml, or give what is missing with options of {command}',
    'vul het bedrijf aan in agent.yml, of geef wat ontbreekt met opties van {command}',
  ],
  attestation_missing: [
    'accept the policy: regie register for the company, regie policy accept for yourself',
    'aanvaard de policy: regie register voor het bedrijf, regie policy accept voor uzelf',
  ],
  already_registered: ['see it with: {regie} registrations mine', 'zie het met: {regie} registrations mine'],
  kvk_already_registered: [
    'check the KVK number; if it is right, decline and talk to both',
    'controleer het KVK-nummer; klopt het, wijs dan af en spreek beide',
  ],
  party_not_registered: ['it has not joined the network', 'deze doet niet mee aan het netwerk'],
  registration_unknown: cases,
  registration_already_decided: cases,
  registration_decided_meanwhile: ['apply again: regie register', 'meld u opnieuw aan: regie register'],
  applicant_key_changed: [
    'decline it with that reason: {regie} registrations decline <id> --reason …',
    'wijs het om die reden af: {regie} registrations decline <id> --reason …',
  ],
  vat_number_bsn_shaped: [
    'give the btw-id with --vat-number, or leave it out of agent.yml',
    'geef het btw-id met --vat-number, of laat het weg uit agent.yml',
  ],
  vat_number_invalid: ['check it, such as NL123456789B01', 'controleer het, zoals NL123456789B01'],
  trust_anchor_changed: [
    'ask the trust anchor by another way whether that is right before you change agent.yml',
    'vraag het vertrouwensanker langs een andere weg of dat klopt voordat u agent.yml wijzigt',
  ],
  // telling the own systems
  webhook_unknown: ['see what there is: {regie} webhooks list', 'zie wat er is: {regie} webhooks list'],
  webhook_disabled: [
    'once it answers again: {regie} webhooks enable <id>',
    'zodra het weer antwoordt: {regie} webhooks enable <id>',
  ],
  webhook_changed: ['see how it stands: {regie} webhooks list', 'zie hoe het staat: {regie} webhooks list'],
  webhook_url_refused: [
    'give an https address that is there; one in the own network goes in agent.yml: egress.allowHosts',
    'geef een https-adres dat bestaat; een in het eigen netwerk hoort in agent.yml: egress.allowHosts',
  ],
  too_many_webhooks: [
    'remove one first: {regie} webhooks remove <id>',
    'verwijder er eerst een: {regie} webhooks remove <id>',
  ],
  delivery_unknown: [
    'see what was sent: {regie} webhooks deliveries',
    'zie wat er is verstuurd: {regie} webhooks deliveries',
  ],
  delivery_changed: [
    'see how it stands: {regie} webhooks deliveries',
    'zie hoe het staat: {regie} webhooks deliveries',
  ],
  // how good our data are
  bounce_in_future: ['give the time at which it came back', 'geef het moment waarop het terugkwam'],
  bounce_outdated: [
    'see what we have now: {regie} partners get <id>',
    'zie wat wij nu hebben: {regie} partners get <id>',
  ],
  value_unknown: ['see what there is: {regie} partners get <id>', 'zie wat er is: {regie} partners get <id>'],
  subject_ambiguous: [
    'name one with --subject: {regie} partners get <id>',
    'noem er een met --subject: {regie} partners get <id>',
  ],
  partners_none_meant: partners,
  partners_too_many: ['say more of whom you mean', 'zeg nader wie u bedoelt'],
  nothing_said: [
    'add --add-roles, --remove-roles or --set-inactive',
    'voeg toe: --add-roles, --remove-roles of --set-inactive',
  ],
  partners_differ: [
    'say that they are two: {regie} partners different <one> <other>',
    'zeg dat het er twee zijn: {regie} partners different <een> <ander>',
  ],
  partner_restricted: ['see the requests: {regie} rights inbox', 'zie de verzoeken: {regie} rights inbox'],
  same_partner: ['name two partners', 'noem twee partners'],
  claim_not_shared: [
    'see what you may see: {regie} partners get <id>; or ask: {regie} access request',
    'zie wat u mag zien: {regie} partners get <id>; of vraag erom: {regie} access request',
  ],
  value_outdated: ['read it again: {regie} read', 'lees het opnieuw: {regie} read'],
  not_in_own_copy: [
    'our copy holds name, e-mail, phone, website, IBAN, VAT number and address',
    'onze kopie bevat naam, e-mail, telefoon, website, IBAN, btw-nummer en adres',
  ],
  // importing
  import_unknown: beginImport,
  import_applied: beginImport,
  import_expired: beginImport,
  import_changed: [
    'look at it again: {regie} partners imports preview <id>',
    'bekijk het opnieuw: {regie} partners imports preview <id>',
  ],
  import_key_unknown: [
    'take the keys from: {regie} partners imports preview <id>',
    'neem de sleutels uit: {regie} partners imports preview <id>',
  ],
  import_nothing_picked: [
    'add an audit file, or pick all, or keys of the preview: --pick kvk:12345678',
    'voeg een auditfile toe, of kies all, of sleutels uit het overzicht: --pick kvk:12345678',
  ],
  import_row_not_a_partner: ['leave that key out', 'laat die sleutel weg'],
  import_too_large: ['import fewer files at a time', 'importeer minder bestanden tegelijk'],
  partners_busy: ['try again', 'probeer het opnieuw'],
  csv_columns_unknown: [
    'say which heading means what, such as --mapping \'{"name":"Bedrijfsnaam","kvk":"KvK-nr"}\'',
    'zeg welke kop wat betekent, zoals --mapping \'{"name":"Bedrijfsnaam","kvk":"KvK-nr"}\'',
  ],
  file_exists: [
    'move that file away, or name another place (--out, where files go in a folder)',
    'verplaats dat bestand, of noem een andere plaats (--out, waar bestanden in een map gaan)',
  ],
  file_not_written: [
    'name another file, in a folder that is there',
    'noem een ander bestand, in een map die er is',
  ],
}

/** Where a code says something else about the company than about a person. */
export const companyHints: Readonly<Record<string, Text>> = {
  not_data_subject: [
    'only an administrator decides about the company’s data: use --as with such an account',
    'over gegevens van het bedrijf beslist een bedrijfsbeheerder: gebruik --as met zo’n account',
  ],
}
