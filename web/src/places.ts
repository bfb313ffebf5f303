import { agreements } from './pages/agreements/room'
import { billing } from './pages/billing/room'
import { desk } from './pages/desk/room'
import { grants } from './pages/grants/room'
import { invitations } from './pages/invitations/room'
import { learning } from './pages/learning/room'
import { messages } from './pages/messages/room'
import { myData } from './pages/my-data/room'
import { oversight } from './pages/oversight/room'
import { partners } from './pages/partners/room'
import { policy } from './pages/policy/room'
import { privacy } from './pages/privacy/room'
import { requests } from './pages/requests/room'
import { secrets } from './pages/secrets/room'
import { settings } from './pages/settings/room'
import { sharing } from './pages/sharing/room'
import { verify } from './pages/verify/room'
import { type Room, room } from './room'
import { EyeIcon, HomeIcon, MapIcon } from './ui/icons'

/** The places of the console, in the order people meet them. */
export const places: readonly Room[] = [
  room({ name: { nl: 'Vandaag', en: 'Today' }, to: '/', icon: HomeIcon }),
  requests,
  grants,
  room({ name: { nl: 'Wie keek', en: 'Who looked' }, to: '/looks', icon: EyeIcon }),
  myData,
  messages,
  partners,
  invitations,
  room({
    name: { nl: 'Ecosysteem', en: 'Ecosystem' },
    to: '/ecosystem',
    icon: MapIcon,
    ...(partners.roles && { roles: partners.roles }),
  }),
  agreements,
  secrets,
  sharing,
  verify,
  policy,
  learning,
  privacy,
  oversight,
  desk,
  billing,
  settings,
]
