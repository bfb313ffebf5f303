import type { ComponentType } from 'react'
import {
  AskIcon,
  BoardIcon,
  DeskIcon,
  EyeIcon,
  GrantIcon,
  HomeIcon,
  MapIcon,
  PaperIcon,
  PartnersIcon,
  PersonIcon,
  SettingsIcon,
} from './ui/icons'
import { words } from './words/words'

/** The places of the console, in the order people meet them. Roles decide what is shown; the node decides what is allowed. */
export const placeNames = words({
  nl: {
    home: 'Vandaag',
    data: 'Mijn gegevens',
    requests: 'Verzoeken',
    grants: 'Toestemmingen',
    looks: 'Wie keek',
    partners: 'Partners',
    board: 'Uitnodigingen',
    map: 'Ecosysteem',
    agreements: 'Overeenkomsten',
    desk: 'Servicedesk',
    settings: 'Instellingen',
  },
  en: {
    home: 'Today',
    data: 'My data',
    requests: 'Requests',
    grants: 'Grants',
    looks: 'Who looked',
    partners: 'Partners',
    board: 'Invitations',
    map: 'Ecosystem',
    agreements: 'Agreements',
    desk: 'Servicedesk',
    settings: 'Settings',
  },
})
export type PlaceName = keyof (typeof placeNames)['nl']

export interface Place {
  readonly name: PlaceName
  readonly to: string
  readonly icon: ComponentType
  /** Who finds it in the menu; everybody where it says nothing. */
  readonly roles?: readonly string[]
}

const partnering = ['coordinator', 'administrator', 'account_manager']
const contracting = ['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory']

export const places: readonly Place[] = [
  { name: 'home', to: '/', icon: HomeIcon },
  { name: 'requests', to: '/requests', icon: AskIcon },
  { name: 'grants', to: '/grants', icon: GrantIcon },
  { name: 'looks', to: '/looks', icon: EyeIcon },
  { name: 'data', to: '/data', icon: PersonIcon },
  { name: 'partners', to: '/partners', icon: PartnersIcon, roles: partnering },
  { name: 'board', to: '/invitations', icon: BoardIcon, roles: ['coordinator', 'administrator'] },
  { name: 'map', to: '/ecosystem', icon: MapIcon, roles: partnering },
  { name: 'agreements', to: '/agreements', icon: PaperIcon, roles: [...contracting, 'administrator'] },
  { name: 'desk', to: '/desk', icon: DeskIcon, roles: ['servicedesk', 'reputation_manager'] },
  { name: 'settings', to: '/settings', icon: SettingsIcon },
]
