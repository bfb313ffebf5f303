import { words } from './words'

/** Who asks for a proof, and what became of it. */
export const presentationWords = words({
  nl: {
    pending: 'wacht op u',
    sending: 'wordt verstuurd',
    sent: 'getoond',
    failed: 'niet aangekomen',
    declined: 'niet getoond',
    registered: 'ingeschreven in het netwerk',
    certified: 'bekend door een certificaat',
    suspended: 'geschorst in het netwerk',
    unknown: 'onbekend',
    of_me: 'van u',
    of_company: 'van het bedrijf',
  },
  en: {
    pending: 'waits for you',
    sending: 'being sent',
    sent: 'shown',
    failed: 'did not arrive',
    declined: 'not shown',
    registered: 'registered in the network',
    certified: 'known by a certificate',
    suspended: 'suspended in the network',
    unknown: 'unknown',
    of_me: 'of yours',
    of_company: 'of the company',
  },
})
