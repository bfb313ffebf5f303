import { words } from './words'

/** What is done to the DID of the organisation, and what becomes of what it signed. */
export const ownDidWords = words({
  nl: {
    rotate: 'Sleutel vervangen door een nieuwe',
    retire: 'Sleutel buiten gebruik gesteld',
    compromise: 'Sleutel opgegeven',
    endpoint: 'Adres gewijzigd',
    controller: 'Beheersleutel vervangen door een nieuwe',
    deactivate: 'DID beëindigd',
    planned: 'alleen bekeken',
    open: 'bezig',
    done: 'gedaan',
    stays: 'blijft geldig',
    reissued: 'ingetrokken en opnieuw uitgegeven',
    ended: 'ingetrokken; wie het heeft krijgt bericht',
    revoked: 'ingetrokken; geef het zelf opnieuw uit',
    unverifiable: 'niemand kan het nog nagaan',
  },
  en: {
    rotate: 'Key replaced',
    retire: 'Key not used any more',
    compromise: 'Key given up',
    endpoint: 'Address changed',
    controller: 'Controlling key replaced',
    deactivate: 'DID ended',
    planned: 'only looked at',
    open: 'under way',
    done: 'done',
    stays: 'stays valid',
    reissued: 'revoked and issued again',
    ended: 'revoked; whoever has it is told',
    revoked: 'revoked; issue it again yourself',
    unverifiable: 'nobody can check it any more',
  },
})
