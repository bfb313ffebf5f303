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
  case_without_contact: [
    'ask its node: it applied by itself',
    'vraag het de node: de organisatie meldde zich zelf aan',
  ],
  invitation_unknown: [
    'look at the code in the invitation; or apply without one: regie register',
    'kijk naar de code in de uitnodiging, of meld u zonder aan: regie register',
  ],
}
