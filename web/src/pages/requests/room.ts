import { room } from '../../room'
import { AskIcon } from '../../ui/icons'

export const requests = room({
  name: { nl: 'Verzoeken', en: 'Requests' },
  to: '/requests',
  icon: AskIcon,
  pages: [
    { name: { nl: 'Aan mij', en: 'To me' }, to: '/requests' },
    {
      name: { nl: 'Door ons gevraagd', en: 'Asked by us' },
      to: '/requests/sent',
      roles: ['account_manager', 'coordinator', 'administrator'],
    },
    { name: { nl: 'Bewaarde antwoorden', en: 'Kept answers' }, to: '/requests/answers' },
    { name: { nl: 'Vooraf ja', en: 'Yes beforehand' }, to: '/requests/standing' },
  ],
})
