import { useNames } from './names'
import { useWords, words } from './words'

const texts = words({
  nl: {
    grant_revoked: 'ingetrokken door wie hem gaf',
    grant_expired: 'de termijn is voorbij',
    expired: 'de termijn is voorbij',
    key_lost: 'wie hem gaf, verloor de sleutel waarmee hij getekend was; vraag het opnieuw',
    return_ended: 'wat ervoor terug werd gegeven, is voorbij',
    counter_withdrawn: 'het tegenvoorstel werd ingetrokken',
    counter_refused: 'het tegenvoorstel werd geweigerd',
    counter_expired: 'op het tegenvoorstel kwam geen antwoord',
    counter_undeliverable: 'het tegenvoorstel kwam niet aan',
    request_withdrawn: 'de vraag werd ingetrokken',
    case_closed: 'de zaak waarvoor hij was, is gesloten',
    agreement_ended: 'de overeenkomst waaraan hij hing, is voorbij',
    delegation_cut: 'de tussenpersoon mag niet meer meelezen',
    delegation_cut_by_owner: 'de eigenaar laat de tussenpersoon niet meer meelezen',
    delegation_revoked: 'wie het doorgaf, trok het in',
    delegation_not_allowed: 'doorgeven was niet toegestaan',
  },
  en: {
    grant_revoked: 'revoked by who gave it',
    grant_expired: 'its time is over',
    expired: 'its time is over',
    key_lost: 'who gave it lost the key that signed it; ask again',
    return_ended: 'what was given in return is over',
    counter_withdrawn: 'the counter-offer was withdrawn',
    counter_refused: 'the counter-offer was refused',
    counter_expired: 'the counter-offer was not answered',
    counter_undeliverable: 'the counter-offer did not arrive',
    request_withdrawn: 'what was asked was withdrawn',
    case_closed: 'the case it was given for is closed',
    agreement_ended: 'the agreement it depended on is over',
    delegation_cut: 'the intermediary may read along no more',
    delegation_cut_by_owner: 'the owner lets the intermediary read along no more',
    delegation_revoked: 'who passed it on took that back',
    delegation_not_allowed: 'passing it on was not allowed',
  },
})

/** Why a grant, or what was passed on under it, ended. */
export function useEndings() {
  const say = useWords(texts)
  const { code } = useNames()
  return (ended: string) =>
    Object.hasOwn(texts.nl, ended) ? say(ended as keyof typeof texts.nl) : code(ended)
}
