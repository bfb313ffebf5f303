import type { Text } from './node-hints.ts'

const callUps: Text = [
  'see how they stand: {regie} call-ups list',
  'zie hoe het staat: {regie} call-ups list',
]
const inbox: Text = ['see what there is: {regie} messages list', 'zie wat er is: {regie} messages list']
const sent: Text = [
  'see what was sent: {regie} messages sent',
  'zie wat er is verstuurd: {regie} messages sent',
]

/** About messages, call-ups and what we share. */
export const messageHints: Readonly<Record<string, Text>> = {
  no_grant_for_message: [
    'ask for one first: {regie} access request --purpose direct-marketing (news), personnel-hiring (call-ups) or order-management (questions)',
    'vraag er eerst een: {regie} access request --purpose direct-marketing (nieuws), personnel-hiring (oproepen) of order-management (vragen)',
  ],
  nothing_to_stop: [
    'see to whom you opened something: {regie} access grants',
    'zie voor wie u iets hebt opengesteld: {regie} access grants',
  ],
  messages_stopped: [
    'write no more of these; only a grant given from now on opens the way again',
    'schrijf er geen meer; alleen een machtiging van na nu opent de weg weer',
  ],
  message_limit_reached: ['wait for next month', 'wacht tot de volgende maand'],
  message_not_plain: [
    'leave out control characters; markup arrives as letters',
    'laat stuurtekens weg; opmaak komt aan als letters',
  ],
  message_too_long: ['write less, or send several', 'schrijf minder, of stuur er meer'],
  message_unknown: inbox,
  message_answered: inbox,
  message_expired: inbox,
  message_told: sent,
  message_under_way: sent,
  choice_missing: ['add: --choice yes, no or maybe', 'voeg toe: --choice yes, no of maybe'],
  choice_not_asked: ['leave out --choice', 'laat --choice weg'],
  call_up_closed: callUps,
  call_up_unknown: callUps,
  list_unknown: ['set it first: {regie} products set', 'stel haar eerst op: {regie} products set'],
  no_grant_for_statement: [
    'ask it for something first: {regie} access request',
    'vraag eerst iets: {regie} access request',
  ],
  statement_unknown: ['see what there is: {regie} statements list', 'zie wat er is: {regie} statements list'],
  statement_ended: [
    'see how it stands: {regie} statements list',
    'zie hoe het staat: {regie} statements list',
  ],
  period_open: ['wait until it is over', 'wacht tot zij voorbij is'],
  figures_frozen: ['see them: {regie} figures list', 'zie ze: {regie} figures list'],
  group_too_small: [
    'wait until more customers have a statement about that period; a smaller group is never told of',
    'wacht tot meer klanten over die periode een verklaring hebben; over een kleinere groep wordt niets gezegd',
  ],
  group_empty: [
    'say who has it: {regie} partners roles <id> --roles freelancer',
    'zeg wie haar heeft: {regie} partners roles <id> --roles freelancer',
  ],
}
