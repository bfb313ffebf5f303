import { useLanguage } from './words'

/** What the node checked of a proof by name, and reasons by code. */
const codes: Readonly<Record<string, readonly [nl: string, en: string]>> = {
  issuer: ['de uitgever is te vinden', 'the issuer can be found'],
  issuer_signature: ['de handtekening van de uitgever', 'the issuer’s signature'],
  disclosures: ['wat is getoond hoort bij het bewijs', 'what is shown belongs to the proof'],
  claims: ['het bewijs is compleet', 'the proof is complete'],
  times: ['het bewijs geldt nu', 'the proof is valid now'],
  key_binding: ['wie het toont is de houder', 'who shows it is its holder'],
  type: ['geschreven zoals het hoort', 'written as it should be'],
  status: ['niet ingetrokken', 'not revoked'],
  trust: ['de uitgever is vertrouwd', 'the issuer is trusted'],
  format: ['is te lezen', 'can be read'],
  response: ['gemaakt voor dit verzoek', 'made for this request'],
  query: ['alles wat is gevraagd is bewezen', 'everything asked is proven'],
  subject: ['alles gaat over één partij', 'all of it is about one party'],
  transaction: ['voor de transactie is getekend', 'the transaction is signed for'],
  claims_asked: ['is wat is gevraagd', 'is what was asked'],
  minimal: ['niet meer dan gevraagd', 'no more than asked'],
  more_than_asked: ['er is meer getoond; dat is weggelaten', 'more was shown; it is left out'],
  query_not_satisfied: ['niet alles is bewezen', 'not everything is proven'],
  made_for_another_request: ['gemaakt voor een ander verzoek', 'made for another request'],
  type_not_asked: ['een ander soort bewijs', 'another kind of proof'],
  claims_missing: ['wat is gevraagd staat er niet in', 'what was asked is not in it'],
  claim_value_not_accepted: ['het zegt iets anders', 'it says something else'],
  status_invalid: ['ingetrokken', 'revoked'],
  status_suspended: ['geschorst', 'suspended'],
  jws_expired: ['verlopen', 'expired'],
  jws_signature_invalid: ['de handtekening klopt niet', 'the signature is wrong'],
  kb_missing: ['wie het toont is niet bewezen', 'who shows it is not proven'],
  kb_signature_invalid: ['getoond door een ander dan de houder', 'shown by another than its holder'],
  kb_nonce_mismatch: ['gemaakt voor een ander verzoek', 'made for another request'],
  kb_aud_mismatch: ['gemaakt voor een ander', 'made for somebody else'],
  issuer_not_listed: ['deze uitgever wordt hier niet aanvaard', 'this issuer is not accepted here'],
  issuer_not_permitted: ['deze uitgever wordt hier niet aanvaard', 'this issuer is not accepted here'],
  issuer_name_mismatch: ['het certificaat is van een ander', 'the certificate is somebody else’s'],
  issuer_metadata_unreachable: ['de uitgever antwoordt niet', 'the issuer does not answer'],
  certificate_untrusted: [
    'het certificaat is van niemand die hier telt',
    'nobody who counts here gave the certificate',
  ],
  certificate_expired: ['het certificaat geldt nu niet', 'the certificate is not valid now'],
  certificate_revoked: ['het certificaat is ingetrokken', 'the certificate was taken back'],
  certificate_revocation_unknown: [
    'niemand zegt of het certificaat nog geldt',
    'nobody says whether the certificate still stands',
  ],
  authority_not_trusted: [
    'geen aanvaarde autoriteit staat ervoor in',
    'no accepted authority vouches for it',
  ],
  issuer_not_trust_anchor: ['niet van het vertrouwensanker', 'not of the trust anchor'],
  issuer_not_registered: ['de uitgever is niet ingeschreven', 'the issuer is not registered'],
  issuer_suspended: ['de uitgever is geschorst', 'the issuer is suspended'],
  unknown_credential_type: ['dit soort bewijs is hier niet bekend', 'this kind of proof is not known here'],
  trust_anchor_unreachable: ['het vertrouwensanker antwoordt niet', 'the trust anchor does not answer'],
  registry_unreachable: ['het register antwoordt niet', 'the register does not answer'],
  answer_not_taken: ['het antwoord werd niet aangenomen', 'the answer was not taken'],
  server_error: ['daar ging iets mis', 'something went wrong there'],
  temporarily_unavailable: ['daar kan het nu niet', 'it cannot be done there now'],
  invalid_request: ['het verzoek werd niet meer herkend', 'the request was not known any more'],
  access_denied: ['niet gedeeld, of niet in de wallet', 'not shared, or not in the wallet'],
}

/** Says what was checked of a proof, and why it does not hold. */
export function useChecks() {
  const { language } = useLanguage()
  return (code: string): string =>
    (Object.hasOwn(codes, code) ? codes[code] : undefined)?.[language === 'nl' ? 0 : 1] ??
    code.replaceAll('_', ' ')
}
