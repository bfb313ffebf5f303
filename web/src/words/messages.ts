import { words } from './words'

/** Kinds of messages, how far they are, and what was said to a call-up. */
export const messageWords = words({
  nl: {
    product_news: 'productnieuws',
    call_up: 'oproep',
    purchasing_question: 'inkoopvraag',
    waiting: 'wordt bezorgd',
    told: 'bezorgd',
    undeliverable: 'niet bezorgd',
    received: 'ontvangen',
    yes: 'ja',
    no: 'nee',
    maybe: 'misschien',
    no_grant_for_message: 'er is geen toestemming voor zulke berichten',
    messages_stopped: 'de ontvanger wil deze berichten niet meer',
    message_limit_reached: 'het aantal voor deze maand is bereikt',
    message_expired: 'het kon niet meer beantwoord worden',
    call_up_closed: 'de oproep was al gesloten',
  },
  en: {
    product_news: 'product news',
    call_up: 'call-up',
    purchasing_question: 'purchasing question',
    waiting: 'being delivered',
    told: 'delivered',
    undeliverable: 'not delivered',
    received: 'received',
    yes: 'yes',
    no: 'no',
    maybe: 'maybe',
    no_grant_for_message: 'there is no grant for such messages',
    messages_stopped: 'the receiver wants no more of these',
    message_limit_reached: 'the number for this month is reached',
    message_expired: 'it could not be answered any more',
    call_up_closed: 'the call-up was closed already',
  },
})

type MessageWord = keyof (typeof messageWords)['nl']
export const isMessageWord = (code: string): code is MessageWord => Object.hasOwn(messageWords.nl, code)
