import type { Text } from './node-hints.ts'

const look: Text = [
  'see how it stands: {regie} invitations show <id>',
  'zie hoe het staat: {regie} invitations show <id>',
]
const link: Text = ['ask the servicedesk for a new link', 'vraag de servicedesk om een nieuwe link']

/** What coordinators, and who is invited, can do about a refusal. */
export const invitationHints: Readonly<Record<string, Text>> = {
  invitation_move_refused: look,
  invitation_over: look,
  invitation_not_ordered: [
    'order it first: {regie} invitations submit <id>',
    'geef eerst de opdracht: {regie} invitations submit <id>',
  ],
  nobody_chosen: [
    'look at your partners: {regie} partners list',
    'kijk naar uw partners: {regie} partners list',
  ],
  too_many_chosen: ['choose by role or activity', 'kies op rol of activiteit'],
  one_partner_has_one_contact: [
    'leave the contact out, or name one partner',
    'laat de contactpersoon weg, of noem één partner',
  ],
  invitation_code_unknown: [
    'look at the code; or apply without one: {regie} register',
    'kijk naar de code, of meld u zonder aan: {regie} register',
  ],
  invitation_code_expired: link,
  invitation_code_used: link,
  invitation_not_for_this_organisation: [
    'apply without a code: {regie} register',
    'meld u zonder code aan: {regie} register',
  ],
  hosting_not_offered: [
    'choose a node of your own: {regie} invited choose <token> own_node',
    'kies een eigen node: {regie} invited choose <token> own_node',
  ],
  link_used: link,
  link_expired: link,
  link_replaced: ['use the newest mail', 'gebruik de nieuwste e-mail'],
}
