import type { Text } from './node-hints.ts'

const look: Text = [
  'see how it stands: {regie} registrations get <id>',
  'zie hoe het staat: {regie} registrations get <id>',
]

/** What the servicedesk, and who joins, can do about a refusal. */
export const registrationHints: Readonly<Record<string, Text>> = {
  case_move_refused: look,
  case_changed_meanwhile: look,
  case_has_applicant: look,
  case_of_another: [
    'ask its owner: {regie} registrations hand-over <id> --account <yours>',
    'vraag het de eigenaar: {regie} registrations hand-over <id> --account <uw account>',
  ],
  colleague_unknown: [
    'give the account of somebody with the role servicedesk',
    'geef het account van iemand met de rol servicedesk',
  ],
  next_talk_invalid: [
    'write it as 2026-12-01T10:00, later than now and within a year',
    'schrijf het als 2026-12-01T10:00, na nu en binnen een jaar',
  ],
  evidence_incomplete: [
    'see what is there: {regie} registrations evidence list <id>',
    'zie wat er is: {regie} registrations evidence list <id>',
  ],
  evidence_move_refused: [
    'see what is there: {regie} registrations evidence list <id>',
    'zie wat er is: {regie} registrations evidence list <id>',
  ],
  representative_unknown: [
    'see what is there: {regie} registrations evidence list <id>',
    'zie wat er is: {regie} registrations evidence list <id>',
  ],
  evidence_checked_by_us: [
    'use: {regie} registrations domain check <id>',
    'gebruik: {regie} registrations domain check <id>',
  ],
  representative_not_listed: [
    'list who may represent it, or decline: {regie} registrations representatives add <id>',
    'schrijf op wie bevoegd is, of wijs af: {regie} registrations representatives add <id>',
  ],
  representatives_not_listed: [
    'list who may represent it: {regie} registrations representatives add <id>',
    'schrijf op wie bevoegd is: {regie} registrations representatives add <id>',
  ],
  too_many_representatives: [
    'take off who does not belong: {regie} registrations representatives remove',
    'haal weg wie er niet hoort: {regie} registrations representatives remove',
  ],
  second_person_required: ['ask a colleague to accept it', 'vraag een collega om te accepteren'],
  domain_invalid: [
    'write it as company.example, without https',
    'schrijf het als bedrijf.example, zonder https',
  ],
  domain_not_asked: [
    'first: {regie} registrations domain ask <id> <domain>',
    'eerst: {regie} registrations domain ask <id> <domein>',
  ],
  domain_not_proven: [
    'it may take an hour before a new record is seen',
    'een nieuw record is soms pas na een uur te zien',
  ],
  dns_unreachable: ['look again later', 'kijk later opnieuw'],
  kvk_not_configured: ['set REGIE_KVK_KEY and start again', 'zet REGIE_KVK_KEY en start opnieuw'],
  kvk_unknown: [
    'check the KVK number, or search: {regie} registrations kvk search <name>',
    'controleer het KVK-nummer, of zoek: {regie} registrations kvk search <naam>',
  ],
  kvk_unreachable: [
    'go on with the case and look again later',
    'werk door aan het dossier en kijk later opnieuw',
  ],
  kvk_busy: ['look again later', 'kijk later opnieuw'],
  kvk_key_refused: [
    'check REGIE_KVK_KEY, and servicedesk.kvkUrl in agent.yml',
    'controleer REGIE_KVK_KEY, en servicedesk.kvkUrl in agent.yml',
  ],
  kvk_malformed: [
    'look again later; check servicedesk.kvkUrl in agent.yml',
    'kijk later opnieuw; controleer servicedesk.kvkUrl in agent.yml',
  ],
  kvk_other_company: ['look again; do not use this answer', 'kijk opnieuw; gebruik dit antwoord niet'],
  kvk_number_missing: [
    'search for it: {regie} registrations kvk search <name>',
    'zoek het op: {regie} registrations kvk search <naam>',
  ],
  recheck_unknown: [
    'see what there is: {regie} registrations rechecks list',
    'zie wat er is: {regie} registrations rechecks list',
  ],
  recheck_closed: [
    'see what there is: {regie} registrations rechecks list',
    'zie wat er is: {regie} registrations rechecks list',
  ],
  case_without_contact: [
    'ask its node: it applied by itself',
    'vraag het de node: de organisatie meldde zich zelf aan',
  ],
  invitation_unknown: [
    'look at the code in the invitation; or apply without one: regie register',
    'kijk naar de code in de uitnodiging, of meld u zonder aan: regie register',
  ],
}
