/** What becomes of offers of issuers outside the network, and why. */
export const codesWallet: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  wallet_offer_waiting: ['waits for you', 'wacht op u'],
  wallet_offer_authorizing: ['waits for your browser', 'wacht op uw browser'],
  wallet_offer_redeeming: ['is being fetched', 'wordt opgehaald'],
  wallet_offer_deferred: ['the issuer needs time', 'de uitgever heeft tijd nodig'],
  wallet_offer_received: ['received', 'ontvangen'],
  wallet_offer_declined: ['declined', 'afgewezen'],
  wallet_offer_failed: ['failed', 'mislukt'],
  wallet_offer_expired: ['expired', 'verlopen'],
  interrupted: ['cut off half-way', 'halverwege afgebroken'],
  renewal_needs_offer: [
    'ask the issuer for a new offer: yours ends soon',
    'vraag de uitgever om een nieuw aanbod: het uwe loopt af',
  ],
  invalid_grant: [
    'the issuer does not take the code (any more)',
    'de uitgever neemt de code niet (meer) aan',
  ],
  tx_code_wrong: ['that was not the transaction code', 'dat was niet de transactiecode'],
  credential_key_differs: ['bound to a key we did not prove', 'gebonden aan een andere sleutel dan de onze'],
  credential_type_differs: ['of another type than offered', 'van een ander type dan aangeboden'],
  credential_for_another_party: ['about somebody else', 'over iemand anders'],
  credential_not_genuine: ['it does not verify', 'het klopt niet'],
  authorization_iss_differs: ['another server answered', 'een andere server gaf antwoord'],
  authorization_refused: ['the issuer did not agree', 'de uitgever stemde niet in'],
}
