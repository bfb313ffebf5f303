import { words } from './words'

/** What became of something that was offered to whoever redeems it. */
export const offerStates = words({
  nl: {
    open: 'wacht om opgehaald te worden',
    claimed: 'wordt opgehaald',
    waiting: 'wacht op u',
    ready: 'ligt klaar',
    issued: 'uitgegeven',
    suspended: 'geschorst',
    denied: 'niet uitgegeven',
    revoked: 'ingetrokken',
    dead: 'niet opgehaald',
    expired: 'verlopen',
  },
  en: {
    open: 'waits to be fetched',
    claimed: 'being fetched',
    waiting: 'waits for you',
    ready: 'lies ready',
    issued: 'issued',
    suspended: 'suspended',
    denied: 'not issued',
    revoked: 'revoked',
    dead: 'not fetched',
    expired: 'expired',
  },
})
