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
  case_without_contact: [
    'ask its node: it applied by itself',
    'vraag het de node: de organisatie meldde zich zelf aan',
  ],
  invitation_unknown: [
    'look at the code in the invitation; or apply without one: regie register',
    'kijk naar de code in de uitnodiging, of meld u zonder aan: regie register',
  ],
}
