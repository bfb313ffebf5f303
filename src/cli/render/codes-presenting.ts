/** Codes of requests of verifiers by a link, and of what came of them. */
export const codesPresenting: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  verifier_registered: ['registered in the network', 'ingeschreven in het netwerk'],
  verifier_certified: ['named by a certificate we trust', 'genoemd in een certificaat dat we vertrouwen'],
  verifier_suspended: ['SUSPENDED in the network', 'GESCHORST in het netwerk'],
  verifier_unknown: [
    'UNKNOWN: nobody we trust says who this is',
    'ONBEKEND: niemand die we vertrouwen zegt wie dit is',
  ],
  shown_pending: ['waits for you', 'wacht op u'],
  shown_sending: ['being sent', 'wordt verstuurd'],
  shown_sent: ['shown', 'getoond'],
  shown_failed: ['sent, and not taken', 'verstuurd en niet aangenomen'],
  shown_declined: ['you said no', 'u hebt nee gezegd'],
  shown_of_me: ['yours', 'van u'],
  shown_of_company: ['the company’s', 'van het bedrijf'],
  source_trust_anchor: ['from the trust anchor', 'van het trust anchor'],
  source_yourself: ['you make it yourself', 'dat maakt u zelf'],
  source_partner: ['from a company in the network', 'van een bedrijf in het netwerk'],
  source_unknown: ['nobody we know issues it', 'niemand die we kennen geeft het uit'],
  unknown_verifier: ['nothing is shown to unknown verifiers', 'aan onbekenden wordt niets getoond'],
  unknown_verifier_data_class: [
    'too confidential for an unknown verifier',
    'te vertrouwelijk voor een onbekende',
  ],
  shown_whole: [
    'only whole, and only when you name it: nothing of it can be left out',
    'alleen in zijn geheel, en alleen als u het noemt: niets ervan kan weg blijven',
  ],
  whole_credential_unconfirmed: [
    'more would be shown than is asked: name that credential',
    'er zou meer worden getoond dan gevraagd: noem dat bewijs',
  ],
  answer_not_taken: ['the verifier did not take it', 'de vrager nam het niet aan'],
}
