import { words } from './words'

/** What an organisation is to the network, how it stands there, and what happened to it. */
export const registryWords = words({
  nl: {
    active: 'doet mee',
    suspended: 'geschorst',
    trust_anchor: 'vertrouwensanker',
    member: 'lid',
    issuer: 'uitgever van bewijzen',
    verifier: 'controleur van bewijzen',
    intermediary: 'tussenpersoon',
    added: 'geregistreerd',
    renewed: 'bewijzen vernieuwd',
    resumed: 'schorsing opgeheven',
    roles_changed: 'rollen gewijzigd',
    moved: 'verhuisd naar een ander adres',
  },
  en: {
    active: 'takes part',
    suspended: 'suspended',
    trust_anchor: 'trust anchor',
    member: 'member',
    issuer: 'issuer of credentials',
    verifier: 'verifier of credentials',
    intermediary: 'intermediary',
    added: 'registered',
    renewed: 'credentials renewed',
    resumed: 'suspension lifted',
    roles_changed: 'roles changed',
    moved: 'moved to another address',
  },
})

const given = ['issuer', 'verifier', 'intermediary'] as const

/** Whether it is a role that the servicedesk gives and takes. */
export const isRegistryRole = (role: string): role is (typeof given)[number] =>
  given.some((one) => one === role)
