import { useNames } from './names'
import { useWords, words } from './words'

const templateWords = words({
  nl: {
    'access-asked': 'verzoek om gegevens',
    'access-granted': 'verzoek beantwoord met ja',
    'access-denied': 'verzoek beantwoord met nee',
    'access-ended': 'toestemming geëindigd',
    'access-expiring': 'toestemming loopt bijna af',
    'hosted-node': 'eigen omgeving klaar',
    invitation: 'uitnodiging',
    'invitation-digest': 'overzicht van uitnodigingen',
    'invitation-notice': 'vooraankondiging van een uitnodiging',
    'invitation-reminder': 'herinnering aan een uitnodiging',
    'policy-asked': 'TTP-policy aanvaarden',
    'attestation-suspended': 'attestaties geschorst',
    'attestation-resumed': 'attestaties gelden weer',
    'registration-accepted': 'aanmelding geaccepteerd',
    'registration-asked': 'vraag over een aanmelding',
    'registration-declined': 'aanmelding afgewezen',
    'registration-done': 'aanmelding klaar',
    welcome: 'toegang voor iemand nieuw',
  },
  en: {
    'access-asked': 'request for data',
    'access-granted': 'request answered with yes',
    'access-denied': 'request answered with no',
    'access-ended': 'grant ended',
    'access-expiring': 'grant ends soon',
    'hosted-node': 'own place ready',
    invitation: 'invitation',
    'invitation-digest': 'overview of invitations',
    'invitation-notice': 'notice before an invitation',
    'invitation-reminder': 'reminder of an invitation',
    'policy-asked': 'TTP policy to accept',
    'attestation-suspended': 'attestations suspended',
    'attestation-resumed': 'attestations hold again',
    'registration-accepted': 'registration accepted',
    'registration-asked': 'question about a registration',
    'registration-declined': 'registration rejected',
    'registration-done': 'registration done',
    welcome: 'access for somebody new',
  },
})

/** What a mail is, by the template it was written with. */
export function useMailNames() {
  const say = useWords(templateWords)
  const { code } = useNames()
  return (template: string) =>
    Object.hasOwn(templateWords.nl, template)
      ? say(template as keyof typeof templateWords.nl)
      : code(template)
}

export const mailStates = words({
  nl: {
    draft: 'concept',
    queued: 'in de wachtrij',
    kept: 'bewaard: er is geen mailserver',
    sent: 'verstuurd',
    bounced: 'kwam terug',
    cancelled: 'niet verstuurd',
  },
  en: {
    draft: 'draft',
    queued: 'queued',
    kept: 'kept: there is no mail server',
    sent: 'sent',
    bounced: 'came back',
    cancelled: 'held back',
  },
})
